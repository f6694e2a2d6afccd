import * as chrono from 'chrono-node/en';

/** A date or a time that a text names. Parts that were not said are null; `hour` is of the person's clock. */
export type Moment = {
  start: number;
  end: number;
  year: number | null;
  month: number | null;
  date: number | null;
  hour: number | null;
  minute: number | null;
  second: number | null;
  /** Whether the day was said, or only follows from today. */
  hasDay: boolean;
  /** Whether it is the end of a span that the moment before it begins. */
  until: boolean;
};

/** Longer texts are cut: reading dates is the slowest part of reading. */
const LONGEST = 2000;
const MAY_HOLD =
  /\d|\b(?:today|tonight|tomorrow|tmrw|yesterday|noon|midnight|midday|morning|afternoon|evening|weekend|week|month|year|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b/i;

const MOST_ZONES = 50;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than reading a whole sentence, so they are kept. */
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const two = '2-digit';
  const clock = { hourCycle: 'h23', hour: two, minute: two, second: two } as const;
  const made = new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', month: two, day: two, ...clock });
  if (formats.size >= MOST_ZONES) formats.clear();
  formats.set(timeZone, made);
  return made;
};

const wallClock = (now: Date, timeZone: string): Date => {
  const format = formatOf(timeZone);
  const part = new Map(format.formatToParts(now).map(({ type, value }) => [type, Number(value)]));
  const at = (type: Intl.DateTimeFormatPartTypes) => part.get(type) ?? 0;
  return new Date(Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second')));
};

const momentOf = (parts: chrono.ParsedResult['start'], span: { start: number; end: number; until: boolean }): Moment => {
  const hasClock = parts.isCertain('hour');
  const said = (name: 'year' | 'month' | 'day') => parts.get(name);
  return {
    ...span,
    year: said('year'),
    month: said('month'),
    date: said('day'),
    hour: hasClock ? parts.get('hour') : null,
    minute: hasClock ? parts.get('minute') : null,
    second: hasClock ? parts.get('second') : null,
    hasDay: parts.isCertain('day') || parts.isCertain('weekday') || parts.isCertain('month'),
  };
};

/** All dates and times in a text, in its order; the days of `timeZone` are meant. */
export const findMoments = (text: string, { now, timeZone }: { now: Date; timeZone: string }): Moment[] => {
  if (!MAY_HOLD.test(text)) return [];
  const found = chrono.casual.parse(text.slice(0, LONGEST), { instant: wallClock(now, timeZone), timezone: 0 }, { forwardDate: true });
  return found.flatMap((one) => {
    const span = { start: one.index, end: one.index + one.text.length };
    const first = momentOf(one.start, { ...span, until: false });
    return one.end ? [first, momentOf(one.end, { ...span, until: true })] : [first];
  });
};
