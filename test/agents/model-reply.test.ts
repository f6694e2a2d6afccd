import { expect, test } from 'vitest';
import { z } from 'zod';
import { createOffering } from '../../src/agents/model/offers.ts';
import { type ModelReply, NO_USAGE } from '../../src/agents/model/port.ts';
import { readReply } from '../../src/agents/model/read-reply.ts';
import { countLoose, hasOpenMap, schemaOfTool, strictOf } from '../../src/agents/model/schema.ts';
import type { Ask } from '../../src/agents/router.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { ask, toolNamed, tools } from './ask.ts';

const offering = createOffering();
type Call = ModelReply['calls'][number];
const read = (reply: Partial<ModelReply>, more: Partial<Ask> = {}) => {
  // Words that have the commands and the action offered which these tests speak of.
  const asked = ask('the list of tasks of the team, pause, kill, remove a person', more);
  return readReply({ text: '', calls: [], cut: false, usage: NO_USAGE, ...reply }, offering(asked), asked);
};
const call = (name: string, input: unknown): Call => ({ name, input });
const TASK = call('create_task', { title: 'water the plants' });

test('a call that the schema takes is a call, with what the schema makes of it', () => {
  expect(read({ calls: [TASK] })).toMatchObject({ kind: 'calls', calls: [{ tool: 'create_task', input: { title: 'water the plants' } }] });
});

test('null stands for what was left out', () => {
  const input = { title: 'a', due: null, due_on: null, description: null };
  expect(read({ calls: [call('create_task', input)] })).toMatchObject({ kind: 'calls' });
});

test('what is missing or wrong is asked about by the name of its field, and what holds is kept', () => {
  const missing = read({ calls: [call('create_task', { priority: 3 })] });
  expect(missing).toMatchObject({ kind: 'missing', tool: 'create_task', fields: ['title'], input: { priority: 3 } });
  expect(missing).toMatchObject({ say: expect.stringMatching(/Title: it is missing/) });
  const wrong = read({ calls: [call('create_task', { title: 'a', priority: 99 })] });
  expect(wrong).toMatchObject({ kind: 'missing', fields: ['priority'], input: { title: 'a' } });
  expect(wrong).toMatchObject({ say: expect.stringMatching(/Priority: A priority is a whole number from 1 to 10/) });
});

test.for([
  'text',
  7,
  null,
  undefined,
  [],
  [{ title: 'a' }],
  JSON.parse('{"__proto__":{"title":"a"}}'),
  { constructor: { prototype: {} } },
  { title: { toString: 'x' } },
])('arguments that are no arguments are asked about: %j', (input) => {
  const answer = read({ calls: [call('create_task', input)] });
  expect(answer).toMatchObject({ kind: 'missing', tool: 'create_task' });
  expect(JSON.stringify(answer)).not.toMatch(/invalid_type|ZodError|\bat \w+ \(/);
  expect(({} as Record<string, unknown>).title).toBeUndefined();
});

test.for(['nothing_like_it', '__proto__', 'constructor', 'toString', '', 'command__nothing', 'hand_over'])(
  'an action that was not offered is not done: %s',
  (name) => {
    expect(read({ calls: [call(name, { title: 'a' })] })).toMatchObject({ kind: 'suggest', say: expect.stringMatching(/no such action/) });
  },
);

test('an id that a model made up is dropped: the tool finds it by the name', () => {
  const made = { person: 'Tom', person_id: '11111111-1111-4111-8111-111111111111' };
  expect(read({ calls: [call('remove_person', made)] })).toMatchObject({
    kind: 'missing',
    tool: 'remove_person',
    input: { person: 'Tom' },
  });
});

test('a command that only shows something runs; one that changes something is a button', () => {
  expect(read({ calls: [call('command__tasks', {})] })).toEqual({ kind: 'command', name: 'tasks', args: {} });
  expect(read({ calls: [call('command__kill', { about: 'now\u202e\u0000 !' })] })).toMatchObject({
    kind: 'suggest',
    suggestions: ['/kill now !'],
  });
});

test('several actions are all proposed, or none', () => {
  expect(read({ calls: [TASK, TASK] })).toMatchObject({ kind: 'calls', calls: [{}, {}] });
  expect(read({ calls: [TASK, call('create_task', {})] })).toMatchObject({
    kind: 'suggest',
    say: expect.stringMatching(/Title.*Nothing is done/),
  });
  expect(read({ calls: [TASK, call('nothing', {})] })).toMatchObject({ kind: 'suggest' });
  expect(read({ calls: [TASK, call('command__pause', {})] })).toMatchObject({ kind: 'suggest', suggestions: ['/pause'] });
  expect(read({ calls: Array.from({ length: 11 }, () => TASK) })).toMatchObject({
    kind: 'suggest',
    say: expect.stringMatching(/11 actions/),
  });
});

test('a text is bounded, and holds nothing that cannot be stored; none at all is no answer', () => {
  expect(read({ text: ' Which day?\u0000 ' })).toEqual({ kind: 'text', say: 'Which day?\uFFFD' });
  expect(read({ text: '\ud800' })).toEqual({ kind: 'text', say: '\uFFFD' });
  expect(read({ text: 'half', cut: true })).toEqual({ kind: 'text', say: 'half…' });
  expect(read({ text: ' \n ' })).toBeUndefined();
});

test('a message is handed over only to an agent that there is, and only when there are any', () => {
  const agents = [{ key: 'notes', when: 'something is to be noted' }];
  expect(offering(ask('x', { agents })).offers.map(({ name }) => name)).toContain('hand_over');
  expect(offering(ask('x')).offers.map(({ name }) => name)).not.toContain('hand_over');
  expect(read({ calls: [call('hand_over', { agent: 'notes' })] }, { agents })).toEqual({ kind: 'hand_over', agent: 'notes' });
  expect(read({ calls: [call('hand_over', { agent: 'root' })] }, { agents })).toMatchObject({ kind: 'suggest' });
});

test('of many tools at most twenty are offered, the fitting one among them', () => {
  const base = toolNamed('create_task');
  const many = Array.from({ length: 300 }, (_, at) => ({
    ...base,
    name: `tool_${at}`,
    summary: `Turns valve ${at} of the plant`,
    examples: [],
  }));
  const wanted = { ...base, name: 'order_pizza', summary: 'Orders a pizza', examples: ['order a pizza for noon'] };
  const { offers } = offering(ask('please order a pizza', { tools: [...many, wanted] }));
  expect(offers.length).toBeLessThanOrEqual(20);
  expect(offers.map(({ name }) => name)).toContain('order_pizza');
});

test('no action is offered with an open map, which a model could only leave empty: it writes a text, and the text is read', () => {
  for (const tool of tools) expect({ tool: tool.name, open: hasOpenMap(schemaOfTool(tool)) }).toEqual({ tool: tool.name, open: false });
  expect(hasOpenMap(z.toJSONSchema(z.strictObject({ a: z.record(z.string(), z.string()) })))).toBe(true);
  const action = { tool: 'create_task', input: '{"title":"a"}' };
  const scheduled = read(
    { calls: [call('schedule_job', { name: 'a', schedule_expr: 'every Monday at 9', time_zone: 'UTC', action })] },
    { text: 'schedule a job' },
  );
  expect(scheduled).toMatchObject({ kind: 'calls', calls: [{ input: { action: { tool: 'create_task', input: { title: 'a' } } } }] });
});

test('strict schemas stop where the limits of a provider are reached; the others are sent as they are', () => {
  const loose = z.strictObject(Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`field_${at}`, z.string().optional()])));
  const many = Array.from({ length: 5 }, (_, at) => defineTool({ ...toolNamed('create_task'), name: `loose_${at}`, input: loose }));
  const { offers } = offering(ask('x', { tools: many, commands: [] }));
  expect(offers.map(({ strict }) => strict)).toEqual([true, true, false, false, false]);
  const strict = offers.filter((offer) => offer.strict).map((offer) => countLoose(offer.schema).optional);
  expect(strict.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(24);
});

test('what a constrained decoder cannot keep moves into words', () => {
  const schema = z.toJSONSchema(
    z.strictObject({ n: z.int().min(1).max(9).default(3).meta({ title: 'N', control: 'number' }), when: z.iso.date() }),
  );
  expect(strictOf(schema)).toMatchObject({
    additionalProperties: false,
    properties: { n: { type: 'integer', description: 'N; minimum 1; maximum 9; left out: 3' }, when: { type: 'string' } },
  });
});
