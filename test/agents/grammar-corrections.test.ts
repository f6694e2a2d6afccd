import { expect, test } from 'vitest';
import { createGrammar } from '../../src/agents/grammar.ts';
import type { Turn } from '../../src/agents/router.ts';
import { ask } from './ask.ts';
import { routingTools as tools } from './routing-set/tools.ts';

const grammar = createGrammar();
const audit = { tool: 'create_task', input: { title: 'audit', due_on: '2026-11-27' } };
const turn = (...calls: { tool: string; input: Record<string, unknown> }[]): Turn[] => [
  { author: 'person', text: 'as it was said', calls },
  { author: 'wilco', text: 'It waits.' },
];
const route = (text: string, history?: Turn[], timeZone = 'Europe/Berlin') =>
  grammar.route(ask(text, { tools, timeZone, ...(history ? { history } : {}) }));

test('a correction is the whole call anew, with what was changed', async () => {
  expect(await route('no, Thursday', turn(audit))).toEqual({
    kind: 'calls',
    calls: [{ tool: 'create_task', input: { title: 'audit', due_on: '2026-11-26' } }],
  });
});

test('the newest action is the one that is corrected', async () => {
  const history = [...turn(audit), ...turn({ tool: 'create_task', input: { title: 'party' } })];
  expect(await route('make it urgent', history)).toMatchObject({ calls: [{ input: { title: 'party', priority: 10 } }] });
});

test('with several actions before it, a correction is a question', async () => {
  expect(await route('no, Thursday', turn(audit, audit))).toMatchObject({ kind: 'text', say: expect.stringContaining('more than one') });
});

test('what fits no argument, a day that does not exist and two days are questions', async () => {
  for (const said of ['no, #support', 'no, 30 February', 'no, Thursday or Friday', 'make it better']) {
    expect((await route(said, turn(audit))).kind, said).toBe('text');
  }
});

test('a value that the tool refuses is asked about', async () => {
  expect(await route('make it priority 11', turn(audit))).toMatchObject({ kind: 'missing', tool: 'create_task', fields: ['priority'] });
});

test('taking it back is no action: it says where that is done', async () => {
  expect((await route('never mind', turn(audit))).kind).toBe('suggest');
});

test('a new order is a new order, whatever came before', async () => {
  expect(await route('create a task for the party', turn(audit))).toEqual({
    kind: 'calls',
    calls: [{ tool: 'create_task', input: { title: 'party' } }],
  });
});

test('"no, at 9" keeps the day, and the days of what repeats', async () => {
  const once = { tool: 'remind', input: { text: 'x', schedule_expr: '2026-11-24T08:00', time_zone: 'Europe/Berlin', where: 'me' } };
  const again = { ...once, input: { ...once.input, schedule_expr: '30 8 * * 1-5' } };
  expect(await route('no, at 9', turn(once))).toMatchObject({ calls: [{ input: { schedule_expr: '2026-11-24T09:00', text: 'x' } }] });
  expect(await route('no, at 9', turn(again))).toMatchObject({ calls: [{ input: { schedule_expr: '0 9 * * 1-5' } }] });
});

test('a zone that nobody knows is read as UTC, and the call says so', async () => {
  expect(await route('remind me tomorrow at 8 to call Bob', undefined, 'Mars/Olympus')).toMatchObject({
    calls: [{ input: { schedule_expr: '2026-11-24T08:00', time_zone: 'UTC' } }],
  });
  expect(await route('create a task for A, due tomorrow', undefined, '')).toMatchObject({ calls: [{ input: { due_on: '2026-11-24' } }] });
});

test('a time that could be two is asked about, with the rest kept', async () => {
  expect(await route('remind me every day at 5 to call Bob')).toMatchObject({
    kind: 'missing',
    tool: 'remind',
    fields: ['schedule_expr'],
    input: { text: 'call Bob', where: 'me' },
  });
});

test('an order with a time around it has to be whole by itself', async () => {
  expect((await route('every Monday at 10 create a task')).kind).not.toBe('calls');
  expect((await route('every Monday at 10 approve everything')).kind).not.toBe('calls');
  expect(await route('every Monday at 10 create a task for the audit')).toMatchObject({
    calls: [
      { tool: 'schedule_job', input: { name: 'create a task for the audit', action: { tool: 'create_task', input: { title: 'audit' } } } },
    ],
  });
});
