import type { Database } from '../db/client.ts';
import { writeConnection } from '../db/connections.ts';
import type { Log } from '../log.ts';
import type { Breaker } from './breaker.ts';
import type { ModelError, ModelPort } from './model/port.ts';
import { sayError } from './model/say.ts';

/** How often a model that is well is looked at, and one that is not: it should be back as soon as it can be. */
const EVERY_MS = { well: 30_000, ill: 5000 };
const TICK_MS = 1000;
const PATIENCE_MS = 5000;
/** The same news is not written more often. */
const WRITE_MS = 20_000;

export type Watch = { heard(error: ModelError | null): void; start(): void; stop(): Promise<void> };

export type WatchDeps = {
  port: ModelPort;
  breaker: Breaker;
  database: Database;
  log: Log;
  /** Called when the model became well or ill. */
  changed(): void;
};

type State = { ok: boolean; detail: string };

/**
 * Knows whether the model answers, from every real call and, while there is none, from a look that costs no tokens; and writes it where
 * every process can read it.
 */
export const createWatch = ({ port, breaker, database, log, changed }: WatchDeps): Watch => {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let checkedAt = Number.NEGATIVE_INFINITY;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let looking = false;
  let last: State | undefined;
  let writing: Promise<void> = Promise.resolve();

  const stateOf = (error: ModelError | null): State => {
    if (!error) return { ok: true, detail: `${port.model} answers.` };
    const until = error.retryAfterMs === undefined ? undefined : Date.now() + error.retryAfterMs;
    const detail = sayError({ code: error.code, until }, 'UTC');
    return { ok: false, detail: `The model ${port.model} ${detail}${error.code === 'rate_limit' && until !== undefined ? ' UTC' : ''}.` };
  };

  const write = (state: State, latencyMs: number | null): void => {
    const turned = last?.ok !== state.ok || last.detail !== state.detail;
    last = state;
    if (!turned && performance.now() - writtenAt < WRITE_MS) return;
    writtenAt = performance.now();
    writing = writing
      .then(() => writeConnection(database.db, { name: 'model', ...state, latencyMs }))
      .then(() => (turned ? changed() : undefined))
      .catch(() => log.warn('connection.unwritten'));
  };

  const look = async (): Promise<void> => {
    const began = performance.now();
    checkedAt = began;
    const found = await port.check(AbortSignal.timeout(PATIENCE_MS));
    if (stopped) return;
    if (found.ok) breaker.went('looked');
    // The other side is there, and still keeps us out or writes nonsense: what the last call found stands until its time is over.
    const resting = breaker.open();
    if (found.ok && resting) return write(last ?? stateOf(resting.error), null);
    write(stateOf(found.ok ? null : found.error), Math.round(performance.now() - began));
  };

  const tick = (): void => {
    const every = last?.ok === false ? EVERY_MS.ill : EVERY_MS.well;
    if (looking || performance.now() - checkedAt < every) return;
    looking = true;
    void look().finally(() => {
      looking = false;
    });
  };

  return {
    heard(error) {
      // A call makes a look needless for a while; after one that failed, looks tell when the model is back.
      checkedAt = performance.now();
      write(stateOf(error), null);
    },
    start() {
      tick();
      timer = setInterval(tick, TICK_MS);
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await writing;
    },
  };
};
