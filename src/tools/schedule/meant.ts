import { MORNING } from './clock.ts';
import type { Interval } from './interval.ts';
import type { Timing } from './timing.ts';

/** What a text comes to before it is checked: a cron line, an interval, a moment on the clock, or why it is none. */
export type Meant = { cron: string } | { interval: Interval } | { once: string } | { message: string };

/** What the reader of a text knows: the words, and the clock on the wall. */
export type Heard = { timing: Timing; rest: string; wall: string };

const TWO = 'These times do not fit in one schedule, because they differ in hour and minute. Make one schedule for each.';

/** Minute and hour of a cron line; the working day begins at nine where no time is said. */
export const clockFields = ({ times }: Timing): { fields: string } | { message: string } => {
  const all = [...new Set(times.length > 0 ? times : [MORNING])].sort((a, b) => a - b);
  const [minutes, hours] = [all.map((time) => time % 60), all.map((time) => Math.floor(time / 60))].map((list) => [...new Set(list)]);
  if (!minutes || !hours || (minutes.length > 1 && hours.length > 1)) return { message: TWO };
  return { fields: `${minutes.join(',')} ${hours.join(',')}` };
};

/** A cron line of the times that were said and these days. */
export const onDays = (timing: Timing, days: string): Meant => {
  const clock = clockFields(timing);
  return 'fields' in clock ? { cron: `${clock.fields} ${days}` } : clock;
};

const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
/** 0 for what is no number. */
export const countOf = (word: string): number => (/^\d{1,5}$/.test(word) ? Number(word) : NUMBERS.indexOf(word) + 1);
