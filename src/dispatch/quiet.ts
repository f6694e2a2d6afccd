import type { PolicyDocument } from '../db/policy-document.ts';

const MINUTE_MS = 60_000;
/** No quiet hours are longer than a day, and a day never longer than 25 hours. */
const LONGEST_MINUTES = 26 * 60;

type Clock = (at: Date) => number;

/** Minutes since midnight as the clocks of this zone show them. */
const clockOf = (timeZone: string): Clock => {
  const format = new Intl.DateTimeFormat('en', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return (at) => minutesOf(format.format(at));
};

const minutesOf = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
};

type Quiet = Pick<PolicyDocument, 'quietHours'>;

const isWithin = (quietHours: NonNullable<PolicyDocument['quietHours']>, minute: number): boolean => {
  const [from, to] = [minutesOf(quietHours.from), minutesOf(quietHours.to)];
  // Over midnight where the end comes first; the same time twice is the whole day.
  return from < to ? from <= minute && minute < to : from <= minute || minute < to;
};

/** Whether it is quiet now, by the clocks of the project's zone: from the first minute, up to and without the last. Pure. */
export const isQuiet = ({ quietHours }: Quiet, timeZone: string, now: Date): boolean =>
  quietHours !== null && isWithin(quietHours, clockOf(timeZone)(now));

/**
 * The first full minute from `at` on that is not quiet: `at` itself where it is not. Found minute by minute on the zone's own clocks, so that
 * an hour that daylight saving skips or repeats needs no rule. Undefined where it is quiet all day. Pure.
 */
export const afterQuiet = ({ quietHours }: Quiet, timeZone: string, at: Date): Date | undefined => {
  if (quietHours === null) return at;
  const clock = clockOf(timeZone);
  if (!isWithin(quietHours, clock(at))) return at;
  const first = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS;
  for (let minute = 1; minute <= LONGEST_MINUTES; minute++) {
    const then = new Date(first + minute * MINUTE_MS);
    if (!isWithin(quietHours, clock(then))) return then;
  }
  return undefined;
};
