import { describe, expect, test } from 'vitest';
import { createShortlist, type Entry } from '../../src/agents/shortlist.ts';

const entry = (name: string, summary: string, more: Partial<Entry> = {}): Entry => ({ name, summary, fields: [], examples: [], ...more });

const some: Entry[] = [
  entry('create_ticket', 'Opens a ticket in the tracker', { fields: ['title', 'priority: how urgent it is'] }),
  entry('getUserInfo', 'Retrieves details of a user by id', { fields: ['userId'] }),
  entry('calendar.book_meeting', 'Books a meeting', { fields: ['day', 'guests'] }),
  entry('restart_service', 'Restarts a running service on a host', { fields: ['service', 'host'] }),
  entry('weather.forecast', 'Weather for the coming days', { fields: ['city', 'days'], examples: ['will it rain in Oslo on Friday?'] }),
];
const names = (text: string, count = 3, entries = some) =>
  createShortlist(entries)
    .pick(text, count)
    .map(({ name }) => name);

describe('the shortlist', () => {
  test('finds by the words of names written in any way, in any form', () => {
    expect(names('the user info of 12')[0]).toBe('getUserInfo');
    expect(names('meetings booked for Tuesday')[0]).toBe('calendar.book_meeting');
    expect(names('restarting services')[0]).toBe('restart_service');
  });

  test('finds by fields and by examples', () => {
    expect(names('something urgent')[0]).toBe('create_ticket');
    expect(names('rain on Friday')[0]).toBe('weather.forecast');
  });

  test('finds by a word of the same meaning', () => {
    expect(names('reserve an appointment')[0]).toBe('calendar.book_meeting');
  });

  test('gives at most as many as asked for, best first, and nothing where no word is shared', () => {
    expect(names('book a meeting about the ticket', 1)).toEqual(['calendar.book_meeting']);
    expect(names('zzz qqq')).toEqual([]);
    expect(names('book a meeting', 0)).toEqual([]);
    expect(names('', 5)).toEqual([]);
    expect(names('anything', 5, [])).toEqual([]);
  });

  test('hands back the very entries, with what else they carry', () => {
    const tools = [{ ...entry('open_issue', 'Opens an issue'), risk: 'low' }];
    expect(createShortlist(tools).pick('open an issue', 5)[0]).toBe(tools[0]);
  });

  test('finds one tool among two thousand others', () => {
    const others = Array.from({ length: 2000 }, (_, i) =>
      entry(`thing_${i}`, `Handles thing number ${i} of the warehouse`, { fields: [`shelf${i}`] }),
    );
    expect(names('reboot the service on host db1', 20, [...others, ...some])).toContain('restart_service');
  });

  test('names that objects are born with are names like any other', () => {
    const odd = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((name) => entry(name, `The tool ${name}`));
    expect(names('constructor', 1, odd)).toEqual(['constructor']);
    expect(names('__proto__ hasOwnProperty', 4, odd)).toContain('hasOwnProperty');
  });

  test('endless texts are answered', () => {
    const endless = [
      entry('a'.repeat(50_000), 'b '.repeat(50_000), { fields: ['c'.repeat(50_000)], examples: ['d '.repeat(50_000)] }),
      ...some,
    ];
    expect(createShortlist(endless).pick(`${'x '.repeat(100_000)}ticket`, 5)).toBeDefined();
    expect(names(`ticket ${'y'.repeat(100_000)}`, 1, endless)).toEqual(['create_ticket']);
  });
});
