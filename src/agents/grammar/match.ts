import { type ClauseRead, skipSeparators } from './clauses.ts';
import type { Field } from './fields.ts';
import { isMark, isQuote, type Line, type Range } from './line.ts';
import { takeFree } from './match-free.ts';
import { adopt, clone, type Doubt, type Job, type Manner, type Outcome, type Refusal, type State, set, takeClause } from './match-state.ts';
import { matchJoint, matchSlot, matchWord } from './match-words.ts';
import type { Pattern, Spoken } from './phrases.ts';

/** One reading of what was said. It can be carried out when nothing is missing, doubted or refused. */
export type Found = {
  spoken: Spoken;
  values: ReadonlyMap<string, unknown>;
  doubts: readonly Doubt[];
  missing: readonly Field[];
  refused: Refusal | undefined;
  score: number;
  /** Token where the phrase itself begins, behind clauses that come first. */
  begin: number;
  /** Token from which everything was taken as it is written; -1 when nothing was. */
  bodyFrom: number;
};

const LONGEST_GAP = 10;

/** Skips words that only describe, up to where the next words of the phrase stand. */
const matchGap = (job: Job, state: State, index: number): Outcome => {
  for (let at = state.at + 1; at < Math.min(job.to, state.at + LONGEST_GAP); at++) {
    if (isQuote(job.line, at - 1) || isMark(job.line, at - 1, ':\n')) return 'no';
    const tried = clone(state);
    tried.at = at;
    const outcome = job.rest(tried, index + 1);
    if (outcome === 'no') continue;
    adopt(state, tried);
    return outcome;
  }
  return 'no';
};

/** What may still stand behind the last argument: clauses, marks and manners. */
const finish = (job: Job, state: State): Outcome => {
  const { line, to, manner } = job;
  for (;;) {
    const apart = isMark(line, state.at, ',;.\n');
    state.at = skipSeparators(line, { from: state.at, to });
    if (isMark(line, state.at, '?') && state.at === to - 1) {
      state.at++;
      if (!manner.asked) state.refused = 'question';
    }
    if (state.at >= to) return 'full';
    if (!takeClause(job, state, apart)) return 'no';
  }
};

/** One step; `next` when the phrase goes on behind it. */
const matchStep = (job: Job, state: State, at: { index: number; joint: string | null }): Outcome | { joint: string | null } => {
  const { index } = at;
  const step = job.pattern.steps[index];
  if (!step) return finish(job, state);
  if (step.kind === 'gap') return matchGap(job, state, index);
  if (step.kind === 'slot' && step.field.slot === 'words') return takeFree(job, state, { field: step.field, index, joint: at.joint });
  const joint = step.kind === 'joint' ? matchJoint(job, state, step) : null;
  const matched =
    step.kind === 'joint'
      ? joint !== false
      : step.kind === 'word'
        ? matchWord(job, state, { word: step.word, index })
        : matchSlot(job, state, { field: step.field, index });
  if (matched) return { joint: joint === false ? null : joint };
  return state.at >= job.to ? 'ended' : 'no';
};

const matchSteps = (job: Job, state: State, first: number): Outcome => {
  let joint: string | null = null;
  for (let index = first; ; index++) {
    const outcome = matchStep(job, state, { index, joint });
    if (typeof outcome === 'string') return outcome;
    joint = outcome.joint;
  }
};

/** The zone of a time goes to where zones go; a currency that has no place would be lost. */
const addAlso = ({ line, spoken }: Job, state: State): void => {
  for (const [name, value] of Object.entries(state.also)) {
    const field = spoken.fields.find((one) => one.name === name);
    if (field && !state.values.has(name)) state.values.set(name, value);
    const money = spoken.fields.find((one) => one.slot === 'money');
    if (!field && name === 'currency' && value !== 'USD' && money)
      state.doubts.push({ field: money, say: `I cannot say here that it is in ${String(value)}. Is the number right in US dollars?` });
  }
  const timed = spoken.fields.some((field) => field.slot === 'recurrence' || field.slot === 'moment');
  const zone = timed ? spoken.fields.find(({ name }) => name === 'time_zone') : undefined;
  if (zone && !state.values.has(zone.name)) state.values.set(zone.name, line.clock.timeZone);
};

export type PatternAt = { pattern: Pattern; range: Range; manner: Manner; given: readonly ClauseRead[] };

/** Holds one phrase against a range. Null when it does not fit, or fits too little to ask for the rest. */
export const matchPattern = (line: Line, spoken: Spoken, { pattern, range, manner, given }: PatternAt): Found | null => {
  const state: State = {
    at: range.from,
    values: new Map(),
    doubts: [],
    refused: undefined,
    score: 0,
    bodyFrom: -1,
    sure: 0,
    clauses: 0,
    also: {},
  };
  for (const clause of given) set(state, clause.field, clause);
  const job: Job = { line, spoken, pattern, manner, to: range.to, rest: (tried, step) => matchSteps(job, tried, step) };
  const outcome = matchSteps(job, state, 0);
  const certain = pattern.head >= 2 || state.sure > 0 || manner.bare;
  if (outcome === 'no' || (outcome === 'ended' && !certain)) return null;
  // What the phrase still waited for when the words ended is missing, though the tool could do without it.
  const awaited = new Set(outcome === 'ended' ? pattern.steps.flatMap((step) => (step.kind === 'slot' ? [step.field.name] : [])) : []);
  addAlso(job, state);
  const { values, doubts, refused, score, bodyFrom } = state;
  return {
    spoken,
    values,
    doubts,
    refused,
    score,
    begin: range.from,
    bodyFrom,
    missing: spoken.fields.filter((field) => !values.has(field.name) && (field.required || awaited.has(field.name))),
  };
};
