import { wallAt, zoneNamed } from './zone.ts';

/** A calendar day as a count of days, so that arithmetic never meets a time zone. */
export type Day = number;

const MS = 86_400_000;

/** Null for a day that does not exist. */
export const dayOf = (year: number, month: number, day: number): Day | null => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const same = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same && year >= 1000 && year <= 9999 ? Math.round(date.getTime() / MS) : null;
};

export const partsOf = (day: Day): { year: number; month: number; date: number } => {
  const at = new Date(day * MS);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, date: at.getUTCDate() };
};

export const isoOf = (day: Day): string => new Date(day * MS).toISOString().slice(0, 10);

/** Monday is 0. */
export const weekdayOf = (day: Day): number => (((day + 3) % 7) + 7) % 7;

export const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** The same date some months on; the last day of the month where there is no such date. */
export const addMonths = (day: Day, months: number): Day => {
  const { year, month, date } = partsOf(day);
  const index = year * 12 + month - 1 + months;
  const toYear = Math.floor(index / 12);
  const toMonth = (index % 12) + 1;
  return dayOf(toYear, toMonth, Math.min(date, daysInMonth(toYear, toMonth))) ?? day;
};

/** Today where the person is; where a zone has no such name, in UTC. */
export const todayIn = (now: Date, timeZone: string): Day =>
  Math.floor(Date.parse(`${wallAt(now, zoneNamed(timeZone) ?? 'UTC').slice(0, 10)}T00:00:00Z`) / MS);

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** 0 for Monday, whether written in full or short. */
export const weekdayNamed = (word: string): number =>
  word.length < 3
    ? -1
    : WEEKDAYS.findIndex((name) => [name, name.slice(0, 3), SHORT[name] ?? name].some((form) => form.toLowerCase() === word));
const SHORT: Record<string, string> = { Tuesday: 'tues', Wednesday: 'weds', Thursday: 'thurs' };

/** 1 for January, whether written in full or short; 0 for no month. */
export const monthNamed = (word: string): number =>
  word.length < 3
    ? 0
    : MONTHS.findIndex(
        (name) => name.toLowerCase() === word || name.slice(0, 3).toLowerCase() === word || (word === 'sept' && name === 'September'),
      ) + 1;

/** "3 December 2026", with its weekday in front. */
export const sayDay = (day: Day): string => {
  const { year, month, date } = partsOf(day);
  return `${WEEKDAYS[weekdayOf(day)] ?? ''} ${date} ${MONTHS[month - 1] ?? ''} ${year}`;
};
