import type { Database } from '../db/client.ts';
import { type DueId, listDue, nextDue } from '../db/read/due.ts';
import type { Signals } from '../db/signals.ts';
import { takeBeat } from '../dispatch/beat.ts';
import { type Scheduling, takeOccurrence } from '../dispatch/occurrence.ts';
import { takeQuiet } from '../dispatch/quiet-beats.ts';
import type { Taken } from '../dispatch/turn.ts';
import type { Log } from '../log.ts';

/** Looked at this often whatever was heard: a clock that was set, a signal that was lost. */
const BACKSTOP_MS = 30_000;
/** Of many changes at once one look is made. */
const SETTLE_MS = 100;
const BATCH = 500;
/** Each holds a connection while it takes one; the pool is for others, too. */
const LANES = 4;

export type Scheduler = {
  /** Takes everything that is due by now; answers how many occurrences were made. */
  look(): Promise<number>;
  stop(): Promise<void>;
};

type Deps = Scheduling & { database: Database; signals: Signals; log: Log; now?: () => Date };

/** A heartbeat is taken by what can bring about no effect; everything else by what makes cards. */
const takeOne = ({ heart, workforce, ...deps }: Deps, { id, kind }: DueId, now: Date): Promise<Taken> =>
  kind === 'heartbeat'
    ? takeBeat({ database: heart.database, tools: heart.tools, workforce }, id, now)
    : takeOccurrence({ ...deps, heart, ...(workforce ? { workforce } : {}) }, id, now);

/** Takes one batch, a few at a time; heartbeats that have nothing new all at once. Answers how many were made, and whether any was moved on. */
const takeBatch = async (deps: Deps, due: readonly DueId[], now: Date): Promise<{ made: number; moved: number }> => {
  const beats = due.flatMap(({ id, kind }) => (kind === 'heartbeat' ? [id] : []));
  const quiet = await takeQuiet(deps.database.db, beats, now);
  let [made, moved] = [0, quiet.size];
  const entries = due.filter(({ id }) => !quiet.has(id)).values();
  const lane = async () => {
    for (const one of entries) {
      const { id } = one;
      const taken = await takeOne(deps, one, now).catch((error: unknown) => {
        deps.log.error({ scheduleId: id, err: error instanceof Error ? error.name : 'unknown' }, 'schedule.failed');
        return 'left' as const;
      });
      if (taken === 'made') made += 1;
      if (taken !== 'left' && taken !== 'held') moved += 1;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { made, moved };
};

/**
 * Waits for the next moment at which anything is due, with one timer, and takes it. Schedules that come, go or change are told by the signal
 * that every commit sends. Any number of processes may do so on one database.
 */
export const startScheduler = (deps: Deps): Scheduler => {
  const { database, signals, log } = deps;
  const now = deps.now ?? (() => new Date());
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let busy: Promise<unknown> = Promise.resolve();
  let waiting: Promise<number> | undefined;

  const takeAll = async (): Promise<number> => {
    let all = 0;
    for (;;) {
      const at = now();
      const due = await listDue(database.db, at, BATCH);
      const { made, moved } = await takeBatch(deps, due, at);
      all += made;
      // What nobody could move on is looked at again later, not now and for ever.
      if (moved === 0 || stopped) return all;
    }
  };
  const arm = (ms: number): void => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void look(), ms);
  };
  const armNext = async (): Promise<void> => {
    const next = await nextDue(database.db);
    const wait = next ? next.getTime() - now().getTime() : BACKSTOP_MS;
    // Past due and still there: it failed, or another process has it in hand.
    arm(wait <= 0 ? 1000 : Math.min(wait, BACKSTOP_MS));
  };
  const once = async (): Promise<number> => {
    if (stopped) return 0;
    try {
      return await takeAll();
    } catch (error) {
      log.warn({ err: error instanceof Error ? error.name : 'unknown' }, 'schedules.unread');
      return 0;
    } finally {
      await armNext().catch(() => arm(BACKSTOP_MS));
    }
  };
  const look = (): Promise<number> => {
    // One that has not begun yet will see whatever this one would.
    if (waiting) return waiting;
    const looked = busy.then(() => {
      waiting = undefined;
      return once();
    });
    busy = looked;
    waiting = looked;
    return looked;
  };
  let settling: NodeJS.Timeout | undefined;
  const hear = () => {
    if (settling || stopped) return;
    settling = setTimeout(() => {
      settling = undefined;
      void look();
    }, SETTLE_MS);
  };
  const unhear = [signals.on('wilco_events', hear), signals.on('wilco_switch', hear)];
  arm(0);
  return {
    look,
    async stop() {
      stopped = true;
      for (const end of unhear) end();
      clearTimeout(timer);
      clearTimeout(settling);
      await busy;
    },
  };
};
