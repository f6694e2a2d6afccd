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
  await scheduler.stop();
  await pump.stop(5000);
  await worker.stop();
  return { seconds, cpuMsEach: (user + system) / 1000 / count, once };
};

const run = async ({ serverUrl, quick }: Context): Promise<Report> => {
  const count = quick ? QUICK : COUNT;
  const open = await openHeart(serverUrl, 'bench_schedules', toolsOf());
  const figures = await measure(open, count);
  await open.close();
  const seconds = figures.seconds ?? Number.NaN;
  const verdict = {
    what: `${count.toLocaleString('en')} schedules due at one moment, until the last has started`,
    value: `${round(seconds)} s`,
    beside: `${round(count / seconds)} a second`,
    ratio: null,
  };
  return {
    unit: 'figure',
    repetitions: [figures],
    verdicts: [{ ...verdict, goal: `≤ ${GOAL_S} s`, met: seconds <= GOAL_S && figures.once === count }],
    notes: [
      'Each schedule was asked for and approved by itself, and is an action of its own: taking it makes a card, a decision and a job. One process with the connections and slots of src/main.ts; taking and carrying out run at the same time.',
    ],
  };
};

export const schedules: Row = { name: 'schedules', title: 'Schedules that are due together', run };
