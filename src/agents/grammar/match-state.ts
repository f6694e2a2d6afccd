import { MOST_CLAUSES, readClause } from './clauses.ts';
import type { Field } from './fields.ts';
import { isMark, type Line, shortened, wordAt } from './line.ts';
import type { Pattern, Spoken } from './phrases.ts';

/** An argument that was named, and what has to be asked about it. */
export type Doubt = { field: Field; say: string };

/** `condition`: "if …". `question`: it asks, it does not order. `retraction`: "…, never mind". */
export type Refusal = 'condition' | 'question' | 'retraction';

/** `bare`: after a slash command. `nounOk`: something before the noun shows that it is asked for. `asked`: "can you …?". */
export type Manner = { bare: boolean; nounOk: boolean; asked: boolean };

/** How far a reading has come. `sure` counts the arguments that look like what they are: a `#channel`, a path, a quote. */
export type State = {
  at: number;
  values: Map<string, unknown>;
  doubts: Doubt[];
  refused: Refusal | undefined;
  score: number;
  /** Token from which everything is taken as it is written; -1 while nothing is. */
  bodyFrom: number;
  sure: number;
  clauses: number;
  /** What arguments said of others: the zone of a time, the currency of money. */
  also: Record<string, unknown>;
};

/** `full`: everything was read. `ended`: the words ended before the phrase did. `no`: it is another phrase. */
export type Outcome = 'full' | 'ended' | 'no';

export type Job = {
  line: Line;
  spoken: Spoken;
  pattern: Pattern;
  manner: Manner;
  to: number;
  /** Matches the phrase from one of its steps on. */
  rest(state: State, step: number): Outcome;
};

export const set = (state: State, field: Field, read: { value?: unknown; unclear?: string; also?: Record<string, unknown> }): void => {
  state.also = { ...state.also, ...read.also };
  const before = state.values.get(field.name);
  if (before !== undefined && read.value !== undefined && before !== read.value) {
    const say = `You named two values for “${field.title}”: ${shortened(String(before))} and ${shortened(String(read.value))}. Which one is it?`;
    state.doubts.push({ field, say });
    return;
  }
  if (read.value !== undefined) state.values.set(field.name, read.value);
  if (read.unclear !== undefined) state.doubts.push({ field, say: read.unclear });
};

/** A copy to try something with. */
export const clone = (state: State): State => ({ ...state, values: new Map(state.values), doubts: [...state.doubts] });
export const adopt = (state: State, tried: State): void => {
  Object.assign(state, tried);
};

/** Where a clause begins behind "and", a comma or an opening bracket. */
const behindSeparators = (job: Job, state: State): number => {
  const { line } = job;
  const joined = state.clauses > 0 && wordAt(line, state.at) === 'and';
  return isMark(line, state.at, ',([') || joined ? state.at + 1 : state.at;
};

/** Takes one optional argument that stands here, with the commas and brackets around it. */
export const takeClause = (job: Job, state: State, bare: boolean): boolean => {
  const { line, spoken, to } = job;
  const from = behindSeparators(job, state);
  const apart = from > state.at;
  const read = readClause(line, spoken, { range: { from, to }, where: { bare: bare || apart, apart } });
  if (!read || state.clauses >= MOST_CLAUSES) return false;
  state.clauses++;
  set(state, read.field, read);
  state.at = read.next;
  while (isMark(line, state.at, ',)]') && state.at < to) state.at++;
  return true;
};
