import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../src/dispatch/actor.ts';
import { retry, settle, withdraw } from '../../src/dispatch/after.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { throwSwitch } from '../../src/dispatch/power.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { SOAK } from '../soak.ts';
import { atOnce, createRig, effectsWithoutDecision, type Rig, unique } from './rig.ts';

const ROUNDS = 12 * SOAK;

let rig: Rig;
let asks: Actor;
let approvers: Actor[];
const askFor = (approvals: number) => rig.policy({ otherwise: { kind: 'ask', approvals, role: 'approver', selfApproval: false } });

beforeAll(async () => {
  rig = await createRig({ solo: false });
  asks = await rig.person('Asks', 'operator');
  approvers = await Promise.all(Array.from({ length: 100 }, (_, at) => rig.person(`Approver ${at}`, 'approver')));
});
afterEach(async () => expect(await effectsWithoutDecision(rig)).toBe(0));
afterAll(() => rig.stop());

type Card = Awaited<ReturnType<Rig['proposed']>>;
type Answer = Awaited<ReturnType<typeof decide>>;
const first = () => approvers[0] as Actor;
const second = () => approvers[1] as Actor;
const third = () => approvers[2] as Actor;
const cardOf = (text = unique()): Promise<Card> => rig.proposed(asks, { text });
const reject = (actor: Actor, card: Card): Promise<Answer> =>
  decide(rig.heart, actor, { verb: 'reject', proposalId: card.id, revision: card.revision, reason: 'no' });
const saidYes = (answers: Answer[], state = 'approved') => answers.filter((answer) => answer.ok && answer.value.state === state).length;
const codesOf = (answers: Answer[]): string[] => [...new Set(answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code])))].sort();
const decisionsOn = async ({ id }: Card): Promise<string[]> =>
  (await rig.sql<{ kind: string }>(`select kind from wilco.decisions where proposal_id = '${id}' order by created_at`)).map(
    ({ kind }) => kind,
  );
const jobsFor = async ({ id }: Card): Promise<number> =>
  (await rig.sql(`select 1 from pgboss.job where name = 'execute' and data ->> 'proposalId' = '${id}'`)).length;
const shuffle = <T>(list: T[]): T[] =>
  list
    .map((value) => ({ value, by: Math.random() }))
    .sort((a, b) => a.by - b.by)
    .map(({ value }) => value);

test('[once][decided] of a thousand people pressing at once one decides, the others are told, and it runs once', async () => {
  const card = await cardOf();
  const presses = Array.from({ length: 1000 * SOAK }, (_, at) => approvers[at % approvers.length] as Actor);
  const answers = await atOnce(presses, 200, (actor) => rig.approve(actor, card));
  expect(saidYes(answers)).toBe(1);
  expect(codesOf(answers)).toEqual(['already_decided']);
  expect([await decisionsOn(card), await jobsFor(card)]).toEqual([['approved'], 1]);
  expect(await rig.sql(`select count(*)::int as n from wilco.votes where proposal_id = '${card.id}'`)).toEqual([{ n: 1 }]);
  const steps = await Promise.all(Array.from({ length: 20 }, () => rig.step(card.id)));
  expect(steps.filter((came) => came === 'settled').length).toBe(1);
  expect(rig.outside.calls.filter(({ key }) => key === `${card.id}:1`).length).toBe(1);
  expect(await rig.sql(`select state from wilco.effects where proposal_id = '${card.id}'`)).toEqual([{ state: 'executed' }]);
});

test('[quorum] of three who press several times at once two make the quorum, each counted once', async () => {
  await askFor(2);
  for (let round = 0; round < ROUNDS; round += 1) {
    const card = await cardOf();
    const presses = shuffle([first, second, third].flatMap((who) => Array.from({ length: 4 }, () => who())));
    const answers = await Promise.all(presses.map((actor) => rig.approve(actor, card)));
    expect([saidYes(answers, 'proposed'), saidYes(answers)]).toEqual([1, 1]);
    expect(['already_decided', 'already_voted']).toEqual(expect.arrayContaining(codesOf(answers)));
    expect(await rig.sql(`select count(distinct person_id)::int as n from wilco.votes where proposal_id = '${card.id}'`)).toEqual([
      { n: 2 },
    ]);
    expect([await decisionsOn(card), await jobsFor(card)]).toEqual([['approved'], 1]);
  }
  await askFor(1);
});

test('[quorum] one person pressing a hundred times at once is one vote', async () => {
  await askFor(2);
  const card = await cardOf();
  const answers = await Promise.all(Array.from({ length: 100 }, () => rig.approve(first(), card)));
  expect([saidYes(answers, 'proposed'), codesOf(answers), await rig.stateOf(card.id)]).toEqual([1, ['already_voted'], 'proposed']);
  await askFor(1);
});

test('[quorum] votes for the revision before an edit count for nothing, and its buttons are refused', async () => {
  await askFor(2);
  const card = await cardOf();
  await rig.approve(first(), card);
  expect(await revise(rig.heart, asks, { proposalId: card.id, revision: 1, input: { text: unique() } })).toMatchObject({ ok: true });
  expect(await rig.approve(second(), card)).toMatchObject({ ok: false, error: { code: 'stale_revision' } });
  const [now] = await rig.sql<{ digest: string }>(`select digest from wilco.revisions where proposal_id = '${card.id}' and revision = 2`);
  const edited = { id: card.id, revision: 2, digest: now?.digest ?? '' };
  expect(await rig.approve(second(), { ...edited, digest: card.digest })).toMatchObject({ error: { code: 'digest_mismatch' } });
  expect(await rig.approve(second(), edited)).toMatchObject({ ok: true, value: { state: 'proposed' } });
  expect(await rig.approve(first(), edited)).toMatchObject({ ok: true, value: { state: 'approved' } });
  await askFor(1);
});

test('[quorum][shown] whichever wins of an edit and two votes, what runs is what the two were shown', async () => {
  await askFor(2);
  for (let round = 0; round < ROUNDS; round += 1) {
    const [before, after] = [`before ${unique()}`, `after ${unique()}`];
    const card = await cardOf(before);
    const edit = () => revise(rig.heart, asks, { proposalId: card.id, revision: 1, input: { text: after } });
    const [edited, ...votes] = await Promise.all([edit(), rig.approve(first(), card), rig.approve(second(), card)]);
    const [standing] = await rig.sql<{ state: string; revision: number }>(
      `select state, revision from wilco.proposals where id = '${card.id}'`,
    );
    expect(standing).toEqual(edited.ok ? { state: 'proposed', revision: 2 } : { state: 'approved', revision: 1 });
    expect(saidYes(votes)).toBe(edited.ok ? 0 : 1);
    if (edited.ok) {
      // Two more yeses to what was shown before do nothing.
      expect(codesOf(await Promise.all([rig.approve(first(), card), rig.approve(third(), card)]))).toEqual(['stale_revision']);
    } else await rig.step(card.id);
    expect(rig.outside.calls.filter(({ text }) => text === after)).toEqual([]);
    expect(rig.outside.calls.filter(({ text }) => text === before).length).toBe(edited.ok ? 0 : 1);
  }
  await askFor(1);
});

test('[once] of a yes and a no at once one stands and the other is told', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const card = await cardOf();
    const [yes, no] = await Promise.all(shuffle([0, 1]).map((at) => (at ? rig.approve(first(), card) : reject(second(), card))));
    expect([yes?.ok, no?.ok].filter(Boolean).length).toBe(1);
    const state = await rig.stateOf(card.id);
    expect(await decisionsOn(card)).toEqual([state]);
    expect(await jobsFor(card)).toBe(state === 'approved' ? 1 : 0);
  }
});

test('[once] what its proposer withdrew does not run, however close the approval, the worker and the withdrawal come', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const text = unique();
    const card = await cardOf(text);
    const pressed = rig.approve(first(), card);
    const [taken] = await Promise.all([withdraw(rig.heart, asks, card.id), pressed, pressed.then(() => rig.step(card.id))]);
    const ran = rig.outside.calls.filter((call) => call.text === text).length;
    expect({ state: await rig.stateOf(card.id), ran }).toEqual(taken.ok ? { state: 'withdrawn', ran: 0 } : { state: 'executed', ran: 1 });
  }
});

test('[stop] whichever comes first of a kill and an approval, nothing is left that could run', async () => {
  const kill = () => throwSwitch(rig.heart, first(), { verb: 'kill', reason: null });
  const lift = () => throwSwitch(rig.heart, rig.owner, { verb: 'unkill', reason: null });
  await kill();
  await lift();
  for (let round = 0; round < ROUNDS; round += 1) {
    const cards = await Promise.all(Array.from({ length: 8 }, () => cardOf()));
    const [killed, ...answers] = await Promise.all([kill(), ...cards.map((card) => rig.approve(second(), card))]);
    const voided = saidYes(answers);
    expect(killed).toMatchObject({ ok: true, value: { voided, state: { killed: true } } });
    expect(codesOf(answers)).toEqual(voided === cards.length ? [] : ['killed']);
    const states = await Promise.all(cards.map(({ id }) => rig.stateOf(id)));
    expect(states.filter((state) => state === 'void').length).toBe(voided);
    expect(states.filter((state) => state === 'proposed').length).toBe(cards.length - voided);
    await lift();
    const came = await Promise.all(cards.map(({ id }) => rig.step(id)));
    expect(came.every((one) => one === 'not_due')).toBe(true);
  }
});

test('[once][moves] of many who retry or settle at once one does, and each attempt has one effect', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const card = await cardOf('lost');
    await rig.approve(first(), card);
    await rig.step(card.id);
    const settled = await Promise.all(
      approvers.slice(0, 8).map((actor) => settle(rig.heart, actor, { proposalId: card.id, outcome: 'failed' })),
    );
    expect([saidYes(settled, 'failed'), codesOf(settled)]).toEqual([1, ['wrong_state']]);
    const retried = await Promise.all(approvers.slice(0, 8).map((actor) => retry(rig.heart, actor, card.id)));
    expect([saidYes(retried), codesOf(retried)]).toEqual([1, ['wrong_state']]);
    await Promise.all([rig.step(card.id), rig.step(card.id)]);
    expect(await decisionsOn(card)).toEqual(['approved', 'settled', 'retried']);
    expect(await rig.sql(`select attempt, state from wilco.effects where proposal_id = '${card.id}' order by attempt`)).toEqual([
      { attempt: 1, state: 'failed' },
      { attempt: 2, state: 'unknown' },
    ]);
  }
});
