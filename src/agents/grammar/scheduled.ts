import type { Field } from './fields.ts';
import { interpret, isFull, type Said } from './interpret.ts';
import { isMark, isQuote, type Line, wordAt } from './line.ts';
import type { Found } from './match.ts';
import type { Spoken } from './phrases.ts';
import { scan } from './scan.ts';
import type { SlotRead } from './slots.ts';
import { comesAgain, mayBeginTime, readTime } from './times.ts';

/** A time stands near the beginning or at the very end; further in it is a part of what is said. */
const FURTHEST = 60;
/** Words that might begin a time and do not; looking closer at each is not cheap. */
const MOST_STARTS = 10;
/** A longer text is not read a second time without its time. */
const LONGEST_TEXT = 10_000;

/** The tool that brings an action about later: it takes a time, and an action or the words for one. */
type Later = { spoken: Spoken; time: Field; action: string | undefined; words: Field | undefined };

const laterOf = (spoken: readonly Spoken[]): Later | null => {
  const known = spoken.flatMap((one): Later[] => {
    const time = one.fields.find((field) => field.slot === 'recurrence' && field.required);
    const action = one.fields.find((field) => field.name === 'action')?.name;
    const words = one.fields.find((field) => field.name === 'instructions');
    return time && (action || words) ? [{ spoken: one, time, action, words }] : [];
  });
  const [only, other] = known;
  return only && !other ? only : null;
};

type Timed = { read: SlotRead; start: number };

/** "tomorrow" alone may be a due day; "tomorrow at 7" says when it is to happen. */
const saysWhen = (line: Line, { read, start }: Timed): boolean => {
  const words = line.tokens.slice(start, read.next).map(({ word }) => word);
  return comesAgain(read) || words.some((word) => /^(?:at|noon|eod|midday|minutes?|hours?|mins?|hrs?)$|:\d\d|^\d+(?:am|pm)$/.test(word));
};

/** The times that stand before any colon or quote, the first one first. */
const timesIn = (line: Line, { range }: Said): Timed[] => {
  const found: Timed[] = [];
  let starts = 0;
  for (let at = range.from; at < Math.min(range.to, range.from + FURTHEST); at++) {
    if (isMark(line, at, ':') || isQuote(line, at)) return found;
    if (!mayBeginTime(line, at)) continue;
    if (++starts > MOST_STARTS) return found;
    const read = readTime(line, { from: at, to: range.to });
    if (!read) continue;
    found.push({ read, start: at });
    at = read.next - 1;
  }
  return found;
};

/** What is left when the time is taken out: the order itself. */
const without = (line: Line, { read, start }: Timed, said: Said): { line: Line; said: Said } | null => {
  let behind = read.next;
  while (start === said.range.from && isMark(line, behind, ',')) behind++;
  const [first, next, last] = [line.tokens[said.range.from], line.tokens[behind], line.tokens[said.range.to - 1]];
  const before = start > said.range.from ? line.text.slice(first?.start ?? 0, line.tokens[start]?.start ?? 0).trimEnd() : '';
  const after = next && last && behind < said.range.to ? line.text.slice(next.start, last.end) : '';
  const joined = before !== '' && after !== '' && !/^[,;:.!?]/.test(after) ? `${before} ${after}` : before + after;
  if (joined.trim() === '') return null;
  const tokens = scan(joined);
  const rest: Line = { ...line, text: joined, tokens, memo: new Map(), times: new Map() };
  return { line: rest, said: { range: { from: 0, to: tokens.length }, manner: said.manner } };
};

const LONGEST_NAME = 60;
/** A schedule is called by what it does, unless somebody gives it a name. */
const nameOf = (text: string): string => {
  const line = text.split('\n', 1)[0] ?? '';
  return [...line].length > LONGEST_NAME ? `${[...line].slice(0, LONGEST_NAME - 1).join('')}…` : line;
};

const foundAs = (later: Later, { read }: Timed, { zone, ...order }: { text: string; inner: Found; zone: string }): Found => {
  const values = new Map<string, unknown>();
  if (read.value !== undefined) values.set(later.time.name, read.value);
  for (const [name, value] of Object.entries(read.also ?? {}))
    if (later.spoken.fields.some((field) => field.name === name)) values.set(name, value);
  if (later.spoken.fields.some((field) => field.name === 'time_zone') && !values.has('time_zone')) values.set('time_zone', zone);
  if (later.action) values.set(later.action, { tool: order.inner.spoken.tool.name, input: Object.fromEntries(order.inner.values) });
  else if (later.words) values.set(later.words.name, order.text);
  const name = later.spoken.fields.find((field) => field.name === 'name' && field.slot === 'words');
  if (name) values.set(name.name, nameOf(order.text));
  const doubts = read.unclear === undefined ? [] : [{ field: later.time, say: read.unclear }];
  const missing = later.spoken.fields.filter((field) => field.required && !values.has(field.name));
  return { ...order.inner, spoken: later.spoken, values, doubts, missing, refused: undefined };
};

/** Only a time that comes again may stand behind a whole order: "create a task to call Bob tomorrow at 8" may have it in the title. */
const standsWell = (line: Line, timed: Timed, { range }: Said): boolean => {
  const atEnd = timed.read.next >= range.to || /^[.!]$/.test(wordAt(line, timed.read.next));
  if (timed.read.value === undefined) return timed.start === range.from;
  return saysWhen(line, timed) && (!atEnd || comesAgain(timed.read));
};

/**
 * "Every Monday at 10 post in #general: …": an order with a time around it is that very order, later. Everything but the time has to be read as
 * an order by itself.
 */
export const readScheduled = (line: Line, spoken: readonly Spoken[], said: Said): Found | null => {
  const later = laterOf(spoken);
  if (!later || line.text.length > LONGEST_TEXT) return null;
  const others = spoken.filter((one) => one !== later.spoken);
  const times = timesIn(line, said);
  for (const timed of times) {
    const rest = standsWell(line, timed, said) ? without(line, timed, said) : null;
    const inner = rest && interpret(rest.line, others, rest.said);
    if (rest && inner && isFull(inner)) return foundAs(later, timed, { text: rest.line.text, inner, zone: line.clock.timeZone });
  }
  return null;
};
