import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PolicyDocument, SHIPPED_POLICY } from '../../src/db/policy-document.ts';
import { RISKS, ROLES, roleAtLeast } from '../../src/db/states.ts';
import { byName } from '../../src/dispatch/heart.ts';
import { takeOccurrence } from '../../src/dispatch/occurrence.ts';
import { mayPropose, partsOf, partsRisk, ruleOnParts } from '../../src/dispatch/parts.ts';
import { ruleOn } from '../../src/dispatch/policy.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { effectsWithoutDecision, unique } from './rig.ts';
import { createScheduleRig, later, NOTE, type ScheduleRig } from './schedule-rig.ts';

let rig: ScheduleRig;
beforeAll(async () => {
  rig = await createScheduleRig({ solo: false });
});
afterAll(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});

const DAILY = { schedule_expr: '0 9 * * *', time_zone: 'UTC' };
const LIMIT = { daily_limit_usd: 5 };

const people = async () => ({
  asks: await rig.person(unique(), 'operator'),
  approves: await rig.person(unique(), 'approver'),
  other: await rig.person(unique(), 'approver'),
});
const dueNow = async (id: string): Promise<Date> => later((await rig.row(id)).next_at, 1000);
/** The next occurrence, and the state that it begins in. */
const next = async (id: string): Promise<string | undefined> => {
  expect(await rig.take(id, await dueNow(id))).toBe('made');
  return (await rig.made(id)).at(-1)?.state;
};
const gone = (personId: string | null) => rig.sql(`update wilco.members set removed_at = now() where person_id = '${personId}'`);

test('[scheduled] while nothing has changed an occurrence runs on the approval of its schedule', async () => {
  const id = await rig.scheduled({ name: unique(), action: NOTE() }, await people());
  expect(await next(id)).toBe('approved');
});

test('[scheduled] under another policy the card waits for people, and says why', async () => {
  const name = unique();
  const who = await people();
  const id = await rig.scheduled({ name, action: NOTE() }, who);
  await rig.policy({
    rules: [
      { id: 'notes', match: { tools: ['note_unsafe'] }, outcome: { kind: 'ask', approvals: 1, role: 'approver', selfApproval: false } },
    ],
  });
  expect(await next(id)).toBe('proposed');
  expect(await rig.said(`“${name}” waits for approval, because the policy has changed since the schedule was approved.`)).toBe(1);
  const made = (await rig.made(id)).at(-1)?.id ?? '';
  const [card] = await rig.sql<{ revision: number; digest: string }>(
    `select revision, digest from wilco.revisions where proposal_id = '${made}'`,
  );
  expect(await rig.approve(who.asks, { id: made, revision: 1, digest: card?.digest ?? '' })).toMatchObject({ ok: false });
  expect(await rig.approve(who.other, { id: made, revision: 1, digest: card?.digest ?? '' })).toMatchObject({ ok: true });
  await rig.policy({});
  expect(await rig.stateOf(made)).toBe('approved');
});

test('[scheduled] a policy that changed elsewhere changes nothing for it', async () => {
  const id = await rig.scheduled({ name: unique(), action: NOTE() }, await people());
  await rig.policy({ dailyLimitMicros: 5_000_000 });
  expect(await next(id)).toBe('approved');
  await rig.policy({});
});

test('[scheduled] a policy that refuses the action pauses its schedule, with a word', async () => {
  const name = unique();
  const id = await rig.scheduled({ name, action: NOTE() }, await people());
  await rig.policy({ rules: [{ id: 'no', match: { tools: ['note_unsafe'] }, outcome: { kind: 'refuse', reason: 'No notes.' } }] });
  expect(await rig.take(id, await dueNow(id))).toBe('stopped');
  expect(await rig.row(id)).toMatchObject({ state: 'paused' });
  expect(await rig.said(`The schedule “${name}” is paused, because The policy of this project refuses that: No notes.`)).toBe(1);
  await rig.policy({});
});

test('[scheduled] an action of another version waits for people', async () => {
  const id = await rig.scheduled({ name: unique(), action: NOTE() }, await people());
  const tools = byName([...rig.heart.tools.values()].map((tool) => (tool.name === 'note_unsafe' ? { ...tool, version: 2 } : tool)));
  const scheduling = { ...rig.scheduling, heart: { ...rig.heart, tools } };
  expect(await takeOccurrence(scheduling, id, await dueNow(id))).toBe('made');
  expect((await rig.made(id)).at(-1)?.state).toBe('proposed');
});

test('[scheduled] another wording of schedule_job itself changes nothing that was approved', async () => {
  const id = await rig.scheduled({ name: unique(), action: NOTE() }, await people());
  const tools = byName([...rig.heart.tools.values()].map((tool) => (tool.name === 'schedule_job' ? { ...tool, summary: 'New' } : tool)));
  expect(await takeOccurrence({ ...rig.scheduling, heart: { ...rig.heart, tools } }, id, await dueNow(id))).toBe('made');
  expect((await rig.made(id)).at(-1)?.state).toBe('approved');
});

test('[scheduled] an action that is gone pauses its schedule', async () => {
  const id = await rig.scheduled({ name: unique(), action: NOTE() }, await people());
  const tools = byName([...rig.heart.tools.values()].filter((tool) => tool.name !== 'note_unsafe'));
  expect(await takeOccurrence({ ...rig.scheduling, heart: { ...rig.heart, tools } }, id, await dueNow(id))).toBe('stopped');
  expect(await rig.row(id)).toMatchObject({ state: 'paused' });
});

test.each(['asks', 'approves'] as const)('[person][scheduled] when the one who %s has left, the card waits for others', async (role) => {
  const who = await people();
  const id = await rig.scheduled({ name: unique(), action: NOTE() }, who);
  await gone(who[role].personId);
  expect(await next(id)).toBe('proposed');
});

test('[own][scheduled] what one person approved alone waits for others once there are others', async () => {
  await rig.sql('update wilco.projects set solo = true');
  const id = await rig.scheduled({ name: unique(), action: NOTE() });
  await rig.sql('update wilco.projects set solo = false');
  expect(await next(id)).toBe('proposed');
});

test('[quorum][scheduled] two of two who approved have to be there still', async () => {
  await rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'approver', selfApproval: false } });
  const who = await people();
  const card = await rig.proposed(
    who.asks,
    { name: unique(), schedule_expr: '0 9 * * *', time_zone: 'UTC', action: NOTE() },
    'schedule_job',
  );
  await rig.approve(who.other, card);
  await rig.approve(who.approves, card);
  await rig.step(card.id);
  const [row] = await rig.sql<{ id: string }>(`select id from wilco.schedules where proposal_id = '${card.id}'`);
  const id = row?.id ?? '';
  expect(await next(id)).toBe('approved');
  await rig.step((await rig.made(id)).at(-1)?.id ?? '');
  await gone(who.other.personId);
  expect(await next(id)).toBe('proposed');
  await rig.policy({});
});

test('[shown][scheduled] a schedule that was written over by hand does not run', async () => {
  const changes = [`pattern = '* * * * *'`, `time_zone = 'Asia/Tokyo'`];
  for (const change of changes) {
    const id = await rig.scheduled({ name: unique(), action: NOTE() }, await people());
    await rig.tamper(`update wilco.schedules set ${change} where id = '${id}'`);
    expect(await rig.take(id, await dueNow(id))).toBe('stopped');
    expect(await rig.made(id)).toEqual([]);
  }
});

test('[shown][scheduled] an approved input, rule or requester that was written over by hand does not run', async () => {
  const changes = [
    `update wilco.revisions set input_text = replace(input_text, 'mine', 'theirs') where proposal_id = $1`,
    `update wilco.revisions set tool_hash = 'x' where proposal_id = $1`,
    `update wilco.proposals set requester = 'person:' || gen_random_uuid() where id = $1`,
    `update wilco.proposals set tool = 'remind' where id = $1`,
  ];
  for (const change of changes) {
    const id = await rig.scheduled({ name: unique(), action: NOTE('mine') }, await people());
    await rig.tamper(change, [(await rig.row(id)).proposal_id]);
    expect(await rig.take(id, await dueNow(id)), change).toBe('stopped');
    expect(await rig.made(id)).toEqual([]);
  }
});

test('[decided][scheduled] without the decision on what made it a schedule waits for people', async () => {
  const id = await rig.scheduled({ name: unique(), action: NOTE() }, await people());
  const { proposal_id } = await rig.row(id);
  await rig.tamper(`update wilco.decisions set kind = 'rejected' where proposal_id = $1`, [proposal_id]);
  expect(await next(id)).toBe('proposed');
  await rig.tamper(`update wilco.decisions set kind = 'approved' where proposal_id = $1`, [proposal_id]);
});

test('[power] what changes power can be scheduled by nobody who may not propose it, and asks an admin', async () => {
  const who = await people();
  const whole = { ...DAILY, name: unique(), action: { tool: 'set_budget', input: LIMIT } };
  await expect(rig.proposed(who.asks, whole, 'schedule_job')).rejects.toThrow('not_allowed');
  const card = await rig.proposed(await rig.person(unique(), 'admin'), whole, 'schedule_job');
  expect(await rig.approve(who.approves, card)).toMatchObject({ ok: false, error: { code: 'not_an_approver' } });
  expect(await rig.approve(await rig.person(unique(), 'admin'), card)).toMatchObject({ ok: true });
});

test('[power] an edit cannot bring in what its editor may not propose', async () => {
  const { asks } = await people();
  const card = await rig.proposed(asks, { ...DAILY, name: unique(), action: NOTE() }, 'schedule_job');
  const input = { ...DAILY, name: unique(), action: { tool: 'set_budget', input: LIMIT } };
  expect(await revise(rig.heart, asks, { proposalId: card.id, revision: 1, input })).toMatchObject({
    ok: false,
    error: { code: 'not_allowed' },
  });
});

const outcome = fc.oneof(
  fc.constant({ kind: 'refuse' as const, reason: 'no' }),
  fc.record({
    kind: fc.constant('ask' as const),
    approvals: fc.integer({ min: 1, max: 20 }),
    role: fc.constantFrom(...ROLES),
    selfApproval: fc.boolean(),
  }),
);
const rule = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  match: fc.record(
    {
      tools: fc.array(fc.constantFrom('schedule_job', 'note_unsafe', 'set_budget'), { minLength: 1 }),
      risks: fc.array(fc.constantFrom(...RISKS), { minLength: 1 }),
    },
    { requiredKeys: [] },
  ),
  outcome,
});

const tool = (name: string) => {
  const found = rig.heart.tools.get(name);
  if (!found) throw new Error(name);
  return found;
};
type Outcome = PolicyDocument['otherwise'];
const atLeast = (together: Outcome, alone: Outcome): boolean => {
  if (alone.kind === 'refuse' || together.kind === 'refuse') return together.kind === 'refuse';
  const asks = together.approvals >= alone.approvals && roleAtLeast(together.role, alone.role);
  return asks && (alone.selfApproval || !together.selfApproval);
};
const ACTIONS = [
  { tool: 'note_unsafe', input: { text: 'a', cents: 0 } },
  { tool: 'note_unsafe', input: { text: 'danger', cents: 0 } },
  { tool: 'set_budget', input: LIMIT },
];

test('[scheduled][power] whatever the policy says, to schedule an action never asks less than to do it', () => {
  const base = SHIPPED_POLICY;
  const policies = fc.record({ rules: fc.array(rule, { maxLength: 4 }), otherwise: outcome });
  fc.assert(
    fc.property(policies, fc.constantFrom(...ACTIONS), (policy, action) => {
      const document = { ...base, ...policy } as PolicyDocument; // what the generator leaves out is left out there, too
      const parts = partsOf({ tool: tool('schedule_job'), input: { ...DAILY, name: 'x', missed: 'once', action } }, rig.heart.tools);
      if (!parts) throw new Error('no parts');
      const inner = tool(action.tool);
      const risk = inner.risk(action.input);
      expect(RISKS.indexOf(partsRisk(parts))).toBeGreaterThanOrEqual(RISKS.indexOf(risk));
      const may = ROLES.filter((role) => mayPropose(role, parts));
      expect(may.every((role) => roleAtLeast(role, inner.proposerRole ?? 'operator'))).toBe(true);
      return atLeast(
        ruleOnParts(document, parts, null).outcome,
        ruleOn(document, { tool: inner, risk, input: action.input, agent: null }).outcome,
      );
    }),
    { numRuns: 3000 },
  );
});
