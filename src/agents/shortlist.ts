import { synonymsOf } from './lexical/synonyms.ts';
import { splitName, termsOf } from './lexical/words.ts';

/** What a shortlist may know of a tool, a command or an agent. `fields` are the names and descriptions of its fields. */
export type Entry = { name: string; summary: string; fields: readonly string[]; examples: readonly string[] };

export type Shortlist<T extends Entry> = {
  /** The entries that fit best, best first; fewer than `count` when fewer share a word with the text. */
  pick(text: string, count: number): T[];
  /** The same with their scores. */
  rank(text: string, count: number): { entry: T; score: number }[];
};

type Part = 'name' | 'summary' | 'fields' | 'examples';
type Posting = { at: number; weight: number };

const K = 1.2;
/** How telling a part is, and how much its length counts against it. */
const PARTS: Record<Part, { weight: number; b: number }> = {
  name: { weight: 3, b: 0.4 },
  summary: { weight: 2, b: 0.5 },
  examples: { weight: 1.5, b: 0.7 },
  fields: { weight: 1, b: 0.75 },
};
const NAMES = Object.keys(PARTS) as Part[];
const SYNONYM = 0.35;
const ALIKE = 0.7;
const PAIR = 0.6;
/** Of a tool's own texts and of what was said: nobody needs more, and a hostile one could be endless. */
const LONGEST_PART = 8000;
const LONGEST_TEXT = 2000;
const MOST_TERMS = 60;
const PREFIX = 4;

const pairsOf = (terms: readonly string[]): string[] => terms.slice(1).map((term, index) => `${terms[index] ?? ''} ${term}`);

const joined = (texts: readonly string[]): string => {
  let text = '';
  for (const one of texts) {
    if (text.length > LONGEST_PART) break;
    text += ` . ${one}`;
  }
  return text.slice(0, LONGEST_PART);
};

const partTerms = (entry: Entry): Record<Part, string[]> => {
  const withPairs = (text: string) => {
    const terms = termsOf(text);
    return [...terms, ...pairsOf(terms)];
  };
  return {
    name: withPairs(splitName(entry.name)),
    summary: withPairs(entry.summary.slice(0, LONGEST_PART)),
    examples: termsOf(joined(entry.examples)),
    fields: termsOf(splitNames(joined(entry.fields))),
  };
};

const splitNames = (text: string): string => text.replace(/[\w.]*(?:_|[a-z][A-Z])[\w.]*/g, (name) => splitName(name));

const countOf = (terms: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
};

/** BM25F: counts of all parts are weighed and brought to their part's mean length first, and saturate together. */
const buildPostings = (entries: readonly Entry[]): Map<string, Posting[]> => {
  const parts = entries.map(partTerms);
  const mean = Object.fromEntries(
    NAMES.map((part) => [part, Math.max(1, parts.reduce((sum, one) => sum + one[part].length, 0) / Math.max(1, entries.length))]),
  ) as Record<Part, number>;
  const postings = new Map<string, Posting[]>();
  parts.forEach((one, at) => {
    const counts = new Map<string, number>();
    for (const part of NAMES) {
      const { weight, b } = PARTS[part];
      const norm = 1 - b + (b * one[part].length) / mean[part];
      for (const [term, count] of countOf(one[part])) counts.set(term, (counts.get(term) ?? 0) + (weight * count) / norm);
    }
    for (const [term, count] of counts) {
      const list = postings.get(term);
      const posting = { at, weight: (count * (K + 1)) / (count + K) };
      if (list) list.push(posting);
      else postings.set(term, [posting]);
    }
  });
  return postings;
};

const byPrefix = (terms: Iterable<string>): Map<string, string[]> => {
  const found = new Map<string, string[]>();
  for (const term of terms) {
    if (term.length < PREFIX || term.includes(' ')) continue;
    const key = term.slice(0, PREFIX);
    found.set(key, [...(found.get(key) ?? []), term].slice(0, 50));
  }
  return found;
};

/** Words of the index that may stand for one that it does not hold: one begins with the other, or they share all but their ends. */
const alike = (term: string, prefixes: ReadonlyMap<string, readonly string[]>): string[] =>
  (prefixes.get(term.slice(0, PREFIX)) ?? [])
    .filter((other) => {
      const shorter = Math.min(term.length, other.length);
      let same = PREFIX;
      while (same < shorter && term[same] === other[same]) same++;
      return same === shorter || (same >= 5 && same >= Math.max(term.length, other.length) - 2);
    })
    .slice(0, 5);

/** The first of a shortlist, as many as a budget allows: what a model is to read must not grow with how long tools speak of themselves. */
export const within = <T>(picked: readonly T[], { most, sizeOf }: { most: number; sizeOf(one: T): number }): T[] => {
  let sum = 0;
  return picked.filter((one) => {
    const size = sizeOf(one);
    if (sum + size > most) return false;
    sum += size;
    return true;
  });
};

/** Builds the index once; a pick touches only entries that share a word with the text, so its cost hardly grows with their number. */
export const createShortlist = <T extends Entry>(entries: readonly T[]): Shortlist<T> => {
  const postings = buildPostings(entries);
  const prefixes = byPrefix(postings.keys());
  const rarity = (count: number) => Math.log(1 + (entries.length - count + 0.5) / (count + 0.5));

  /** A word itself, words that look like it where the index does not hold it, and words of the same meaning. */
  const widened = (term: string): [string, number][] => [
    [term, 1],
    ...(postings.has(term) ? [] : alike(term, prefixes)).map((other): [string, number] => [other, ALIKE]),
    ...synonymsOf(term).map((other): [string, number] => [other, SYNONYM]),
  ];

  const query = (text: string): Map<string, number> => {
    const terms = termsOf(text.slice(0, LONGEST_TEXT)).slice(0, MOST_TERMS);
    const pairs = pairsOf(terms).map((pair): [string, number] => [pair, PAIR]);
    const weights = new Map<string, number>();
    for (const [term, weight] of [...pairs, ...terms.flatMap(widened)]) weights.set(term, Math.max(weight, weights.get(term) ?? 0));
    return weights;
  };

  const rank = (text: string, count: number): { entry: T; score: number }[] => {
    const scores = new Float64Array(entries.length);
    const touched: number[] = [];
    for (const [term, weight] of query(text)) {
      const list = postings.get(term) ?? [];
      const rare = rarity(list.length) * weight;
      for (const posting of list) {
        if (scores[posting.at] === 0) touched.push(posting.at);
        scores[posting.at] = (scores[posting.at] ?? 0) + rare * posting.weight;
      }
    }
    touched.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
    return touched.slice(0, Math.max(0, count)).flatMap((at) => {
      const entry = entries[at];
      return entry ? [{ entry, score: scores[at] ?? 0 }] : [];
    });
  };

  return { rank, pick: (text, count) => rank(text, count).map(({ entry }) => entry) };
};
