import { PgBoss } from 'pg-boss';
import { z } from 'zod';
import type { Tx } from '../db/client.ts';
import type { Log } from '../log.ts';
import { traceparent } from '../trace.ts';
import { JOB_RETRIES, type JobData, type JobName, jobs } from './jobs.ts';

/** A job in a worker's hands. `retryCount` rises with each claim, so a worker that lost it can no longer complete it. */
export type Claimed = { id: string; retryCount: number; data: unknown };

/** The one door to pg-boss. */
export type Queue = {
  /** In the caller's transaction: the job exists when what it is for does. */
  enqueue<Name extends JobName>(tx: Tx, name: Name, data: JobData<Name>): Promise<void>;
  fetch(name: JobName | typeof DEAD, count: number): Promise<Claimed[]>;
  complete(name: JobName | typeof DEAD, job: Claimed, tx?: Tx): Promise<void>;
  fail(name: JobName | typeof DEAD, job: Claimed): Promise<void>;
  /** Says that these are still being worked on. Answers how many of them still are this worker's. */
  touch(name: JobName, claimed: Claimed[]): Promise<number>;
  /** For an installation of one process that has just started: whoever held a job is gone, so it need not wait for their silence. */
  reclaim(): Promise<void>;
  /** Queued and being worked on, and the age of the oldest that waits, in seconds. */
  depth(): Promise<{ depth: number; oldestSeconds: number }>;
  stop(): Promise<void>;
};

/** pg-boss answers this and its types say nothing of it. */
const Touched = z.object({ affected: z.number() });

/** Where a job goes that failed for good. */
export const DEAD = 'dead';

/** A worker that is silent for this long has its jobs given to another. pg-boss takes no less. */
export const HEARTBEAT_SECONDS = 10;

const QUEUE = {
  heartbeatSeconds: HEARTBEAT_SECONDS,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 30,
  expireInSeconds: 900,
  deleteAfterSeconds: 3600,
  deadLetter: DEAD,
};

const createQueues = async (boss: PgBoss): Promise<void> => {
  if (!(await boss.getQueue(DEAD))) await boss.createQueue(DEAD, { retryLimit: 5, deleteAfterSeconds: 604_800 });
  for (const name of Object.keys(jobs) as JobName[])
    if (!(await boss.getQueue(name))) await boss.createQueue(name, { ...QUEUE, retryLimit: JOB_RETRIES[name] });
};

/**
 * Starts pg-boss in its own schema. Our pump fetches (its own `work()` strands bursts when woken by NOTIFY); of pg-boss we use storage, claims,
 * retries, heartbeats, dead letters and maintenance. `supervise`: whether this process looks for dead workers.
 */
export const openQueue = async (at: { url: string; log: Log; supervise: boolean }): Promise<Queue> => {
  const { supervise } = at;
  const boss = new PgBoss({
    connectionString: at.url,
    max: 4,
    application_name: 'wilco-queue',
    supervise,
    schedule: false,
    // A dead worker is found at most this long after its silence has lasted; each second less is work for an idle server.
    monitorIntervalSeconds: 3,
    superviseIntervalSeconds: 3,
    maintenanceIntervalSeconds: 60,
    warningSlowQuerySeconds: 10,
  });
  boss.on('error', (error: Error) => at.log.warn({ err: error.name }, 'queue.failed'));
  await boss.start();
  await createQueues(boss);
  const within = (tx: Tx) => ({ db: { executeSql: (text: string, values?: unknown[]) => tx.query(text, values) } });
  const claim = ({ id, retryCount }: Claimed) => ({ id, retryCount });
  return {
    async enqueue(tx, name, data) {
      const trace = traceparent();
      await boss.send(name, jobs[name].parse(trace === undefined ? data : { ...data, trace }), within(tx));
    },
    fetch: (name, count) => boss.fetch<unknown>(name, { batchSize: count }),
    async complete(name, job, tx) {
      await boss.complete(name, claim(job), null, tx ? within(tx) : {});
    },
    async fail(name, job) {
      await boss.fail(name, claim(job));
    },
    async touch(name, claimed) {
      return Touched.parse(await boss.touch(name, claimed.map(claim))).affected;
    },
    async reclaim() {
      await boss.getDb().executeSql(`update pgboss.job set heartbeat_on = now() - interval '1 hour' where state = 'active'`, []);
    },
    depth: async () => {
      const db = boss.getDb();
      const { rows } = await db.executeSql(
        `select count(*)::int as depth, coalesce(extract(epoch from now() - min(start_after) filter (where state in ('created', 'retry') and start_after <= now())), 0)::float as oldest
         from pgboss.job where state in ('created', 'retry', 'active') and name = any($1)`,
        [Object.keys(jobs)],
      );
      const [row] = rows as { depth: number; oldest: number }[];
      return { depth: row?.depth ?? 0, oldestSeconds: Math.max(0, row?.oldest ?? 0) };
    },
    stop: () => boss.stop({ graceful: false, close: true }),
  };
};
