import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { throwSwitch } from '../../src/dispatch/power.ts';
import { startScheduler } from '../../src/queue/scheduler.ts';
import type { Watch } from '../../src/queue/watch.ts';
import { effectsWithoutDecision, unique } from '../dispatch/rig.ts';
import { createScheduleRig, HOUR, later, MINUTE, NOTE, type ScheduleRig } from '../dispatch/schedule-rig.ts';
import { eventually } from '../eventually.ts';
import type { Ending } from './scheduler-process.ts';

let rig: ScheduleRig;
let running: Watch<number>[] = [];
beforeEach(async () => {
  rig = await createScheduleRig({ max: 24 });
  running = [];
});
afterEach(async () => {
  for (const one of running) await one.stop();
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});

const start = (now?: () => Date): Watch<number> => {
  const { database, signals, heart } = rig;
  const scheduler = startScheduler({ ...rig.scheduling, database, signals, log: heart.log, ...(now ? { now } : {}) });
  running.push(scheduler);
  return scheduler;
};
/** As many as this, with one action each, by copying the first: each has its own approved proposal's word. */
const many = async (count: number): Promise<void> => {
  const id = await rig.scheduled({ name: unique(), action: NOTE('many', 'note_own') });
  await rig.sql(`insert into wilco.schedules (project_id, name, pattern, time_zone, tool, thread_id, proposal_id, created_by, next_at)
    select project_id, name || n, pattern, time_zone, tool, thread_id, proposal_id, created_by, next_at
    from wilco.schedules, generate_series(2, ${count}) n where id = '${id}'`);
};
const counts = async () => {
  const [row] = await rig.sql<{ made: number; taken: number; effects: number; done: number }>(`select
    (select count(*)::int from wilco.proposals where origin like 'schedule:%') as made,
    (select coalesce(sum(occurrence), 0)::int from wilco.schedules) as taken,
    (select count(*)::int from wilco.effects e join wilco.proposals p on p.id = e.proposal_id where p.origin like 'schedule:%') as effects,
    (select count(*)::int from wilco.proposals where origin like 'schedule:%' and state = 'executed') as done`);
  return row;
};
/** The copies say the same in one name, so that one would join the other while it waits; each is told apart by its cents. */
const allDueAt = (at: Date) => rig.database.pool.query('update wilco.schedules set next_at = $1', [at]);

test('[prompt] a schedule that is made while the scheduler waits is taken at its moment', async () => {
  start();
  await rig.work();
  await sleep(300);
  const id = await rig.scheduled({ name: unique(), action: NOTE('soon', 'note_own') });
  await rig.due(id, new Date(Date.now() + 1500));
  rig.signals.tell('wilco_events');
  await eventually(async () => (await counts())?.done === 1);
  expect(await rig.row(id)).toMatchObject({ occurrence: 1, state: 'active' });
});

test('[scheduled] many schedulers at once take each occurrence once', async () => {
  const COUNT = 300;
  await many(COUNT);
  await allDueAt(new Date(Date.now() - 1000));
  await rig.work();
  for (let i = 0; i < 5; i += 1) start();
  await eventually(async () => (await counts())?.done === COUNT);
  await Promise.all(running.map((one) => one.look()));
  expect(await counts()).toEqual({ made: COUNT, taken: COUNT, effects: COUNT, done: COUNT });
  const [kept] = await rig.sql<{ n: number }>('select count(*)::int as n from notes');
  expect(kept?.n).toBe(COUNT);
});

test.for(['before_commit', 'after_commit'] as const)(
  '[scheduled][lasting] a scheduler that is killed %s loses no occurrence and makes none twice',
  async (point) => {
    const COUNT = 40;
    await many(COUNT);
    await allDueAt(new Date(Date.now() - 1000));
    const ending: Ending = { url: rig.url, point, after: 15 };
    const child = fork(resolve(import.meta.dirname, 'scheduler-process.ts'), [JSON.stringify(ending)], {
      execArgv: ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'],
    });
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    const before = await counts();
    expect(before?.made).toBe(before?.taken);
    expect(before?.made).toBeLessThan(COUNT);
    start();
    await rig.work();
    await eventually(async () => (await counts())?.done === COUNT);
    expect(await counts()).toEqual({ made: COUNT, taken: COUNT, effects: COUNT, done: COUNT });
  },
);

test('[stop] a pause holds what is due, and letting go takes it without being asked', async () => {
  const id = await rig.scheduled({ name: unique(), action: NOTE('held', 'note_own') });
  await throwSwitch(rig.heart, rig.owner, { verb: 'pause', reason: null });
  await rig.due(id, new Date(Date.now() - HOUR));
  const scheduler = start();
  expect(await scheduler.look()).toBe(0);
  await throwSwitch(rig.heart, rig.owner, { verb: 'resume', reason: null });
  await eventually(async () => (await rig.row(id)).occurrence === 1);
});

test('a daily time in the hour that the clock leaves out, and in the one that it shows twice, comes once a day', async () => {
  let clock = new Date('2027-03-26T12:00:00Z');
  const id = await rig.scheduled({
    name: unique(),
    schedule_expr: '30 2 * * *',
    time_zone: 'Europe/Berlin',
    action: NOTE('dst', 'note_own'),
  });
  const days = async (from: string): Promise<string[]> => {
    clock = new Date(from);
    await rig.due(id, later(clock, 13.5 * HOUR));
    const taken: string[] = [];
    for (const end = later(clock, 4 * 24 * HOUR); clock < end; clock = later(clock, 30 * MINUTE)) {
      if ((await rig.take(id, clock)) !== 'made') continue;
      taken.push(clock.toISOString());
      await rig.step((await rig.made(id)).at(-1)?.id ?? '');
    }
    return taken;
  };
  expect(await days('2027-03-26T12:00:00Z')).toEqual([
    '2027-03-27T01:30:00.000Z',
    '2027-03-28T01:00:00.000Z',
    '2027-03-29T00:30:00.000Z',
    '2027-03-30T00:30:00.000Z',
  ]);
  expect(await days('2027-10-29T11:00:00Z')).toEqual([
    '2027-10-30T00:30:00.000Z',
    '2027-10-31T00:30:00.000Z',
    '2027-11-01T01:30:00.000Z',
    '2027-11-02T01:30:00.000Z',
  ]);
});

test('a clock that is set back takes nothing twice, and one that is set ahead makes up for what it left out once', async () => {
  const id = await rig.scheduled({ name: unique(), schedule_expr: '0 * * * *', action: NOTE('clock', 'note_own') });
  const { next_at } = await rig.row(id);
  let clock = later(next_at, 1000);
  const scheduler = start(() => clock);
  await scheduler.look();
  await rig.step((await rig.made(id))[0]?.id ?? '');
  clock = later(next_at, -HOUR);
  await scheduler.look();
  clock = later(next_at, 2000);
  await scheduler.look();
  expect(await rig.made(id)).toHaveLength(1);
  clock = later(next_at, 10 * HOUR + 2000);
  await scheduler.look();
  expect(await rig.made(id)).toHaveLength(2);
  expect((await rig.row(id)).next_at).toEqual(later(next_at, 11 * HOUR));
});

test('a schedule that cannot be taken holds up no other, and is not tried without end', async () => {
  const bad = await rig.scheduled({ name: unique(), action: NOTE('bad', 'note_own') });
  const good = await rig.scheduled({ name: unique(), action: NOTE('good', 'note_own') });
  for (const id of [bad, good]) await rig.due(id, new Date(Date.now() - 1000));
  const tool = rig.heart.tools.get('note_own');
  let tries = 0;
  const preview = async (input: { text?: unknown }) => {
    if (input.text !== 'bad') return { changes: [], reversible: '' };
    tries += 1;
    throw new Error('crashed');
  };
  const tools = new Map(rig.heart.tools);
  if (tool) tools.set('note_own', { ...tool, preview });
  const heart = { ...rig.heart, tools };
  const scheduler = startScheduler({ ...rig.scheduling, heart, database: rig.database, signals: rig.signals, log: heart.log });
  running.push(scheduler);
  await scheduler.look();
  expect(await rig.row(good)).toMatchObject({ occurrence: 1 });
  expect(await rig.row(bad)).toMatchObject({ occurrence: 0, state: 'active' });
  expect(tries).toBeLessThanOrEqual(4);
});
