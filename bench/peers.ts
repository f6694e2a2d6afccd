import { Logger, type Runner, run } from 'graphile-worker';
import { Pool } from 'pg';
import { PgBoss } from 'pg-boss';
import { createDatabase } from './server.ts';

const SLOTS = 10;
const POOL = 14;

/** graphile-worker as its manual starts it, in a database of its own on the same server. */
export type Graphile = {
  add(key: string): Promise<void>;
  /** Many jobs that become visible with one commit. Answers when that commit is about to be sent, by `performance.now()`. */
  addAll(keys: string[]): Promise<number>;
  /** When the task of this key starts, by `performance.now()`. To be asked before it is added. */
  started(key: string): Promise<number>;
  completed(key: string): Promise<void>;
  stop(): Promise<void>;
};

const quiet = new Logger(() => () => undefined);

export const openGraphile = async (serverUrl: string, options: { takesMs?: number } = {}): Promise<Graphile> => {
  const base = await createDatabase(serverUrl, 'bench_graphile');
  const [starts, ends] = [new Map<string, () => void>(), new Map<string, () => void>()];
  const pgPool = new Pool({ connectionString: base.url, max: POOL });
  pgPool.on('error', () => undefined);
  pgPool.on('connect', (client) => client.on('error', () => undefined));
  const takesMs = options.takesMs ?? 0;
  const note = async (payload: unknown) => {
    starts.get((payload as { key: string }).key)?.();
    if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs));
  };
  const runner: Runner = await run({ pgPool, concurrency: SLOTS, taskList: { note }, noHandleSignals: true, logger: quiet });
  runner.events.on('job:complete', ({ job }) => ends.get((job.payload as { key: string }).key)?.());
  const waitFor = (bells: Map<string, () => void>, key: string) => new Promise<void>((resolve) => bells.set(key, resolve));
  return {
    async add(key) {
      await runner.addJob('note', { key });
    },
    async addAll(keys) {
      const client = await pgPool.connect();
      await client.query('begin');
      const specs = JSON.stringify(keys.map((key) => ({ identifier: 'note', payload: { key } })));
      const sql =
        'select count(*) from graphile_worker.add_jobs(array(select json_populate_recordset(null::graphile_worker.job_spec, $1::json)))';
      await client.query(sql, [specs]);
      const at = performance.now();
      await client.query('commit');
      client.release();
      return at;
    },
    started: (key) => waitFor(starts, key).then(() => performance.now()),
    completed: (key) => waitFor(ends, key),
    async stop() {
      await runner.stop();
      await pgPool.end();
      await base.drop();
    },
  };
};

/** pg-boss alone, in a database of its own on the same server. */
export type Bare = {
  /** One job through the queue with nothing around it. */
  cycle(): Promise<void>;
  /** `count` jobs of `takesMs` through `work()` as its defaults with NOTIFY are. Answers how many were done when `withinMs` had passed. */
  workByDefault(burst: { count: number; takesMs: number; withinMs: number }): Promise<number>;
  stop(): Promise<void>;
};

export const openBare = async (serverUrl: string): Promise<Bare> => {
  const base = await createDatabase(serverUrl, 'bench_boss');
  const boss = new PgBoss({ connectionString: base.url, max: SLOTS, schedule: false, useListenNotify: true });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.createQueue('cycle');
  return {
    async cycle() {
      await boss.send('cycle', { key: 'x' });
      const [job] = await boss.fetch('cycle');
      if (job) await boss.complete('cycle', job.id);
    },
    async workByDefault({ count, takesMs, withinMs }) {
      await boss.createQueue('burst', { notify: true });
      let done = 0;
      await boss.work('burst', { localConcurrency: SLOTS }, async () => {
        await new Promise((resolve) => setTimeout(resolve, takesMs));
        done += 1;
      });
      const began = performance.now();
      await Promise.all(Array.from({ length: count }, () => boss.send('burst', {})));
      while (done < count && performance.now() - began < withinMs) await new Promise((resolve) => setTimeout(resolve, 20));
      await boss.offWork('burst', { wait: false });
      return done;
    },
    async stop() {
      await boss.stop({ graceful: false, close: true });
      await base.drop();
    },
  };
};

/** What a commit of one row costs here: nothing that is recorded can be cheaper. */
export type Floor = { insert(): Promise<void>; stop(): Promise<void> };

export const openFloor = async (serverUrl: string): Promise<Floor> => {
  const base = await createDatabase(serverUrl, 'bench_floor');
  const pool = new Pool({ connectionString: base.url, max: SLOTS });
  pool.on('error', () => undefined);
  await pool.query('create table rows (id bigint generated always as identity primary key, text text)');
  return {
    async insert() {
      await pool.query(`insert into rows (text) values ('x')`);
    },
    async stop() {
      await pool.end();
      await base.drop();
    },
  };
};
