import { WEEKDAYS } from '../../tools/schedule/calendar.ts';
import type { Field } from './fields.ts';
import { ARTICLES, BE, DASHES, POLITE_END, PRONOUNS } from './lexicon.ts';
import { after, isMark, isQuote, type Line, type Range, shortened, wordAt, written } from './line.ts';
import type { Clause, Spoken } from './phrases.ts';
import { DEGREES, readClosed, readDateRange, readPriority, type SlotRead } from './slots.ts';

/** An optional argument that was said somewhere around the rest: "due Friday", "high priority". */
export type ClauseRead = SlotRead & { field: Field };

/** `bare`: a priority may stand without its noun. `apart`: something set it off, so "due" can only begin a date. */
export type Where = { bare: boolean; apart: boolean };

/** After these "due" is no date's. */
const NOT_DATES = new Set(
  'diligence to process course respect care date dates payment payments invoice invoices bill bills amount amounts fees notice'.split(' '),
);
const isWeekday = (word: string): boolean => WEEKDAYS.some((day) => day.toLowerCase() === word);
const NO_DATE = ['no due date', 'no deadline', 'without a due date', 'without due date', 'without a deadline', 'without deadline'].map(
  (words) => words.split(' '),
);

const LEAD_INS = new Set(['with', 'at', 'of', 'as']);
const BEFORE_NOUN = new Set(['a', 'an', 'the']);
/** No order has more of them. Without an end, a text of nothing but clauses would take minutes. */
export const MOST_CLAUSES = 8;
/** No clause but a free text takes more tokens. */
const LONGEST_CLAUSE = 14;

/** Where the clause that begins here ends at the latest: at a comma, a line or the end. */
const clauseEnd = (line: Line, { from, to }: Range): number => {
  let at = from;
  while (at < to && !isMark(line, at, ',;)]\n')) at++;
  return at;
};

const badDate = (line: Line, field: Field, range: Range): ClauseRead => {
  const said = shortened(written(line, range));
  return { field, value: undefined, next: range.to, unclear: `I do not understand “${said}” as a day. Which day do you mean?` };
};

const readArgument = (line: Line, clause: Clause, range: Range): ClauseRead | null => {
  const { field } = clause;
  // "assigned to me" names nobody that a name could stand for.
  const nobody = field.slot === 'name' && (PRONOUNS.has(wordAt(line, range.from)) || ARTICLES.has(wordAt(line, range.from)));
  const read = nobody ? null : readClosed(line, range, field);
  if (!read) return null;
  const next = after(line, read.next, clause.after);
  return next < 0 || next > range.to ? null : { ...read, field, next };
};

const readDefined = (line: Line, clause: Clause, { range, where }: { range: Range; where: Where }): ClauseRead | null => {
  const { field } = clause;
  const from = after(line, range.from, clause.before);
  if (from < 0 || from >= range.to || field.slot === 'words') return null;
  const read = readArgument(line, clause, { from, to: range.to });
  if (read || field.slot !== 'date' || !clause.strong) return read;
  const rest = { from, to: clauseEnd(line, { from, to: range.to }) };
  return where.apart && rest.from < rest.to ? badDate(line, field, rest) : null;
};

const dueField = (spoken: Spoken): Field | undefined => spoken.clauses.find((clause) => clause.strong && clause.before[0] === 'due')?.field;

/** "no due date" says that there is none, which is what leaving it out says too. */
const readNoDate = (line: Line, spoken: Spoken, range: Range): ClauseRead | null => {
  const field = dueField(spoken);
  const next = Math.max(...NO_DATE.map((words) => after(line, range.from, words)));
  return field && next > 0 && next <= range.to ? { field, value: undefined, next } : null;
};

const priorityField = (spoken: Spoken): Field | undefined => spoken.fields.find((field) => field.slot === 'priority' && !field.required);

const readPriorityClause = (line: Line, field: Field, { range, where }: { range: Range; where: Where }): ClauseRead | null => {
  let from = range.from;
  if (LEAD_INS.has(wordAt(line, from))) from++;
  if (BEFORE_NOUN.has(wordAt(line, from))) from++;
  const read = readPriority(line, { from, to: range.to }, where.bare && from === range.from);
  return read ? { ...read, field } : null;
};

/** The clause that begins exactly here, the longest when there are several. */
export const readClause = (line: Line, spoken: Spoken, at: { range: Range; where: Where }): ClauseRead | null => {
  const priority = priorityField(spoken);
  let best = readNoDate(line, spoken, at.range) ?? (priority ? readPriorityClause(line, priority, at) : null);
  for (const clause of spoken.clauses) {
    const read = readDefined(line, clause, at);
    if (read && (!best || read.next > best.next || (best.unclear && !read.unclear && read.next === best.next))) best = read;
  }
  return best;
};

const parts = (line: Line, at: number): boolean => wordAt(line, at) === 'and' || DASHES.has(wordAt(line, at));

/** Commas, "and" and the like between clauses. */
export const skipSeparators = (line: Line, { from, to }: Range): number => {
  let at = from;
  while (at < to && (isMark(line, at, ',;.!()[]\n') || parts(line, at) || POLITE_END.has(wordAt(line, at)))) at++;
  return at;
};

const trimSeparators = (line: Line, { from, to }: Range): number => {
  let end = to;
  while (end > from && (isMark(line, end - 1, ',;([\n') || parts(line, end - 1))) end--;
  return end;
};

const RELATIVES = new Set(['that', 'which', 'it', 'this']);
const CONTRACTED = new Set(["it's", "that's", "which's"]);
const DONE = new Set(['done', 'finished', 'ready', 'completed', 'complete', 'delivered']);
const OUGHT = new Set(['needs', 'need', 'has', 'have', 'must', 'should', 'is']);

/** Where "which needs to be done" before "by Friday" begins. */
const withItsDeed = (line: Line, start: number): number => {
  if (!DONE.has(wordAt(line, start - 1)) || wordAt(line, start - 2) !== 'be') return start;
  let at = start - 2;
  if (wordAt(line, at - 1) === 'to') at--;
  if (OUGHT.has(wordAt(line, at - 1))) at--;
  if (RELATIVES.has(wordAt(line, at - 1))) return at - 1;
  return isMark(line, at - 1, ',;([\n') || wordAt(line, at) === 'to' ? at : start;
};

/** Where a clause that says "that is due Friday" or "it's urgent" begins; -1 when "was due Friday" is part of the text. */
const withItsVerb = (line: Line, start: number): number => {
  const before = wordAt(line, start - 1);
  if (DEGREES.has(before)) return -1;
  if (CONTRACTED.has(before)) return start - 1;
  if (before === 'is' && RELATIVES.has(wordAt(line, start - 2))) return start - 2;
  return BE.has(before) ? -1 : withItsDeed(line, start);
};

const isApart = (line: Line, from: number, start: number): boolean =>
  start === from || isMark(line, start - 1, ',;.([\n') || DASHES.has(wordAt(line, start - 1));

const setOff = (line: Line, from: number, start: number): boolean => isApart(line, from, start) || wordAt(line, start - 1) === 'and';

/** ", tomorrow" behind a comma: a day alone can only be the due day, where there is one. */
const bareDay = (line: Line, spoken: Spoken, range: Range): ClauseRead | null => {
  const dates = [...new Set(spoken.clauses.filter((clause) => clause.field.slot === 'date').map((clause) => clause.field))];
  const [field] = dates;
  const read = field && dates.length === 1 && isApart(line, range.to, range.from) ? readDateRange(line, range) : null;
  return read && field && read.unclear === undefined ? { ...read, field } : null;
};

type Placed = ClauseRead & { start: number };

const clauseFrom = (line: Line, spoken: Spoken, { range, start }: { range: Range; start: number }): Placed | null => {
  const begin = withItsVerb(line, start);
  if (begin < range.from) return null;
  const where = { bare: isApart(line, range.from, begin), apart: setOff(line, range.from, begin) };
  const rest = { from: start, to: range.to };
  const read = readClause(line, spoken, { range: rest, where }) ?? (start > range.from ? bareDay(line, spoken, rest) : null);
  return read?.next === range.to ? { ...read, start: begin } : null;
};

/** A clause that ends exactly where the range ends, and where it begins; the longest. */
const clauseAtEnd = (line: Line, spoken: Spoken, range: Range): Placed | null => {
  let doubtful: Placed | null = null;
  for (let start = Math.max(range.from, range.to - LONGEST_CLAUSE); start < range.to; start++) {
    const read = isQuote(line, start) ? null : clauseFrom(line, spoken, { range, start });
    if (read?.unclear === undefined && read) return read;
    doubtful ??= read;
  }
  return doubtful ?? vagueDateAtEnd(line, spoken, range) ?? vagueDayAtEnd(line, spoken, range);
};

/** "due" and then no date: a question, not a part of the title. */
const vagueDateAtEnd = (line: Line, spoken: Spoken, range: Range): Placed | null => {
  const field = dueField(spoken);
  if (!field) return null;
  for (let start = range.to - 1; start >= Math.max(range.from, range.to - LONGEST_CLAUSE); start--) {
    const rest = { from: start + 1, to: range.to };
    if (wordAt(line, start) !== 'due' || rest.from >= rest.to || withItsVerb(line, start) < 0) continue;
    return NOT_DATES.has(wordAt(line, rest.from)) || isQuote(line, rest.from) ? null : { ...badDate(line, field, rest), start };
  }
  return null;
};

/** "by Wednesday or so": a weekday begins a date, though this is none. */
const vagueDayAtEnd = (line: Line, spoken: Spoken, range: Range): Placed | null => {
  const field = dueField(spoken);
  for (let start = Math.max(range.from, range.to - LONGEST_CLAUSE); field && start < range.to - 1; start++) {
    if (wordAt(line, start) !== 'by' || !isWeekday(wordAt(line, start + 1))) continue;
    return { ...badDate(line, field, { from: start + 1, to: range.to }), start };
  }
  return null;
};

const THANKING = [
  ['thanks'],
  ['thank', 'you'],
  ['many', 'thanks'],
  ['thanks', 'a', 'lot'],
  ['thanks', 'in', 'advance'],
  ['thx'],
  ['cheers'],
  ['ta'],
];

const endsWith = (line: Line, { from, to }: Range, words: readonly string[]): boolean =>
  to - words.length > from && after(line, to - words.length, words) === to;

/** "…, thanks", "… Thank you!" and "… please" are manners, "say thanks" is not. Answers where the text ends without them. */
export const withoutManners = (line: Line, { from, to }: Range): number => {
  let stop = to;
  while (stop > from && isMark(line, stop - 1, '.!')) stop--;
  const asking = POLITE_END.has(wordAt(line, stop - 1)) && wordAt(line, stop - 1).startsWith('pl') && stop - 1 > from ? 1 : 0;
  const thanking =
    THANKING.find((words) => endsWith(line, { from, to: stop }, words) && isMark(line, stop - words.length - 1, ',;.!?\n'))?.length ?? 0;
  const said = Math.max(asking, thanking);
  return said > 0 ? trimSeparators(line, { from, to: stop - said }) : to;
};

/** Takes the clauses off the end of a range, one after the other, and answers what is left. */
export const peel = (line: Line, spoken: Spoken, range: Range): { to: number; reads: ClauseRead[] } => {
  const { from } = range;
  const reads: ClauseRead[] = [];
  let to = range.to;
  for (;;) {
    to = withoutManners(line, { from, to: trimSeparators(line, { from, to }) });
    // A final full stop belongs to the text unless a clause stands before it.
    let stop = to;
    while (stop > from && isMark(line, stop - 1, '.!)]')) stop--;
    const found = clauseAtEnd(line, spoken, { from, to: stop });
    if (!found || reads.length >= MOST_CLAUSES) return { to, reads };
    reads.push(found);
    to = found.start;
  }
};

/** Words that begin a clause without a comma before them. */
const OPENING = new Set(['due', 'by']);

const standsInside = (line: Line, spoken: Spoken, { range, at }: { range: Range; at: number }): boolean => {
  const set = isMark(line, at - 1, ',;([\n');
  const opening = OPENING.has(wordAt(line, at)) && withItsVerb(line, at) >= 0;
  if (!set && !opening) return false;
  const read = readClause(line, spoken, { range: { from: at, to: range.to }, where: { bare: set, apart: false } });
  if (!read || (wordAt(line, at) === 'by' && read.unclear !== undefined)) return false;
  return opening || isMark(line, read.next, ',;)]\n') || read.next === range.to;
};

/** Whether some clause stands inside, with more text behind it: then nobody can say where the text ends. */
export const clauseInside = (line: Line, spoken: Spoken, range: Range): boolean => {
  for (let at = range.from + 1; at < range.to; at++) if (standsInside(line, spoken, { range, at })) return true;
  return false;
};
