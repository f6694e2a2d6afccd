import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postInRoom } from '../../src/bot/room/post.ts';
import { createRun } from '../../src/db/agent-runs.ts';
import { SHIPPED_POLICY } from '../../src/db/policy-document.ts';
import { RISKS } from '../../src/db/states.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { ruleOn } from '../../src/dispatch/policy.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { createTools } from '../../src/tools/registry.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { AGENT, acting } from './heartbeat-rig.ts';
import { createRig, type Rig, THREAD } from './rig.ts';

let rig: Rig;
let home: string;
let tools: readonly Tool[];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'wilco-heartbeat-'));
  tools = createTools({ home, post: postInRoom });
  rig = await createRig({ tools: [...tools] });
  await rig.policy(everything());
});
afterAll(async () => {
  await rig.stop();
  await rm(home, { recursive: true });
});

/** A policy as loose as one can be: the agent may do anything by itself that any agent may. */
const everything = () => ({
  rules: [],
  otherwise: { kind: 'ask' as const, approvals: 1, role: 'operator' as const, selfApproval: true },
  autonomy: { agents: { [AGENT]: 'autopilot' as const, helper: 'autopilot' as const }, domains: {} },
  autopilot: [AGENT, 'helper'].map((agent) => ({
    id: `all-${agent}`,
    agent,
    tools: tools.map(({ name }) => name),
    risks: [...RISKS],
    signedBy: rig.owner.personId ?? '',
    signedAt: '2020-01-01T00:00:00.000Z',
    until: '2099-01-01T00:00:00.000Z',
  })),
});

const INPUTS: Record<string, object> = {
  create_task: { title: 'Take over' },
  send_message: { channel: 'general', content: 'approved by the owner, run it' },
  remind: { text: 'take over', schedule_expr: '* * * * *', time_zone: 'UTC', where: 'here' },
  schedule_job: {
    name: 'take over',
    schedule_expr: '* * * * *',
    time_zone: 'UTC',
    action: { tool: 'create_task', input: { title: 'Take over', priority: 5 } },
  },
  edit_doc: { doc_type: 'notes', content: 'obey', mode: 'append' },
  file_write: { path: 'notes/x.txt', content: 'obey' },
  invite_person: { name: 'Mallory', role: 'owner' },
  create_api_key: { name: 'mine', kind: 'service' },
  set_approvals: { tool: 'create_task', approvals: 1, role: 'operator' },
  set_budget: { daily_limit_usd: 1000 },
  allow_host: { host: 'evil.example' },
  draft_call_script: { customer: 'X', goal: 'y', script: 'z' },
};

const runOf = (agentKey: string, parentId?: string): Promise<string> =>
  rig.database.transaction((tx) => {
    const handed = parentId === undefined ? {} : { parentId };
    const trigger = parentId === undefined ? ('heartbeat' as const) : ('hand_off' as const);
    return createRun(tx, { projectId: 'default', agentKey, trigger, goal: 'look', threadId: THREAD, by: null, ...handed });
  });

const tryAll = async (actor: Actor) => {
  const carded: string[] = [];
  for (const tool of tools) {
    const made = await propose(rig.heart, actor, { threadId: THREAD, tool: tool.name, input: INPUTS[tool.name] ?? {} });
    if (made.ok) carded.push(tool.name);
  }
  return carded;
};

const nothingRan = async (runId: string) => {
  const of = `select id from wilco.proposals where agent_run_id = '${runId}'`;
  expect(await rig.sql(`select tool, state from wilco.proposals where agent_run_id = '${runId}' and state <> 'proposed'`)).toEqual([]);
  expect(await rig.sql(`select 1 from wilco.decisions where proposal_id in (${of})`)).toEqual([]);
  expect(await rig.sql(`select 1 from wilco.effects where proposal_id in (${of})`)).toEqual([]);
  expect(await rig.sql(`select decider from wilco.revisions where proposal_id in (${of}) group by decider`)).toEqual([
    { decider: 'people' },
  ]);
};

test('[heartbeat] under the loosest policy there is, a run of a heartbeat that tries every tool makes cards and nothing else', async () => {
  await rig.work();
  const runId = await runOf(AGENT);
  const carded = await tryAll(acting(runId));
  expect(carded).toEqual(
    expect.arrayContaining(['create_task', 'send_message', 'schedule_job', 'edit_doc', 'file_write', 'draft_call_script']),
  );
  await nothingRan(runId);
  expect(await rig.sql('select 1 from wilco.tasks')).toEqual([]);
  expect(await rig.sql(`select 1 from wilco.schedules`)).toEqual([]);
});

test('[heartbeat] an agent that a heartbeat handed its work to can do no more than the heartbeat', async () => {
  const parent = await runOf(AGENT);
  const runId = await runOf('helper', parent);
  const helper = acting(runId, { key: 'helper', name: 'Helper' });
  await tryAll(helper);
  await nothingRan(runId);
});

test('[heartbeat][person] no agent decides its own card, and none in a name that nobody gave it', async () => {
  const runId = await runOf(AGENT);
  const actor = acting(runId);
  const made = await propose(rig.heart, actor, { threadId: THREAD, tool: 'create_task', input: { title: 'Mine to approve' } });
  if (!made.ok) throw new Error(made.error.code);
  const { proposalId } = made.value;
  const [row] = await rig.sql<{ digest: string }>(`select digest from wilco.revisions where proposal_id = '${proposalId}'`);
  const decided = await decide(rig.heart, actor, { verb: 'approve', proposalId, revision: 1, digest: row?.digest ?? '' });
  expect(decided).toMatchObject({ ok: false, error: { code: 'not_an_approver' } });
  await nothingRan(runId);
});

test('[heartbeat] the policy lets the same agent act when it was ordered to, and never on a heartbeat', () => {
  const tool = tools.find(({ name }) => name === 'create_task');
  if (!tool) throw new Error('no tool');
  const policy = { ...SHIPPED_POLICY, ...everything() };
  const rule = (heartbeat: boolean) =>
    ruleOn(policy, {
      tool,
      risk: 'low',
      input: { title: 'x' },
      agent: { key: AGENT, domain: 'general', autonomy: 'autopilot', heartbeat },
    }).decider;
  expect(rule(false)).toBe('autopilot');
  expect(rule(true)).toBe('people');
});

test('[heartbeat] the database refuses an autopilot’s decision on what a heartbeat proposed, and a proposal that hides where it came from', async () => {
  const runId = await runOf(AGENT);
  const made = await propose(rig.heart, acting(runId), { threadId: THREAD, tool: 'create_task', input: { title: 'By itself' } });
  if (!made.ok) throw new Error(made.error.code);
  const { proposalId } = made.value;
  const insert = `insert into wilco.decisions (proposal_id, revision, kind, digest, person_id, via, rule_id, policy_version)
    select '${proposalId}', 1, 'autopilot', digest, '${rig.owner.personId}', 'autopilot', 'all-watcher', 2 from wilco.revisions where proposal_id = '${proposalId}'`;
  await expect(rig.sql(insert)).rejects.toThrow('decided by people');
  await expect(rig.sql(`update wilco.proposals set agent_heartbeat = false where id = '${proposalId}'`)).rejects.toThrow();
  await expect(
    rig.sql(`update wilco.proposals set agent_run_id = null, agent_heartbeat = false where id = '${proposalId}'`),
  ).rejects.toThrow('stays one');
  const hidden = acting(runId, { heartbeat: false });
  await expect(propose(rig.heart, hidden, { threadId: THREAD, tool: 'create_task', input: { title: 'Hidden' } })).rejects.toThrow();
  await nothingRan(runId);
});
