import type { Moment } from '../grammar/moments.ts';
import { near, type Weights, wordBefore } from './context.ts';
import { formatAsked, write } from './formats.ts';
import type { Reading } from './reading.ts';
import type { Field } from './schema.ts';
import { root } from './words.ts';

export type When = 'date' | 'time' | 'datetime';

const rootsOf = (words: string): ReadonlySet<string> => new Set(words.split(' ').map(root));
const DATE_WORDS = rootsOf('date deadline birthday birthdate checkin checkout due dob when');
const TIME = root('time');
const LENGTHS = /duration|in (?:seconds|minutes|hours|days)|number of|how (?:long|many)|amount of time/i;

const byFormat = (field: Field): When | null => {
  if (field.format === 'date' || field.format === 'time') return field.format;
  if (field.format === 'date-time') return 'datetime';
  const asked = formatAsked(field.description, field.format) ?? '';
  const [day, clock] = [/YY|DD/.test(asked), /HH|hh|h:mm/.test(asked)];
  if (day) return clock ? 'datetime' : 'date';
  return clock ? 'time' : null;
};

const byName = (field: Field): When | null => {
  if (/datetime|date_time|timestamp/i.test(field.name)) return 'datetime';
  const described = /\bdate\b/i.test(field.description.slice(0, 60)) && !/\bname\b/i.test(field.name);
  if (described || field.words.some((word) => DATE_WORDS.has(word))) return 'date';
  return field.words.at(-1) === TIME || field.words[0] === TIME ? 'time' : null;
};

const known = new WeakMap<Field, When | null>();

/** Whether a text field takes a date, a time of day or both; null when it takes neither. */
export const whenOf = (field: Field): When | null => {
  const before = known.get(field);
  if (before !== undefined) return before;
  const when = readWhen(field);
  known.set(field, when);
  return when;
};

const readWhen = (field: Field): When | null => {
  if (field.kind !== 'string' && field.kind !== 'any') return null;
  const other = field.closed || LENGTHS.test(field.description) || /period|zone|frame|span|interval/.test(field.name);
  return other ? null : (byFormat(field) ?? byName(field));
};

const ENDING = rootsOf('end until return checkout out to max before stop till finish arrival latest ending');
const BEGINNING = rootsOf('start begin from depart departure checkin in min after since earliest starting');

const isEnd = (field: Field): boolean => field.words.some((word) => ENDING.has(word)) || /check.?out/i.test(field.name);
const isStart = (field: Field): boolean => field.words.some((word) => BEGINNING.has(word)) || /check.?in/i.test(field.name);

const sideFit = (field: Field, moment: Moment, reading: Reading): number => {
  const word = wordBefore(reading, moment.start);
  const till = moment.until || /^(?:to|until|till|returning|before|and)$/.test(word);
  if (isEnd(field)) return till ? 2 : -2;
  return isStart(field) && till ? -1.5 : moment.until ? -2 : 0;
};

const partFit = (when: When, moment: Moment): number => {
  const clock = moment.hour !== null;
  if (when === 'time') return clock ? 2 : -9;
  if (when === 'date') return moment.hasDay ? 2 : -9;
  return (moment.hasDay ? 1.5 : 0) + (clock ? 1 : 0);
};

export const momentFit = (field: Field, moment: Moment, { reading, weights }: { reading: Reading; weights: Weights }): number => {
  const when = whenOf(field);
  if (when === null) return -9;
  return 1 + partFit(when, moment) + sideFit(field, moment, reading) + near(weights, moment, { reading, blocked: reading.moments });
};

const NUMERIC = /(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(?:\d{4}|\d{2})(?!\d)/;

/** 12/03/2024 is the third of December, but where a field puts days first; dots always do. */
const inOrder = (moment: Moment, said: string, format: string | null): Moment => {
  const found = NUMERIC.exec(said);
  const [first, second] = [Number(found?.[1]), Number(found?.[3])];
  const daysFirst = found?.[2] === '.' || (format !== null && /^D/.test(format));
  if (!found || !daysFirst || first > 12 || second > 12) return moment;
  return { ...moment, date: first, month: second };
};

const EXPLICIT = /\d{4}/;

/** The moment as the field wants it written; as it was said, where it names no format and the day follows only from today. */
export const momentFor = (field: Field, moment: Moment, reading: Reading): string => {
  const said = reading.text.slice(moment.start, moment.end);
  const asked = formatAsked(field.description, field.format);
  const when = whenOf(field);
  if (asked === null) {
    if (when === 'time') return /\d/.test(said) && !moment.hasDay ? said.replace(/^at /i, '') : write(moment, 'HH:mm');
    if (!EXPLICIT.test(said)) return said.replace(/^on /i, '');
    return write(inOrder(moment, said, null), when === 'datetime' && moment.hour !== null ? 'YYYY-MM-DDTHH:mm:ss' : 'YYYY-MM-DD');
  }
  return write(inOrder(moment, said, asked), asked);
};
