import { z } from 'zod';

const asDate = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** JavaScript reads 30 February as 2 March; a day is real when it reads back as itself. */
const isReal = (day: string): boolean => {
  const date = asDate(day);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
};

/** A day of the calendar, `2026-11-27`, in no time zone. */
export const calendarDay = () =>
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'Write the day as year-month-day, such as 2026-11-27.', abort: true })
    .refine(isReal, 'There is no such day in the calendar.');

const WORDS = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `Friday 27 November 2026`. The comma that some versions of the locale data put in is left out, so a day reads the same on every machine. */
export const dayInWords = (day: string): string => WORDS.format(asDate(day)).replaceAll(',', '');
