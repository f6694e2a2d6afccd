import type { Signals } from '../db/signals.ts';

/** An answer is good for this long when nothing is heard: what changes with the clock alone shows after it. */
const KEEP_MS = 250;

/**
 * Keeps an answer until something happens, so that a hundred open pages, which all ask when they hear of it, cost what one does. One that was
 * being made when something happened is given to whoever asked before, and to nobody after.
 */
export const keepUntilHeard = <T>(signals: Signals, make: (key: string) => Promise<T>): ((key: string) => Promise<T>) => {
  const kept = new Map<string, { at: number; answer: Promise<T> }>();
  signals.on('wilco_events', () => kept.clear());
  signals.on('wilco_switch', () => kept.clear());
  return (key) => {
    const last = kept.get(key);
    if (last && performance.now() - last.at < KEEP_MS) return last.answer;
    const answer = make(key);
    const entry = { at: performance.now(), answer };
    kept.set(key, entry);
    answer.catch(() => {
      if (kept.get(key) === entry) kept.delete(key);
    });
    return answer;
  };
};
