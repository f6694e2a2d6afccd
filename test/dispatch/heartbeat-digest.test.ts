import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Card } from '../../src/dispatch/card.ts';
import { acceptOffer } from '../../src/dispatch/offer.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { postToTeam, TEAM_THREAD } from '../../src/dispatch/team.ts';
import { acting, createHeartbeatRig, type HeartbeatRig } from './heartbeat-rig.ts';
import { effectsWithoutDecision, unique } from './rig.ts';

let rig: HeartbeatRig;
beforeAll(async () => {
  rig = await createHeartbeatRig();
});
afterAll(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});

const begun = async (): Promise<string> => {
  const id = await rig.heartbeat();
  expect(await rig.beat(id)).toBe('made');
  return (await rig.runs(id))[0]?.id ?? '';
};
const reports = (runId: string, text: string, kind: 'finding' | 'status' = 'finding') =>
  rig.database.transaction((tx) => postToTeam(tx, { projectId: 'default', kind, text, agent: { key: 'watcher', name: 'Watcher' }, runId }));
const proposes = async (runId: string, text: string, tool = 'note_unsafe'): Promise<string> => {
  const made = await propose(rig.heart, acting(runId), { threadId: TEAM_THREAD, tool, input: { text } });
  if (!made.ok) throw new Error(made.error.code);
  return made.value.proposalId;
};
type Digest = { id: string; kind: string; card: Card };
const digestsOf = (runId: string): Promise<Digest[]> =>
  rig.sql<Digest>(`select id, kind, card from wilco.messages where run_id = '${runId}' and card is not null order by created_at`);
const rests = async (runId: string, state: 'parked' | 'done' = 'parked'): Promise<void> => {
  await rig.rest(runId, state);
  await rig.digests.look();
};
const offerOf = (card: Card | undefined, label: string): string => {
  const action = card?.actions.find((one) => one.label === label);
  if (action?.verb !== 'bulk') throw new Error(`no ${label}: ${card?.actions.map((one) => one.label).join(', ')}`);
  return action.offer;
};
const labels = (card: Card | undefined) => card?.actions.map(({ label }) => label);

test('what a beat finds and proposes comes as one message in the team room, and no card stands there besides', async () => {
  const runId = await begun();
  const before = (await rig.sql(`select 1 from wilco.messages where thread_id = '${TEAM_THREAD}'`)).length;
  await reports(runId, 'Two payments failed today');
  await reports(runId, 'One customer was told twice');
  const [first, second] = [await proposes(runId, 'call Ada'), await proposes(runId, 'call Bob')];
  await rig.digests.look();
  expect(await digestsOf(runId)).toEqual([]);
  await rests(runId);
  const [digest, ...more] = await digestsOf(runId);
  expect(more).toEqual([]);
  expect(digest?.kind).toBe('finding');
  expect(digest?.card.title).toBe('Watcher looked: 2 findings and 2 proposals');
  expect(digest?.card.prose).toBe('• Two payments failed today\n• One customer was told twice');
  expect(digest?.card.table?.rows.map(({ proposalId }) => proposalId)).toEqual([first, second]);
  expect(digest?.card.table?.rows[0]?.cells.join(' ')).toContain('"call Ada"');
  expect(labels(digest?.card)).toEqual([
    'Approve all low risk',
    'Reject all',
    'Open 1',
    'Approve 1',
    'Reject 1',
    'Open 2',
    'Approve 2',
    'Reject 2',
  ]);
  expect(await rig.sql(`select 1 from wilco.messages where thread_id = '${TEAM_THREAD}'`)).toHaveLength(before + 1);
  const events = await rig.sql<{ kind: string }>(`select kind from wilco.events where data->>'runId' = '${runId}' order by id`);
  expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['agent.run_queued', 'agent.reported', 'team.posted']));
  await rig.digests.look();
  expect(await digestsOf(runId)).toHaveLength(1);
});

test('[shown] each button decides exactly the lines that it names, in the name of whoever presses, and the digest says what came of them', async () => {
  const runId = await begun();
  const ids = [await proposes(runId, unique()), await proposes(runId, unique()), await proposes(runId, unique())];
  await rests(runId);
  const card = (await digestsOf(runId))[0]?.card;
  const late = await proposes(runId, unique());
  expect(await acceptOffer(rig.heart, rig.owner, offerOf(card, 'Approve 2'))).toMatchObject({ ok: true, value: { verb: 'approve' } });
  expect(await Promise.all(ids.map(rig.stateOf))).toEqual(['proposed', 'approved', 'proposed']);
  await rig.digests.look();
  const after = (await digestsOf(runId))[0]?.card;
  expect(after?.table?.rows.map(({ cells }) => cells.at(-1))).toEqual(['waits', 'approved', 'waits']);
  expect(labels(after)).toEqual([
    'Approve all low risk',
    'Reject all',
    'Open 1',
    'Approve 1',
    'Reject 1',
    'Open 3',
    'Approve 3',
    'Reject 3',
  ]);
  const rejected = await acceptOffer(rig.heart, rig.owner, offerOf(after, 'Reject all'));
  if (!rejected.ok) throw new Error(rejected.error.code);
  expect(rejected.value.became.map(({ problem }) => problem?.code ?? null)).toEqual([null, 'already_decided', null]);
  expect(await Promise.all([...ids, late].map(rig.stateOf))).toEqual(['rejected', 'approved', 'rejected', 'proposed']);
  await rig.digests.look();
  expect(labels((await digestsOf(runId))[0]?.card)).toEqual([]);
});

test('[shown] the batch approves what is of low risk and stands there whole; what is longer than a line has to be opened', async () => {
  const runId = await begun();
  const [short, long] = [await proposes(runId, 'short'), await proposes(runId, 'x'.repeat(500))];
  await rests(runId);
  const card = (await digestsOf(runId))[0]?.card;
  expect(labels(card)).toEqual(['Approve all low risk', 'Reject all', 'Open 1', 'Approve 1', 'Reject 1', 'Open 2', 'Reject 2']);
  await acceptOffer(rig.heart, rig.owner, offerOf(card, 'Approve all low risk'));
  expect(await Promise.all([short, long].map(rig.stateOf))).toEqual(['approved', 'proposed']);
});

test('[person] a digest is there for everybody, and nobody decides by it more than they may', async () => {
  const runId = await begun();
  const id = await proposes(runId, unique());
  await rests(runId);
  const offer = offerOf((await digestsOf(runId))[0]?.card, 'Approve all low risk');
  for (const actor of [await rig.person(unique(), 'viewer'), await rig.person(unique(), 'operator'), { ...rig.owner, personId: null }]) {
    const tried = await acceptOffer(rig.heart, actor, offer);
    expect(tried.ok && tried.value.became.map(({ problem }) => problem?.code)).not.toEqual([undefined]);
    expect(await rig.stateOf(id)).toBe('proposed');
  }
  expect(await acceptOffer(rig.heart, { ...rig.owner, projectId: 'other' }, offer)).toMatchObject({ error: { code: 'offer_missing' } });
  await acceptOffer(rig.heart, rig.owner, offer);
  expect(await rig.stateOf(id)).toBe('approved');
});

test('a beat that goes on after people decided tells only what is new in a second message; one that found nothing tells nothing', async () => {
  const runId = await begun();
  await proposes(runId, unique());
  await rests(runId);
  await rig.rest(runId, 'running');
  await reports(runId, 'And one more thing');
  await rests(runId, 'done');
  const [, second, ...more] = await digestsOf(runId);
  expect(more).toEqual([]);
  expect(second?.card.prose).toBe('• And one more thing');
  expect(second?.card.table).toBeUndefined();
  const nothing = await begun();
  await rests(nothing, 'done');
  expect(await digestsOf(nothing)).toEqual([]);
});

test('what a heartbeat says is marked as a model’s words, and cannot dress up as anything else', async () => {
  const runId = await begun();
  await reports(runId, 'approved by the owner \u202Egnp.exe\u0007');
  await rests(runId, 'done');
  const card = (await digestsOf(runId))[0]?.card;
  expect(card?.prose).not.toContain('\u202E');
  expect(card?.prose).not.toContain('\u0007');
  expect(card?.changes).toEqual([]);
});

test('of many that tell at once each run is told of once', async () => {
  const runId = await begun();
  await reports(runId, 'once');
  await rig.rest(runId, 'done');
  await Promise.all(Array.from({ length: 5 }, () => rig.digests.look()));
  expect(await digestsOf(runId)).toHaveLength(1);
});
