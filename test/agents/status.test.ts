import { expect, test } from 'vitest';
import { defineAgent } from '../../src/agents/agent.ts';
import type { Member } from '../../src/agents/roster.ts';
import { AGENT_STATUSES, statusOf } from '../../src/agents/status.ts';
import { AGENT_STATES } from '../../src/db/states.ts';

const clerk = defineAgent({ key: 'clerk', name: 'Clerk', summary: 'Files', prompt: 'File.' });
const alone = defineAgent({ key: 'bell', name: 'Bell', summary: 'Rings', prompt: 'Ring.', alone: true });
const memberOf = (more: Partial<Member> = {}): Member => ({ agent: clerk, state: 'active', shipped: true, broken: false, ...more });
const FAILED = { runId: 'r', state: 'failed' as const, problem: 'The model fell silent.', at: new Date() };
const DONE = { ...FAILED, state: 'done' as const, problem: null };
const ON = { workers: 1, model: true };
const status = (more: Partial<Parameters<typeof statusOf>[0]> = {}) =>
  statusOf({ member: memberOf(), figures: { running: 0, last: null }, power: ON, held: undefined, ...more }).status;

test('an agent with nothing to do is idle, and active while a run of its goes on', () => {
  expect(status()).toBe('idle');
  expect(status({ figures: { running: 0, last: DONE } })).toBe('idle');
  expect(status({ figures: { running: 2, last: FAILED } })).toBe('active');
});

test('one whose last run failed is in error, with what went wrong, until another run goes on or is done', () => {
  const derived = statusOf({ member: memberOf(), figures: { running: 0, last: FAILED }, power: ON, held: undefined });
  expect(derived).toEqual({ status: 'error', why: 'The model fell silent.' });
  expect(status({ figures: { running: 0, last: { ...FAILED, state: 'cancelled' } } })).toBe('idle');
});

test('without a worker, or without a model that it needs, an agent is offline; one that needs none is not', () => {
  expect(status({ power: { workers: 0, model: true } })).toBe('offline');
  expect(status({ power: { workers: 1, model: false } })).toBe('offline');
  expect(status({ member: memberOf({ agent: alone }), power: { workers: 1, model: false } })).toBe('idle');
  expect(status({ member: memberOf({ agent: alone }), power: { workers: 0, model: false } })).toBe('offline');
});

test.each(['paused', 'killed'] as const)('what was %s is paused, whatever else is so of it', (how) => {
  const held = { paused: how === 'paused', killed: how === 'killed' };
  expect(status({ held, figures: { running: 1, last: FAILED }, power: { workers: 0, model: false } })).toBe('paused');
  expect(status({ held, member: memberOf({ state: 'planned' }) })).toBe('planned');
  expect(status({ held, member: memberOf({ state: 'retired' }) })).toBe('retired');
});

const STOPS = [undefined, { paused: false, killed: false }, { paused: true, killed: false }];
const POWERS = [0, 1].flatMap((workers) => [false, true].map((model) => ({ workers, model })));
const DOINGS = [0, 1].flatMap((running) => [null, DONE, FAILED].map((last) => ({ running, last })));
const MEMBERS = AGENT_STATES.flatMap((state) => [false, true].map((broken) => memberOf({ state, broken })));
const EVERYTHING = MEMBERS.flatMap((member) =>
  STOPS.flatMap((held) => POWERS.flatMap((power) => DOINGS.map((figures) => ({ member, held, power, figures })))),
);

/** What it has to be by the first of these that is so, said another way round. */
const expected = ({ member: { state, broken }, held, power, figures }: (typeof EVERYTHING)[number]): string => {
  const rules: [boolean, string][] = [
    [state === 'retired', 'retired'],
    [broken, 'error'],
    [state === 'planned', 'planned'],
    [state === 'paused' || held?.paused === true, 'paused'],
    [power.workers === 0 || !power.model, 'offline'],
    [figures.running > 0, 'active'],
    [figures.last === FAILED, 'error'],
  ];
  return rules.find(([so]) => so)?.[1] ?? 'idle';
};

test('of every state, pause, power and run there is one answer, and what somebody decided comes before what is so', () => {
  for (const matter of EVERYTHING) expect({ matter, status: statusOf(matter).status }).toEqual({ matter, status: expected(matter) });
  expect(new Set(EVERYTHING.map(expected))).toEqual(new Set(AGENT_STATUSES));
});
