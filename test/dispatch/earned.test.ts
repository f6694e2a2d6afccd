import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../src/dispatch/actor.ts';
import { settle } from '../../src/dispatch/after.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { considerPair } from '../../src/dispatch/earned.ts';
import { policyInForce } from '../../src/dispatch/propose.ts';
import { revise } from '../../src/dispatch/revise.ts';
import type { Standing } from '../../src/dispatch/standing.ts';
import { TEAM_THREAD } from '../../src/dispatch/team.ts';
import { startEarning } from '../../src/queue/earning.ts';
import type { Team } from '../../src/tools/autonomy-change.ts';
import { signAutopilot } from '../../src/tools/sign-autopilot.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { fakeTools } from '../fakes/tools.ts';
import { inNameOf, note, standingOf } from './agent-rig.ts';
import { createRig, effectsWithoutDecision, type Rig, unique } from './rig.ts';

const team: Team = async () => [{ key: 'qualifier', name: 'Qualifier', domain: 'sales', autonomy: 'autopilot' }];

let rig: Rig;
let asks: Actor;
let approver: Actor;
let admin: Actor;
beforeAll(async () => {
  const tools: Tool[] = fakeTools({ calls: [] });
  tools.push(signAutopilot({ tools: () => tools, team }));
  rig = await createRig({ solo: false, tools });
  asks = await rig.person('Asks', 'operator');
  approver = await rig.person('Approves', 'approver');
  admin = await rig.person('Signs', 'admin');
});
const forget = () =>
  rig.tamper('truncate wilco.proposals, wilco.revisions, wilco.decisions, wilco.votes, wilco.effects, wilco.runs cascade');
beforeEach(async () => {
  await forget();
  await rig.policy({});
});
afterEach(async () => expect(await effectsWithoutDecision(rig)).toBe(0));
afterAll(() => rig.stop());

const PAIR = { projectId: 'default', agent: 'qualifier', tool: 'note_own' };
const consider = () => considerPair(rig.heart, team, PAIR);
const shown = ({ proposal, revision }: Standing) => ({ proposalId: proposal.id, revision: revision.revision, digest: revision.digest });
const yes = async (standing: Standing, by = approver) =>
  expect(await decide(rig.heart, by, { verb: 'approve', ...shown(standing) })).toMatchObject({ ok: true });
const no = async (standing: Standing) =>
  expect(await decide(rig.heart, approver, { verb: 'reject', reason: 'no', ...shown(standing) })).toMatchObject({ ok: true });

/** People agree to so many notes of the agent, and turn down so many. */
const decided = async (agreed: number, turnedDown = 0, cents = 1) => {
  for (let at = 0; at < agreed; at++) await yes(await note(rig, inNameOf(asks), { text: unique(), cents }));
  for (let at = 0; at < turnedDown; at++) await no(await note(rig, inNameOf(asks), { text: unique(), cents: 9 }));
};

const proposedRules = () =>
  rig.sql<{ id: string; state: string }>(`select id, state from wilco.proposals where tool = 'sign_autopilot' order by proposed_at`);
const rules = async () => (await policyInForce(rig.database.db, 'default')).document.autopilot;

/** The rule is earned, signed by the admin and in force. */
const earned = async () => {
  await decided(20);
  expect(await consider()).toBe(true);
  const [card] = await proposedRules();
  await yes(await standingOf(rig, card?.id ?? ''), admin);
  expect(await rig.step(card?.id ?? '')).toBe('settled');
  const [rule] = await rules();
  if (!rule) throw new Error('nothing was signed');
  return rule;
};

test('[autopilot] after enough agreement Wilco proposes the narrowest rule once, in its own name, with how it would have gone on the card', async () => {
  await decided(20, 1);
  expect(await consider()).toBe(true);
  expect(await consider()).toBe(false);
  const [card, ...others] = await proposedRules();
  expect(others).toEqual([]);
  const { proposal, revision } = await standingOf(rig, card?.id ?? '');
  expect(proposal).toMatchObject({ state: 'proposed', proposedByName: 'Wilco', proposedBy: null, threadId: TEAM_THREAD, agentKey: null });
  expect(revision.approverRole).toBe('admin');
  expect(JSON.parse(revision.inputText)).toMatchObject({
    agent: 'qualifier',
    actions: 'note_own',
    risk_up_to: 'low',
    where: [{ field: 'cents', is: '<=', value: 1 }],
    per_day: 21,
  });
  expect(revision.preview.changes).toContain(
    'Over past decisions it would have agreed with 20 of 20, and would have asked people for the other 1',
  );
});

test('[autopilot][power] a person signs it, and only then it counts: who and when stand in the policy, from the decision and not from the card', async () => {
  const rule = await earned();
  expect(rule).toMatchObject({
    id: expect.stringMatching(/^earned-qualifier-[0-9a-f]{8}$/),
    signedBy: admin.personId,
    tools: ['note_own'],
  });
  expect(Date.parse(rule.until) - Date.now()).toBeLessThanOrEqual(30 * 86_400_000);
  const { proposal } = await note(rig, inNameOf(asks), { text: unique(), cents: 1 });
  expect(proposal.state).toBe('approved');
  expect(await rig.step(proposal.id)).toBe('settled');
  expect(await consider()).toBe(false);
});

test('too little, too old or too mixed earns nothing', async () => {
  await decided(19);
  expect(await consider()).toBe(false);
  await decided(1);
  await rig.tamper(`update wilco.decisions set created_at = now() - interval '61 days'`);
  expect(await consider()).toBe(false);
  await decided(18, 2);
  expect(await consider()).toBe(false);
});

test('what was edited, undone or came of a heartbeat is no agreement', async () => {
  await decided(18);
  for (let at = 0; at < 2; at++) {
    const standing = await note(rig, inNameOf(asks));
    await revise(rig.heart, admin, { proposalId: standing.proposal.id, revision: 1, input: { text: unique() } });
    await yes(await standingOf(rig, standing.proposal.id));
  }
  for (let at = 0; at < 5; at++) await yes(await note(rig, inNameOf(asks, { heartbeat: true })));
  expect(await consider()).toBe(false);
});

test('turned down, it is not proposed again before 20 more decisions', async () => {
  await decided(20);
  expect(await consider()).toBe(true);
  const [card] = await proposedRules();
  expect(await decide(rig.heart, admin, { verb: 'reject', reason: 'no', ...shown(await standingOf(rig, card?.id ?? '')) })).toMatchObject({
    ok: true,
  });
  await decided(19);
  expect(await consider()).toBe(false);
  await decided(1);
  expect(await consider()).toBe(true);
  expect((await proposedRules()).map(({ state }) => state)).toEqual(['rejected', 'proposed']);
});

test.each([
  ['rejects', (standing: Standing) => no(standing)],
  [
    'edits',
    async (standing: Standing) =>
      expect(
        await revise(rig.heart, approver, { proposalId: standing.proposal.id, revision: 1, input: { text: unique(), cents: 2 } }),
      ).toMatchObject({ ok: true }),
  ],
])(
  '[autopilot] somebody %s what an earned rule would have let the agent do: the rule ends with that, and the team room says why',
  async (_what, act) => {
    const waits = await note(rig, inNameOf(asks), { text: unique(), cents: 1 });
    const outside = await note(rig, inNameOf(asks), { text: `danger ${unique()}`, cents: 1 });
    const rule = await earned();
    await no(outside);
    expect(await rules()).toEqual([rule]);
    await act(waits);
    expect(await rules()).toEqual([]);
    const posts = await rig.sql<{ text: string }>(
      `select text from wilco.messages where thread_id = '${TEAM_THREAD}' and kind = 'status' order by created_at desc limit 1`,
    );
    expect(posts[0]?.text).toMatch(new RegExp(`^The earned rule ${rule.id} has ended, because Approves`));
    expect((await note(rig, inNameOf(asks), { text: unique(), cents: 1 })).proposal.state).toBe('proposed');
  },
);

test('[autopilot] what an earned rule did and a person settles as never done ends the rule', async () => {
  await earned();
  const { proposal } = await note(rig, inNameOf(asks), { text: unique(), cents: 1 });
  for (const state of ['executing', 'unknown']) await rig.sql(`update wilco.proposals set state = '${state}' where id = '${proposal.id}'`);
  expect(await settle(rig.heart, approver, { proposalId: proposal.id, outcome: 'failed' })).toMatchObject({ ok: true });
  expect(await rules()).toEqual([]);
});

test('it looks when somebody has decided, and at no other time', async () => {
  const earning = startEarning({ heart: rig.heart, team, projectId: 'default' });
  try {
    await new Promise((resolve) => setTimeout(resolve, 700));
    await decided(20);
    for (let at = 0; at < 500 && (await proposedRules()).length === 0; at++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await proposedRules()).toHaveLength(1);
  } finally {
    await earning.stop();
  }
});
