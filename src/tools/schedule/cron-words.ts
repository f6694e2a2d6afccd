import { MONTHS, WEEKDAYS } from './calendar.ts';
import { clockText } from './clock.ts';

const NTH: Record<string, string> = { '1': 'first', '2': 'second', '3': 'third', '4': 'fourth', '5': 'fifth', L: 'last' };

export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;

export const ordinalText = (number: number): string => {
  const teen = number % 100 >= 11 && number % 100 <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${ending}`;
};

/** `1,3-5` as numbers; null when a star or a letter is in it. */
const numbers = (field: string): number[] | null => {
  const found: number[] = [];
  for (const part of field.split(',')) {
    const [, from = '', to, step = '1'] = /^(\d+)(?:-(\d+)(?:\/(\d+))?)?$/.exec(part) ?? [];
    if (from === '' || Number(step) < 1) return null;
    for (let value = Number(from); value <= Number(to ?? from); value += Number(step)) found.push(value);
  }
  return [...new Set(found)].sort((a, b) => a - b);
};

const weekdayName = (number: number): string => WEEKDAYS[(number + 6) % 7] ?? '';
const stepOf = (field: string): number => Number(/^\*\/(\d+)$/.exec(field)?.[1] ?? 0);

const timesOf = (minutes: readonly number[], hours: readonly number[]): string | null => {
  const all = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
  return all.length > 6 ? null : listed(all.map(clockText));
};

/** "every 15 minutes", "every hour", "at 5 and 35 minutes past every hour". */
const withinHour = (minute: string): string => {
  if (minute === '*') return 'every minute';
  const step = stepOf(minute);
  if (step > 0) return step === 1 ? 'every minute' : 60 % step === 0 ? `every ${step} minutes` : `every ${step} minutes from the full hour`;
  if (minute === '0') return 'every hour';
  const past = numbers(minute);
  return past ? `at ${listed(past.map(String))} minutes past every hour` : `at the minutes ${minute} of every hour`;
};

const withinHours = (minute: string, hour: string): string => {
  const range = /^(\d+)-(\d+)$/.exec(hour);
  const minutes = numbers(minute);
  const step = stepOf(minute);
  const lastMinute = minutes?.at(-1) ?? (step > 0 ? 60 - (60 % step || step) : 59);
  if (!range) return `${withinHour(minute)} in the hours ${hour}`;
  const from = Number(range[1]) * 60 + (minutes?.[0] ?? 0);
  return `${withinHour(minute)} from ${clockText(from)} to ${clockText(Number(range[2]) * 60 + lastMinute)}`;
};

/** `often`: it comes more than a few times a day, so "every day" need not be said. */
const timeWords = (minute: string, hour: string): { words: string; often: boolean } => {
  if (hour === '*' || hour === '*/1') return { words: withinHour(minute), often: true };
  const [minutes, hours] = [numbers(minute), numbers(hour)];
  const times = minutes && hours && timesOf(minutes, hours);
  if (times) return { words: `at ${times}`, often: false };
  const step = stepOf(hour);
  if (step > 0 && minutes?.length === 1) {
    const past = minutes[0] === 0 ? '' : ` at ${minutes[0]} minutes past`;
    return { words: `every ${step} hours${past}${24 % step === 0 ? '' : ' from midnight'}`, often: true };
  }
  return { words: withinHours(minute, hour), often: true };
};

const monthNames = (field: string): string | null => {
  const known = numbers(field);
  return known ? listed(known.map((number) => MONTHS[number - 1] ?? '')) : null;
};

const ofMonths = (month: string): string => {
  if (month === '*') return 'of every month';
  const step = stepOf(month);
  if (step > 0) return `of every ${ordinalText(step)} month from January`;
  const names = monthNames(month);
  return names ? `of ${names}` : `of the months ${month}`;
};

const inMonths = (month: string): string => (month === '*' ? '' : ` in ${monthNames(month) ?? `the months ${month}`}`);

const dateWords = (day: string, month: string): string => {
  if (day === 'L') return `on the last day ${ofMonths(month)}`;
  if (day === 'LW') return `on the last weekday ${ofMonths(month)}`;
  if (day === '1W') return `on the first weekday ${ofMonths(month)}`;
  if (/^\d+W$/.test(day)) return `on the weekday nearest to the ${ordinalText(Number.parseInt(day, 10))} ${ofMonths(month)}`;
  const dates = numbers(day);
  const names = month === '*' ? null : monthNames(month);
  if (dates?.length === 1 && names && !names.includes(' and ')) return `on ${dates[0]} ${names} every year`;
  const short = dates?.length === 1 && (dates[0] ?? 0) > 28 && month === '*' ? ' that has one' : '';
  return dates ? `on the ${listed(dates.map(ordinalText))} ${ofMonths(month)}${short}` : `on the days ${day} ${ofMonths(month)}`;
};

const nthWords = (weekday: string, month: string): string | null => {
  const parts = weekday.split(',').map((part) => /^([0-7])(?:#([1-5L])|(L))$/.exec(part));
  const names = parts.map((part) => part && `${NTH[part[2] ?? 'L'] ?? ''} ${weekdayName(Number(part[1]))}`);
  const known = names.filter((name) => name !== null);
  return known.length === names.length ? `on the ${listed(known)} ${ofMonths(month)}` : null;
};

const weekdayWords = (weekday: string, month: string): string => {
  if (weekday === '1-5') return `every weekday${inMonths(month)}`;
  const days = numbers(weekday);
  // The week begins on Monday.
  const ordered = days && [...days].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  if (ordered) return `every ${listed(ordered.map(weekdayName))}${inMonths(month)}`;
  return nthWords(weekday, month) ?? `on the weekdays ${weekday}${inMonths(month)}`;
};

const dayWords = (day: string, month: string, weekday: string): string | null => {
  if (day === '*' && weekday === '*') return month === '*' ? null : `every day${inMonths(month)}`;
  if (weekday === '*') return dateWords(day, month);
  // Cron means either of the two when both are named.
  return day === '*' ? weekdayWords(weekday, month) : `${dateWords(day, month)} and ${weekdayWords(weekday, month)}`;
};

/** A cron line as one would say it: "every weekday at 09:00". */
export const cronInWords = (line: string): string => {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = line.split(' ');
  const time = timeWords(minute, hour);
  const days = dayWords(day, month, weekday);
  if (time.often) return days === null ? time.words : `${time.words}, ${days}`;
  return `${days ?? 'every day'} ${time.words}`;
};
