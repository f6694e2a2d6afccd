import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NEXT, PROPOSAL_STATES, type ProposalState } from '../../src/db/states.ts';
import { retry, settle, withdraw } from '../../src/dispatch/after.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { expireOverdue } from '../../src/dispatch/expire.ts';
import { move } from '../../src/dispatch/move.ts';
import { throwSwitch } from '../../src/dispatch/power.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { createRig, effectsWithoutDecision, type Rig, unique } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});

type Card = Awaited<ReturnType<Rig['proposed']>>;

/** A proposal put into a state: by its own way as far as that is one step, by force beyond. */
const cardIn = async (state: ProposalState, text = unique()): Promise<Card> => {
  const card = await rig.proposed(rig.owner, { text });
  if (state === 'proposed') return card;
  await rig.approve(rig.owner, card);
  if (state !== 'approved') await rig.tamper('update wilco.proposals set state = $1 where id = $2', [state, card.id]);
  return card;
};

const PAIRS = PROPOSAL_STATES.flatMap((from) => PROPOSAL_STATES.map((to) => ({ from, to })));
const inTable = (from: ProposalState, to: ProposalState): boolean => (NEXT[from] as readonly string[]).includes(to);

test('[moves] move() makes every move of the table and refuses every other', async () => {
  for (const { from, to } of PAIRS) {
    const { id } = await cardIn(from);
    const moved = await move(rig.database.db, { id, to });
    expect({ from, to, moved: moved?.state }).toEqual({ from, to, moved: inTable(from, to) ? to : undefined });
    expect(await rig.stateOf(id)).toBe(inTable(from, to) ? to : from);
  }
});

test('[moves] move() held to a state that the proposal is not in changes nothing', async () => {
  for (const { from, to } of PAIRS.filter(({ from, to }) => inTable(from, to))) {
    const { id } = await cardIn(from);
    for (const other of PROPOSAL_STATES.filter((state) => state !== from))
      expect(await move(rig.database.db, { id, from: other, to })).toBeUndefined();
    expect(await rig.stateOf(id)).toBe(from);
  }
});

test('[moves] the database makes every move of the table and refuses every other, whoever writes', async () => {
  for (const { from, to } of PAIRS) {
    const { id } = await cardIn(from);
    const moved = await rig.sql(`update wilco.proposals set state = '${to}' where id = '${id}'`).then(
      () => 'made',
      (error: Error) => error.message,
    );
    expect({ from, to, moved }).toEqual({
      from,
      to,
      moved: inTable(from, to) || from === to ? 'made' : `a proposal cannot go from ${from} to ${to}`,
    });
  }
});

const owner = () => rig.owner;
const overdue = async ({ id }: Card) => {
  await rig.sql(`update wilco.proposals set updated_at = now() - interval '3 hours' where id = '${id}'`);
  await rig.policy({ expireAfterHours: 2 });
  await expireOverdue(rig.heart);
  await rig.policy({});
};
const killAndLift = async () => {
  await throwSwitch(rig.heart, owner(), { verb: 'kill', reason: null });
  await throwSwitch(rig.heart, owner(), { verb: 'unkill', reason: null });
};

/** What each door does: the states that it leads from, each to where. In any other state it changes nothing. */
const DOORS: Record<string, { leads: Partial<Record<ProposalState, ProposalState>>; press(card: Card): Promise<unknown> }> = {
  approve: { leads: { proposed: 'approved' }, press: (card) => rig.approve(owner(), card) },
  reject: {
    leads: { proposed: 'rejected' },
    press: (card) => decide(rig.heart, owner(), { verb: 'reject', proposalId: card.id, revision: card.revision, reason: 'no' }),
  },
  edit: {
    leads: {},
    press: (card) => revise(rig.heart, owner(), { proposalId: card.id, revision: card.revision, input: { text: unique() } }),
  },
  withdraw: { leads: { proposed: 'withdrawn', approved: 'withdrawn' }, press: (card) => withdraw(rig.heart, owner(), card.id) },
  retry: { leads: { failed: 'approved' }, press: (card) => retry(rig.heart, owner(), card.id) },
  'it happened': {
    leads: { unknown: 'executed' },
    press: (card) => settle(rig.heart, owner(), { proposalId: card.id, outcome: 'executed' }),
  },
  'it did not': { leads: { unknown: 'failed' }, press: (card) => settle(rig.heart, owner(), { proposalId: card.id, outcome: 'failed' }) },
  'leave it': { leads: {}, press: (card) => settle(rig.heart, owner(), { proposalId: card.id, outcome: 'leave' }) },
  expiry: { leads: { proposed: 'expired' }, press: overdue },
  worker: { leads: { approved: 'executed' }, press: (card) => rig.step(card.id) },
  kill: { leads: { approved: 'void' }, press: killAndLift },
};

describe.each(Object.entries(DOORS))('the door of %s', (_, { leads, press }) => {
  test.each(PROPOSAL_STATES)('[moves] leads from %s where the table says, and nowhere else', async (from) => {
    const card = await cardIn(from);
    await press(card);
    expect(await rig.stateOf(card.id)).toBe(leads[from] ?? from);
  });
});

test('[moves] every move of the table has a door, but for those of waiting, which nothing leads to yet', () => {
  const led = Object.values(DOORS).flatMap(({ leads }) => Object.entries(leads).map(([from, to]) => `${from}>${to}`));
  const byWorker = ['approved>executing', 'executing>executed', 'executing>failed', 'executing>unknown', 'proposed>void'];
  const wanted = PAIRS.filter(({ from, to }) => inTable(from, to) && from !== 'waiting' && to !== 'waiting').map(
    ({ from, to }) => `${from}>${to}`,
  );
  expect([...led.filter((move) => move !== 'approved>executed'), ...byWorker].sort()).toEqual(wanted.sort());
});

test.each([
  ['refused', 'failed'],
  ['lost', 'unknown'],
  ['fine', 'executed'],
])('[moves][outcome] an action that comes back %s leaves its proposal %s', async (text, state) => {
  const card = await cardIn('approved', text);
  expect(await rig.step(card.id)).toBe('settled');
  expect(await rig.stateOf(card.id)).toBe(state);
  const runs = await rig.sql<{ result: string }>(`select result from wilco.runs where proposal_id = '${card.id}'`);
  expect(runs).toEqual([{ result: state === 'executed' ? 'success' : 'failed' }]);
});

test('[silence] nothing lapses while the policy sets no limit, however old it is', async () => {
  const card = await cardIn('proposed');
  await rig.sql(
    `update wilco.proposals set updated_at = now() - interval '9 years', proposed_at = now() - interval '9 years' where id = '${card.id}'`,
  );
  await expireOverdue(rig.heart);
  expect(await rig.stateOf(card.id)).toBe('proposed');
});

test('[silence] with a limit what is younger waits on, and what lapsed can no longer be approved', async () => {
  const [young, old] = [await cardIn('proposed'), await cardIn('proposed')];
  await overdue(old);
  expect(await rig.stateOf(young.id)).toBe('proposed');
  expect(await rig.approve(owner(), old)).toMatchObject({ ok: false, error: { code: 'already_decided', state: 'expired' } });
});
