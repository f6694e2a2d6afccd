import { describe, expect, test } from 'vitest';
import { routeLexically } from '../../src/agents/lexical/route.ts';
import { readTools, type ToolSchema } from '../../src/agents/lexical/schema.ts';
import { leastTime } from './cpu-time.ts';
import { tool } from './routing/case.ts';

const clock = { now: new Date('2026-11-21T10:00:00Z'), timeZone: 'UTC' };
const send = tool('send_message', 'Send a message to a person.', {
  to: ['string!', 'Name of the person.'],
  text: ['string!', 'Text of the message.'],
  date: ['string', 'Date in the format YYYY-MM-DD.'],
  amounts: ['number[]', 'Amounts.'],
  function: ['string', 'A formula.'],
});

const LONG = 100_000;
const hostile: [string, string][] = [
  ['one long word', 'a'.repeat(LONG)],
  ['many words', 'send message '.repeat(LONG / 13)],
  ['open quotes', `send "${"'".repeat(LONG)}`],
  ['many quotes', `send ${'"a" '.repeat(LONG / 4)}`],
  ['brackets', `send ${'['.repeat(LONG)}${'('.repeat(LONG)}`],
  ['digits', `send ${'9'.repeat(LONG)}`],
  ['numbers', `send ${'1,'.repeat(LONG / 2)}`],
  ['scales', `send ${'hundred '.repeat(LONG / 8)}`],
  ['names', `send ${'Ann Of '.repeat(LONG / 7)}`],
  ['slashes', `send ${'/a'.repeat(LONG / 2)}`],
  ['addresses', `send ${'a@'.repeat(LONG / 2)} ${'a.'.repeat(LONG / 2)}`],
  ['hyphens', `send ${'a1-'.repeat(LONG / 3)}`],
  ['sums', `send ${'2x^2+'.repeat(LONG / 5)}`],
  ['dates', `send ${'1/2/2024 '.repeat(LONG / 9)}`],
  ['blanks', ' '.repeat(LONG)],
  ['line ends', 'send\n'.repeat(LONG / 5)],
  ['lone surrogates', `send ${'\ud800'.repeat(1000)} to Ann`],
  ['null bytes', 'send \0\0 to \u202e Ann'],
  ['braces and keys', 'send {"__proto__": {"a": 1}} to constructor'],
];

describe('hostile sentences', () => {
  test.each(hostile)('%s are answered, in bounded time', async (_, text) => {
    expect(await leastTime(async () => routeLexically([send], text, clock), 1000)).toBeLessThan(1000);
  });
});

describe('hostile tools', () => {
  const routes = (raw: unknown, text = 'send a message to Ann about 5 things on Friday') => routeLexically(readTools(raw), text, clock);

  test('a schema that holds itself is cut', () => {
    const node: Record<string, unknown> = { type: 'object', description: 'node' };
    node.properties = { child: node, children: { type: 'array', items: node }, text: { type: 'string' } };
    expect(routes([{ name: 'send_message', description: 'Send a message', parameters: node }])).toBeDefined();
    const pointed = {
      type: 'object',
      $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
      properties: { text: { $ref: '#/$defs/a' } },
      required: ['text'],
    };
    expect(routes([{ name: 'send_message', description: 'Send a message', parameters: pointed }]).calls[0]?.name).toBe('send_message');
  });

  test('names that objects are born with stay values', () => {
    const properties = Object.fromEntries(
      ['__proto__', 'constructor', 'toString'].map((name) => [name, { type: 'string', description: 'The message' }]),
    );
    const tools = ['__proto__', 'constructor', 'toString', 'send_message'].map((name) => ({
      name,
      description: 'Send a message',
      parameters: { type: 'object', properties, required: Object.keys(properties) },
    }));
    const [call] = routes(tools, "send the message 'hi' to constructor").calls;
    expect(call).toBeDefined();
    expect(Object.getPrototypeOf(call?.arguments)).toBe(Object.prototype);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('huge lists of values, fields and texts are cut', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 3000 }, (_, i) => [`field_${i}`, { type: 'string', description: 'x '.repeat(500), enum: [`v${i}`] }]),
    );
    const huge: ToolSchema = {
      name: 'send_message',
      description: 'send '.repeat(50_000),
      parameters: { type: 'object', properties: { ...many, to: { enum: Array.from({ length: 50_000 }, (_, i) => `person ${i}`) } } },
    };
    expect(await leastTime(async () => routes([huge]), 1000)).toBeLessThan(1000);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a number', 7],
    ['a list', [1, 2]],
    ['properties that are a list', { properties: [1] }],
    ['required that is a text', { properties: { a: { type: 'string' } }, required: 'a' }],
    [
      'types that are objects',
      {
        properties: { a: { type: {} }, b: { type: ['null'] }, c: null, d: { enum: 'x' }, e: { items: 5, type: 'array' } },
        required: ['a', 'b', 'c', 'd', 'e', 7],
      },
    ],
    ['values of every kind', { properties: { a: { enum: [null, {}, [], 1, true, ''] }, b: { default: {} } }, required: ['a', 'b'] }],
  ])('%s instead of a schema is no reason to fail', (_, parameters) => {
    expect(routes([{ name: 'send_message', description: 'Send a message', parameters }])).toBeDefined();
  });
});
