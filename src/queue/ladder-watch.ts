import type { Signals } from '../db/signals.ts';
import type { Heart } from '../dispatch/heart.ts';
import { climbLadders } from '../dispatch/ladder.ts';
import type { Log } from '../log.ts';

/** Looked at this often whatever was heard: a clock that was set, a signal that was lost. */
const BACKSTOP_MS = 60_000;
/** Of many changes at once one look is made. */
const SETTLE_MS = 200;

export type LadderWatch = { look(): Promise<number>; stop(): Promise<void> };

/**
 * Waits with one timer for the next moment at which a card that nobody decides is told further. Cards that come, go or change, and changes of
 * the policy, are told by the signal that every commit sends. Any number of processes may do so: each rung is climbed once.
 */
export const watchLadders = (deps: { heart: Heart; signals: Signals; projectId: string; log: Log; now?: () => Date }): LadderWatch => {
  const { heart, signals, projectId, log } = deps;
  const now = deps.now ?? (() => new Date());
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let settling: NodeJS.Timeout | undefined;
  let busy: Promise<number> = Promise.resolve(0);
  const arm = (ms: number): void => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void look(), ms);
  };
  const once = async (): Promise<number> => {
    if (stopped) return 0;
    try {
      const { climbed, next } = await climbLadders(heart, projectId, now());
      arm(next ? Math.min(Math.max(next.getTime() - now().getTime(), 0), BACKSTOP_MS) : BACKSTOP_MS);
      return climbed;
    } catch (error) {
      log.warn({ err: error instanceof Error ? error.name : 'unknown' }, 'ladder.unclimbed');
      arm(BACKSTOP_MS);
      return 0;
    }
  };
  const look = (): Promise<number> => {
    busy = busy.then(once);
    return busy;
  };
  const unhear = signals.on('wilco_events', () => {
    settling ??= setTimeout(() => {
      settling = undefined;
      void look();
    }, SETTLE_MS);
  });
  arm(0);
  return {
    look,
    async stop() {
      stopped = true;
      unhear();
      clearTimeout(timer);
      clearTimeout(settling);
      await busy;
    },
  };
};
