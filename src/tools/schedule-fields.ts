import { z } from 'zod';
import { ok } from '../result.ts';
import { line } from './plain-text.ts';
import { inWords, nextTimes, parseRecurrence, type Recurrence, storedRecurrence } from './schedule/recurrence.ts';
import { field } from './tool.ts';

/** What a schedule does with a time that passed while nothing could run. */
export const MISSED = ['once', 'skip'] as const;

/** When something is to happen: the words, and the clock that they are of. */
export const timingFields = {
  schedule_expr: line({ max: 200, empty: 'Say when, such as “every weekday at 9”.' }).meta(
    field({ title: 'When', control: 'line', slot: 'recurrence' }),
  ),
  time_zone: line({ max: 60, empty: 'Name the time zone, such as Europe/Berlin.' }).meta(field({ title: 'Time zone', control: 'line' })),
};

export const missedField = () => z.enum(MISSED, `What was missed is made up for once, or skipped: ${MISSED.join(' or ')}.`).default('once');

const ISSUE = 'custom';

/** Says what is wrong with one place of an input, from within a schema. */
export const complain = <Input>(payload: z.core.ParsePayload<Input>, path: PropertyKey[], message: string): void => {
  payload.issues.push({ code: ISSUE, message, path, input: payload.value });
};

export type Timed = { schedule_expr: string; time_zone: string };

const MOST_KNOWN = 2000;

/** Keeps what was worked out for a stored form: it is asked for at each look at a schedule, and never comes out otherwise. */
const kept = <Value>(work: (timed: Timed) => Value) => {
  const known = new Map<string, Value>();
  return (timed: Timed): Value => {
    const key = `${timed.schedule_expr}\n${timed.time_zone}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = work(timed);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, value);
    return value;
  };
};

const stored = kept(({ schedule_expr, time_zone }) => storedRecurrence(schedule_expr, time_zone));

/** The one form of what was said. What stands in that form already reads the same on any day; other words are read as of now. */
const settled = (timed: Timed) => {
  const known = stored(timed);
  return known ? ok(known) : parseRecurrence(timed.schedule_expr, { now: new Date(), timeZone: timed.time_zone });
};

/** To be hung on a schema with the fields above: what it holds then is the canonical text, which is what is shown, approved and run. */
export const settleTiming = <Input extends Timed>(payload: z.core.ParsePayload<Input>): void => {
  const read = settled(payload.value);
  if (read.ok) payload.value = { ...payload.value, schedule_expr: read.value.text, time_zone: read.value.timeZone };
  else complain(payload, ['schedule_expr'], read.error.message);
};

/** Of an input that its schema let through. */
export const recurrenceOf = (timed: Timed): Recurrence => {
  const recurrence = stored(timed);
  if (!recurrence) throw new Error('a schedule whose time is not in its one form');
  return recurrence;
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** `Mon 23 Nov 2026, 09:00`, on the clock of a zone. */
export const momentInWords = (moment: Date, timeZone: string): string => {
  const known =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  formats.set(timeZone, known);
  const parts = new Map(known.formatToParts(moment).map(({ type, value }) => [type, value]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return `${of('weekday')} ${of('day')} ${of('month')} ${of('year')}, ${of('hour')}:${of('minute')}`;
};

/** How often in words, and the next three times: what a card says of it. */
export const timingChanges = (input: Timed, now: Date): { often: string; next: string | undefined } => {
  const recurrence = recurrenceOf(input);
  const times = nextTimes(recurrence, now, 3).map((time) => momentInWords(time, recurrence.timeZone));
  const next = times.length > 0 ? `${times.length === 1 ? 'At' : 'Next'}: ${times.join('; ')} (${recurrence.timeZone})` : undefined;
  return { often: inWords(recurrence), next };
};

const OFTEN_MS = 15 * 60_000;
/** The same instant on every machine, so that the same schedule has the same risk anywhere and at any time. */
const ANY_DAY = new Date('2026-01-05T00:00:00Z');

/** Whether it happens more often than every quarter of an hour. */
export const isFrequent = kept((timed) => {
  const times = nextTimes(recurrenceOf(timed), ANY_DAY, 4);
  return times.some((time, at) => at > 0 && time.getTime() - (times[at - 1]?.getTime() ?? 0) < OFTEN_MS);
});
