import { setTimeout as sleep } from 'node:timers/promises';
import { recent } from '../../recent.ts';

/** So many calls at once, and then so many a second, for each method and channel; Slack allows about one message a second in a channel. */
export type PaceSettings = { burst: number; perSecond: number };

export const PACE: PaceSettings = { burst: 3, perSecond: 1 };

/** Waits of up to this long are sat out; a longer one is put off. */
const PATIENCE_MS = 3000;

/** Keeps each method in each channel below what Slack allows, and does not call what Slack asked to leave alone for a while. */
export type Pace = {
  /** Resolves when it may be called now (0), or says in how many milliseconds it may be tried again. */
  enter(method: string, channel: string): Promise<number>;
  /** Slack asked for this long without this method; the others go on. */
  rest(method: string, ms: number): void;
};

const MOST_KEPT = 10_000;

export const createPace = ({ burst, perSecond }: PaceSettings = PACE, now: () => number = () => performance.now()): Pace => {
  /** When the last call that was let through counts as made, as if calls came evenly. */
  const due = recent<number>(MOST_KEPT);
  const rests = new Map<string, number>();
  const step = 1000 / perSecond;
  return {
    async enter(method, channel) {
      const rest = (rests.get(method) ?? 0) - now();
      if (rest > 0) return rest;
      const key = `${method} ${channel}`;
      const slot = Math.max(due.get(key) ?? 0, now());
      const wait = slot - now() - (burst - 1) * step;
      if (wait > PATIENCE_MS) return wait;
      due.set(key, slot + step);
      if (wait > 0) await sleep(wait);
      return 0;
    },
    rest(method, ms) {
      rests.set(method, now() + ms);
    },
  };
};
