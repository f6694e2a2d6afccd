import type { Field } from './fields.ts';
import { readLine, withoutStop } from './free-text.ts';
import { CONDITIONS, DASHES, DESCRIBING, LINE_CONNECTORS, POLITE_END, PRONOUNS } from './lexicon.ts';
import { after, isMark, isQuote, type Line, type Range, shortened, wordAt, wordsOf, written } from './line.ts';
import { type Before, ordersAll, retracts } from './line-doubts.ts';
import { adopt, clone, type Job, type Manner, type Outcome, type State, set } from './match-state.ts';
import { isLike } from './slots.ts';

/** Where free words begin. `joint` is the little word or the colon before them. */
export type FreeAt = { field: Field; index: number; joint: string | null };

/** Enough for the arguments behind a free text: "to {path}", "in the file {path}". */
const LONGEST_TAIL = 14;
/** After "tell #general" these begin no text of its own: "to stop", "about the outage". */
const INDIRECT = new Set('to about how why when where what who which whether off again not now'.split(' '));
/** "with the content hello", "that says hello": these words announce the text. */
const ANNOUNCING = /^(?:says?|reads?|contains?|containing|saying)\b|^the (?:texts?|contents?|words?|messages?|lines?|following|sentence)$/;
const LONGEST_SEARCH = 400;
/** A text may hold the next word of the phrase often. */
const MOST_ENDS = 8;

/** The characters themselves. After a colon the rest of its line and, when that is empty, the line break go; nothing else does. */
const bodyText = (line: Line, { from, to }: Range, colon: boolean): string => {
  const [first, last] = [line.tokens[from], line.tokens[to - 1]];
  if (!first || !last) return '';
  const start = colon ? (line.tokens[from - 1]?.end ?? first.start) : first.start;
  const raw = line.text.slice(start, last.end);
  return colon ? raw.replace(/^[ \t]*\r?\n|^[ \t]+/, '') : raw;
};

const onlyManners = (line: Line, { from, to }: Range): boolean => {
  if (to - from > 4) return false;
  for (let at = from; at < to; at++) if (!isMark(line, at, '.,!') && !POLITE_END.has(wordAt(line, at))) return false;
  return true;
};

/** A text that nothing marks as one: what reads as a condition, a question, a change of mind or a bare "it" is no text to send. */
const doubtLoose = (job: Job, state: State, { field, range }: { field: Field; range: Range }): void => {
  const { line, manner } = job;
  const short = range.to - range.from <= 4 ? wordsOf(line, range) : null;
  if (CONDITIONS.has(wordAt(line, range.from))) state.refused = 'condition';
  if (isMark(line, range.to - 1, '?') && !manner.asked) state.refused = 'question';
  if (retracts(written(line, { from: Math.max(range.from, range.to - LONGEST_TAIL), to: range.to }))) state.refused = 'retraction';
  if (short?.every((word) => PRONOUNS.has(word))) {
    state.doubts.push({ field, say: `I do not know what “${shortened(written(line, range))}” stands for. What is the text?` });
  }
};

/** "… that hi and in #dev that ho": what follows may be for somewhere else. */
const namesAnother = (job: Job, { from, to }: Range): boolean => {
  const { line, spoken } = job;
  for (let at = from; at < Math.min(to, from + LONGEST_SEARCH) - 2; at++) {
    const joined = wordAt(line, at) === 'and' && /^(?:in|to|into|also)$/.test(wordAt(line, at + 1));
    if (joined && spoken.fields.some((field) => isLike(line, at + 2, field))) return true;
  }
  return false;
};

const doubtEnd = (job: Job, state: State, at: { field: Field; range: Range; joint: string | null }): void => {
  const { field, range, joint } = at;
  doubtLoose(job, state, at);
  const indirect = joint === null && INDIRECT.has(wordAt(job.line, range.from));
  const announced = ANNOUNCING.test((wordsOf(job.line, { from: range.from, to: Math.min(range.to, range.from + 2) }) ?? []).join(' '));
  if (indirect || announced || namesAnother(job, range) || ordersAll(job.line, range))
    state.doubts.push({ field, say: askExact(written(job.line, range)) });
};

const isQuoted = (line: Line, { from, to }: Range): boolean => isQuote(line, from) && onlyManners(line, { from: from + 1, to });

/** In "can you post that lunch is ready?" the question mark belongs to the asking. */
const answered = (value: string, { asked }: Manner): string => (asked && value.endsWith('?') ? value.slice(0, -1) : value);

const afterBreaks = (line: Line, { from, to }: Range): number => {
  let at = from;
  while (at < to && isMark(line, at, '\n')) at++;
  return at;
};

/** The text at the end, to its last character. */
const takeText = (job: Job, state: State, { field, index, joint }: FreeAt): Outcome => {
  const { line, to, manner } = job;
  const colon = joint === ':';
  const from = afterBreaks(line, { from: state.at, to });
  const quoted = isQuoted(line, { from, to });
  const value = quoted ? (line.tokens[from]?.inner ?? '') : bodyText(line, { from: colon ? state.at : from, to }, colon);
  if (from >= to || value.trim() === '') return 'ended';
  state.at = to;
  state.sure += quoted ? 1 : 0;
  if (colon || manner.bare || quoted) {
    state.bodyFrom = from;
    set(state, field, { value });
    return 'full';
  }
  doubtEnd(job, state, { field, range: { from, to }, joint });
  const said = answered(value, manner);
  // What begins like a sentence is one, with its stop.
  set(state, field, { value: isLed(job, index) && !/^\p{Lu}/u.test(said) ? withoutStop(said) : said });
  return 'full';
};

/** Behind "with the title", "title:" and "and call it"; where it began when nothing of the kind stands there. */
const afterLabel = (line: Line, { from, to }: Range, field: Field): number => {
  const label = field.title.toLowerCase().split(/\s+/);
  const named = [
    ['call', 'it'],
    ['name', 'it'],
    ['whose', ...label, 'is'],
    ['where', 'the', ...label, 'is'],
  ];
  const forms = [
    [...label, ':'],
    ['with', ...label],
    ['with', 'the', ...label],
    ['with', 'a', ...label],
    ...named,
    ...named.map((form) => ['and', ...form]),
  ];
  const end = Math.max(...forms.map((form) => after(line, from, form)));
  return end > from && end < to ? end : from;
};

/** Marks, dashes and labels in front of a title, and what they make of its beginning. */
const beginTitle = (job: Job, state: State, { field, joint }: FreeAt): string | null => {
  const { line, to } = job;
  const setOff = joint === null && state.at < to && (isMark(line, state.at, ':,;\n') || DASHES.has(wordAt(line, state.at)));
  const from = setOff ? state.at + 1 : state.at;
  const labelled = afterLabel(line, { from, to }, field);
  const colon = joint === ':' || isMark(line, labelled - 1, ':');
  state.at = labelled;
  // "task - renew the passport": behind the bare noun a dash is as good as a colon.
  const dashed = setOff && job.pattern.nounFirst && DASHES.has(wordAt(line, from - 1));
  if (colon || dashed) return ':';
  if (labelled > from) return 'called';
  return setOff ? ',' : joint;
};

const takeTitle = (job: Job, state: State, at: FreeAt): Outcome => {
  const { line, spoken, manner, pattern, to } = job;
  const joint = beginTitle(job, state, at);
  const colon = joint === ':';
  if (pattern.nounFirst && !manner.nounOk && !colon) return 'no';
  const before: Before = { joint, exact: colon || manner.bare, nounFirst: pattern.nounFirst, asked: manner.asked };
  const read = readLine(line, spoken, { range: { from: state.at, to }, before });
  for (const clause of read.clauses) set(state, clause.field, clause);
  if (read.extra) set(state, read.extra.field, read.extra);
  set(state, at.field, read);
  state.refused ??= read.refused;
  state.at = to;
  return read.value === undefined ? 'ended' : 'full';
};

/** "about {content}", "to {content}": a little word before it shows where it begins. */
const isLed = ({ pattern }: Job, index: number): boolean => {
  const before = pattern.steps[index - 1];
  return before?.kind === 'word' && LINE_CONNECTORS.has(before.word);
};

const askExact = (value: string): string => `Is “${shortened(value)}” the text itself? Put the text in quotes or after a colon.`;

/** "post an update in #general" may ask for an update to be written: who means these very words can put them in quotes. */
const middleValue = (job: Job, { field, index, joint }: FreeAt, range: Range): { value: string; unclear?: string } => {
  const { line } = job;
  const value = written(line, range);
  if (!field.text || joint !== null || isLed(job, index) || !DESCRIBING.has(wordAt(line, range.from))) return { value };
  return { value, unclear: askExact(value) };
};

/** "post hello in #general in #random": the text would hold what looks like an argument of its own. */
const holdsTail = (job: Job, { from, to }: Range): boolean => {
  const word = wordAt(job.line, to);
  for (let at = Math.max(from + 1, to - LONGEST_TAIL); at < to; at++) {
    if (wordAt(job.line, at - 1) === word && job.spoken.fields.some((field) => isLike(job.line, at, field))) return true;
  }
  return false;
};

const takeQuoted = (job: Job, state: State, { field, index }: FreeAt): Outcome => {
  const tried = clone(state);
  set(tried, field, { value: job.line.tokens[state.at]?.inner ?? '' });
  tried.at++;
  tried.sure++;
  const outcome = tried.at >= job.to ? 'ended' : job.rest(tried, index + 1);
  if (outcome !== 'no') adopt(state, tried);
  return outcome;
};

/** Where free words in the middle may end: near the end of the sentence, or where the next word of the phrase stands. */
const endsOf = ({ line, pattern }: Job, { from, to }: Range, index: number): number[] => {
  const tail = Math.max(from + 1, to - LONGEST_TAIL);
  const next = pattern.steps[index + 1];
  const ends: number[] = [];
  for (let at = from + 1; at < Math.min(tail, from + LONGEST_SEARCH); at++) {
    const fits = next?.kind === 'word' || next?.kind === 'joint' ? wordAt(line, at) === next.word : false;
    if (fits && ends.length < MOST_ENDS) ends.push(at);
  }
  for (let at = tail; at < to; at++) ends.push(at);
  return ends;
};

/** Free words with more of the phrase behind them: the rest of the phrase has to end where the sentence ends. */
const takeMiddle = (job: Job, state: State, at: FreeAt): Outcome => {
  const { line, to, spoken } = job;
  const { field, index } = at;
  if (wordAt(line, state.at) === 'that' && state.at + 1 < to) state.at++;
  if (isQuote(line, state.at)) return takeQuoted(job, state, at);
  const from = state.at;
  if (spoken.fields.some((other) => isLike(line, from, other)) || isMark(line, from, ',;:.!?\n')) return 'no';
  for (const end of endsOf(job, { from, to }, index)) {
    const tried = clone(state);
    tried.at = end;
    if (job.rest(tried, index + 1) !== 'full') continue;
    doubtLoose(job, tried, { field, range: { from, to: end } });
    set(tried, field, middleValue(job, at, { from, to: end }));
    if (holdsTail(job, { from, to: end })) tried.doubts.push({ field, say: 'I am not sure where the text ends. Put it in quotes.' });
    adopt(state, tried);
    return 'full';
  }
  return 'no';
};

/** Free words, wherever the phrase has them. */
export const takeFree = (job: Job, state: State, at: FreeAt): Outcome => {
  if (at.index < job.pattern.steps.length - 1) return takeMiddle(job, state, at);
  if (!at.field.text) return takeTitle(job, state, at);
  const colon = at.joint !== ':' && isMark(job.line, state.at, ':');
  if (colon) state.at++;
  return takeText(job, state, colon ? { ...at, joint: ':' } : at);
};
