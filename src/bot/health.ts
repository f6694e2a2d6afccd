import type { Database } from '../db/client.ts';
import { readConnection } from '../db/connections.ts';
import type { Signals } from '../db/signals.ts';
import { countWorkers } from '../db/workers.ts';
import type { Health, ModelHealth } from './commands/deps.ts';

export type HealthDeps = {
  database: Database;
  signals: Signals;
  queueDepth(): Promise<Health['queue']>;
  /** Why no model routes, or null when one does. */
  modelMissing: string | null;
  /** The name of the model that routes. */
  model?: string;
  surfaces(): Health['surfaces'];
};

const NO_WORKER = 'No worker is alive: what is approved waits in the queue until one is.';
const NO_DATABASE = 'The database cannot be reached: nothing can be shown or decided until it is back.';

/** A good answer is kept this long, so that an open page or a probe in a loop cannot load the database. */
const KEEP_MS = 250;

/** Processes that route look at least this often; what is older says nothing. */
const STALE_SECONDS = 90;
const NOT_CHECKED = 'The model has not been checked lately: no process with the role bot runs, or it has just started.';

/** The model as the process that uses it last found it; it may be another one. */
const modelNow = async (database: Database, name: string): Promise<ModelHealth> => {
  const found = await readConnection(database.db, 'model');
  if (!found || found.ageSeconds > STALE_SECONDS)
    return { name, ok: false, detail: NOT_CHECKED, checkedAt: found?.checkedAt ?? null, okAt: found?.okAt ?? null };
  const { ok, detail, checkedAt, okAt } = found;
  return { name, ok, detail, checkedAt, okAt };
};

const look = async (deps: HealthDeps): Promise<Health> => {
  const { database, queueDepth, modelMissing, model: name, surfaces } = deps;
  const checkedAt = new Date();
  const [version, queue, workers, model] = await Promise.all([
    database.pool.query<{ server_version: string }>('show server_version'),
    queueDepth(),
    countWorkers(database.db, 'worker'),
    name === undefined ? null : modelNow(database, name),
  ]);
  const databaseVersion = version.rows[0]?.server_version ?? 'unknown';
  const modelReason = model && !model.ok ? model.detail : modelMissing;
  const reason = workers === 0 ? NO_WORKER : modelReason;
  return { mode: reason ? 'backup' : 'live', reason, workers, queue, databaseVersion, surfaces: surfaces(), model, checkedAt };
};

/** What is known of the installation now. Never throws: a database that is down is an answer. */
export const createHealth = (deps: HealthDeps): (() => Promise<Health>) => {
  let last: { at: number; health: Promise<Health> } | undefined;
  // Whoever asks because they heard of something must not be told of before.
  deps.signals.on('wilco_events', () => {
    last = undefined;
  });
  return () => {
    if (last && performance.now() - last.at < KEEP_MS) return last.health;
    const health = look(deps).catch(
      (): Health => ({
        mode: 'offline',
        reason: NO_DATABASE,
        workers: 0,
        queue: { depth: 0, oldestSeconds: 0 },
        databaseVersion: 'unknown',
        surfaces: deps.surfaces(),
        model: null,
        checkedAt: new Date(),
      }),
    );
    last = { at: performance.now(), health };
    return health;
  };
};
