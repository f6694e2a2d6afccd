import type { Signals } from '../db/signals.ts';
import type { Heart } from '../dispatch/heart.ts';
import { climbLadders } from '../dispatch/ladder.ts';
import type { Log } from '../log.ts';
import { startWatch, type Watch } from './watch.ts';

const BACKSTOP_MS = 60_000;
const SETTLE_MS = 200;

/**
 * Waits for the next moment at which a card that nobody decides is told further: each rung is climbed once. A look answers how many were.
 */
export const watchLadders = (deps: { heart: Heart; signals: Signals; projectId: string; log: Log; now?: () => Date }): Watch<number> => {
  const { heart, signals, projectId, log, now = () => new Date() } = deps;
  const failed = { code: 'ladder.unclimbed', found: 0 };
  return startWatch({ signals, log, now, settleMs: SETTLE_MS, backstopMs: BACKSTOP_MS, failed }, async () => {
    const { climbed, next } = await climbLadders(heart, projectId, now());
    return { found: climbed, next: next ?? null };
  });
};
