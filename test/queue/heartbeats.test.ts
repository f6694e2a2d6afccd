import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startScheduler } from '../../src/queue/scheduler.ts';
import type { Watch } from '../../src/queue/watch.ts';
import { createHeartbeatRig, type HeartbeatRig } from '../dispatch/heartbeat-rig.ts';
import { HOUR, later, MINUTE } from '../dispatch/schedule-rig.ts';
import { eventually } from '../eventually.ts';
import type { Ending } from './scheduler-process.ts';

let rig: HeartbeatRig;
let running: Watch<number>[] = [];
let children: ChildProcess[] = [];
beforeEach(async () => {
  rig = await createHeartbeatRig({ max: 24 });
  running = [];
  children = [];
});
afterEach(async () => {
  for (const one of running) await one.stop();
  for (const child of children) child.kill('SIGKILL');
  await rig.stop();
});

const start = (now?: () => Date): Watch<number> => {
  const { database, signals, heart } = rig;
  const scheduler = startScheduler({ ...rig.scheduling, database, signals, log: heart.log, ...(now ? { now } : {}) });
  running.push(scheduler);
  return scheduler;
};
const launch = (point: Ending['point'], after = 0): ChildProcess => {
  const ending: Ending = { url: rig.url, point, after };
  const child = fork(resolve(import.meta.dirname, 'scheduler-process.ts'), [JSON.stringify(ending)], {
    execArgv: ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'],
  });
  children.push(child);
  return child;
};
/** As many heartbeats as this, by copying one. */
const many = async (count: number): Promise<void> => {
  const id = await rig.heartbeat();
  await rig.sql(`insert into wilco.schedules (project_id, name, pattern, time_zone, kind, instructions, target_agent_key, thread_id, proposal_id, created_by, next_at)
    select project_id, name || n, pattern, time_zone, kind, instructions, target_agent_key, thread_id, proposal_id, created_by, next_at
    from wilco.schedules, generate_series(2, ${count}) n where id = '${id}'`);
};
const allDue = (ms: number) =>
  rig.database.pool.query(`update wilco.schedules set next_at = now() + make_interval(secs => $1)`, [ms / 1000]);
const counts = async () => {
  const [row] = await rig.sql<{ runs: number; taken: number; quiet: number; most: number }>(`select
    (select count(*)::int from wilco.agent_runs) as runs,
    (select coalesce(sum(occurrence), 0)::int from wilco.schedules) as taken,
    (select coalesce(sum(quiet), 0)::int from wilco.schedules) as quiet,
    (select coalesce(max(quiet), 0)::int from wilco.schedules) as most`);
  return row;
};

test('[scheduled] of several processes one takes each heartbeat, whether there is news or none', async () => {
  const COUNT = 120;
  await many(COUNT);
  const ready = [launch('never'), launch('never')].map((child) => once(child, 'message'));
  await Promise.all(ready);
  start();
  await allDue(500);
  rig.signals.tell('wilco_events');
  await eventually(async () => (await counts())?.taken === COUNT);
  expect(await counts()).toEqual({ runs: COUNT, taken: COUNT, quiet: 0, most: 0 });
  await rig.sql(`update wilco.agent_runs set state = 'done', updated_at = now()`);
  await eventually(async () => (await rig.digests.look()) === 0);
  await allDue(500);
  rig.signals.tell('wilco_events');
  await eventually(async () => (await counts())?.quiet === COUNT);
  expect(await counts()).toEqual({ runs: COUNT, taken: COUNT, quiet: COUNT, most: 1 });
});

test.for(['before_commit', 'after_commit'] as const)(
  '[scheduled][lasting] a scheduler that is killed %s loses no heartbeat and takes none twice',
  async (point) => {
    const COUNT = 40;
    await many(COUNT);
    await allDue(-1000);
    const [, signal] = await once(launch(point, 15), 'exit');
    expect(signal).toBe('SIGKILL');
    const before = await counts();
    expect(before?.runs).toBe(before?.taken);
    expect(before?.runs).toBeLessThan(COUNT);
    start();
    await eventually(async () => (await counts())?.taken === COUNT);
    expect(await counts()).toMatchObject({ runs: COUNT, taken: COUNT });
  },
);

test('a clock that is set back looks nowhere twice, and one that is set ahead makes up for what it left out once', async () => {
  const id = await rig.heartbeat();
  const { next_at } = await rig.row(id);
  let clock = later(next_at, 1000);
  const scheduler = start(() => clock);
  await scheduler.look();
  await rig.rest((await rig.runs(id))[0]?.id ?? '', 'done');
  clock = later(next_at, -HOUR);
  await scheduler.look();
  clock = later(next_at, 2000);
  await scheduler.look();
  expect(await rig.runs(id)).toHaveLength(1);
  await rig.sql(`update wilco.schedules set fingerprint = null where id = '${id}'`);
  clock = later(next_at, 10 * HOUR + 2000);
  await scheduler.look();
  expect(await rig.runs(id)).toHaveLength(2);
  expect((await rig.row(id)).next_at).toEqual(later(next_at, 11 * HOUR));
});

test('a heartbeat in the hour that the clock leaves out, and in the one that it shows twice, looks once a day', async () => {
  const id = await rig.heartbeat({ schedule_expr: '30 2 * * *', time_zone: 'Europe/Berlin' });
  const days = async (from: string): Promise<string[]> => {
    let clock = new Date(from);
    await rig.due(id, later(clock, 13.5 * HOUR));
    const taken: string[] = [];
    for (const end = later(clock, 3 * 24 * HOUR); clock < end; clock = later(clock, 30 * MINUTE)) {
      const what = await rig.beat(id, clock);
      if (what === 'left') continue;
      taken.push(clock.toISOString());
      if (what === 'made') await rig.rest((await rig.runs(id)).at(-1)?.id ?? '', 'done');
    }
    return taken;
  };
  expect(await days('2027-03-26T12:00:00Z')).toEqual(['2027-03-27T01:30:00.000Z', '2027-03-28T01:00:00.000Z', '2027-03-29T00:30:00.000Z']);
  expect(await days('2027-10-29T11:00:00Z')).toEqual(['2027-10-30T00:30:00.000Z', '2027-10-31T00:30:00.000Z', '2027-11-01T01:30:00.000Z']);
});
