import { type ClauseRead, clauseInside, peel, readClause } from './clauses.ts';
import type { Field } from './fields.ts';
import { BE, CONDITIONS, LINE_CONNECTORS, PRONOUNS, WHETHER_VERBS } from './lexicon.ts';
import { after, isMark, isQuote, type Line, type Range, wordAt, wordsOf, written } from './line.ts';
import type { Spoken } from './phrases.ts';
import { readDateRange } from './slots.ts';

/**
 * A free value as it was said. `exact`: a colon, quotes or a slash command made plain where it begins, so nothing in it is doubted.
 * `refused`: it reads as a condition, a question or a change of mind, which no action follows from.
 */
export type FreeRead = {
  value: string | undefined;
  clauses: ClauseRead[];
  unclear?: string;
  refused?: 'condition' | 'question' | 'retraction';
  extra?: { field: Field; value: string };
};

export type Before = { joint: string | null; exact: boolean; nounFirst: boolean; asked: boolean };

/** Clauses inside a line are looked for no further: no title is that long, and a text of nothing but "due" would take seconds. */
const LONGEST_LINE = 400;

const NO_START = new Set([
  'in',
  'on',
  'at',
  'with',
  'from',
  'of',
  'that',
  'which',
  'and',
  'or',
  'but',
  'is',
  'was',
  'by',
  'as',
  'list',
  'lists',
  'queue',
  'force',
]);
const RETRACTIONS =
  /(?:^|[\s,.;(—-])(?:never ?mind|scratch that|just kidding|forget (?:it|that)|actually,? no|but not (?:yet|now|today)|not yet|or (?:maybe )?not|not really|changed my mind|wait,? no)[\s.!?)]*$/i;
const ABBREVIATION = /(?:(?:^|\s)(?:inc|ltd|co|corp|etc|jr|sr|st|vs|approx|no|dept|dr|mr|mrs|ms)|(?:^|[\s.])\p{L}\.\p{L})\.$/iu;

export const retracts = (text: string): boolean => RETRACTIONS.test(text.slice(-60));

/** "only if", "if …", "unless …" make an order conditional; "check if …" does not. */
const hasCondition = (line: Line, { from, to }: Range): boolean => {
  for (let at = from; at < to; at++) {
    const word = wordAt(line, at);
    if (word === 'unless') return true;
    if (word === 'if' && !WHETHER_VERBS.has(wordAt(line, at - 1))) return true;
  }
  return false;
};

/** "… every Monday": one task is not a series. */
const repeats = (line: Line, { from, to }: Range): boolean => {
  const before = wordAt(line, to - 2);
  return (
    to - from > 2 &&
    (before === 'every' || before === 'each') &&
    /^(?:.*day|week|month|quarter|year|morning|evening|night|hour)s?$/.test(wordAt(line, to - 1))
  );
};

/** A sentence ends in a full stop, a title does not; "Acme Inc." keeps its own. */
const withoutStop = (text: string): string =>
  text.endsWith('.') && !text.endsWith('..') && !ABBREVIATION.test(text.slice(-12)) ? text.slice(0, -1) : text;

/** "… the page. It should be done soon": more than one sentence, and only one of them can be a title. */
const isSeveralSentences = (line: Line, { from, to }: Range): boolean => {
  for (let at = from + 1; at < to - 1; at++) {
    const next = line.tokens[at + 1];
    if (!isMark(line, at, '.!?') || next?.kind !== 'word' || !/^\p{Lu}/u.test(line.text.slice(next.start, next.start + 2))) continue;
    const upTo = line.text.slice(Math.max(0, next.start - 14), next.start).trimEnd();
    if (!ABBREVIATION.test(upTo)) return true;
  }
  return false;
};

const onlyPointsAt = (line: Line, range: Range): boolean => {
  const words = wordsOf(line, range);
  return words !== null && words.length > 0 && words.every((word) => PRONOUNS.has(word) || LINE_CONNECTORS.has(word));
};

/** "for Maya to call the bank", "for me", "for Maya": it is not clear whether that is the title or who it is for. */
const namesSomebody = (line: Line, range: Range, before: Before): boolean => {
  if (before.joint !== 'for') return false;
  const first = line.tokens[range.from];
  if (first?.kind !== 'word') return false;
  const said = line.text.slice(first.start, first.end);
  const person = /^(@|<@)/.test(said) || PRONOUNS.has(first.word) || /^\p{Lu}\p{Ll}+$/u.test(said);
  return person && (range.to - range.from === 1 || wordAt(line, range.from + 1) === 'to');
};

/** Why a line that nothing marks as one cannot be acted on. */
const refusalOf = (line: Line, range: Range, before: Before): FreeRead['refused'] => {
  if (CONDITIONS.has(wordAt(line, range.from)) || hasCondition(line, range)) return 'condition';
  if (retracts(written(line, range))) return 'retraction';
  return before.nounFirst && (wordsOf(line, range) ?? []).some((word) => BE.has(word)) ? 'question' : undefined;
};

const doubt = (line: Line, range: Range, before: Before): Pick<FreeRead, 'unclear' | 'refused'> => {
  if (range.to - range.from > LONGEST_LINE) return { unclear: 'That is too long for one line. Put it in quotes, or say it shorter.' };
  const refused = refusalOf(line, range, before);
  if (refused) return { refused };
  const said = written(line, range);
  const first = wordAt(line, range.from);
  if (repeats(line, range))
    return { unclear: `“${said}” repeats, and this would happen once. Put the words in quotes if they are meant as they are.` };
  if (isSeveralSentences(line, range)) return { unclear: 'I am not sure which sentence is meant. Put it in quotes.' };
  if (onlyPointsAt(line, range)) return { unclear: `I do not know what “${said}” stands for. Please write it out.` };
  if (namesSomebody(line, range, before))
    return { unclear: `I am not sure whether “${said}” says what it is or who it is for. Put what it is in quotes.` };
  if (before.joint === null && NO_START.has(first)) return { unclear: `I am not sure what belongs to “${said}”. Put it in quotes.` };
  const date = readDateRange(line, range);
  return date ? { unclear: `“${said}” is a day. What is it about?` } : {};
};

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
    if (peeled.reads.length === 0 || peeled.to > from) return { clauses, from };
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
  const texts = spoken.clauses.filter((clause) => clause.field.text && clause.before.at(-1) === ':');
  for (let at = range.from + 1; at < Math.min(range.to, range.from + LONGEST_LINE); at++) {
    const clause = isMark(line, at - 1, ',;.\n') ? texts.find(({ before }) => after(line, at, before) > 0) : undefined;
    const from = at + (clause?.before.length ?? 0);
    if (clause && from < range.to) return { to: at - 1, extra: { field: clause.field, value: restOf(line, { from, to: range.to }) } };
  }
  return null;
};

/** "task: p8, buy milk": clauses may come first when a comma follows them. `free`: right behind the noun none is needed. */
const leading = (line: Line, spoken: Spoken, { range, free }: { range: Range; free: boolean }): { clauses: ClauseRead[]; from: number } => {
  const clauses: ClauseRead[] = [];
  let { from } = range;
  while (from < range.to) {
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
  const said = plain(written(line, range), before);
  return { value: said, clauses: [], ...(before.exact ? {} : doubt(line, range, before)) };
};

/** In "can you create a task for X?" the question mark belongs to the asking; after a colon it belongs to the text. */
const withoutQuestion = (line: Line, range: Range, before: Before): Range =>
  !before.exact && isMark(line, range.to - 1, '?') && range.to > range.from ? { from: range.from, to: range.to - 1 } : range;

const asksInstead = (line: Line, range: Range, before: Before): Pick<FreeRead, 'refused'> =>
  withoutQuestion(line, range, before).to < range.to && !before.asked ? { refused: 'question' } : {};

const endless = (line: Line, spoken: Spoken, range: Range): Pick<FreeRead, 'unclear'> => {
  const looked = { from: range.from, to: Math.min(range.to, range.from + LONGEST_LINE) };
  return clauseInside(line, spoken, looked)
    ? { unclear: `I am not sure where “${written(line, looked).slice(0, 80)}” ends. Put it in quotes.` }
    : {};
};

/** Reads one line of free words: a title. Clauses before and behind it are taken off; what is left is exactly what was written. */
export const readLine = (line: Line, spoken: Spoken, at: { range: Range; before: Before }): FreeRead => {
  const { before } = at;
  const asked = withoutQuestion(line, at.range, before);
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
    ...asksInstead(line, at.range, before),
    clauses: [...front.clauses, ...peeled.reads, ...lower.clauses],
    ...(extra ? { extra } : {}),
  };
};

/** Null when there is text below and nowhere to put it. */
const belowText = (line: Line, spoken: Spoken, range: Range): { field: Field; value: string } | null | undefined => {
  const value = written(line, range);
  if (value === '') return undefined;
  const field = describing(spoken);
  return field ? { field, value } : null;
};
