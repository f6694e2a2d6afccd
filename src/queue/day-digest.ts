import type { Signals } from '../db/signals.ts';
import { postDay } from '../dispatch/day.ts';
import type { Heart } from '../dispatch/heart.ts';
import { startWatch, type Watch } from './watch.ts';

const BACKSTOP_MS = 15 * 60_000;
/** A change of the policy may move the time. */
const SETTLE_MS = 2000;

/** Waits for the time of the day's digest, and posts it. */
export const startDayDigest = (deps: { heart: Heart; signals: Signals; projectId: string; now?: () => Date }): Watch<null> => {
  const { heart, signals, projectId, now = () => new Date() } = deps;
  const failed = { code: 'digest.failed', found: null };
  return startWatch({ signals, log: heart.log, now, settleMs: SETTLE_MS, backstopMs: BACKSTOP_MS, failed }, async () => {
    const { next } = await postDay(heart, projectId, now());
    return { found: null, next };
  });
};
