import { type Day, isoOf } from './calendar.ts';
import { clockText, MORNING } from './clock.ts';
import type { DayRead } from './day-read.ts';
import { countOf, type Heard, type Meant } from './meant.ts';
import { readRelative } from './relative-dates.ts';
import { readWritten } from './written-dates.ts';

const dayOfWall = (wall: string): Day => Math.round(Date.parse(`${wall.slice(0, 10)}T00:00:00Z`) / 86_400_000);

const IN =
  /^(?:in|after) (?:(half an|\w+) )?(minutes?|mins?|hours?|hrs?|h|m|\d+(?:min|m|h))(?: time| from now)?$|^(half an|\w+) (minutes?|mins?|hours?|hrs?) from now$|^in (\d{1,4})(min|mins|m|h|hrs?)$/;

/** "in two hours", "half an hour from now". The clock of the zone is not asked: that much time passes. */
export const minutesFromNow = (rest: string): number | null => {
  const [, before, unitBefore, behind, unitBehind, digits, short] = IN.exec(rest) ?? [];
  const unit = unitBefore ?? unitBehind ?? short;
  const amount = before ?? behind ?? digits;
  if (unit === undefined || amount === undefined) return null;
  const size = unit.startsWith('h') ? 60 : 1;
  if (amount === 'half an') return size === 60 ? 30 : null;
  const count = amount === 'a' || amount === 'an' ? 1 : countOf(amount);
  return count > 0 ? count * size : null;
};

const onDay = (heard: Heard, day: string): Meant => {
  const { times } = heard.timing;
  if (times.length > 1) return { message: 'That is more than one time. Make one schedule for each.' };
  const today = heard.wall.slice(0, 10) === day;
  if (times.length === 0 && today) return { message: 'At what time today? Say it, such as “today at 17:00”.' };
  return { once: `${day}T${clockText(times[0] ?? MORNING)}` };
};

/** A time alone is the next one: today, or tomorrow when it is over. */
const timeAlone = (heard: Heard): Meant | null => {
  const [time, ...others] = heard.timing.times;
  if (time === undefined || others.length > 0) return null;
  const today = `${heard.wall.slice(0, 10)}T${clockText(time)}`;
  return { once: today > heard.wall ? today : `${isoOf(dayOfWall(heard.wall) + 1)}T${clockText(time)}` };
};

/** One moment in words: "tomorrow at 8", "first Monday of next month", "3 December at noon". */
export const readMoment = (heard: Heard): Meant | null => {
  if (heard.rest === '') return timeAlone(heard);
  if (/\b(?:every|each|daily|weekly|monthly|weekdays)\b/.test(heard.rest)) return null;
  const words = heard.rest.split(' ').filter((word) => word !== 'on');
  const said = { words, written: heard.rest, today: dayOfWall(heard.wall) };
  const read: DayRead | null = readWritten(said) ?? readRelative(said);
  if (read?.kind === 'day') return onDay(heard, read.day);
  return read?.kind === 'unclear' ? { message: read.say } : null;
};
