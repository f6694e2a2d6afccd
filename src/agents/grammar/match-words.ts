import type { Field } from './fields.ts';
import { ALSO_SHOWING, ARTICLES, FILLERS, LINE_CONNECTORS, MAKING, PRONOUNS, TEXT_CONNECTORS } from './lexicon.ts';
import { isMark, isQuote, type Line, wordAt, written } from './line.ts';
import { type Job, type State, set, takeClause } from './match-state.ts';
import type { Step } from './phrases.ts';
import { isLike, readClosed } from './slots.ts';

const INDEFINITE = new Set(['a', 'an', 'new', 'another']);
const UNITS = new Set(['dollars', 'dollar', 'usd', 'bucks']);
/** They stand where a name or channel does, and are none. */
const NOBODY = new Set([
  'everyone',
  'everybody',
  'someone',
  'somebody',
  'anyone',
  'anybody',
  'nobody',
  'here',
  'there',
  'myself',
  'everything',
]);

type WordAt = { word: string; index: number };

/** "add a task" for "create a task". */
const isKin = (job: Job, at: number, { word, index }: WordAt): boolean => {
  const said = wordAt(job.line, at);
  if (index > 0 || !MAKING.has(word) || !MAKING.has(said) || job.pattern.steps[1]?.kind !== 'word') return false;
  return !ALSO_SHOWING.has(said) || INDEFINITE.has(wordAt(job.line, at + 1));
};

const scoreOf = (job: Job, state: State, at: WordAt): number => {
  const said = wordAt(job.line, state.at);
  if (said === at.word) return ARTICLES.has(said) ? 0.1 : 2;
  return isKin(job, state.at, at) ? 1.5 : 0;
};

/** "a new very high priority …": no more words than that stand between two words of a phrase. */
const MOST_STEPS = 12;

/** Steps over a word that changes nothing about the order: an article, "high priority" before the noun. */
const stepOver = (job: Job, state: State): boolean => {
  if (state.at >= job.to) return false;
  if (!FILLERS.has(wordAt(job.line, state.at))) return takeClause(job, state, true);
  state.at++;
  return true;
};

/** One word of the phrase; articles may be missing or added, and "high priority" may stand before the noun. */
export const matchWord = (job: Job, state: State, at: WordAt): boolean => {
  let steps = 0;
  do {
    const score = state.at < job.to ? scoreOf(job, state, at) : 0;
    if (score > 0) {
      state.score += score;
      state.at++;
      return true;
    }
    // "$25 a day" names its unit before the number.
    if (ARTICLES.has(at.word) || UNITS.has(at.word)) return true;
  } while (at.index > 0 && ++steps <= MOST_STEPS && stepOver(job, state));
  return false;
};

const joins = (said: string, step: Extract<Step, { kind: 'joint' }>): boolean =>
  said === step.word || (step.of.text ? TEXT_CONNECTORS : LINE_CONNECTORS).has(said);

/** The little word before free words, or what may stand for it: `null` for a quote that needs none, `false` when there is nothing of the kind. */
export const matchJoint = (job: Job, state: State, step: Extract<Step, { kind: 'joint' }>): string | null | false => {
  while (state.at < job.to) {
    const said = wordAt(job.line, state.at);
    if (isQuote(job.line, state.at)) return null;
    if (isMark(job.line, state.at, ':') || joins(said, step)) {
      state.score += said === step.word ? 1 : 0.8;
      state.at++;
      return said;
    }
    if (step.of.text || !takeClause(job, state, false)) return false;
  }
  return false;
};

const capitalised = (line: Line, at: number): boolean => {
  const token = line.tokens[at];
  return token?.kind === 'word' && /^\p{Lu}/u.test(line.text.slice(token.start, token.start + 2));
};

/** "Tom Berg" before a word of the phrase is one name. Answers where it ends; -1 when it is one word or none. */
const endOfName = (job: Job, state: State, { field, next }: { field: Field; next: Step | undefined }): number => {
  const { line, to } = job;
  if (
    field.slot !== 'name' ||
    field.pattern ||
    !(next?.kind === 'word' || next?.kind === 'joint' || (next?.kind === 'slot' && next.field.slot === 'choice'))
  )
    return -1;
  let end = state.at;
  while (end < to && end - state.at < 3 && capitalised(line, end)) end++;
  return end - state.at > 1 && end < to ? end : -1;
};

/** A channel without its `#` is believed only in "in general:" and the like: "tell maya that …" is about a person. */
const believable = (job: Job, state: State, { field, index }: { field: Field; index: number }): boolean => {
  const { line, manner, pattern } = job;
  const said = wordAt(line, state.at);
  if (isQuote(line, state.at)) return true;
  if (field.slot === 'name' || field.slot === 'channel') {
    if (PRONOUNS.has(said) || NOBODY.has(said) || ARTICLES.has(said)) return false;
  }
  if (field.slot !== 'channel' || isLike(line, state.at, field)) return true;
  const before = pattern.steps[index - 1];
  const following = wordAt(line, state.at + 1);
  return !manner.bare && before?.kind === 'word' && before.word === 'in' && (following === ':' || TEXT_CONNECTORS.has(following));
};

const PEOPLE = new Set(['me', 'us', 'everyone', 'everybody', 'all', 'team', 'here']);

/** "me" and "the team", where a channel may be people. */
const takePeople = (job: Job, state: State, field: Field): boolean => {
  if (!field.people) return false;
  const at = wordAt(job.line, state.at) === 'the' ? state.at + 1 : state.at;
  const said = wordAt(job.line, at);
  if (at >= job.to || !PEOPLE.has(said)) return false;
  set(state, field, { value: said });
  state.score += 2;
  state.at = at + 1;
  return true;
};

/** An argument that is no free text. */
export const matchSlot = (job: Job, state: State, at: { field: Field; index: number }): boolean => {
  const { line, to } = job;
  const { field, index } = at;
  if (takePeople(job, state, field)) return true;
  if (!believable(job, state, at)) return false;
  state.score += 2;
  const end = endOfName(job, state, { field, next: job.pattern.steps[index + 1] });
  if (end > 0) {
    set(state, field, { value: written(line, { from: state.at, to: end }) });
    state.at = end;
    return true;
  }
  if (field.slot === 'choice' && ARTICLES.has(wordAt(line, state.at))) state.at++;
  const read = readClosed(line, { from: state.at, to }, field);
  if (!read) return false;
  set(state, field, read);
  state.at = read.next;
  // "Every weekday at 9, remind …": a comma may follow a time.
  const timed = field.slot === 'recurrence' || field.slot === 'moment';
  const inFront = (timed && index === 0) || (index === 1 && job.pattern.steps[0]?.kind === 'word' && job.pattern.steps[0].word === 'in');
  while (inFront && isMark(line, state.at, ',') && state.at < to) state.at++;
  state.sure++;
  return true;
};
