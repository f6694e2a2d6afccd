import type { Field } from './fields.ts';
import { BE, POLITE_END } from './lexicon.ts';
import { after, isMark, isQuote, type Line, type Range, wordAt, written } from './line.ts';
import type { Clause, Spoken } from './phrases.ts';
import { DEGREES, hintsAtDate, readClosed, readDateRange, readPriority, type SlotRead } from './slots.ts';

/** An optional argument that was said somewhere around the rest: "due Friday", "high priority". */
export type ClauseRead = SlotRead & { field: Field };

/** `bare`: a priority may stand without its noun. `apart`: something set it off, so "due" can only begin a date. */
export type Where = { bare: boolean; apart: boolean };

const LEAD_INS = new Set(['with', 'at', 'of', 'as']);
const BEFORE_NOUN = new Set(['a', 'an', 'the']);
/** No clause but a free text takes more tokens. */
const LONGEST_CLAUSE = 14;

/** Where the clause that begins here ends at the latest: at a comma, a line or the end. */
const clauseEnd = (line: Line, { from, to }: Range): number => {
  let at = from;
  while (at < to && !isMark(line, at, ',;\n')) at++;
  return at;
};

const badDate = (line: Line, field: Field, range: Range): ClauseRead => {
  const said = written(line, range);
  return { field, value: undefined, next: range.to, unclear: `I do not understand “${said}” as a day. Which day do you mean?` };
};

const readArgument = (line: Line, clause: Clause, range: Range): ClauseRead | null => {
  const { field } = clause;
  const read = readClosed(line, range, field);
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
  let best = priority ? readPriorityClause(line, priority, at) : null;
  for (const clause of spoken.clauses) {
    const read = readDefined(line, clause, at);
    if (read && (!best || read.next > best.next || (best.unclear && !read.unclear && read.next === best.next))) best = read;
  }
  return best;
};

/** Commas, "and" and the like between clauses. */
export const skipSeparators = (line: Line, { from, to }: Range): number => {
  let at = from;
  while (at < to && (isMark(line, at, ',;.!\n') || wordAt(line, at) === 'and' || POLITE_END.has(wordAt(line, at)))) at++;
  return at;
};

const trimSeparators = (line: Line, { from, to }: Range): number => {
  let end = to;
  while (end > from && (isMark(line, end - 1, ',;\n') || wordAt(line, end - 1) === 'and')) end--;
  return end;
};

/** Where a clause that says "that is due Friday" begins; -1 when "was due Friday" is part of the text. */
const withItsVerb = (line: Line, start: number): number => {
  const before = wordAt(line, start - 1);
  if (DEGREES.has(before)) return -1;
  if (!BE.has(before)) return start;
  const relative = wordAt(line, start - 2);
  return before === 'is' && (relative === 'that' || relative === 'which') ? start - 2 : -1;
};

const setOff = (line: Line, from: number, start: number): boolean =>
  start === from || isMark(line, start - 1, ',;.\n') || wordAt(line, start - 1) === 'and';

/** ", tomorrow" behind a comma: a day alone can only be the due day, where there is one. */
const bareDay = (line: Line, spoken: Spoken, range: Range): ClauseRead | null => {
  const dates = [...new Set(spoken.clauses.filter((clause) => clause.field.slot === 'date').map((clause) => clause.field))];
  const [field] = dates;
  const read = field && dates.length === 1 && isMark(line, range.from - 1, ',') ? readDateRange(line, range) : null;
  return read && field && read.unclear === undefined ? { ...read, field } : null;
};

type Placed = ClauseRead & { start: number };

const clauseFrom = (line: Line, spoken: Spoken, { range, start }: { range: Range; start: number }): Placed | null => {
  const apart = setOff(line, range.from, start);
  const rest = { from: start, to: range.to };
  const read =
    readClause(line, spoken, { range: rest, where: { bare: isMark(line, start - 1, ',;.\n') || start === range.from, apart } }) ??
    (start > range.from ? bareDay(line, spoken, rest) : null);
  const begin = read?.next === range.to ? withItsVerb(line, start) : -1;
  return read && begin >= range.from ? { ...read, start: begin } : null;
};

/** A clause that ends exactly where the range ends, and where it begins; the longest. */
const clauseAtEnd = (line: Line, spoken: Spoken, range: Range): Placed | null => {
  let doubtful: Placed | null = null;
  for (let start = Math.max(range.from, range.to - LONGEST_CLAUSE); start < range.to; start++) {
    const read = isQuote(line, start) ? null : clauseFrom(line, spoken, { range, start });
    if (read?.unclear === undefined && read) return read;
    doubtful ??= read;
  }
  return doubtful ?? vagueDateAtEnd(line, spoken, range);
};

/** "due" and then words of which some belong to dates, though together they are none: a question, not a part of the title. */
const vagueDateAtEnd = (line: Line, spoken: Spoken, range: Range): Placed | null => {
  const field = spoken.clauses.find((clause) => clause.strong && clause.before[0] === 'due')?.field;
  if (!field) return null;
  for (let start = range.to - 1; start >= Math.max(range.from, range.to - LONGEST_CLAUSE); start--) {
    const rest = { from: start + 1, to: range.to };
    if (wordAt(line, start) !== 'due' || rest.from >= rest.to || withItsVerb(line, start) < 0) continue;
    return hintsAtDate(line, rest) ? { ...badDate(line, field, rest), start } : null;
  }
  return null;
};

/** "…, thanks" and "… please" are manners, "say thanks" is not. */
const withoutManners = (line: Line, { from, to }: Range): number => {
  const stop = isMark(line, to - 1, '.!') ? to - 1 : to;
  const word = wordAt(line, stop - 1);
  const mannered = stop - 1 > from && POLITE_END.has(word) && (word.startsWith('pl') || isMark(line, stop - 2, ','));
  return mannered ? trimSeparators(line, { from, to: stop - 1 }) : to;
};

/** Takes the clauses off the end of a range, one after the other, and answers what is left. */
export const peel = (line: Line, spoken: Spoken, range: Range): { to: number; reads: ClauseRead[] } => {
  const { from } = range;
  const reads: ClauseRead[] = [];
  let to = range.to;
  for (;;) {
    to = withoutManners(line, { from, to: trimSeparators(line, { from, to }) });
    // A final full stop belongs to the text unless a clause stands before it.
    const stop = isMark(line, to - 1, '.!') ? to - 1 : to;
    const found = clauseAtEnd(line, spoken, { from, to: stop });
    if (!found) return { to, reads };
    reads.push(found);
    to = found.start;
  }
};

/** Whether some clause stands inside, with more text behind it: then nobody can say where the text ends. */
export const clauseInside = (line: Line, spoken: Spoken, range: Range): boolean => {
  for (let at = range.from; at < range.to; at++) {
    const begins = isMark(line, at - 1, ',;\n') && at > range.from;
    if (!begins && !(wordAt(line, at) === 'due' && withItsVerb(line, at) >= 0 && at > range.from)) continue;
    const read = readClause(line, spoken, { range: { from: at, to: range.to }, where: { bare: begins, apart: false } });
    if (read && (!begins || wordAt(line, at) === 'due' || isMark(line, read.next, ',;\n') || read.next === range.to)) return true;
  }
  return false;
};
