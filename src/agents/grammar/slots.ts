import { mayBegin, mayHold, readDay } from './dates.ts';
import type { Field } from './fields.ts';
import { isMark, isQuote, type Line, type Range, shortened, wordAt, wordsOf, written } from './line.ts';

/** A value for one argument and where its words end; `unclear` instead of a value when it takes a question. */
export type SlotRead = { value: unknown; next: number; unclear?: string };

const LEVELS: Record<string, number> = {
  lowest: 1,
  low: 2,
  normal: 5,
  medium: 5,
  high: 8,
  urgent: 10,
  critical: 10,
  highest: 10,
  top: 10,
};
/** Said alone these mean nothing about priority: "top" needs its noun. */
const NEEDS_NOUN = new Set(['lowest', 'highest', 'top']);
export const DEGREES = new Set([
  'not',
  'very',
  'super',
  'extremely',
  'really',
  'fairly',
  'pretty',
  'quite',
  'so',
  'too',
  'no',
  'less',
  'more',
  'semi',
]);
const LONGEST_DATE = 9;
const SMALL_NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const MONEY = /^\$?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(k)?$/;

const isNoun = (word: string): boolean => word === 'priority' || word === 'prio';
const levelOf = (word: string): number | undefined => (Object.hasOwn(LEVELS, word) ? LEVELS[word] : undefined);
const ranked = (word: string): number | undefined => {
  const small = SMALL_NUMBERS.indexOf(word);
  return levelOf(word) ?? (/^-?\d{1,3}$/.test(word) ? Number(word) : small < 0 ? undefined : small);
};

/** "priority 7", "priority: high", "priority of 3". */
const afterNoun = (line: Line, { from, to }: Range): SlotRead | null => {
  let at = from + 1;
  if ([':', '=', 'is', 'of', 'level'].includes(wordAt(line, at))) at++;
  const value = at < to ? ranked(wordAt(line, at)) : undefined;
  const nearly = value === undefined && at < to && /^(?:high|low|medium|normal|urgent)\W/.test(wordAt(line, at));
  if (nearly) return notALevel(line, { from, to: at + 1 });
  return value === undefined ? null : { value, next: at + 1 };
};

const notALevel = (line: Line, range: Range): SlotRead => ({
  value: undefined,
  next: range.to,
  unclear: `“${shortened(written(line, range))}” is no priority from 1 to 10. Which one do you mean?`,
});

const withDegree = (line: Line, range: Range, bare: boolean): SlotRead | null => {
  const read = readLevel(line, { from: range.from + (DEGREES.has(wordAt(line, range.from + 1)) ? 2 : 1), to: range.to }, bare);
  if (!read) return null;
  return notALevel(line, { from: range.from, to: read.next });
};

const readLevel = (line: Line, { from, to }: Range, bare: boolean): SlotRead | null => {
  const word = wordAt(line, from);
  const joined = /^([a-z]+)-prio(?:rity)?$/.exec(word)?.[1];
  const value = levelOf(joined ?? word);
  if (value === undefined) return null;
  if (joined !== undefined) return { value, next: from + 1 };
  if (from + 1 < to && isNoun(wordAt(line, from + 1))) return { value, next: from + 2 };
  return bare && !NEEDS_NOUN.has(word) ? { value, next: from + 1 } : null;
};

/** "high priority", "high-priority", "urgent", "p8", "priority 7". `bare` allows the level without its noun. */
export const readPriority = (line: Line, range: Range, bare: boolean): SlotRead | null => {
  if (range.from >= range.to) return null;
  const word = wordAt(line, range.from);
  const numbered = /^p(\d{1,2})$/.exec(word);
  if (numbered) return { value: Number(numbered[1]), next: range.from + 1 };
  if (isNoun(word)) return afterNoun(line, range);
  if (word === 'asap' && bare) return { value: undefined, next: range.from + 1, unclear: 'How urgent is “ASAP”, from 1 to 10?' };
  return DEGREES.has(word) ? withDegree(line, range, bare) : readLevel(line, range, bare);
};

/** Exactly this range as one day; null when it is no date. */
export const readDateRange = (line: Line, range: Range): SlotRead | null => {
  const words = wordsOf(line, range);
  if (!words || range.to - range.from > LONGEST_DATE + 3) return null;
  const read = readDay({ words, written: shortened(written(line, range)), today: line.today });
  if (read.kind === 'none') return null;
  if (read.kind === 'day') return { value: read.day, next: range.to };
  return { value: read.near, next: range.to, unclear: read.say };
};

/** How far a date that begins here can reach. */
const dateEnd = (line: Line, { from, to }: Range): number => {
  const limit = Math.min(to, from + LONGEST_DATE);
  let end = from;
  while (end < limit && (isMark(line, end, ',.') || (line.tokens[end]?.kind === 'word' && mayHold(wordAt(line, end))))) end++;
  return end;
};

/** The longest date that begins here. */
export const readDate = (line: Line, { from, to }: Range): SlotRead | null => {
  if (!mayBegin(wordAt(line, from))) return null;
  for (let end = dateEnd(line, { from, to }); end > from; end--) {
    if (line.tokens[end - 1]?.kind === 'mark') continue;
    const read = readDateRange(line, { from, to: end });
    if (read) return read;
  }
  return null;
};

const readNumber = (line: Line, { from, to }: Range): SlotRead | null => {
  const word = wordAt(line, from);
  const small = SMALL_NUMBERS.indexOf(word);
  const found = MONEY.exec(word);
  if (from >= to || (small < 0 && !found)) return /^-\d+(\.\d+)?$/.test(word) ? { value: Number(word), next: from + 1 } : null;
  const value = found ? Number(`${(found[1] ?? '').replaceAll(',', '')}${found[2] ?? ''}`) * (found[3] ? 1000 : 1) : small;
  const unit = wordAt(line, from + 1);
  return { value, next: from + (from + 1 < to && /^(dollars?|usd|bucks)$/.test(unit) ? 2 : 1) };
};

const YES = new Set(['yes', 'on', 'true']);

const readChoice = (line: Line, range: Range, field: Field): SlotRead | null => {
  let best: SlotRead | null = null;
  for (const choice of field.choices) {
    const words = choice.toLowerCase().split(/[_\s]+/);
    const matches = words.every(
      (word, index) =>
        wordAt(line, range.from + index) === word || (index === words.length - 1 && wordAt(line, range.from + index) === `${word}s`),
    );
    const next = range.from + words.length;
    if (!matches || next > range.to || (best && best.next >= next)) continue;
    best = { value: field.type === 'boolean' ? YES.has(choice) : choice, next };
  }
  return best;
};

/** What a path, a name or a number cannot do without. A channel may lack its `#` where the phrase makes it plain that it is one. */
const canBe = (field: Field, word: string): boolean => {
  if (field.slot === 'path') return /[./\\]/.test(word) && /[\p{L}\p{N}_]/u.test(word) && !/^https?:/i.test(word);
  if (field.slot === 'url') return /^https?:\/\/[^/]/i.test(word);
  return /[\p{L}\p{N}]/u.test(word);
};

/** One token, or what stands in quotes. */
const readToken = (line: Line, at: number, field: Field): SlotRead | null => {
  const token = line.tokens[at];
  if (token?.kind === 'quote') return token.inner.trim() === '' || token.inner.includes('\n') ? null : { value: token.inner, next: at + 1 };
  if (token?.kind !== 'word') return null;
  const said = line.text.slice(token.start, token.end);
  return canBe(field, said) ? { value: typed(field, said), next: at + 1 } : null;
};

const typed = (field: Field, said: string): unknown => (field.type === 'number' || field.type === 'integer' ? Number(said) : said);

/** Any argument but free words, beginning exactly at `range.from`. */
export const readClosed = (line: Line, range: Range, field: Field): SlotRead | null => {
  if (range.from >= range.to) return null;
  switch (field.slot) {
    case 'date':
      return readDate(line, range);
    case 'priority':
      return readPriority(line, range, true) ?? readNumber(line, range);
    case 'number':
      return readChoice(line, range, field) ?? readNumber(line, range);
    case 'choice':
      return isQuote(line, range.from) ? null : readChoice(line, range, field);
    case 'path':
    case 'channel':
    case 'name':
    case 'url':
    case 'words':
      return readToken(line, range.from, field);
    default:
      return field.slot satisfies never;
  }
};

const CHANNEL = /^(?:#.|<#[^>]+>$)/u;

/** Whether a word shows by its looks that it is a channel or a path: a `#` in front, a dot or slash inside. */
export const isLike = (line: Line, at: number, field: Field): boolean => {
  const token = line.tokens[at];
  if (token?.kind !== 'word') return false;
  const said = line.text.slice(token.start, token.end);
  return field.slot === 'channel' ? CHANNEL.test(said) : field.slot === 'path' && canBe(field, said);
};
