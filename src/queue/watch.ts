import type { Signals } from '../db/signals.ts';
import type { Log } from '../log.ts';

/** What one look came to, and when the next is due by the clock; `next` absent or null: by nothing but what is told. */
export type Looked<Found> = { found: Found; next?: Date | null };

export type Watch<Found> = {
  /** Looks now, and answers what came of it; looks that have not begun yet are one. */
  look(): Promise<Found>;
  stop(): Promise<void>;
};

export type Watching<Found> = {
  signals: Signals;
  log: Log;
  now?: (() => Date) | undefined;
  /** Of many changes at once one look is made, so long after the first. */
  settleMs: number;
  /** Looked at this often whatever was heard: a clock that was set, a signal that was lost. */
  backstopMs: number;
  /** The code in the log of a look that failed, and what is answered then. */
  failed: { code: string; found: Found };
};

/** What is past due and still there has failed, or another process has it in hand. */
const PAST_DUE_MS = 1000;

/**
 * Looks after something that commits and the clock change: at once, whenever a commit or a switch is told, and with one timer at the next
 * moment that a look names. One look at a time; one that fails is on record, and the next comes all the same. `isStopped`: between two steps of
 * a long look. Any number of processes may watch the same on one database.
 */
export const startWatch = <Found>(
  { signals, log, settleMs, backstopMs, failed, now = () => new Date() }: Watching<Found>,
  take: (isStopped: () => boolean) => Promise<Looked<Found>>,
): Watch<Found> => {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let settling: NodeJS.Timeout | undefined;
  let busy: Promise<unknown> = Promise.resolve();
  let waiting: Promise<Found> | undefined;
  const arm = (next: Date | null | undefined): void => {
    clearTimeout(timer);
    const ms = next ? next.getTime() - now().getTime() : backstopMs;
    if (!stopped) timer = setTimeout(() => void look(), ms <= 0 ? PAST_DUE_MS : Math.min(ms, backstopMs));
  };
  const once = async (): Promise<Found> => {
    waiting = undefined;
    if (stopped) return failed.found;
    try {
      const { found, next } = await take(() => stopped);
      arm(next);
      return found;
    } catch (error) {
      log.warn({ err: error instanceof Error ? error.name : 'unknown' }, failed.code);
      arm(null);
      return failed.found;
    }
  };
  const look = (): Promise<Found> => {
    waiting ??= busy.then(once);
    busy = waiting;
    return waiting;
  };
  const hear = (): void => {
    if (stopped) return;
    settling ??= setTimeout(() => {
      settling = undefined;
      void look();
    }, settleMs);
  };
  const unhear = [signals.on('wilco_events', hear), signals.on('wilco_switch', hear)];
  void look();
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
