import { weightsOf, wordBefore } from './context.ts';
import { chosenIn, flagIn } from './fill-choice.ts';
import { momentFit, momentFor, whenOf } from './fill-dates.ts';
import { listsFor } from './fill-lists.ts';
import { assign, countsOthers, numberFit, numberFor } from './fill-numbers.ts';
import { pairsIn } from './fill-pairs.ts';
import { textsFor } from './fill-text.ts';
import { type Piece, piecesOf } from './pieces.ts';
import type { Reading } from './reading.ts';
import { joinFit, roleOf } from './roles.ts';
import type { Field } from './schema.ts';
import { overlaps, type Span } from './tokens.ts';

/** Arguments as far as the words give them. `support` sums up how surely. */
export type Filled = {
  arguments: Record<string, unknown>;
  missing: string[];
  support: number;
  /** Where in the sentence each argument stands, by name; and all places that were used, inner ones too. */
  places: ReadonlyMap<string, Span>;
  used: readonly Span[];
};

type Offer = { field: Field; value: unknown; span: Span; fit: number; shares: boolean; used?: readonly Span[] };
type Job = { fields: readonly Field[]; reading: Reading; pieces: readonly Piece[]; dull: ReadonlySet<string>; depth: number };

/** What an optional field must reach to be set, and a required one. */
const LEAST = { optional: 2.3, flag: 1.5, required: 0.1, number: { optional: 1.9, required: -1.5 } };
const DEEPEST = 3;

const isNumber = (field: Field): boolean => (field.kind === 'integer' || field.kind === 'number') && !field.closed;

const choiceOffers = (field: Field, job: Job): Offer[] => {
  const weights = weightsOf(field, job.fields);
  const offers = chosenIn(field, { reading: job.reading, weights, dull: job.dull });
  const twin = job.fields.some(
    (other) => other !== field && other.choices.some(({ value }) => field.choices.some((one) => one.value === value)),
  );
  const shares = (field.closed || isNumber(field)) && !twin;
  // What a description names in passing is less than a list of its own.
  const lower = field.closed ? 0 : 0.2;
  return offers.map(({ value, span, fit }) => ({
    field,
    value: isNumber(field) ? Number(value) : value,
    span,
    fit: fit - lower + joinFit(field, wordBefore(job.reading, span.start)),
    shares,
  }));
};

const textOffers = (field: Field, job: Job): Offer[] => {
  const context = { reading: job.reading, weights: weightsOf(field, job.fields), pieces: job.pieces, dull: job.dull };
  return textsFor(field, context).map(({ value, span, fit, loose }) => ({
    field,
    value,
    span,
    fit: loose && !field.required ? fit - 0.8 : fit,
    shares: false,
  }));
};

const dateOffers = (field: Field, job: Job): Offer[] =>
  job.reading.moments.map((moment) => {
    const fit = momentFit(field, moment, { reading: job.reading, weights: weightsOf(field, job.fields) });
    const half = (moment.end - moment.start) / 4;
    // A date and its hour, or both ends of "May 5 to 8", stand in one place and serve several fields.
    const span = { start: moment.start + (moment.until ? 2 * half : 0), end: moment.start + (moment.until ? 3 : 1) * half };
    return {
      field,
      value: momentFor(field, moment, job.reading),
      span: whenOf(field) === 'time' ? { start: span.end, end: span.end } : span,
      fit,
      shares: false,
    };
  });

const listOffers = (field: Field, job: Job): Offer[] =>
  listsFor(field, { reading: job.reading, weights: weightsOf(field, job.fields), pieces: job.pieces, dull: job.dull }).map((one) => ({
    field,
    ...one,
    shares: field.items?.closed ?? false,
  }));

const flagOffers = (field: Field, job: Job): Offer[] => {
  const flag = flagIn(field, { reading: job.reading, weights: weightsOf(field, job.fields) });
  return flag ? [{ field, value: flag.value, span: { start: 0, end: 0 }, fit: flag.fit + 0.6, shares: true }] : [];
};

const objectOffers = (field: Field, job: Job): Offer[] => {
  const shape = field.kind === 'object' ? field : field.items;
  if (!shape || shape.fields.length === 0 || job.depth >= DEEPEST) return [];
  const inner = fillFields({ ...job, fields: shape.fields, depth: job.depth + 1 });
  const filled = Object.keys(inner.arguments).length > 0;
  const value = field.kind === 'object' ? inner.arguments : [inner.arguments];
  return filled ? [{ field, value, span: { start: 0, end: 0 }, fit: 1 + inner.support, shares: true, used: inner.used }] : [];
};

const offersFor = (field: Field, job: Job): Offer[] => {
  if (field.kind === 'boolean') return flagOffers(field, job);
  if (field.kind === 'object' || field.items?.kind === 'object') return objectOffers(field, job);
  if (field.kind === 'array') return listOffers(field, job);
  // Places that a description names are only examples of how to write one.
  const listed = field.closed || field.kind !== 'string' || roleOf(field) !== 'place';
  const choices = field.choices.length > 0 && listed ? choiceOffers(field, job) : [];
  if (field.closed || isNumber(field)) return choices;
  return [...choices, ...(whenOf(field) === null ? textOffers(field, job) : dateOffers(field, job))];
};

const leastOf = (field: Field): number => (field.required ? LEAST.required : field.kind === 'boolean' ? LEAST.flag : LEAST.optional);

type State = { values: Map<Field, unknown>; spans: Map<string, Span>; taken: Span[]; support: number };

/** Best offers first; a place in the sentence serves one field. */
const take = (offers: readonly Offer[], state: State): void => {
  const sorted = [...offers].sort((a, b) => b.fit - a.fit || a.span.start - b.span.start);
  for (const offer of sorted) {
    if (state.values.has(offer.field) || offer.fit < leastOf(offer.field)) continue;
    if (!offer.shares && state.taken.some((span) => overlaps(span, offer.span))) continue;
    state.values.set(offer.field, offer.value);
    state.spans.set(offer.field.name, offer.span);
    state.taken.push(offer.span, ...(offer.used ?? []));
    state.support += Math.min(4, offer.fit);
  }
};

const takeNumbers = (job: Job, state: State): void => {
  const fields = job.fields.filter((field) => isNumber(field) && !state.values.has(field));
  const numbers = job.reading.numbers.filter(
    (one) => !countsOthers(one, wordBefore(job.reading, one.start)) && !state.taken.some((span) => overlaps(span, one)),
  );
  if (fields.length === 0 || numbers.length === 0) return;
  const reading = { ...job.reading, numbers };
  const fits = fields.map((field, row) => {
    const weights = weightsOf(field, job.fields);
    return numbers.map((one, at) => numberFit(field, one, { reading, weights }) + (row === at ? 0.4 : 0));
  });
  const least = fields.map((field) => (field.required ? LEAST.number.required : LEAST.number.optional));
  assign(fits, least).forEach((at, row) => {
    const [field, one] = [fields[row], numbers[at]];
    if (!field || !one) return;
    state.values.set(field, numberFor(field, one));
    state.spans.set(field.name, one);
    state.taken.push(one);
    state.support += Math.min(4, Math.max(0, fits[row]?.[at] ?? 0));
  });
};

/** What a required field falls back to: its own default, or `true` for a flag that somebody has to set. */
const fallBack = (field: Field): unknown => {
  if (field.standard !== undefined && field.standard !== null)
    return field.kind === 'integer' || field.kind === 'number'
      ? Number.isFinite(Number(field.standard))
        ? Number(field.standard)
        : undefined
      : field.standard;
  return field.kind === 'boolean' ? true : undefined;
};

const ordered = (job: Job, state: State): Filled => {
  const missing: string[] = [];
  const entries = job.fields.flatMap((field): [string, unknown][] => {
    const value = state.values.has(field) ? state.values.get(field) : field.required ? fallBack(field) : undefined;
    if (value === undefined && field.required) missing.push(field.name);
    return value === undefined ? [] : [[field.name, value]];
  });
  return { arguments: Object.fromEntries(entries), missing, support: state.support, places: state.spans, used: state.taken };
};

const fillFields = (job: Job): Filled => {
  const state: State = { values: new Map(), spans: new Map(), taken: [], support: 0 };
  const sums = job.pieces.filter(({ kind }) => kind === 'formula');
  const numbers = job.reading.numbers.filter((one) => !sums.some((sum) => overlaps(sum, one)));
  return fillInto({ ...job, reading: { ...job.reading, numbers } }, state);
};

const takePairs = (job: Job, state: State): void => {
  const pairs = pairsIn(job.fields, job.reading);
  if (!pairs) return;
  state.values.set(pairs.items, pairs.names).set(pairs.counts, pairs.numbers);
  state.taken.push(pairs.span);
  state.support += 4;
};

const fillInto = (job: Job, state: State): Filled => {
  takePairs(job, state);
  const lists = job.fields.filter((field) => field.kind === 'array' && field.items?.kind !== 'object');
  take(
    lists
      .flatMap((field) => listOffers(field, job))
      .filter(({ field }) => field.items?.kind === 'number' || field.items?.kind === 'integer' || field.items?.kind === 'array'),
    state,
  );
  take(
    job.fields.filter((field) => isNumber(field)).flatMap((field) => offersFor(field, job)),
    state,
  );
  const strong = job.fields.filter((field) => !isNumber(field) && !state.values.has(field));
  const offers = strong.flatMap((field) => offersFor(field, job));
  takeNumbers(job, state);
  take(offers, state);
  return ordered(job, state);
};

/** Fills a tool's input from a sentence: what the words give, and nothing else. `dull` are the tool's own words. */
export const fill = (fields: readonly Field[], reading: Reading, dull: ReadonlySet<string>): Filled =>
  fillFields({ fields, reading, pieces: piecesOf(reading, dull), dull, depth: 0 });
