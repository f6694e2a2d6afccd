import { instantOf, wallAt } from './zone.ts';

export type Unit = 'minute' | 'hour' | 'day' | 'week';
/** Every so often, counted from a moment on the clock of a zone. */
export type Interval = { every: number; unit: Unit; from: string };

const MINUTES: Record<Unit, number> = { minute: 1, hour: 60, day: 1440, week: 10_080 };
const MS = 60_000;
const LONGEST_YEARS = 10;

const unitText = (every: number, unit: Unit): string => (every === 1 ? unit : `${every} ${unit}s`);

export const intervalText = ({ every, unit, from }: Interval): string => `every ${unitText(every, unit)} from ${from}`;

const TEXT = /^every (?:(\d{1,5}) )?(minute|hour|day|week)s? from (\d{4}-\d{2}-\d{2}T\d{2}:\d{2})$/;

/** Reads the one form back. */
export const readInterval = (text: string): Interval | null => {
  const [, every = '1', unit, from = ''] = TEXT.exec(text) ?? [];
  if (unit !== 'minute' && unit !== 'hour' && unit !== 'day' && unit !== 'week') return null;
  return Number(every) < 1 || Number.isNaN(Date.parse(`${from}Z`)) ? null : { every: Number(every), unit, from };
};

export const tooLong = ({ every, unit }: Interval): boolean => every * MINUTES[unit] > LONGEST_YEARS * 366 * 1440;

const shifted = (wall: string, minutes: number): string => new Date(Date.parse(`${wall}:00Z`) + minutes * MS).toISOString().slice(0, 16);

/** Days and weeks keep the time on the clock; minutes and hours pass whatever the clock does. */
export const nextOfInterval = (
  interval: Interval,
  { timeZone, after, count }: { timeZone: string; after: Date; count: number },
): Date[] => {
  const step = interval.every * MINUTES[interval.unit];
  const byClock = interval.unit === 'day' || interval.unit === 'week';
  const begin = instantOf(interval.from, timeZone);
  const timeOf = (index: number): Date =>
    byClock ? instantOf(shifted(interval.from, index * step), timeZone) : new Date(begin.getTime() + index * step * MS);
  const passed = byClock
    ? Date.parse(`${wallAt(after, timeZone)}:00Z`) - Date.parse(`${interval.from}:00Z`)
    : after.getTime() - begin.getTime();
  let index = Math.max(0, Math.floor(passed / (step * MS)) - 1);
  const times: Date[] = [];
  for (; times.length < count; index++) {
    const time = timeOf(index);
    if (time > after) times.push(time);
  }
  return times;
};
