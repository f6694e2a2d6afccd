import { monthNamed, weekdayNamed } from '../../tools/schedule/calendar.ts';
import { parseRecurrence, type Recurrence } from '../../tools/schedule/recurrence.ts';
import { isMark, isQuote, type Line, type Range, wordAt, written } from './line.ts';
import type { SlotRead } from './slots.ts';

/** "on the first Monday of every second month at 10:30 in the morning, New York time" is about as long as a time gets. */
const LONGEST = 16;

const BEGINNINGS = new Set(
  'every each daily weekly monthly quarterly yearly annually hourly nightly fortnightly half-hourly once twice thrice on at in the first second third fourth last today tonight tomorrow this next noon midday midnight eod cob end close weekdays weekends mornings evenings by @'.split(
    ' ',
  ),
);

const mayBegin = (word: string): boolean =>
  BEGINNINGS.has(word) ||
  weekdayNamed(word.replace(/s$/, '')) >= 0 ||
  weekdayNamed(word) >= 0 ||
  monthNamed(word) > 0 ||
  /^(?:[\d*]|@[a-z])/.test(word);

/** A time does not end with these: the words behind them belong to it or to what follows. */
const NO_END = new Set('on at in the and every each to from of by a an first last next this'.split(' '));
/** Spans may go on over these and over all that has a digit. */
const INSIDE = new Set(
  "and of to from between until till through time day days week weeks month months quarter year years hour hours minute minutes min mins hr hrs h other half quarter past am pm a an o'clock morning afternoon evening night am pm now weekday working business work month's utc gmt local long except excluding starting not but if when unless two three four five six seven eight nine ten eleven twelve times per or".split(
    ' ',
  ),
);

const holds = (line: Line, at: number): boolean => {
  const word = wordAt(line, at);
  if (isQuote(line, at)) return false;
  return (
    isMark(line, at, ',') ||
    mayBegin(word) ||
    INSIDE.has(word) ||
    /[\d*/]/.test(word) ||
    /^\p{Lu}/u.test(line.text.charAt(line.tokens[at]?.start ?? 0))
  );
};

const furthest = (line: Line, { from, to }: Range): number => {
  let end = from;
  while (end < Math.min(to, from + LONGEST) && holds(line, end)) end++;
  return end;
};

type Tried = { recurrence: Recurrence } | { unclear: string } | null;

/** Exactly these words as a time. What only lacks words is no time, what could be two is unclear. */
const tryTime = (line: Line, range: Range): Tried => {
  const parsed = parseRecurrence(written(line, range), line.clock);
  if (parsed.ok) return { recurrence: parsed.value };
  return /^(?:I cannot read|Say when|That is too long)/.test(parsed.error.message) ? null : { unclear: parsed.error.message };
};

const fromRecurrence = ({ text, timeZone }: Recurrence, next: number): SlotRead => ({ value: text, next, also: { time_zone: timeZone } });

const mayEnd = (line: Line, end: number): boolean => line.tokens[end - 1]?.kind === 'word' && !NO_END.has(wordAt(line, end - 1));

/** "every day at 5" and "every day until Friday": what follows belongs to the time and makes it unclear. */
const spoiled = (line: Line, { from, to }: Range, limit: number): SlotRead | null => {
  const next = to + 2;
  const more = next <= limit ? tryTime(line, { from, to: next }) : null;
  return more && 'unclear' in more ? { value: undefined, next, unclear: more.unclear } : null;
};

const readNew = (line: Line, range: Range): SlotRead | null => {
  const limit = furthest(line, range);
  let unclear: SlotRead | null = null;
  for (let end = limit; end > range.from; end--) {
    const tried = mayEnd(line, end) ? tryTime(line, { from: range.from, to: end }) : null;
    if (tried && 'recurrence' in tried)
      return spoiled(line, { from: range.from, to: end }, range.to) ?? fromRecurrence(tried.recurrence, end);
    if (tried) unclear = { value: undefined, next: end, unclear: tried.unclear };
  }
  return unclear;
};

export const mayBeginTime = (line: Line, at: number): boolean => !isQuote(line, at) && mayBegin(wordAt(line, at));

/** The longest time that begins here: again and again, or once. Null when none does. */
export const readTime = (line: Line, range: Range): SlotRead | null => {
  if (range.from >= range.to || !mayBeginTime(line, range.from)) return null;
  const key = `${range.from}:${range.to}`;
  const known = line.times.get(key);
  if (known !== undefined) return known;
  const read = readNew(line, range);
  line.times.set(key, read);
  return read;
};

const isMoment = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value);

/** One moment; what repeats is a question here. */
export const readMomentAt = (line: Line, range: Range): SlotRead | null => {
  const read = readTime(line, range);
  if (!read || read.value === undefined || isMoment(read.value)) return read;
  return { value: undefined, next: read.next, unclear: 'That repeats, and this takes one moment. Which one do you mean?' };
};

/** Whether what was read comes again. */
export const comesAgain = (read: SlotRead): boolean => typeof read.value === 'string' && !isMoment(read.value);
