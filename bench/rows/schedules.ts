import { setTimeout as sleep } from 'node:timers/promises';
import { channelThread } from '../../src/db/thread-id.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { startPump } from '../../src/queue/pump.ts';
import { startScheduler } from '../../src/queue/scheduler.ts';
import { startWorker } from '../../src/queue/worker.ts';
import { scheduleJob } from '../../src/tools/schedule-job.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { type Context, type Figures, inLanes, type Report, type Row, round } from '../harness.ts';
import { noteTools, openHeart, SLOTS } from '../ours.ts';
import { silent } from '../server.ts';

const COUNT = 10_000;
const QUICK = 1000;
const GOAL_S = 60;

type Open = Awaited<ReturnType<typeof openHeart>>;

const toolsOf = (): Tool[] => {
  const tools: Tool[] = noteTools(new Map(), 0);
  tools.push(scheduleJob((name) => tools.find((tool) => tool.name === name)));
  return tools;
};

/** Asks for a schedule and approves it; the worker makes it. */
const schedule = async ({ heart, ownerId }: Open, index: number): Promise<void> => {
  const owner: Actor = { projectId: 'default', personId: ownerId, name: 'Owner', role: 'owner', via: 'bench' };
  const action = { tool: 'transactional', input: { text: `job ${index}` } };
  const input = { name: `job ${index}`, schedule_expr: '0 9 * * *', time_zone: 'UTC', action };
  const made = await propose(heart, owner, { threadId: channelThread('general'), tool: 'schedule_job', input });
  if (!made.ok) throw new Error(made.error.message);
  const { proposalId } = made.value;
  const { rows } = await heart.database.pool.query<{ digest: string }>('select digest from wilco.revisions where proposal_id = $1', [
    proposalId,
  ]);
  const decided = await decide(heart, owner, { verb: 'approve', proposalId, revision: 1, digest: rows[0]?.digest ?? '' });
  if (!decided.ok) throw new Error(decided.error.message);
};

const countOf = async ({ heart }: Open, text: string): Promise<number> => {
  const { rows } = await heart.database.pool.query<{ n: number }>(text);
  return rows[0]?.n ?? 0;
};

const until = async (what: () => Promise<boolean>): Promise<void> => {
  while (!(await what())) await sleep(200);
};

const STARTED = `select count(*)::int as n from wilco.effects e join wilco.proposals p on p.id = e.proposal_id where p.origin like 'schedule:%'`;
const SPREAD = `select extract(epoch from max(e.started_at) - min(s.at))::float as n from wilco.effects e
  join wilco.proposals p on p.id = e.proposal_id, (select min(last_at) as at from wilco.schedules) s where p.origin like 'schedule:%'`;

const measure = async (open: Open, count: number): Promise<Figures> => {
  const { heart, queue } = open;
  const shared = { database: heart.database, heart, queue, signals: heart.signals, log: silent };
  const worker = await startWorker({ ...shared, host: 'bench', roles: 'worker' });
  const handlers = { route: async () => 'done' as const, execute: worker.handler };
  const pump = startPump({ ...shared, names: ['execute'], handlers, slots: SLOTS, held: () => false });
  await inLanes(8, count, (index) => schedule(open, index));
  await until(async () => (await countOf(open, 'select count(*)::int as n from wilco.schedules')) === count);
  const enqueueRoute = async () => undefined;
  const scheduler = startScheduler({ ...shared, enqueueRoute });
  const before = process.cpuUsage();
  await heart.database.pool.query(`update wilco.schedules set next_at = now() + interval '3 seconds'`);
  heart.signals.tell('wilco_events');
  await until(async () => (await countOf(open, STARTED)) === count);
  const { user, system } = process.cpuUsage(before);
  const seconds = await countOf(open, SPREAD);
  const once = await countOf(open, 'select count(*)::int as n from wilco.schedules where occurrence = 1');
  // What the jobs did has settled, and is on record for whoever reads it.
  await until(async () => (await countOf(open, UNSETTLED)) === 0);
  await scheduler.stop();
  await pump.stop(5000);
  await worker.stop();
  return { seconds, cpuMsEach: (user + system) / 1000 / count, once };
};

const RUNS = 'select count(*)::int as n from wilco.agent_runs';
const QUIET = 'select count(*)::int as n from wilco.schedules where quiet = 1';
const UNSETTLED = `select (select count(*) from wilco.proposals where state in ('approved', 'executing'))::int
  + (select count(*) from wilco.events where xid >= pg_snapshot_xmin(pg_current_snapshot()))::int as n`;
const SPREAD_QUIET = `select extract(epoch from max(updated) - min(due))::float as n from beats`;

/** As many heartbeats as this, whose agent has looked and for whom nothing has happened since. */
const measureQuiet = async (open: Open, count: number): Promise<Figures> => {
  const { heart } = open;
  const { pool } = heart.database;
  await pool.query(`insert into wilco.schedules (project_id, name, pattern, time_zone, kind, instructions, target_agent_key, thread_id, proposal_id, created_by, fingerprint)
    select project_id, 'beat ' || n, pattern, time_zone, 'heartbeat', 'look', 'watcher', thread_id, proposal_id, created_by,
      (select xid::text || '.' || id::text from wilco.events order by xid desc, id desc limit 1)
    from (select * from wilco.schedules limit 1) s, generate_series(1, ${count}) n`);
  // When each was taken, by the clock of the database.
  await pool.query('create table beats (due timestamptz, updated timestamptz)');
  await pool.query(`create function note_beat() returns trigger language plpgsql as $$ begin
    insert into public.beats values (old.next_at, clock_timestamp()); return null; end $$`);
  await pool.query('create trigger note_beat after update of quiet on wilco.schedules for each row execute function note_beat()');
  const works = { works: true, find: async () => ({ name: 'Watcher', domain: 'general', state: 'active' as const }) };
  const scheduler = startScheduler({
    heart,
    database: heart.database,
    signals: heart.signals,
    log: silent,
    workforce: works,
    enqueueRoute: async () => undefined,
  });
  await pool.query(`update wilco.schedules set next_at = now() + interval '3 seconds' where kind = 'heartbeat'`);
  const before = process.cpuUsage();
  heart.signals.tell('wilco_events');
  await until(async () => (await countOf(open, QUIET)) + (await countOf(open, RUNS)) >= count);
  const { user, system } = process.cpuUsage(before);
  const seconds = await countOf(open, SPREAD_QUIET);
  const runs = await countOf(open, RUNS);
  await scheduler.stop();
  return { 'quiet seconds': seconds, 'quiet cpuMsEach': (user + system) / 1000 / count, 'quiet runs': runs };
};

const run = async ({ serverUrl, quick }: Context): Promise<Report> => {
  const count = quick ? QUICK : COUNT;
  const open = await openHeart(serverUrl, 'bench_schedules', toolsOf());
  const figures = { ...(await measure(open, count)), ...(await measureQuiet(open, count)) };
  await open.close();
  const seconds = figures.seconds ?? Number.NaN;
  const verdict = {
    what: `${count.toLocaleString('en')} schedules due at one moment, until the last has started`,
    value: `${round(seconds)} s`,
    beside: `${round(count / seconds)} a second`,
    ratio: null,
  };
  const quiet = figures['quiet seconds'] ?? Number.NaN;
  const looked = {
    what: `${count.toLocaleString('en')} heartbeats due at one moment with nothing new, until the last was looked at`,
    value: `${round(quiet)} s`,
    beside: `${round(count / quiet)} a second`,
    ratio: null,
    goal: `≤ ${GOAL_S} s, no run`,
    met: quiet <= GOAL_S && figures['quiet runs'] === 0,
  };
  return {
    unit: 'figure',
    repetitions: [figures],
    verdicts: [{ ...verdict, goal: `≤ ${GOAL_S} s`, met: seconds <= GOAL_S && figures.once === count }, looked],
    notes: [
      'Each schedule was asked for and approved by itself, and is an action of its own: taking it makes a card, a decision and a job. One process with the connections and slots of src/main.ts; taking and carrying out run at the same time.',
    ],
  };
};

export const schedules: Row = { name: 'schedules', title: 'Schedules that are due together', run };
