import { near, type Weights } from './context.ts';
import { chosenIn } from './fill-choice.ts';
import { numberFor } from './fill-numbers.ts';
import { numbersIn } from './numbers.ts';
import { type Piece, runsIn } from './pieces.ts';
import { placeFor } from './place-text.ts';
import type { Reading } from './reading.ts';
import { roleOf } from './roles.ts';
import type { Field } from './schema.ts';
import type { Span } from './tokens.ts';

export type ListFound = { value: unknown[]; span: Span; fit: number };
export type ListContext = { reading: Reading; weights: Weights; pieces: readonly Piece[]; dull: ReadonlySet<string> };

const SIGNED = /^\s*(-?\d+(?:\.\d+)?)\s*°?\s*([NSEW])?\s*$/i;

/** "(33.4 N, 112.1 W)": south and west are below zero. */
const coordinates = (inner: string): number[] => {
  const parts = inner.split(',').map((part) => SIGNED.exec(part));
  if (parts.some((part) => part === null)) return [];
  return parts.map((part) => Number(part?.[1]) * (/[SW]/i.test(part?.[2] ?? '') ? -1 : 1));
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text.replaceAll("'", '"'));
  } catch {
    // What stands in brackets is the person's own; only some of it is JSON.
    return undefined;
  }
};

/** Lists of lists, written out: "[[1, 2], [3, 4]]". */
const nested = (text: string): ListFound[] => {
  const start = text.indexOf('[[');
  const end = text.indexOf(']]', start);
  const value = start < 0 || end < 0 ? undefined : parsed(text.slice(start, end + 2));
  return Array.isArray(value) ? [{ value, span: { start, end: end + 2 }, fit: 5 }] : [];
};

const numberRuns = (reading: Reading): ListFound[] => {
  const runs: { value: number[]; span: Span; fit: number }[] = [];
  for (const one of reading.numbers) {
    const last = runs.at(-1);
    const between = last ? reading.text.slice(last.span.end, one.start) : '';
    const joined = last !== undefined && (/^(?:%|[\p{L}°$€£]{0,8}\s?)?(?:,\s?|,?\s(?:and|&)\s|\s)$/u.test(between) || between === ',');
    if (last && joined) {
      last.value.push(one.value);
      last.span = { start: last.span.start, end: one.end };
    } else runs.push({ value: [one.value], span: { start: one.start, end: one.end }, fit: 0 });
  }
  return runs.map((run) => ({ ...run, fit: run.value.length > 1 ? 3 : -0.5 }));
};

const numberLists = (field: Field, context: ListContext): ListFound[] => {
  const { reading } = context;
  const brackets = reading.lists.flatMap(({ start, end, text }): ListFound[] => {
    const signed = coordinates(text);
    const value = signed.length > 0 ? signed : numbersIn(text).map((one) => one.value);
    return value.length > 0 ? [{ value, span: { start, end }, fit: 4 }] : [];
  });
  const free = brackets.length > 0 ? [] : numberRuns(reading);
  const spans = ranges(reading);
  const percent = free.map((run) => ({ ...run, value: percentOf(field, run, reading) }));
  return [...brackets, ...percent, ...spans].map((one) => ({
    ...one,
    fit: one.fit + 1.5 * near(context.weights, one.span, { reading, blocked: [] }),
  }));
};

const percentOf = (field: Field, run: ListFound, reading: Reading): unknown[] => {
  const said = reading.numbers.filter((one) => one.start >= run.span.start && one.end <= run.span.end);
  return field.items && said.length === run.value.length
    ? said.map((one) => (field.items ? numberFor(field.items, one) : one.value))
    : run.value;
};

/** "from x = 1 to x = 3" and "between 2 and 5" are two ends. */
const ranges = (reading: Reading): ListFound[] =>
  reading.numbers.slice(1).flatMap((one, at) => {
    const first = reading.numbers[at];
    if (!first) return [];
    const between = reading.text.slice(first.end, one.start);
    const head = reading.text.slice(Math.max(0, first.start - 20), first.start);
    const range = /\b(?:from|between|interval|range)\b/i.test(head) && /^\s?\S{0,10}\s?(?:to|and|-)\s(?:[a-z]\s?=\s?)?$/i.test(between);
    return range ? [{ value: [first.value, one.value], span: { start: first.start, end: one.end }, fit: 3.2 }] : [];
  });

const pieceValue = (field: Field, piece: Piece): string =>
  field.items && roleOf(field.items) === 'place' ? (placeFor(field.items, piece.text) ?? piece.text) : piece.text;

const KIND_FIT: Partial<Record<Piece['kind'], number>> = { quote: 1.5, name: 1.2, place: 0, code: 0.8, words: 0.2, email: 0.3, path: 0.3 };
const ROLE_KIND: Partial<Record<ReturnType<typeof roleOf>, Piece['kind']>> = {
  email: 'email',
  url: 'url',
  path: 'path',
  place: 'place',
  id: 'code',
  phone: 'phone',
};

const textLists = (field: Field, context: ListContext): ListFound[] => {
  const wanted = ROLE_KIND[roleOf(field)];
  const bracketed = context.reading.lists.flatMap(({ start, end, text }): ListFound[] => {
    const parts = text
      .split(',')
      .map((part) => part.trim().replace(/^['"]|['"]$/g, ''))
      .filter((part) => part !== '');
    return parts.length > 1 || context.reading.text[start] === '[' ? [{ value: parts, span: { start, end }, fit: 3 }] : [];
  });
  const runs = runsIn(context.reading, context.pieces).flatMap((run): ListFound[] => {
    const [first, last] = [run[0], run.at(-1)];
    if (!first || !last) return [];
    const kind = wanted === undefined ? (KIND_FIT[first.kind] ?? -1) : run.every((piece) => piece.kind === wanted) ? 3 : -1.5;
    return [
      {
        value: run.map((piece) => pieceValue(field, piece)),
        span: { start: first.start, end: last.end },
        fit: kind + (run.length > 1 ? 1.2 : 0),
      },
    ];
  });
  return [...bracketed, ...runs].map((one) => ({
    ...one,
    fit: one.fit + 1.3 * near(context.weights, one.span, { reading: context.reading, blocked: context.pieces }),
  }));
};

const choiceLists = (field: Field, items: Field, context: ListContext): ListFound[] => {
  const chosen = chosenIn(items, context).filter(({ fit }) => fit >= 1.8);
  const first = chosen[0];
  if (!first) return [];
  const sorted = [...chosen].sort((a, b) => a.span.start - b.span.start);
  const end = Math.max(...sorted.map(({ span }) => span.end));
  return [
    {
      value: sorted.map(({ value }) => value),
      span: { start: sorted[0]?.span.start ?? 0, end },
      fit: 1 + Math.max(...chosen.map(({ fit }) => fit)) + (field.required ? 0.5 : 0),
    },
  ];
};

const freeLists = (field: Field, context: ListContext): ListFound[] => {
  if (field.items?.kind === 'string') return textLists(field, context);
  const numeric = numberLists(field, context).filter(({ fit, value }) => value.length > 1 && fit > 2);
  return [...numeric, ...textLists(field, context)];
};

/** Items that the list itself names, as some schemas put them there. */
const namedLists = (field: Field, context: ListContext): ListFound[] =>
  field.choices.length > 1 && field.items?.kind === 'string' ? choiceLists(field, { ...field.items, choices: field.choices }, context) : [];

/** All lists of the sentence that a field may take. Lists of objects are filled elsewhere. */
export const listsFor = (field: Field, context: ListContext): ListFound[] => {
  const items = field.items;
  if (items?.closed) return choiceLists(field, items, context);
  switch (items?.kind) {
    case 'array':
      return nested(context.reading.text);
    case 'integer':
    case 'number':
      return numberLists(field, context);
    case 'boolean':
    case 'object':
      return [];
    default: {
      const named = namedLists(field, context);
      return field.closed && named.length > 0 ? named : [...named, ...freeLists(field, context)];
    }
  }
};
