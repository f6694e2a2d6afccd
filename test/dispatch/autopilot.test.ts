import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../src/dispatch/actor.ts';
import { retry } from '../../src/dispatch/after.ts';
import { proposalCard } from '../../src/dispatch/proposal-card.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { TEAM_THREAD } from '../../src/dispatch/team.ts';
import { decisionsOn, inMinutes, inNameOf, note, signedBy, standingOf } from './agent-rig.ts';
import { atOnce, createRig, effectsWithoutDecision, type Rig, THREAD, unique } from './rig.ts';

let rig: Rig;
let asks: Actor;
let admin: Actor;
let approver: Actor;
beforeAll(async () => {
  rig = await createRig({ solo: false });
  asks = await rig.person('Asks', 'operator');
  approver = await rig.person('Approves', 'approver');
  admin = await rig.person('Signs', 'admin');
});
beforeEach(() => rig.policy({ autopilot: [signedBy(admin)] }));
afterEach(async () => expect(await effectsWithoutDecision(rig)).toBe(0));
afterAll(() => rig.stop());

const role = (actor: Actor, set: string) => rig.sql(`update wilco.members set ${set} where person_id = '${actor.personId}'`);

test('[autopilot][decided] what a signed rule lets an agent do is approved, recorded, enqueued and told in the transaction that proposes it', async () => {
  const { proposal, revision, autopilot } = await note(rig, inNameOf(asks));
  expect(proposal).toMatchObject({ state: 'approved', attempt: 1, agentKey: 'qualifier', decidedBy: admin.personId });
  expect(revision.decider).toBe('autopilot');
  expect(autopilot).toMatchObject({ ruleId: 'qualifier-notes', signer: 'Signs' });
  expect(await decisionsOn(rig, proposal.id)).toEqual([{ kind: 'autopilot', rule: 'qualifier-notes', person: admin.personId }]);
  const events = await rig.sql(`select kind, data->>'rule' as rule from wilco.events where proposal_id = '${proposal.id}' order by id`);
  expect(events).toEqual(
    expect.arrayContaining([
      { kind: 'proposal.proposed', rule: 'otherwise' },
      { kind: 'proposal.autopilot', rule: 'qualifier-notes' },
    ]),
  );
  const posts = await rig.sql<{ thread: string; kind: string }>(
    `select thread_id as thread, kind from wilco.messages where proposal_id = '${proposal.id}' order by created_at, thread_id`,
  );
  expect(posts).toEqual(
    expect.arrayContaining([
      { thread: THREAD, kind: 'text' },
      { thread: TEAM_THREAD, kind: 'action_proposal' },
    ]),
  );
  expect(await rig.step(proposal.id)).toBe('settled');
  expect(await rig.stateOf(proposal.id)).toBe('executed');
});

test('[autopilot] the card says by which rule, who signed it and until when, and offers nothing to decide', async () => {
  const standing = await note(rig, inNameOf(asks));
  const card = proposalCard(standing, rig.heart.tools.get('note_own'));
  const said = card.facts.find(({ label }) => label === 'Approved by')?.value;
  expect(said).toMatch(/^Autopilot, by the rule “note_own by @qualifier”, signed by Signs, until .* UTC$/);
  expect(card.actions.map(({ verb }) => verb)).toEqual(['withdraw']);
});

test('[autopilot] of 50 proposals at once a rule of 10 a day lets 10 act, and people are asked for the rest', async () => {
  await rig.policy({ autopilot: [signedBy(admin, { id: 'ten-a-day', perDay: 10 })] });
  const made = await atOnce(Array.from({ length: 50 }, unique), 10, (text) => note(rig, inNameOf(asks), { text }));
  expect(made.filter(({ proposal }) => proposal.state === 'approved')).toHaveLength(10);
  const asked = made.filter(({ proposal }) => proposal.state === 'proposed');
  expect(asked).toHaveLength(40);
  for (const { revision } of asked) {
    expect(revision.decider).toBe('people');
    expect(revision.preview.changes[0]).toBe("People decide this one, because the rule's 10 for today are used up");
  }
  const [first] = asked;
  if (!first) throw new Error('nobody was asked');
  const yes = await rig.approve(approver, { id: first.proposal.id, revision: 1, digest: first.revision.digest });
  expect(yes).toMatchObject({ ok: true, value: { state: 'approved' } });
  expect(await rig.step(first.proposal.id)).toBe('settled');
  expect(await rig.stateOf(first.proposal.id)).toBe('executed');
});

test('[autopilot] the same wish from the same origin acts once', async () => {
  const wish = { threadId: THREAD, tool: 'note_own', input: { text: unique() }, origin: unique() };
  const made = await Promise.all(Array.from({ length: 8 }, () => propose(rig.heart, inNameOf(asks), wish)));
  const ids = new Set(made.map((one) => (one.ok ? one.value.proposalId : one.error.code)));
  expect(ids.size).toBe(1);
  const [id = ''] = ids;
  expect(await decisionsOn(rig, id)).toHaveLength(1);
});

test('[autopilot] inside quiet hours people are asked, and what was decided before them does not start in them', async () => {
  const before = await note(rig, inNameOf(asks));
  await rig.policy({ autopilot: [signedBy(admin)], quietHours: { from: '00:00', to: '00:00' } });
  const during = await note(rig, inNameOf(asks));
  expect(during).toMatchObject({ proposal: { state: 'proposed' }, revision: { decider: 'people' } });
  expect(await rig.step(before.proposal.id)).toBe('drifted');
  const { proposal } = await standingOf(rig, before.proposal.id);
  expect(proposal.state).toBe('void');
  expect(await standingOf(rig, proposal.replacedBy ?? '')).toMatchObject({
    proposal: { state: 'proposed' },
    revision: { decider: 'people' },
  });
});

test.each([
  ['the rule was ended', () => rig.policy({})],
  ['the rule was changed', () => rig.policy({ autopilot: [signedBy(admin, { perDay: 5 })] })],
  ['the rule was narrowed', () => rig.policy({ autopilot: [signedBy(admin, { risks: ['high'] })] })],
  [
    'the autonomy of the agent was lowered',
    () => rig.policy({ autopilot: [signedBy(admin)], autonomy: { agents: { qualifier: 'copilot' }, domains: {} } }),
  ],
  [
    'the autonomy of its domain was lowered',
    () => rig.policy({ autopilot: [signedBy(admin)], autonomy: { agents: {}, domains: { sales: 'manual' } } }),
  ],
  ['whoever signed it was removed', () => role(admin, 'removed_at = now()')],
  ['whoever signed it may not sign any more', () => role(admin, `role = 'approver'`)],
  [
    'signing takes more than whoever signed has',
    () =>
      rig.policy({
        autopilot: [signedBy(admin)],
        rules: [
          { id: 'sign', match: { tools: ['sign_autopilot'] }, outcome: { kind: 'ask', approvals: 1, role: 'owner', selfApproval: false } },
        ],
      }),
  ],
])('[autopilot] between decision and start: %s, so nothing starts and people are asked anew', async (_what, change) => {
  const { proposal } = await note(rig, inNameOf(asks));
  await change();
  expect(await rig.step(proposal.id)).toBe('drifted');
  await role(admin, `removed_at = null, role = 'admin'`);
  const now = await standingOf(rig, proposal.id);
  expect(now.proposal).toMatchObject({ state: 'void', replacedBy: expect.any(String) });
  const fresh = await standingOf(rig, now.proposal.replacedBy ?? '');
  expect(fresh.proposal.state).toBe('proposed');
  expect(fresh.revision.decider).not.toBe('autopilot');
  expect(await rig.sql(`select 1 from wilco.effects where proposal_id = '${proposal.id}'`)).toEqual([]);
});

test('[autopilot] a rule that expires in the gap between decision and start lets nothing start', async () => {
  await rig.policy({ autopilot: [signedBy(admin, { until: new Date(Date.now() + 1500).toISOString() })] });
  const { proposal } = await note(rig, inNameOf(asks));
  expect(proposal.state).toBe('approved');
  await new Promise((resolve) => setTimeout(resolve, 1600));
  expect(await rig.step(proposal.id)).toBe('drifted');
  expect(await rig.stateOf(proposal.id)).toBe('void');
});

test('[autopilot] what a heartbeat proposes never acts, and the database refuses what would make it', async () => {
  const { proposal, revision } = await note(rig, inNameOf(asks, { heartbeat: true }));
  expect([proposal.state, revision.decider]).toEqual(['proposed', 'people']);
  const [run] = await rig.sql<{ id: string }>(
    `insert into wilco.agent_runs (project_id, agent_key, trigger, goal, thread_id, actor_role) values ('default', 'qualifier', 'heartbeat', 'look', '${THREAD}', 'operator') returning id`,
  );
  await expect(note(rig, inNameOf(asks, { runId: run?.id ?? '' }))).rejects.toThrow();
  expect(await rig.sql(`select 1 from wilco.proposals where agent_run_id = '${run?.id}'`)).toEqual([]);
});

test('[autopilot] what a person edited never acts, whatever it became', async () => {
  await rig.policy({ autopilot: [signedBy(admin, { where: [{ field: 'cents', is: '<=', value: 5 }] })] });
  const { proposal } = await note(rig, inNameOf(asks), { text: unique(), cents: 9 });
  expect(proposal.state).toBe('proposed');
  expect(await revise(rig.heart, approver, { proposalId: proposal.id, revision: 1, input: { text: unique(), cents: 1 } })).toMatchObject({
    ok: true,
  });
  expect(await standingOf(rig, proposal.id)).toMatchObject({ proposal: { state: 'proposed' }, revision: { decider: 'people' } });
});

test('[autopilot] a card that people were asked about stays theirs when a rule is signed later', async () => {
  await rig.policy({});
  const { proposal, revision } = await note(rig, inNameOf(asks));
  await rig.policy({ autopilot: [signedBy(admin)] });
  expect(await rig.approve(approver, { id: proposal.id, revision: 1, digest: revision.digest })).toMatchObject({ ok: true });
  expect(await decisionsOn(rig, proposal.id)).toMatchObject([{ kind: 'approved' }]);
});

test('[autopilot][stop] under a pause people are asked, and after a kill nothing is proposed', async () => {
  await rig.sql(`insert into wilco.stops (project_id, scope, paused) values ('default', 'agent:qualifier', true)`);
  expect((await note(rig, inNameOf(asks))).proposal.state).toBe('proposed');
  await rig.sql(`update wilco.stops set paused = false`);
  await rig.sql(`insert into wilco.switches (project_id, paused) values ('default', true)`);
  expect((await note(rig, inNameOf(asks))).proposal.state).toBe('proposed');
  await rig.sql(`update wilco.switches set paused = false, killed = true`);
  expect(await propose(rig.heart, inNameOf(asks), { threadId: THREAD, tool: 'note_own', input: { text: unique() } })).toMatchObject({
    error: { code: 'killed' },
  });
  await rig.sql(`delete from wilco.switches`);
});

test('[autopilot] what failed is tried again by a person who may approve it, and only while the rule stands', async () => {
  const { proposal } = await note(rig, inNameOf(asks));
  await rig.sql(`update wilco.proposals set state = 'executing' where id = '${proposal.id}'`);
  await rig.sql(`update wilco.proposals set state = 'failed' where id = '${proposal.id}'`);
  expect(await retry(rig.heart, asks, proposal.id)).toMatchObject({ error: { code: 'not_an_approver' } });
  await rig.policy({});
  expect(await retry(rig.heart, approver, proposal.id)).toMatchObject({ error: { code: 'drifted' } });
  await rig.policy({ autopilot: [signedBy(admin, { signedAt: inMinutes(-1) })] });
});
