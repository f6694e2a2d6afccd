import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../src/dispatch/actor.ts';
import { decide, decideEach } from '../../src/dispatch/decide.ts';
import { makeOffer } from '../../src/dispatch/make-offer.ts';
import { acceptOffer } from '../../src/dispatch/offer.ts';
import { proposalCard } from '../../src/dispatch/proposal-card.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { takeOver } from '../../src/dispatch/take-over.ts';
import { inNameOf, note, standingOf } from './agent-rig.ts';
import { actorOf, createRig, effectsWithoutDecision, type Rig, THREAD, unique } from './rig.ts';

let rig: Rig;
let asks: Actor;
let approver: Actor;
let viewer: Actor;
beforeAll(async () => {
  rig = await createRig({ solo: false });
  asks = await rig.person('Asks', 'operator');
  approver = await rig.person('Approves', 'approver');
  viewer = await rig.person('Reads', 'viewer');
});
afterEach(async () => expect(await effectsWithoutDecision(rig)).toBe(0));
afterAll(() => rig.stop());

const suggested = (more = {}) => note(rig, inNameOf(asks, { autonomy: 'manual', ...more }));
const shown = ({ proposal, revision }: Awaited<ReturnType<typeof note>>) => ({
  proposalId: proposal.id,
  revision: revision.revision,
  digest: revision.digest,
});

test('[suggests] the card of a suggestion says so, has no approve, and can be taken over or dismissed', async () => {
  const standing = await suggested();
  for (const full of [false, true]) {
    const card = proposalCard(standing, rig.heart.tools.get('note_own'), full);
    expect(card.status?.label).toBe('Only a suggestion: do it yourself');
    expect(card.actions.map(({ verb, label }) => [verb, label])).toEqual([
      ['take_over', 'Take over'],
      ['reject', 'Dismiss'],
    ]);
  }
});

test('[suggests] nobody approves it, by any door, in solo mode or as the owner; it waits as it was', async () => {
  await rig.sql('update wilco.projects set solo = true');
  const standing = await suggested();
  const yes = { verb: 'approve' as const, ...shown(standing) };
  for (const actor of [approver, rig.owner]) {
    expect(await decide(rig.heart, actor, yes)).toMatchObject({ error: { code: 'only_a_suggestion' } });
    expect(await decideEach(rig.heart, actor, [yes])).toMatchObject([{ code: 'only_a_suggestion' }]);
    const item = { id: standing.proposal.id, revision: 1, digest: standing.revision.digest };
    const offer = await makeOffer(rig.database.db, {
      projectId: 'default',
      personId: actor.personId ?? '',
      threadId: THREAD,
      items: [item],
    });
    expect(await acceptOffer(rig.heart, actor, offer)).toMatchObject({ value: { became: [{ problem: { code: 'only_a_suggestion' } }] } });
  }
  expect(await revise(rig.heart, approver, { proposalId: standing.proposal.id, revision: 1, input: { text: unique() } })).toMatchObject({
    ok: true,
  });
  const edited = await standingOf(rig, standing.proposal.id);
  expect(edited.revision.decider).toBe('nobody');
  expect(await decide(rig.heart, rig.owner, { verb: 'approve', ...shown(edited) })).toMatchObject({ error: { code: 'only_a_suggestion' } });
  expect(await rig.stateOf(standing.proposal.id)).toBe('proposed');
  await rig.sql('update wilco.projects set solo = false');
});

test('[suggests] taken over it is exactly the same action in the name of whoever did, waits for its own approval, and the suggestion gives way', async () => {
  const standing = await suggested();
  const made = await takeOver(rig.heart, approver, shown(standing));
  const id = made.ok ? made.value.proposalId : '';
  const own = await standingOf(rig, id);
  expect(own.proposal).toMatchObject({
    state: 'proposed',
    proposedBy: approver.personId,
    agentKey: null,
    requester: `person:${approver.personId}`,
  });
  expect(own.revision.inputText).toBe(standing.revision.inputText);
  expect(await standingOf(rig, standing.proposal.id)).toMatchObject({ proposal: { state: 'void', replacedBy: id } });
  expect(await decide(rig.heart, approver, { verb: 'approve', ...shown(own) })).toMatchObject({ error: { code: 'self_approval' } });
  expect(await decide(rig.heart, rig.owner, { verb: 'approve', ...shown(own) })).toMatchObject({ ok: true });
  expect(await rig.step(id)).toBe('settled');
});

test('[suggests] the run of the agent that suggested wakes when somebody takes it over, or dismisses it', async () => {
  for (const act of ['take over', 'dismiss'] as const) {
    const [run] = await rig.sql<{ id: string }>(
      `insert into wilco.agent_runs (project_id, agent_key, trigger, goal, thread_id, actor_role, state) values ('default', 'qualifier', 'message', 'look', '${THREAD}', 'operator', 'parked') returning id`,
    );
    const standing = await suggested({ runId: run?.id ?? '' });
    if (act === 'take over') await takeOver(rig.heart, approver, shown(standing));
    else await decide(rig.heart, approver, { verb: 'reject', reason: 'not now', ...shown(standing) });
    expect(await rig.sql(`select state from wilco.agent_runs where id = '${run?.id}'`)).toEqual([{ state: 'queued' }]);
  }
});

test('[suggests] of 20 presses at once one takes it over', async () => {
  const standing = await suggested();
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, at) => takeOver(rig.heart, at % 2 ? approver : rig.owner, shown(standing))),
  );
  expect(made.filter(({ ok }) => ok)).toHaveLength(1);
  for (const one of made) if (!one.ok) expect(one.error.code).toBe('already_decided');
  const same = await rig.sql(`select 1 from wilco.proposals where input_hash = '${standing.proposal.inputHash}' and state = 'proposed'`);
  expect(same).toHaveLength(1);
});

test('[suggests][person] who may not propose cannot take it over, and what is none, or was edited since, is refused', async () => {
  const standing = await suggested();
  expect(await takeOver(rig.heart, viewer, shown(standing))).toMatchObject({ error: { code: 'not_allowed' } });
  expect(await takeOver(rig.heart, { ...viewer, role: 'owner' }, shown(standing))).toMatchObject({ error: { code: 'not_allowed' } });
  expect(await takeOver(rig.heart, actorOf(null, 'owner', 'ci'), shown(standing))).toMatchObject({ error: { code: 'not_allowed' } });
  expect(await takeOver(rig.heart, approver, { ...shown(standing), revision: 2 })).toMatchObject({ error: { code: 'stale_revision' } });
  const usual = await note(rig, asks);
  expect(await takeOver(rig.heart, approver, shown(usual))).toMatchObject({ error: { code: 'no_suggestion' } });
  expect(await takeOver(rig.heart, approver, { proposalId: unique(), revision: 1 })).toMatchObject({ error: { code: 'proposal_missing' } });
  expect(await rig.stateOf(standing.proposal.id)).toBe('proposed');
});

test('[suggests] dismissing takes the right to approve, as to reject anything', async () => {
  const standing = await suggested();
  const no = { verb: 'reject' as const, reason: 'no', ...shown(standing) };
  expect(await decide(rig.heart, viewer, no)).toMatchObject({ error: { code: 'not_an_approver' } });
  expect(await decide(rig.heart, approver, no)).toMatchObject({ ok: true, value: { state: 'rejected' } });
});
