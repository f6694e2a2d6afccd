import { expect, test } from 'vitest';
import { z } from 'zod';
import { createGrammar } from '../../src/agents/grammar.ts';
import type { Risk } from '../../src/db/states.ts';
import { ok } from '../../src/result.ts';
import { defineTool, field, type Tool } from '../../src/tools/tool.ts';
import { ask, tools } from './ask.ts';
import { leastTime } from './cpu-time.ts';

const inert = {
  effect: 'write',
  replay: 'transactional',
  version: 1,
  account: 'test',
  target: () => 'somewhere',
  risk: (): Risk => 'low',
  preview: async () => ({ changes: [], reversible: '' }),
  execute: async () => ok({ summary: '' }),
} as const;

const bookRoom: Tool = defineTool({
  ...inert,
  name: 'book_room',
  slash: 'book',
  title: 'Book a room',
  summary: 'Books a meeting room for a day',
  examples: ['book the room Oslo on 3 December for 8 people'],
  phrases: ['book the room {room} on {day} for {people} people', 'reserve {room} on {day}, catering {catering}'],
  input: z.strictObject({
    room: z.string().meta(field({ title: 'Room', control: 'line', slot: 'name' })),
    day: z.string().meta(field({ title: 'Day', control: 'date', slot: 'date' })),
    people: z
      .int()
      .max(20)
      .optional()
      .meta(field({ title: 'People', control: 'number', slot: 'number' })),
    catering: z
      .enum(['none', 'coffee', 'full_lunch'])
      .optional()
      .meta(field({ title: 'Catering', control: 'choice', slot: 'choice' })),
  }),
});

/** As it comes from another system: no labels and no slots, only a JSON Schema's types. */
const foreign: Tool = defineTool({
  ...inert,
  name: 'crm__add_note',
  slash: 'note',
  title: 'Add a note',
  summary: 'Adds a note to a customer record',
  examples: ['note for customer 42: called back'],
  phrases: ['note for customer {customer_id}: {body}'],
  input: z.object({ customer_id: z.number(), body: z.string(), pinned: z.boolean().optional() }),
});

const grammar = createGrammar();
const route = (text: string, only?: Tool) => grammar.route(ask(text, { tools: [...tools, bookRoom, foreign], ...(only ? { only } : {}) }));

test('a tool that was added is understood by its own phrases', async () => {
  expect(await route('please book the room Oslo on 3 December for 8 people')).toEqual({
    kind: 'calls',
    calls: [{ tool: 'book_room', input: { room: 'Oslo', day: '2026-12-03', people: 8 } }],
  });
  expect(await route('reserve "Oslo" on Friday, catering full lunch')).toEqual({
    kind: 'calls',
    calls: [{ tool: 'book_room', input: { room: 'Oslo', day: '2026-11-27', catering: 'full_lunch' } }],
  });
});

test('a required day that does not exist is asked about in the middle of a phrase too', async () => {
  expect(await route('book the room Oslo on 30 February for 8 people')).toMatchObject({
    kind: 'missing',
    tool: 'book_room',
    fields: ['day'],
    input: { room: 'Oslo', people: 8 },
  });
});

test('a value that the schema refuses is asked about by its label', async () => {
  expect(await route('book the room Oslo on Friday for 80 people')).toMatchObject({
    kind: 'missing',
    fields: ['people'],
    say: 'People can be at most 20.',
  });
});

test('a tool from elsewhere, without labels and slots, is read by the types of its schema', async () => {
  expect(await route('note for customer 42: called back,\nwill call again')).toEqual({
    kind: 'calls',
    calls: [{ tool: 'crm__add_note', input: { customer_id: 42, body: 'called back,\nwill call again' } }],
  });
  expect(await route('42 called back', foreign)).toEqual({
    kind: 'calls',
    calls: [{ tool: 'crm__add_note', input: { customer_id: 42, body: 'called back' } }],
  });
});

test('a tool without phrases is suggested, and read after its slash command', async () => {
  const silent: Tool = { ...foreign, phrases: [], examples: ['/note 42 called back'] };
  const said = await grammar.route(ask('a note for that customer', { tools: [silent], commands: [] }));
  expect(said).toMatchObject({ kind: 'suggest', suggestions: ['/note 42 called back'] });
  expect(await grammar.route(ask('/note 42 called back', { tools: [silent], commands: [] }))).toMatchObject({ kind: 'calls' });
});

test('a phrase that names an argument the tool does not have is left out', async () => {
  const wrong: Tool = { ...bookRoom, phrases: ['book {nothing} now', 'book the room {room} on {day}'] };
  expect(await grammar.route(ask('book it now', { tools: [wrong], commands: [] }))).toMatchObject({ kind: 'suggest' });
  expect(await grammar.route(ask('book the room Oslo on Friday', { tools: [wrong], commands: [] }))).toMatchObject({ kind: 'calls' });
});

test('two tools with the same phrase are told apart by nobody: neither is called', async () => {
  const rival: Tool = { ...foreign, name: 'other__add_note', slash: 'note2' };
  expect(await grammar.route(ask('note for customer 42: called back', { tools: [foreign, rival], commands: [] }))).toMatchObject({
    kind: 'suggest',
  });
});

test('five hundred tools do not slow an ordinary sentence by as much', async () => {
  const many = Array.from(
    { length: 500 },
    (_, index): Tool => ({ ...foreign, name: `tool_${index}`, slash: `t${index}`, phrases: [`frobnicate number ${index} with {body}`] }),
  );
  const all = [...tools, ...many];
  const sentence = 'create a task for the landing page, due Friday';
  const few = await leastTime(() => grammar.route(ask(sentence, { tools })));
  const took = await leastTime(() => grammar.route(ask(sentence, { tools: all })));
  expect(took).toBeLessThan(few * 20 + 20);
});
