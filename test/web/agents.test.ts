import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun } from '../../src/db/agent-runs.ts';
import { modelCalls } from '../../src/db/tables/models.ts';
import { AgentCostDay, AgentDetail, AgentRestarted, AgentRow } from '../../src/web/agent-schemas.ts';
import { Approval } from '../../src/web/schemas.ts';
import { THREAD } from '../dispatch/rig.ts';
import { createWebRig, type WebRig } from './rig.ts';

const List = z.object({ items: z.array(AgentRow) });
const Costs = z.object({ items: z.array(AgentCostDay) });

let rig: WebRig;
beforeAll(async () => {
  rig = await createWebRig({ solo: true });
  await rig.work();
});
afterAll(() => rig.stop());

const detail = (key: string) => rig.read(`/api/agents/${key}`, AgentDetail);
const decided = async (approval: Approval): Promise<string> => {
  await rig.approve(rig.owner, approval);
  return rig.settled(approval.id);
};
const runOf = (key: string, goal: string) =>
  rig.database.transaction((tx) =>
    createRun(tx, { projectId: 'default', agentKey: key, trigger: 'message', goal, threadId: THREAD, by: null }),
  );
const moved = (id: string, columns: string) => rig.sql(`update wilco.agent_runs set ${columns}, updated_at = now() where id = '${id}'`);

test('the list names everybody with how they stand, also those of the catalogue', async () => {
  const { items } = await rig.read('/api/agents', List);
  const status = Object.fromEntries(items.map(({ key, status: now }) => [key, now]));
  expect(status).toMatchObject({ dispatcher: 'idle', 'note-taker': 'idle', moderation: 'planned', onboarder: 'planned' });
  expect(items.find(({ key }) => key === 'moderation')).toMatchObject({
    domain: 'moderation',
    autonomy: { level: 'autopilot', why: expect.stringContaining('No rule is signed') },
    successRate: null,
    costMicros: 0,
    now: null,
  });
});

test('an agent is deployed, changed and retired by proposals, and its detail says what it became', async () => {
  const body = { key: 'counter', name: 'Counter', summary: 'Counts', prompt: 'Count the tasks.', tools: ['create_task'], maxSteps: 7 };
  const made = await rig.read('/api/agents', Approval, { json: body, status: 202 });
  expect(made).toMatchObject({ actionType: 'deploy_agent', status: 'proposed', params: { key: 'counter', max_steps: 7 } });
  expect(await rig.problem('/api/agents/counter', { as: rig.ownerKey })).toMatchObject({ status: 404, code: 'agent_missing' });
  expect(await decided(made)).toBe('executed');
  expect(await detail('counter')).toMatchObject({ status: 'offline', config: { prompt: 'Count the tasks.', maxSteps: 7, model: null } });

  const change = { method: 'PUT', json: { prompt: 'Count the documents.' }, status: 202 };
  const changed = await rig.read('/api/agents/counter', Approval, change);
  expect(changed.card.difference).toBe('- Count the tasks.\n+ Count the documents.');
  expect(await decided(changed)).toBe('executed');
  expect(await detail('counter')).toMatchObject({ tools: ['create_task'], config: { prompt: 'Count the documents.' } });

  const retired = await rig.read('/api/agents/counter', Approval, { method: 'DELETE', status: 202 });
  expect(await decided(retired)).toBe('executed');
  expect(await detail('counter')).toMatchObject({ status: 'retired' });
  expect(await rig.problem('/api/agents/counter', { as: rig.ownerKey, method: 'PUT', json: { name: 'X' } })).toMatchObject({ status: 404 });
});

test('one of the catalogue is proposed by its key alone, whole', async () => {
  const made = await rig.read('/api/agents', Approval, { json: { key: 'qualifier' }, status: 202 });
  expect(made.params).toMatchObject({ key: 'qualifier', name: 'Qualifier', domain: 'sales', autonomy: 'copilot' });
});

test.each([
  [{ json: { prompt: 'x', tools: ['set_role'] } }, 422, 'invalid_input'],
  [{ json: { prompt: 'x', tools: ['nothing_such'] } }, 422, 'invalid_input'],
  [{ json: { prompt: `AKIA${'X'.repeat(16)}` } }, 422, 'secret_literal'],
  [{ json: { key: 'lonely' } }, 422, 'invalid_input'],
  [{ json: { prompt: 7 } }, 422, 'invalid_input'],
])('what does not hold is refused with its code: %#', async (ask, status, code) => {
  expect(await rig.problem('/api/agents', { as: rig.ownerKey, ...ask })).toMatchObject({ status, code });
});

test('no service key and nobody below an admin proposes an agent', async () => {
  const json = { prompt: 'Count.' };
  expect(await rig.problem('/api/agents', { as: await rig.serviceKey(), json })).toMatchObject({ status: 403, code: 'not_allowed' });
  const ada = await rig.keyOf(await rig.person('Ada', 'approver'));
  expect(await rig.problem('/api/agents', { as: ada, json })).toMatchObject({ status: 403, code: 'not_allowed' });
});

test('success, cost and what it does now follow from its runs, its models and its actions; a day without any is there, too', async () => {
  const [done, failed, parked, cancelled] = [
    await runOf('note-taker', 'one'),
    await runOf('note-taker', 'two'),
    await runOf('note-taker', 'tidy the notes'),
    await runOf('note-taker', 'four'),
  ];
  await moved(done, "state = 'done', finished_at = now() - interval '2 minutes'");
  await moved(failed, "state = 'failed', problem = 'The model fell silent.', finished_at = now() - interval '1 minute'");
  await moved(cancelled, "state = 'cancelled', finished_at = now() - interval '3 minutes'");
  await moved(parked, "state = 'parked'");
  const call = {
    projectId: 'default',
    agentKey: 'note-taker',
    provider: 'test',
    model: 'm',
    outcome: 'ok',
    durationMs: 1,
    inputTokens: 40,
    outputTokens: 2,
  };
  await rig.database.db.insert(modelCalls).values([
    { ...call, costMicros: 1500 },
    { ...call, costMicros: 500, at: new Date(Date.now() - 3 * 86_400_000) },
    { ...call, costMicros: 9, agentKey: 'clip' },
  ]);
  expect(await detail('note-taker')).toMatchObject({
    status: 'error',
    why: 'The model fell silent.',
    successRate: 0.5,
    finishedRuns: 2,
    costMicros: 1500,
    now: { runId: parked, goal: 'tidy the notes', state: 'parked' },
  });
  const { items } = await rig.read('/api/agents/note-taker/cost?days=7', Costs);
  expect(items).toHaveLength(7);
  expect(items.map(({ modelMicros }) => modelMicros)).toEqual([0, 0, 0, 500, 0, 0, 1500]);
  expect(items.at(-1)).toMatchObject({ tokens: 42, runs: 4, actionMicros: 0 });
  expect(await rig.problem('/api/agents/nobody/cost', { as: rig.ownerKey })).toMatchObject({ status: 404, code: 'agent_missing' });
  expect(await rig.problem('/api/agents/note-taker/cost?days=900', { as: rig.ownerKey })).toMatchObject({ status: 422 });
});

test('what an agent proposed and was carried out counts as its cost, once it is not provably undone', async () => {
  const agent = { key: 'note-taker', name: 'Note-taker', domain: 'notes', autonomy: 'copilot' as const, heartbeat: false, runId: null };
  const made = await rig.proposed({ ...rig.owner, agent }, { title: 'costs' }, 'create_task');
  await rig.approve(rig.owner, made);
  expect(await rig.settled(made.id)).toBe('executed');
  const before = (await detail('note-taker')).costMicros;
  await rig.tamper(`update wilco.effects set cost_micros = 700 where proposal_id = '${made.id}'`);
  expect((await detail('note-taker')).costMicros).toBe(before + 700);
});

test('a restart answers how many runs begin again; a viewer may not', async () => {
  const run = await runOf('note-taker', 'busy');
  await moved(run, "state = 'running', worker_id = gen_random_uuid()");
  expect((await detail('note-taker')).status).toBe('active');
  const viewer = await rig.keyOf(await rig.person('Vera', 'viewer'));
  expect(await rig.problem('/api/agents/note-taker/restart', { as: viewer, json: {} })).toMatchObject({ status: 403 });
  const answer = await rig.read('/api/agents/note-taker/restart', AgentRestarted, { json: {} });
  expect(answer).toMatchObject({ restarted: 1, agent: { now: { state: expect.stringMatching(/queued|parked/) } } });
});

test('a pause shows at once as paused, with why, and a resume as what it was', async () => {
  expect(await rig.read('/api/agents/note-taker/pause', AgentDetail, { json: {} })).toMatchObject({ status: 'paused', state: 'paused' });
  expect((await rig.read('/api/agents/note-taker/resume', AgentDetail, { json: {} })).status).not.toBe('paused');
});
