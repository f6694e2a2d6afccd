import type { Database } from '../db/client.ts';
import { type DueId, listDue, nextDue } from '../db/read/due.ts';
import type { Signals } from '../db/signals.ts';
import { takeBeat } from '../dispatch/beat.ts';
import { type Scheduling, takeOccurrence } from '../dispatch/occurrence.ts';
import { takeQuiet } from '../dispatch/quiet-beats.ts';
import type { Taken } from '../dispatch/turn.ts';
import type { Log } from '../log.ts';
import { startWatch, type Watch } from './watch.ts';

const BACKSTOP_MS = 30_000;
const SETTLE_MS = 100;
const BATCH = 500;
/** Each holds a connection while it takes one; the pool is for others, too. */
const LANES = 4;

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

/** Waits for the next moment at which anything is due, and takes it. A look answers how many occurrences were made. */
export const startScheduler = (deps: Deps): Watch<number> => {
  const { database, signals, log, now = () => new Date() } = deps;
  const failed = { code: 'schedules.unread', found: 0 };
  return startWatch({ signals, log, now, settleMs: SETTLE_MS, backstopMs: BACKSTOP_MS, failed }, async (isStopped) => {
    for (let found = 0; ; ) {
      const at = now();
      const { made, moved } = await takeBatch(deps, await listDue(database.db, at, BATCH), at);
      found += made;
      // What nobody could move on is looked at again later, not now and for ever.
      if (moved === 0 || isStopped()) return { found, next: (await nextDue(database.db)) ?? null };
    }
  });
};
