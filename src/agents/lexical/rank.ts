import { createShortlist, type Entry, type Shortlist } from '../shortlist.ts';
import { wordsOfTool } from './context.ts';
import { type Filled, fill } from './fill.ts';
import type { Reading } from './reading.ts';
import { type Field, fieldsOf, type ToolSchema } from './schema.ts';
import { synonymsOf } from './synonyms.ts';
import { overlaps, type Span } from './tokens.ts';
import { root, splitName, termsOf } from './words.ts';

/** A tool with what is worked out of it once. */
export type Known = Entry & { tool: ToolSchema; inputs: readonly Field[]; terms: Terms; dull: ReadonlySet<string> };
type Terms = { name: ReadonlySet<string>; summary: ReadonlySet<string>; fields: ReadonlySet<string>; verbs: ReadonlySet<string> };
export type Scored = Known & { score: number; evidence: number; filled: Filled };

/** Only the closest are filled in to see how well they fit: filling is the dear part. */
const CLOSEST = 6;
const WEIGHTS = { lexical: 1, filled: 0.5, unused: 0.12, verb: 0.18, name: 0.35, support: 0.015, evidence: 0.08 };

/** Verbs and nouns of every other sentence: that a tool knows them says little. */
const GENERIC = new Set(
  'get find search show list give fetch retrieve look check calculate compute determine create make set update add new number value data information detail current name time day today year date amount result total first last specific different type way good best between compare provide return read general question answer user person people place thing set help write call work'
    .split(' ')
    .map(root),
);

const choiceWords = (inputs: readonly Field[]): string[] =>
  inputs.flatMap((field) => [...field.choices, ...(field.items?.choices ?? [])].map(({ value }) => String(value))).slice(0, 100);

const deep = (inputs: readonly Field[]): Field[] =>
  inputs.flatMap((field) => [field, ...deep(field.fields), ...deep(field.items?.fields ?? [])]).slice(0, 80);

/** Reads a tool once, for the shortlist and for routing. */
export const know = (tool: ToolSchema): Known => {
  const inputs = fieldsOf(tool);
  const all = deep(inputs);
  const choices = choiceWords(all);
  const name = termsOf(splitName(tool.name));
  const summary = termsOf(splitName(tool.description.slice(0, 2000)));
  return {
    tool,
    inputs,
    dull: wordsOfTool(tool, inputs),
    name: tool.name,
    summary: tool.description,
    fields: all.map((field) => `${field.name} ${field.description}`),
    examples: choices,
    terms: {
      name: new Set(name),
      summary: new Set(summary),
      fields: new Set([
        ...all.flatMap(({ words }) => words),
        ...all.flatMap(({ choices: said }) => said.flatMap(({ says }) => says.flat())),
        ...termsOf(choices.join(' ')),
      ]),
      verbs: new Set([...name, ...summary.slice(0, 2)]),
    },
  };
};

/** How much of the sentence a tool speaks of: words of its name count most, words everybody uses little. */
const evidenceOf = ({ terms }: Known, reading: Reading): number => {
  let sum = 0;
  for (const word of new Set(reading.tokens.filter((token) => !token.stop && /\p{L}/u.test(token.text)).map((token) => token.root))) {
    const worth = GENERIC.has(word) ? 0.15 : 1;
    if (terms.name.has(word)) sum += worth;
    else if (terms.summary.has(word)) sum += 0.7 * worth;
    else if (terms.fields.has(word)) sum += 0.5 * worth;
    else if (synonymsOf(word).some((other) => terms.name.has(other) && !GENERIC.has(other))) sum += 0.4;
  }
  return sum;
};

const nameShare = ({ terms }: Known, reading: Reading): number => {
  const telling = [...terms.name].filter((word) => !GENERIC.has(word) && !/^\d+$/.test(word));
  if (telling.length === 0) return 0.3;
  const hits = telling.map((word) => (reading.roots.has(word) ? 1 : synonymsOf(word).some((other) => reading.roots.has(other)) ? 0.5 : 0));
  return hits.reduce((sum: number, hit) => sum + hit, 0) / telling.length;
};

/** The word that says what is to be done: the first of a sentence that no one would leave out. */
const verbFit = ({ terms }: Known, reading: Reading): number => {
  const verb = reading.tokens.find((token) => !token.stop)?.root ?? '';
  if (terms.verbs.has(verb)) return 1;
  return synonymsOf(verb).some((other) => terms.verbs.has(other)) ? 0.7 : 0;
};

const unusedOf = (filled: Filled, reading: Reading): number => {
  const free = (span: Span) => !filled.used.some((other) => overlaps(other, span));
  const numbers = reading.numbers.filter((one) => !one.spelled && !one.ordinal && free(one)).length;
  const quotes = reading.quotes.filter(free).length;
  const places = reading.names.filter((one) => one.place && free(one)).length;
  const moments = reading.moments.filter((one) => one.hasDay && free(one)).length;
  return Math.min(4, numbers + quotes + 0.7 * places + 0.7 * moments);
};

const filledShare = (known: Known, filled: Filled): number => {
  const required = known.inputs.filter((field) => field.required).length;
  return required === 0 ? 0.9 : 1 - filled.missing.length / required;
};

/** Values that fit their fields well speak for a tool, too. */
const argued = (known: Known, filled: Filled): number => {
  const required = known.inputs.filter((field) => field.required).length;
  if (required === 0 || filled.missing.length > 0) return 0;
  return filled.support / Math.max(1, filled.used.length) >= 2 ? 0.6 : 0.2;
};

export type Ranking = { shortlist: Shortlist<Known>; all: readonly Known[] };

export const createRanking = (tools: readonly ToolSchema[]): Ranking => {
  const all = tools.map(know);
  return { shortlist: createShortlist(all), all };
};

/** A town that a description happens to name as an example speaks for no tool. */
const withoutPlaces = (reading: Reading): string => {
  let text = reading.text;
  for (const { start, end, place } of reading.names) if (place) text = text.slice(0, start) + ' '.repeat(end - start) + text.slice(end);
  return text;
};

/** The tools that a sentence may mean, best first, each filled in from it. */
export const rankTools = ({ shortlist, all }: Ranking, reading: Reading): Scored[] => {
  const found = shortlist.rank(withoutPlaces(reading), CLOSEST);
  const rest =
    all.length > CLOSEST ? [] : all.filter((known) => !found.some(({ entry }) => entry === known)).map((entry) => ({ entry, score: 0 }));
  const top = Math.max(1, found[0]?.score ?? 0);
  const scored = [...found, ...rest].map(({ entry, score }): Scored => {
    const filled = fill(entry.inputs, reading, entry.dull);
    const sum =
      (WEIGHTS.lexical * score) / top +
      WEIGHTS.filled * filledShare(entry, filled) -
      WEIGHTS.unused * unusedOf(filled, reading) +
      WEIGHTS.verb * verbFit(entry, reading) +
      WEIGHTS.name * nameShare(entry, reading) +
      WEIGHTS.support * Math.min(12, filled.support);
    const evidence = evidenceOf(entry, reading) + argued(entry, filled);
    return { ...entry, filled, score: sum + WEIGHTS.evidence * Math.min(6, evidence), evidence };
  });
  return scored.sort((a, b) => b.score - a.score);
};
