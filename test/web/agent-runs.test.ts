import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createRun } from '../../src/db/agent-runs.ts';
import { AgentRun, AgentRunTrace } from '../../src/web/agent-run-schemas.ts';
import { THREAD } from '../dispatch/rig.ts';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
let as: string;
beforeAll(async () => {
  rig = await createWebRig();
  as = rig.ownerKey;
});
afterAll(() => rig.stop());

const Page = z.object({ items: z.array(AgentRun), next: z.string().nullable() });

const begin = (goal: string): Promise<string> =>
  rig.database.transaction((tx) => {
    const { personId, name, role } = rig.owner;
    return createRun(tx, {
      projectId: 'default',
      agentKey: 'note-taker',
      trigger: 'task',
      goal,
      threadId: THREAD,
      by: { personId, name, role },
    });
  });

test('runs are listed the newest first, page by page, and one is shown with its trace and without what only the model is told', async () => {
  const ids = [await begin('one'), await begin('two'), await begin('three')];
  const first = await rig.read('/api/agents/note-taker/runs?limit=2', Page, { as });
  expect(first.items.map(({ goal }) => goal)).toEqual(['three', 'two']);
  const second = await rig.read(`/api/agents/note-taker/runs?limit=2&cursor=${first.next}`, Page, { as });
  expect(second).toMatchObject({ items: [{ goal: 'one', state: 'queued', orderedBy: 'Owner' }], next: null });
  expect((await rig.read('/api/agents/note-taker/runs?state=done', Page, { as })).items).toEqual([]);
  expect((await rig.problem('/api/agents/note-taker/runs?cursor=x', { as })).code).toBe('bad_cursor');
  await rig.sql(`insert into wilco.agent_steps (run_id, seq, kind, text, cost_micros) values ('${ids[0]}', 1, 'thought', 'Hm.', 1500)`);
  const one = await rig.read(`/api/agent-runs/${ids[0]}`, AgentRunTrace, { as });
  expect(one).toMatchObject({ goal: 'one', trace: [{ seq: 1, kind: 'thought', text: 'Hm.', costUsd: 0.0015, cardState: null }] });
  expect(Object.keys(one)).not.toContain('transcript');
  expect((await rig.problem('/api/agent-runs/no-uuid', { as })).code).toBe('run_missing');
});

test('a word into a parked run lets it go on; a cancelled one has ended', async () => {
  const id = await begin('four');
  await rig.sql(`update wilco.agent_runs set state = 'parked' where id = '${id}'`);
  const post = (path: string, body: object) => ({ path: `/api/agent-runs/${id}/${path}`, ask: { as, method: 'POST', json: body } });
  const said = post('say', { text: 'Be quick' });
  expect(await rig.read(said.path, AgentRun, said.ask)).toMatchObject({ state: 'queued' });
  expect(await rig.sql(`select text, state from wilco.messages where run_id = '${id}'`)).toEqual([
    { text: 'Be quick', state: 'delivered' },
  ]);
  const cancel = post('cancel', { reason: 'not needed' });
  expect(await rig.read(cancel.path, AgentRun, cancel.ask)).toMatchObject({ state: 'cancelled', problem: 'Owner stopped it: not needed' });
  expect((await rig.problem(cancel.path, cancel.ask)).code).toBe('run_ended');
  expect((await rig.problem(said.path, said.ask)).code).toBe('run_ended');
  const blank = post('say', { text: '  ' });
  expect((await rig.problem(blank.path, blank.ask)).code).toBe('message_empty');
});

test('looking is for viewers, a word and a stop for operators', async () => {
  const id = await begin('five');
  const viewer = await rig.serviceKey('viewer');
  expect((await rig.ask(`/api/agent-runs/${id}`, { as: viewer })).status).toBe(200);
  for (const path of ['cancel', 'say'])
    expect((await rig.problem(`/api/agent-runs/${id}/${path}`, { as: viewer, method: 'POST', json: { text: 'x' } })).code).toBe(
      'not_allowed',
    );
});
