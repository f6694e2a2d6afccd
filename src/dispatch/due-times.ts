import { nextTimes, type Recurrence } from '../tools/schedule/recurrence.ts';

/** More than these are not counted. */
const MOST = 1000;

/** The times behind `from` up to `now`, as few looked at as that takes: mostly the first one is still to come. */
const timesUntil = (recurrence: Recurrence, from: Date, now: Date): Date[] => {
  const times: Date[] = [];
  for (let size = 1; times.length < MOST; size = Math.min(size * 4, 64)) {
    const chunk = nextTimes(recurrence, times.at(-1) ?? from, size);
    const passed = chunk.filter((time) => time <= now);
    times.push(...passed);
    if (passed.length < size) break;
  }
  return times.slice(0, MOST);
};

/** What has come due by now: its times that count, oldest first, and the next one that is to come. */
export type DueTimes = { times: Date[]; more: boolean; next: Date | null };

/**
 * Every time from the one that is due up to `now`. What was due before a kill was lifted is left out: nothing old runs after that. All of
 * them together make one occurrence, and the next is behind `now`: a clock that jumped, or a night without power, is made up for once.
 */
export const dueTimes = (recurrence: Recurrence, at: { due: Date; now: Date; liftedAt: Date | null }): DueTimes => {
  const { due, now, liftedAt } = at;
  const [next = null] = nextTimes(recurrence, now, 1);
  const from = liftedAt && liftedAt > due ? liftedAt : undefined;
  const later = timesUntil(recurrence, from ?? due, now);
  return { times: from ? later : [due, ...later], more: later.length === MOST, next };
};
