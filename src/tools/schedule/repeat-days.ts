import { type Day, isoOf, weekdayNamed, weekdayOf } from './calendar.ts';
import { clockText, MORNING } from './clock.ts';
import { countOf, type Heard, type Meant, onDays } from './meant.ts';

/** 1 for Monday and 0 for Sunday, as cron counts; -1 for what is no weekday. */
export const cronDay = (word: string): number => {
  const known = weekdayNamed(word);
  const weekday = known >= 0 ? known : weekdayNamed(word.replace(/s$/, ''));
  return weekday < 0 ? -1 : (weekday + 1) % 7;
};

const rangeOf = (from: number, to: number): number[] => {
  const days: number[] = [];
  for (let day = from; days.length < 7; day = (day + 1) % 7) {
    days.push(day);
    if (day === to) return days;
  }
  return days;
};

const GROUPS: Record<string, number[]> = { weekday: [1, 2, 3, 4, 5], weekend: [6, 0] };
const group = (text: string): string =>
  text.replace(/\b(?:weekdays|(?:working|work|business)[ -]?days?|workdays?)\b/g, 'weekday').replace(/\bweekends\b/g, 'weekend');

/** "monday to friday" as all of its days; null when it is no range of days. */
const spanSaid = (part: string): number[] | null => {
  const [, from = '', to = ''] = /^(\w+) (?:to|through|thru|until|till) (\w+)$/.exec(part) ?? [];
  const [first, last] = [cronDay(from), cronDay(to)];
  return first < 0 || last < 0 ? null : rangeOf(first, last);
};

const partDays = (part: string): number[] | null => {
  if (Object.hasOwn(GROUPS, part)) return GROUPS[part] ?? null;
  const day = cronDay(part);
  return day < 0 ? spanSaid(part) : [day];
};

/** The weekdays of "monday and thursday", "mon to fri", "weekdays"; null when another word is among them. */
export const daysSaid = (text: string): number[] | null => {
  const parts = group(text)
    .replace(/(?<=[a-z])[-–](?=[a-z])/g, ' to ')
    .replace(/\b(?:and|or|on|every)\b/g, ' ')
    .trim()
    .split(/\s+(?!(?:to|through|thru|until|till)\b)(?<!\b(?:to|through|thru|until|till)\s+)/);
  const days: number[] = [];
  for (const part of parts) {
    const known = partDays(part.replace(/\s+/g, ' '));
    if (!known) return null;
    days.push(...known);
  }
  return [...new Set(days)];
};

/** As a field of a cron line: 1-5 for a run of days. */
export const daysField = (days: readonly number[]): string => {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  if (sorted.length === 7) return '*';
  const run = sorted.length > 2 && sorted.every((day, at) => at === 0 || day === (sorted[at - 1] ?? 0) + 1);
  return run ? `${sorted[0]}-${sorted.at(-1)}` : sorted.join(',');
};

/** Whether it is said that the days come again: "Mondays", "every Monday", "Monday every week". A Monday alone is one day. */
const repeats = (rest: string): boolean =>
  /\b(?:every|weekly)\b/.test(rest) ||
  rest
    .split(' ')
    .some((word) => /^(?:weekdays?|weekends?)$/.test(group(word)) || (/s$/.test(word) && cronDay(word) >= 0 && weekdayNamed(word) < 0)) ||
  /[a-z](?: to | through |-)[a-z]/.test(rest);

const weekly = ({ rest, timing }: Heard): Meant | null => {
  const said = rest.replace(/^(?:every week on|weekly(?: on)?|every) /, '').replace(/ (?:every week|weekly)$/, '');
  const days = daysSaid(said);
  return days && repeats(rest) ? onDays(timing, `* * ${daysField(days)}`) : null;
};

const dayOfWall = (wall: string): Day => Math.round(Date.parse(`${wall.slice(0, 10)}T00:00:00Z`) / 86_400_000);

/** The first day, from today on, that has this weekday (any when -1) and at whose time it is still to come. */
const firstWall = (heard: Heard, weekday: number): string => {
  const time = clockText(heard.timing.times[0] ?? MORNING);
  let day = dayOfWall(heard.wall);
  while ((weekday >= 0 && (weekdayOf(day) + 1) % 7 !== weekday) || `${isoOf(day)}T${time}` <= heard.wall) day++;
  return `${isoOf(day)}T${time}`;
};

const MONDAY = 1;

/** Every so many days or weeks, from the first of them on; `weekday` is -1 for days. */
const apart = (heard: Heard, every: number, weekday: number): Meant => {
  if (heard.timing.times.length > 1)
    return { message: 'With days left out in between there can be only one time. Make one schedule for each.' };
  return { interval: { every, unit: weekday < 0 ? 'day' : 'week', from: firstWall(heard, weekday) } };
};

/** The weekdays of "every 2 weeks on Friday" and "every other Friday"; null when it is neither. */
const leftOutDays = (unit: string, more: string): number[] | null => {
  if (/^weeks?$/.test(unit)) return daysSaid(more === '' ? 'monday' : more);
  if (more !== '' && !more.startsWith('and ')) return null;
  return daysSaid(`${unit} ${more}`);
};

const LEAVING = /^every (other|second|2nd|alternate|\w+) (\w+)(?: (?:on )?(.+))?$/;

/** "every other Tuesday", "every 2 weeks on Friday", "fortnightly", "every 3 days". */
const leavingOut = (heard: Heard): Meant | null => {
  const rest = heard.rest
    .replace(/^fortnightly|^every fortnight/, 'every 2 weeks')
    .replace(/^(.+?) every (other|\w+) weeks?$/, 'every $2 weeks on $1');
  const [, amount = '', unit = '', more = ''] = LEAVING.exec(rest) ?? [];
  const every = /^(?:other|second|2nd|alternate)$/.test(amount) ? 2 : countOf(amount);
  if (every < 1 || every > 3650) return null;
  if (/^days?$/.test(unit) && more === '') return every === 1 ? onDays(heard.timing, '* * *') : apart(heard, every, -1);
  const [first, ...others] = leftOutDays(unit, more) ?? [];
  if (first === undefined) return null;
  if (others.length === 0) return apart(heard, every, first);
  return { message: 'Every other week on several days does not fit in one schedule. Make one schedule for each day.' };
};

const SEVERAL =
  /^(?:(twice|thrice|two times|three times|four times|(\d+) times) (?:an?|per|every) |bi-?)(hour|day|week|month|year|weekly|monthly|daily|annually)$/;

/** "twice a day" names no times. */
const several = ({ rest, timing }: Heard): Meant | null => {
  const [, amount, digits, unit = ''] = SEVERAL.exec(rest) ?? [];
  if (unit === '') return null;
  const wanted = digits
    ? Number(digits)
    : ['', '', 'twice', 'three times', 'four times'].indexOf((amount ?? '').replace('two times', 'twice').replace('thrice', 'three times'));
  if (unit === 'day' && wanted === timing.times.length) return onDays(timing, '* * *');
  if (unit === 'day' || unit === 'daily') return { message: 'At which times of the day? Say them, such as “every day at 9:00 and 17:00”.' };
  return {
    message: `On which days and at what time? Say them, such as “every Monday and Thursday at 9”. “${rest}” may mean several things.`,
  };
};

const simple = ({ rest, timing }: Heard): Meant | null => {
  if (/^(?:every day|daily|everyday|every date)$/.test(rest)) return onDays(timing, '* * *');
  return /^(?:weekly|every week)$/.test(rest) ? onDays(timing, `* * ${MONDAY}`) : null;
};

/** Everything that repeats by days and weeks. */
export const readRepeatedDays = (heard: Heard): Meant | null => simple(heard) ?? several(heard) ?? weekly(heard) ?? leavingOut(heard);
