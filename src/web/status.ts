import type { ModelHealth } from '../bot/commands/deps.ts';
import { allSwitches } from '../dispatch/power.ts';
import { within } from '../within.ts';
import type { WebDeps } from './deps.ts';
import type { Status } from './schemas.ts';

/** An answer is kept this long, so that asking in a loop cannot load the database. */
const KEEP_MS = 250;
/** Whoever looks whether Wilco works does not wait longer for the answer. */
const PATIENCE_MS = 2000;

const OFFLINE = 'The database cannot be reached: nothing can be shown or decided until it is back.';

type Found = Pick<Status, 'mode' | 'reason' | 'queue' | 'workers' | 'surfaces' | 'model' | 'paused' | 'killed'> & {
  databaseVersion: string;
};

const modelOf = (model: ModelHealth | null): Status['model'] =>
  model && { ...model, checkedAt: model.checkedAt?.toISOString() ?? null, okAt: model.okAt?.toISOString() ?? null };

const look = async ({ health, heart }: WebDeps): Promise<Found> => {
  const [now, switches] = await Promise.all([health(), allSwitches(heart.database.db)]);
  const { mode, reason, queue, workers, surfaces, model, databaseVersion } = now;
  const thrown = { paused: switches.some((one) => one.paused), killed: switches.some((one) => one.killed) };
  return { mode, reason, queue, workers, surfaces, model: modelOf(model), databaseVersion, ...thrown };
};

const statusOf = ({ databaseVersion, ...found }: Found, deps: WebDeps): Status => ({
  ...found,
  checkedAt: new Date().toISOString(),
  version: deps.version,
  database: { ok: found.mode !== 'offline', version: databaseVersion, embedded: deps.embedded },
});

const offline = (): Found => ({
  mode: 'offline',
  reason: OFFLINE,
  queue: { depth: 0, oldestSeconds: 0 },
  workers: 0,
  surfaces: [],
  model: null,
  paused: false,
  killed: false,
  databaseVersion: 'unknown',
});

/** What `/status` answers. Never throws, never waits long, and looks once however many ask. */
export const createStatus = (deps: WebDeps): (() => Promise<Status>) => {
  let looking: Promise<Found> | undefined;
  let kept: { at: number; status: Promise<Status> } | undefined;
  const lookOnce = (): Promise<Found> => {
    const now = looking ?? look(deps);
    looking = now;
    void now
      .finally(() => {
        if (looking === now) looking = undefined;
      })
      .catch(() => undefined);
    return now;
  };
  // A switch that was thrown shows at once: whoever asks after hearing of it must not be told of before.
  deps.signals.on('wilco_switch', () => {
    kept = undefined;
    looking = undefined;
  });
  const inTime = async (): Promise<Status> => statusOf((await within(PATIENCE_MS, lookOnce()).catch(offline)) ?? offline(), deps);
  return () => {
    if (kept && performance.now() - kept.at < KEEP_MS) return kept.status;
    kept = { at: performance.now(), status: inTime() };
    return kept.status;
  };
};
