import { err, ok, type Result } from '../../result.ts';
import { dayInWords } from '../calendar-day.ts';
import { looksLikeCron, nextOfCron, readCron } from './cron.ts';
import { cronInWords } from './cron-words.ts';
import { type Interval, intervalText, nextOfInterval, readInterval, tooLong } from './interval.ts';
import type { Heard, Meant } from './meant.ts';
import { minutesFromNow, readMoment } from './moments.ts';
import { readRepeatedDates } from './repeat-dates.ts';
import { readRepeatedDays } from './repeat-days.ts';
import { readOftenRepeated } from './repeat-often.ts';
import { readTiming } from './timing.ts';
import { instantOf, wallAt, zoneNamed, zoneOfCity } from './zone.ts';

/**
 * When something is to happen: again and again, or once. `text` is the one form in which it is stored, digested and shown; it reads back as itself.
 * A cron line has five fields, as croner reads them. An interval counts from its moment. Every time is one on the clock of `timeZone`.
 */
export type Recurrence = { kind: 'cron' | 'interval' | 'once'; text: string; timeZone: string };

export type RecurrenceError = { code: 'recurrence_unreadable'; message: string };

const LONGEST_TEXT = 200;
const HOW =
  'Say it like “every weekday at 9”, “first Monday of every month at 10”, “every 90 minutes” or “tomorrow at 8”, or as a cron line.';

const unreadable = (message: string): Result<Recurrence, RecurrenceError> => err({ code: 'recurrence_unreadable', message });

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** A moment as a program writes it, on the clock of the zone; one with an offset is brought there. */
const isoMoment = (text: string, timeZone: string): { once: string } | { message: string } | null => {
  const [whole, day = '', time = '09:00', offset] = MOMENT.exec(text) ?? [];
  if (whole === undefined) return null;
  const instant = Date.parse(`${day}T${time}:00${offset?.toUpperCase() ?? 'Z'}`);
  const real = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(instant) || Number.isNaN(real.getTime()) || !real.toISOString().startsWith(day))
    return { message: `There is no ${text}.` };
  return { once: offset === undefined ? `${day}T${time}` : wallAt(new Date(instant), timeZone) };
};

const ofInterval = (interval: Interval, timeZone: string): Recurrence => ({ kind: 'interval', text: intervalText(interval), timeZone });

/** A recurrence that is stored: its one text and its zone. Null for a text that this never wrote. */
export const storedRecurrence = (text: string, timeZone: string): Recurrence | null => {
  if (zoneNamed(timeZone) === null) return null;
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text)) {
    const moment = isoMoment(text, timeZone);
    return moment && 'once' in moment ? { kind: 'once', text, timeZone } : null;
  }
  const interval = readInterval(text);
  if (interval) return intervalText(interval) === text ? ofInterval(interval, timeZone) : null;
  const cron = looksLikeCron(text) ? readCron(text, timeZone) : null;
  return cron?.ok && cron.line === text ? { kind: 'cron', text, timeZone } : null;
};

/** The next times, strictly after `after`; fewer than `count` when it ends. */
export const nextTimes = (recurrence: Recurrence, after: Date, count: number): Date[] => {
  const { kind, text, timeZone } = recurrence;
  if (kind === 'cron') return nextOfCron(text, { timeZone, after, count });
  const interval = kind === 'interval' ? readInterval(text) : null;
  if (interval) return nextOfInterval(interval, { timeZone, after, count });
  const once = instantOf(text, timeZone);
  return once > after && count > 0 ? [once] : [];
};

const momentInWords = (wall: string): string => `${dayInWords(wall.slice(0, 10))} at ${wall.slice(11)}`;

/** As one would say it, with its zone: "every weekday at 09:00, Europe/Berlin". */
export const inWords = ({ kind, text, timeZone }: Recurrence): string => {
  if (kind === 'cron') return `${cronInWords(text)}, ${timeZone}`;
  if (kind === 'once') return `once, on ${momentInWords(text)}, ${timeZone}`;
  const [every = '', from = ''] = text.split(' from ');
  return `${every}, counted from ${momentInWords(from)}, ${timeZone}`;
};

const SHORT_NAMES = /\d.* (?:[ecmp][sd]?t|ces?t|[bi]st)$/i;
const IANA = /^(.*?)[\s(,]+(?:in |zone )?([A-Za-z]+\/[A-Za-z_+/-]+|UTC|GMT)\)?$/;
const CITY = /^(.*?)[\s(,]+(?:in )?([A-Za-z]+(?: [A-Z][a-z]+)?) (?:local )?time\)?$/;

/** "9:00 Berlin time", "09:00 UTC", "at 9 (America/New_York)": a zone at the end. */
const withZone = (text: string, timeZone: string): { text: string; timeZone: string } | { message: string } => {
  const iana = IANA.exec(text);
  const named = iana && zoneNamed(iana[2] ?? '');
  if (iana)
    return named ? { text: iana[1] ?? '', timeZone: named } : { message: `There is no time zone ${iana[2]}. Name it like Europe/Berlin.` };
  const city = CITY.exec(text);
  const zone = city && zoneOfCity(city[2] ?? '');
  if (city && zone) return { text: city[1] ?? '', timeZone: zone };
  if (SHORT_NAMES.test(text)) return { message: 'Name the time zone by its place, such as Europe/Berlin: short names mean several zones.' };
  return { text, timeZone };
};

const BOUNDED = /\b(?:until|till|except|excluding|unless|starting|beginning|for the next|if|when|while|but|not)\b/;

const inEnglish = (text: string, now: Date, timeZone: string): Meant => {
  const timing = readTiming(text);
  const heard: Heard = { timing, rest: timing.rest, wall: wallAt(now, timeZone) };
  if (BOUNDED.test(timing.rest))
    return { message: 'A schedule has no beginning, end or exception of its own. Say only how often, and cancel it when it is over.' };
  if (timing.unclear !== undefined) return { message: timing.unclear };
  const passing = timing.times.length === 0 ? minutesFromNow(timing.rest) : null;
  if (passing !== null) return { once: wallAt(new Date(now.getTime() + passing * 60_000), timeZone) };
  const often = readOftenRepeated(heard);
  if (often || timing.window) return often ?? { message: `I cannot read “${text}” as a time. ${HOW}` };
  return (
    readRepeatedDays(heard) ?? readRepeatedDates(heard) ?? readMoment(heard) ?? { message: `I cannot read “${text}” as a time. ${HOW}` }
  );
};

const meantBy = (text: string, now: Date, timeZone: string): Meant => {
  if (looksLikeCron(text)) return { cron: text };
  const interval = readInterval(text);
  return interval ? { interval } : (isoMoment(text, timeZone) ?? inEnglish(text, now, timeZone));
};

const checked = (meant: Meant, now: Date, timeZone: string): Result<Recurrence, RecurrenceError> => {
  if ('message' in meant) return unreadable(meant.message);
  if ('interval' in meant)
    return tooLong(meant.interval) ? unreadable('That is longer than ten years.') : ok(ofInterval(meant.interval, timeZone));
  if ('cron' in meant) {
    const read = readCron(meant.cron, timeZone);
    return read.ok ? ok({ kind: 'cron', text: read.line, timeZone }) : unreadable(read.message);
  }
  if (instantOf(meant.once, timeZone) <= now)
    return unreadable(`${momentInWords(meant.once)} (${timeZone}) is over. Name a moment that is to come.`);
  return ok({ kind: 'once', text: meant.once, timeZone });
};

/** Reads when something is to happen: plain English, a cron line of five fields, or a moment such as 2026-11-27T09:00. A zone in the text wins over `at`. */
export const parseRecurrence = (text: string, at: { now: Date; timeZone: string }): Result<Recurrence, RecurrenceError> => {
  const home = zoneNamed(at.timeZone);
  if (home === null) return unreadable(`There is no time zone ${at.timeZone.slice(0, 60)}. Name it like Europe/Berlin.`);
  const said = text.trim().replace(/\s+/g, ' ');
  if (said === '' || said.length > LONGEST_TEXT)
    return unreadable(said === '' ? `Say when. ${HOW}` : `That is too long to be a time. ${HOW}`);
  const zoned = looksLikeCron(said) || MOMENT.test(said) ? { text: said, timeZone: home } : withZone(said, home);
  if ('message' in zoned) return unreadable(zoned.message);
  return checked(meantBy(zoned.text, at.now, zoned.timeZone), at.now, zoned.timeZone);
};
