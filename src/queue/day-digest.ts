import type { Signals } from '../db/signals.ts';
import { postDay } from '../dispatch/day.ts';
import type { Heart } from '../dispatch/heart.ts';

/** Looked at this often whatever was heard: a clock that was set. */
const BACKSTOP_MS = 15 * 60_000;
/** A change of the policy may move the time; of many changes at once one look is made. */
const SETTLE_MS = 2000;

/** Waits with one timer for the time of the day's digest, and posts it. Any number of processes may do so on one database. */
export const startDayDigest = (deps: {
  heart: Heart;
  signals: Signals;
  projectId: string;
  now?: () => Date;
}): { stop(): Promise<void> } => {
  const { heart, signals, projectId } = deps;
  const now = deps.now ?? (() => new Date());
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let settling: NodeJS.Timeout | undefined;
  let busy: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    if (stopped) return;
    const found = await postDay(heart, projectId, now()).catch((error: unknown) => {
      heart.log.warn({ err: error instanceof Error ? error.name : 'unknown' }, 'digest.failed');
      return { next: null };
    });
    clearTimeout(timer);
    const wait = found.next ? found.next.getTime() - now().getTime() : BACKSTOP_MS;
    if (!stopped) timer = setTimeout(begin, Math.min(Math.max(wait, 1000), BACKSTOP_MS));
  };
  const begin = (): void => {
    busy = busy.then(look);
  };
  const unhear = signals.on('wilco_events', () => {
    settling ??= setTimeout(() => {
      settling = undefined;
      begin();
    }, SETTLE_MS);
  });
  begin();
  return {
    async stop() {
      stopped = true;
      unhear();
      clearTimeout(timer);
      clearTimeout(settling);
      await busy;
    },
  };
};
