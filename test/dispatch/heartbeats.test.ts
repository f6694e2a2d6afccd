import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun } from '../../src/db/agent-runs.ts';
import { readSchedule } from '../../src/db/read/schedules.ts';
import { record } from '../../src/db/record.ts';
import { throwSwitch } from '../../src/dispatch/power.ts';
import { takeQuiet } from '../../src/dispatch/quiet-beats.ts';
import { runSchedule } from '../../src/dispatch/run-schedule.ts';
import { PATIENCE_MS } from '../eventually.ts';
import { AGENT, acting, createHeartbeatRig, type HeartbeatRig } from './heartbeat-rig.ts';
import { effectsWithoutDecision, THREAD, unique } from './rig.ts';
import { HOUR, later, MINUTE } from './schedule-rig.ts';

let rig: HeartbeatRig;
beforeAll(async () => {
  rig = await createHeartbeatRig();
});
afterAll(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});

const SURE =
  'select coalesce(max(id), 0) = (select coalesce(max(id), 0) from wilco.events where xid < pg_snapshot_xmin(pg_current_snapshot())) as sure from wilco.events';
/** Until no older transaction is open anywhere: what happened is told from then on. */
const certain = async (): Promise<void> => {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(10))
    if ((await rig.sql<{ sure: boolean }>(SURE))[0]?.sure) return;
  throw new Error('a transaction stays open');
};
const happens = async (kind: string, more: { threadId?: string; personId?: string | null; data?: Record<string, unknown> } = {}) => {
  await record(rig.database.db, { projectId: 'default', kind, personId: rig.owner.personId, ...more });
  await certain();
};
const beat = async (id: string, now?: Date) => {
  await certain();
  return rig.beat(id, now);
};
/** One that has looked, whose run has ended. */
const looked = async (input: object = {}): Promise<string> => {
  const id = await rig.heartbeat(input);
  expect(await beat(id)).toBe('made');
  await rig.rest((await rig.runs(id)).at(-1)?.id ?? '', 'done');
  return id;
};
const stands = async (id: string) => {
  const [row] = await rig.sql<{ skipped: number; quiet: number; outcome: string; occurrence: number }>(
    `select skipped, quiet, outcome, occurrence from wilco.schedules where id = '${id}'`,
  );
  return row;
};

test('[heartbeat] a heartbeat becomes a run in the agent’s name and nobody’s, which reports in the team room', async () => {
  const id = await rig.heartbeat({ instructions: 'look at failed payments' });
  expect(await beat(id)).toBe('made');
  expect(await rig.runs(id)).toMatchObject([
    {
      trigger: 'heartbeat',
      state: 'queued',
      person_id: null,
      agent_key: AGENT,
      goal: 'look at failed payments',
      thread_id: 'room:team:feed',
    },
  ]);
  expect(await rig.made(id)).toEqual([]);
  expect(await stands(id)).toMatchObject({ occurrence: 1, outcome: 'made' });
});

test('where nothing is new a heartbeat makes no run, no card and no event; where something is it looks again', async () => {
  const id = await looked();
  const events = async () => (await rig.sql<{ n: number }>('select count(*)::int as n from wilco.events'))[0]?.n;
  const before = await events();
  expect(await beat(id)).toBe('quiet');
  expect(await beat(id)).toBe('quiet');
  expect(await rig.runs(id)).toHaveLength(1);
  expect(await events()).toBe(before);
  expect(await stands(id)).toMatchObject({ quiet: 2, occurrence: 1, skipped: 0, outcome: 'quiet' });
  await happens('task.created');
  expect(await beat(id)).toBe('made');
});

test('what heartbeats do themselves is no news to any heartbeat, so that two of them come to rest', async () => {
  const id = await looked();
  const other = await rig.heartbeat();
  expect(await beat(id)).toBe('made');
  await rig.rest((await rig.runs(id)).at(-1)?.id ?? '', 'done');
  expect(await beat(other)).toBe('made');
  const run = (await rig.runs(other)).at(-1)?.id ?? '';
  await rig.proposed(acting(run), { text: unique() });
  await rig.rest(run, 'done');
  await rig.digests.look();
  expect(await beat(id)).toBe('quiet');
  expect(await beat(other)).toBe('quiet');
  // Each call of a model is on record: to look because somebody looked would never end, and would cost.
  await rig.sql(`insert into wilco.model_calls (project_id, agent_key, provider, model, outcome, duration_ms)
    values ('default', 'watcher', 'openai', 'm', 'ok', 5)`);
  expect(await rig.sql(`select 1 from wilco.events where kind = 'model.called'`)).not.toEqual([]);
  expect(await beat(id)).toBe('quiet');
  expect(await beat(other)).toBe('quiet');
});

test.each([
  ['tasks', 'task.commented', 'document.changed'],
  ['documents', 'document.changed', 'task.created'],
  ['messages', 'message.received', 'task.created'],
  ['failed_runs', 'proposal.failed', 'proposal.executed'],
  ['event:policy.changed', 'policy.changed', 'policy.other'],
])('a heartbeat that watches %s looks at %s and leaves %s alone', async (check, news, other) => {
  const id = await looked({ check: [check] });
  await happens(other);
  expect(await beat(id)).toBe('quiet');
  await happens(news);
  expect(await beat(id)).toBe('made');
});

test('a heartbeat that watches a thread looks at messages there and nowhere else', async () => {
  const id = await looked({ check: [`thread:${THREAD}`] });
  await happens('message.received', { threadId: 'room:other:feed' });
  expect(await beat(id)).toBe('quiet');
  await happens('message.received', { threadId: THREAD });
  expect(await beat(id)).toBe('made');
});

test('what its own agent did is no news to a heartbeat that watches proposals; what another agent did is', async () => {
  const id = await looked({ check: ['proposals'] });
  expect(await beat(id)).toBe('quiet');
  await happens('proposal.proposed', { personId: null, data: { agent: AGENT } });
  expect(await beat(id)).toBe('quiet');
  await happens('proposal.proposed', { personId: null, data: { agent: 'helper' } });
  expect(await beat(id)).toBe('made');
});

test('news that commits late is not missed, though later news was seen before it', async () => {
  const id = await looked();
  let commit: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let written: () => void = () => undefined;
  const wrote = new Promise<void>((resolve) => {
    written = resolve;
  });
  const late = rig.database.transaction(async (tx) => {
    await record(tx.db, { projectId: 'default', kind: 'task.created', personId: rig.owner.personId });
    written();
    await held;
  });
  await wrote;
  await record(rig.database.db, { projectId: 'default', kind: 'schedule.created' });
  expect(await rig.beat(id)).toBe('quiet');
  commit();
  await late;
  expect(await beat(id)).toBe('made');
});

test('while the run before is open a beat is skipped and counted; with overlap queue one waits behind it and no more', async () => {
  const id = await rig.heartbeat();
  expect(await beat(id)).toBe('made');
  const [run] = await rig.runs(id);
  for (const state of ['running', 'parked'] as const) {
    await rig.rest(run?.id ?? '', state);
    await happens('task.created');
    expect(await beat(id)).toBe('skipped');
  }
  expect(await stands(id)).toMatchObject({ skipped: 2, outcome: 'overlap', occurrence: 1 });
  await rig.rest(run?.id ?? '', 'done');
  // What was skipped was not seen: it is news still.
  expect(await beat(id)).toBe('made');
  const queues = await rig.heartbeat({ overlap: 'queue' });
  expect(await beat(queues)).toBe('made');
  await happens('task.created');
  expect(await beat(queues)).toBe('skipped');
  await rig.sql(`update wilco.agent_runs set state = 'parked', started_at = now() where schedule_id = '${queues}'`);
  expect(await beat(queues)).toBe('made');
  await happens('task.created');
  expect(await beat(queues)).toBe('skipped');
});

test('beats that passed while nothing could run are made up for once, or skipped and counted', async () => {
  const once = await rig.heartbeat();
  const skips = await rig.heartbeat({ missed: 'skip' });
  for (const id of [once, skips]) {
    const now = later((await rig.row(id)).next_at, 5 * HOUR + 5 * MINUTE);
    expect(await beat(id, now)).toBe(id === once ? 'made' : 'skipped');
    expect(await beat(id, now)).toBe('left');
  }
  expect(await rig.runs(once)).toHaveLength(1);
  expect(await rig.runs(skips)).toEqual([]);
  expect(await stands(skips)).toMatchObject({ skipped: 6, outcome: 'missed' });
});

test('without a model, and while its agent is away, a heartbeat is skipped, which is said once', async () => {
  const name = unique();
  const id = await rig.heartbeat({ name });
  rig.workforce.works = false;
  expect(await beat(id)).toBe('skipped');
  expect(await beat(id)).toBe('skipped');
  rig.workforce.works = true;
  expect(await rig.said(`“${name}” is skipped: no model is connected, so nobody can look.`)).toBe(1);
  rig.workforce.states.set(AGENT, 'paused');
  expect(await beat(id)).toBe('skipped');
  rig.workforce.states.set(AGENT, 'active');
  await rig.sql(`insert into wilco.stops (project_id, scope, paused) values ('default', 'agent:${AGENT}', true)`);
  expect(await beat(id)).toBe('skipped');
  await rig.sql('delete from wilco.stops');
  expect(await stands(id)).toMatchObject({ skipped: 4, outcome: 'agent_away' });
  expect(await beat(id)).toBe('made');
});

test('a heartbeat whose agent has left the team is paused and says why', async () => {
  const name = unique();
  const id = await rig.heartbeat({ name, target_agent_key: 'helper' });
  rig.workforce.states.delete('helper');
  expect(await beat(id)).toBe('stopped');
  rig.workforce.states.set('helper', 'active');
  expect(await rig.row(id)).toMatchObject({ state: 'paused' });
  expect(await rig.said('the agent @helper is not in the team any more')).toBe(1);
});

test('[stop] under a pause no heartbeat is taken, and what was due before a kill was lifted never looks', async () => {
  const id = await rig.heartbeat();
  await rig.due(id, new Date(Date.now() - HOUR));
  await throwSwitch(rig.heart, rig.owner, { verb: 'pause', reason: null });
  expect(await beat(id, new Date())).toBe('held');
  await throwSwitch(rig.heart, rig.owner, { verb: 'kill', reason: null });
  expect(await beat(id, new Date())).toBe('held');
  await throwSwitch(rig.heart, rig.owner, { verb: 'unkill', reason: null });
  await throwSwitch(rig.heart, rig.owner, { verb: 'resume', reason: null });
  expect(await beat(id, new Date())).toBe('skipped');
  expect(await rig.runs(id)).toEqual([]);
});

test('a heartbeat that somebody runs now looks though nothing is new, and is nobody’s order all the same', async () => {
  const id = await looked();
  const row = await readSchedule(rig.database.db, 'default', id);
  if (!row) throw new Error('no schedule');
  expect(await runSchedule(rig.heart, rig.owner, row)).toEqual({ ok: true, value: { proposalId: null } });
  expect(await beat(id, new Date(Date.now() + 1000))).toBe('made');
  expect((await rig.runs(id)).map(({ person_id }) => person_id)).toEqual([null, null]);
});

test('a row that was written over makes no run', async () => {
  const id = await rig.heartbeat({ kind: 'job', name: unique() });
  await rig.sql(`update wilco.schedules set kind = 'heartbeat' where id = '${id}'`);
  expect(await beat(id)).toBe('stopped');
  expect(await rig.runs(id)).toEqual([]);
});

test('many that have nothing new are taken together, each once, and those that have news are left to be taken', async () => {
  const quiet = [await looked(), await looked()];
  await happens('document.changed');
  const news = await looked();
  await happens('task.created');
  for (const id of quiet) await rig.sql(`update wilco.schedules set watches = '{message.received}' where id = '${id}'`);
  for (const id of [...quiet, news]) await rig.due(id, new Date(Date.now() - 1000));
  const { db } = rig.database;
  const both = await Promise.all([takeQuiet(db, [...quiet, news], new Date()), takeQuiet(db, [...quiet, news], new Date())]);
  expect(both.flatMap((taken) => [...taken]).sort()).toEqual([...quiet].sort());
  for (const id of quiet) expect(await stands(id)).toMatchObject({ quiet: 1, outcome: 'quiet' });
});

test('[scheduled] a job with instructions for an agent becomes a run in the name of whoever asked, with no more than an operator’s role', async () => {
  const id = await rig.scheduled({ name: unique(), target_agent_key: AGENT, instructions: 'write the report' });
  expect(await rig.take(id, later((await rig.row(id)).next_at, 1000))).toBe('made');
  expect(await rig.runs(id)).toMatchObject([
    { trigger: 'schedule', person_id: rig.owner.personId, actor_role: 'operator', thread_id: THREAD },
  ]);
  expect(await rig.take(id, later((await rig.row(id)).next_at, 1000))).toBe('skipped');
  await rig.rest((await rig.runs(id))[0]?.id ?? '', 'done');
  rig.workforce.works = false;
  expect(await rig.take(id, later((await rig.row(id)).next_at, 1000))).toBe('made');
  rig.workforce.works = true;
  expect(await rig.sql(`select 1 from wilco.inbox where event_id = 'schedule:${id}:2'`)).toHaveLength(1);
});

test('a heartbeat asks for an agent and for no exact action; what it watches and what overlaps is checked', async () => {
  const refused = async (input: object, why: string) =>
    expect(
      rig.proposed(rig.owner, { name: unique(), schedule_expr: '0 9 * * *', time_zone: 'UTC', ...input }, 'schedule_job'),
    ).rejects.toThrow(why);
  await refused({ kind: 'heartbeat', instructions: 'look' }, 'Say which agent is to look.');
  await refused(
    { kind: 'heartbeat', target_agent_key: AGENT, action: { tool: 'note_unsafe', input: { text: 'x' } } },
    'an exact action needs none',
  );
  await refused({ kind: 'heartbeat', target_agent_key: AGENT, instructions: 'look', check: ['everything'] }, 'It looks at tasks');
  await refused({ target_agent_key: AGENT, instructions: 'look', check: ['tasks'] }, 'Only a heartbeat goes by what is new.');
  await refused({ instructions: 'look', overlap: 'queue' }, 'Only the runs of an agent overlap.');
});

test('[heartbeat] what a heartbeat hands on to another agent is the same heartbeat, whatever its row says, and stays one', async () => {
  const id = await looked();
  const [parent] = await rig.runs(id);
  const by = { personId: rig.owner.personId, name: 'Owner', role: 'owner' as const };
  const child = await rig.database.transaction((tx) =>
    createRun(tx, {
      projectId: 'default',
      agentKey: 'helper',
      trigger: 'hand_off',
      goal: 'do it',
      threadId: THREAD,
      by,
      parentId: parent?.id ?? '',
    }),
  );
  const runs = await rig.runs(id);
  expect(runs.find((run) => run.id === child)).toMatchObject({ trigger: 'heartbeat', person_id: null });
  await expect(rig.sql(`update wilco.agent_runs set trigger = 'message' where id = '${child}'`)).rejects.toThrow('stays one');
  await expect(rig.sql(`update wilco.agent_runs set person_id = '${rig.owner.personId}' where id = '${child}'`)).rejects.toThrow(/nobodys/);
});
