import { Cron } from 'croner';
import { wallAt } from './zone.ts';

const NICKNAMES: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};
const MONTH_NAMES = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const DAY_NAMES = 'sun mon tue wed thu fri sat'.split(' ');

const FIELD = /^[\d*?][\d*,/\-#LW]*$|^L?W?$|^(?:(?:\d+|[A-Z]{3})(?:[-#/]?(?:\d+|[A-Z]{3}|L))*,?)+$/i;

const numbered = (text: string, names: readonly string[], first: number): string =>
  text.toLowerCase().replace(/[a-z]{3}/g, (name) => (names.includes(name) ? String(names.indexOf(name) + first) : name));

/** Whether a text is meant as a cron line; it may still be a wrong one. */
export const looksLikeCron = (text: string): boolean => {
  const fields = text.trim().split(/\s+/);
  if (fields.length === 1) return Object.hasOwn(NICKNAMES, text.trim().toLowerCase());
  return fields.length >= 5 && fields.length <= 7 && fields.every((field) => FIELD.test(field)) && /^[\d*]/.test(text.trim());
};

/** One line for what may be written in several ways: numbers for names, `*` for `?`, `L` and `W` large. */
const canonical = (text: string): string => {
  const line = NICKNAMES[text.trim().toLowerCase()] ?? text.trim();
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = line.toLowerCase().replaceAll('?', '*').split(/\s+/);
  const days = numbered(weekday, DAY_NAMES, 0)
    .replace(/-0(?!\d)/g, '-7')
    .replace(/(?<![\d-])7(?=,|$|#|l)/g, '0');
  return [minute, hour, day.toUpperCase(), numbered(month, MONTH_NAMES, 1), days.toUpperCase()].join(' ');
};

const cronOf = (line: string, timeZone: string): Cron =>
  new Cron(line, { timezone: timeZone, mode: '5-part', paused: true, fixedTimeRule: 'no-wildcard' });

/** Croner's own words, for people. */
const inPlain = (message: string): string => message.replace(/^CronPattern: (?:Syntax error, )?/, '').replace(/\.$/, '');

export type CronRead = { ok: true; line: string } | { ok: false; message: string };

/** A cron line of five fields as croner reads it, in its one form; a line that never comes is refused. */
export const readCron = (text: string, timeZone: string): CronRead => {
  const fields = text.trim().split(/\s+/).length;
  if (fields > 5) return { ok: false, message: `A cron line has five fields (minute, hour, day, month, weekday); this one has ${fields}.` };
  const line = canonical(text);
  try {
    const next = cronOf(line, timeZone).nextRun(new Date());
    return next ? { ok: true, line } : { ok: false, message: `“${line}” never comes: there is no such day in any year.` };
  } catch (error) {
    return {
      ok: false,
      message: `“${text.trim()}” is not a cron line: ${error instanceof Error ? inPlain(error.message) : 'unreadable'}.`,
    };
  }
};

/**
 * The next times of a cron line, strictly after `after`. A time that the clock leaves out comes when it goes on. One that it shows twice comes
 * once, where the line names an hour: for steps of hours croner would count both.
 */
export const nextOfCron = (line: string, { timeZone, after, count }: { timeZone: string; after: Date; count: number }): Date[] => {
  const cron = cronOf(line, timeZone);
  const everyHour = line.split(' ')[1] === '*';
  const seen = new Set<string>();
  const times: Date[] = [];
  // Two hours back, so that the first of two equal times is known when only the second one is still to come.
  let last = new Date(after.getTime() - 2 * 3_600_000);
  while (times.length < count) {
    const next = cron.nextRun(last);
    if (!next) return times;
    const wall = wallAt(next, timeZone);
    if (next > after && (everyHour || !seen.has(wall))) times.push(next);
    seen.add(wall);
    last = next;
  }
  return times;
};
