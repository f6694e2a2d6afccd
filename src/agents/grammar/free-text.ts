import { type ClauseRead, clauseInside, MOST_CLAUSES, peel, readClause, withoutManners } from './clauses.ts';
import type { Field } from './fields.ts';
import { after, isMark, isQuote, type Line, type Range, shortened, wordAt, written } from './line.ts';
import { ABBREVIATION, type Before, doubtLine, LONGEST_LINE } from './line-doubts.ts';
import type { Refusal } from './match-state.ts';
import type { Spoken } from './phrases.ts';

/** A free value as it was said. `refused`: it reads as a condition, a question or a change of mind, which no action follows from. */
export type FreeRead = {
  value: string | undefined;
  clauses: ClauseRead[];
  unclear?: string;
  refused?: Refusal;
  extra?: { field: Field; value: string };
};

/** A sentence ends in a full stop, a title does not; "Acme Inc." keeps its own. */
export const withoutStop = (text: string): string =>
  text.endsWith('.') && !text.endsWith('..') && !ABBREVIATION.test(text.slice(-12)) ? text.slice(0, -1) : text;

/** "the landing page" after "for" is the landing page: its article says nothing. Anything else stays as it was written. */
const plain = (text: string, before: Before): string => {
  const stopped = before.exact ? text : withoutStop(text);
  return before.joint === 'for' && stopped.startsWith('the ') ? stopped.slice(4).trimStart() : stopped;
};

const endOfFirstLine = (line: Line, { from, to }: Range): number => {
  let at = from;
  while (at < to && !isMark(line, at, '\n')) at++;
  return at;
};

/** The lines below a title: clauses first, then what describes it, as it was written. */
const below = (line: Line, spoken: Spoken, range: Range): { clauses: ClauseRead[]; from: number } => {
  const clauses: ClauseRead[] = [];
  let { from } = range;
  for (;;) {
    while (from < range.to && isMark(line, from, '\n')) from++;
    const end = endOfFirstLine(line, { from, to: range.to });
    const peeled = end > from && end - from < 40 ? peel(line, spoken, { from, to: end }) : { to: end, reads: [] };
    if (peeled.reads.length === 0 || peeled.to > from || clauses.length >= MOST_CLAUSES) return { clauses, from };
    clauses.push(...peeled.reads);
    from = end;
  }
};

const describing = (spoken: Spoken): Field | undefined => {
  const texts = spoken.fields.filter((field) => field.text && !field.required);
  return texts.length === 1 ? texts[0] : undefined;
};

/** What stands from here on, to the last character; a quote alone without its marks. */
const restOf = (line: Line, range: Range): string => {
  const only = range.from + 1 === range.to ? line.tokens[range.from] : undefined;
  return only?.kind === 'quote' ? only.inner : written(line, range);
};

/** ", description: …" and whatever follows it. */
const namedText = (line: Line, spoken: Spoken, range: Range): { to: number; extra: { field: Field; value: string } } | null => {
  const texts = spoken.clauses.filter((clause) => clause.field.text);
  for (let at = range.from + 1; at < Math.min(range.to, range.from + LONGEST_LINE); at++) {
    const apart = isMark(line, at - 1, ',;.\n');
    const clause = texts.find(({ before }) => (apart || before[0] === 'with') && after(line, at, before) > 0);
    const from = at + (clause?.before.length ?? 0);
    if (clause && from < range.to)
      return { to: apart ? at - 1 : at, extra: { field: clause.field, value: restOf(line, { from, to: range.to }) } };
  }
  return null;
};

/** "task: p8, buy milk": clauses may come first when a comma follows them. `free`: right behind the noun none is needed. */
const leading = (line: Line, spoken: Spoken, { range, free }: { range: Range; free: boolean }): { clauses: ClauseRead[]; from: number } => {
  const clauses: ClauseRead[] = [];
  let { from } = range;
  while (from < range.to && clauses.length < MOST_CLAUSES) {
    const read = readClause(line, spoken, { range: { from, to: range.to }, where: { bare: !free, apart: false } });
    if (!read || (!free && read.next < range.to && !isMark(line, read.next, ',:;'))) break;
    clauses.push(read);
    from = read.next;
    while (from < range.to && isMark(line, from, ',:;')) from++;
  }
  return { clauses, from };
};

const titled = (line: Line, range: Range, before: Before): FreeRead => {
  const only = range.to - range.from === 1 && isQuote(line, range.from) ? line.tokens[range.from] : undefined;
  if (range.from >= range.to) return { value: undefined, clauses: [] };
  if (only) return { value: only.inner.trim() === '' ? undefined : only.inner, clauses: [] };
  if (before.joint === 'for' && wordAt(line, range.from) === 'the' && range.to - range.from === 2 && isQuote(line, range.from + 1))
    return titled(line, { from: range.from + 1, to: range.to }, before);
  const said = plain(written(line, range), before);
  return { value: said, clauses: [], ...(before.exact ? {} : doubtLine(line, range, before)) };
};

/** In "can you create a task for X?" the question mark belongs to the asking; after a colon it belongs to the text. */
const withoutQuestion = (line: Line, range: Range, before: Before): Range =>
  !before.exact && isMark(line, range.to - 1, '?') && range.to > range.from ? { from: range.from, to: range.to - 1 } : range;

const asksInstead = (line: Line, range: Range, before: Before): Pick<FreeRead, 'refused'> =>
  withoutQuestion(line, range, before).to < range.to && !before.asked ? { refused: 'question' } : {};

const endless = (line: Line, spoken: Spoken, range: Range): Pick<FreeRead, 'unclear'> => {
  const looked = { from: range.from, to: Math.min(range.to, range.from + LONGEST_LINE) };
  return clauseInside(line, spoken, looked)
    ? { unclear: `I am not sure where “${shortened(written(line, looked))}” ends. Put it in quotes.` }
    : {};
};

export type LineAt = { range: Range; before: Before };

/** Reads one line of free words: a title. Clauses before and behind it are taken off; what is left is exactly what was written. */
export const readLine = (line: Line, spoken: Spoken, at: LineAt): FreeRead => {
  const key = JSON.stringify([spoken.tool.name, at.range, at.before]);
  const known = line.memo.get(key);
  if (known) return known;
  const read = readNewLine(line, spoken, at);
  line.memo.set(key, read);
  return read;
};

const readNewLine = (line: Line, spoken: Spoken, at: LineAt): FreeRead => {
  const { before } = at;
  const said = before.exact ? at.range : { from: at.range.from, to: withoutManners(line, at.range) };
  const asked = withoutQuestion(line, said, before);
  const named = namedText(line, spoken, asked);
  const to = named?.to ?? asked.to;
  const front = leading(line, spoken, { range: { from: at.range.from, to }, free: before.joint === null && !before.exact });
  let { from } = front;
  while (from < to && isMark(line, from, '\n')) from++;
  const end = endOfFirstLine(line, { from, to });
  const peeled = peel(line, spoken, { from, to: end });
  const range = { from, to: peeled.to };
  const lower = below(line, spoken, { from: end, to });
  const extra = named?.extra ?? belowText(line, spoken, { from: lower.from, to });
  return {
    ...titled(line, range, before),
    ...endless(line, spoken, range),
    ...(extra === null ? { unclear: 'I can only take one line here.' } : {}),
    ...asksInstead(line, said, before),
    clauses: [...front.clauses, ...peeled.reads, ...lower.clauses],
    ...(extra ? { extra } : {}),
  };
};

const SIGNING = new Set(['thanks', 'thank', 'thx', 'cheers', 'regards', 'best', 'greetings', 'please', 'kind']);

/** Null when there is text below and nowhere to put it. */
const belowText = (line: Line, spoken: Spoken, range: Range): { field: Field; value: string } | null | undefined => {
  const value = written(line, range);
  const signed = range.to - range.from <= 8 && SIGNING.has(wordAt(line, range.from));
  if (value === '' || signed) return undefined;
  const field = describing(spoken);
  return field ? { field, value } : null;
};
