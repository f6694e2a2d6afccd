import type { Command } from '../../dispatch/command.ts';
import type { Tool } from '../../tools/tool.ts';
import { STOP_WORDS } from './lexicon.ts';
import { plainWords, stem } from './stem.ts';

type Weighted = ReadonlyMap<string, number>;
type Entry = { says: readonly string[]; terms: Weighted; length: number };
type Index = { entries: readonly Entry[]; rarity: Weighted; meanLength: number };

const MOST = 3;
const K = 1.2;
const B = 0.5;
/** A field's weight is how telling its words are of what the thing does. */
const WEIGHTS = { name: 3, examples: 2, title: 2, summary: 1.5, fields: 1 };

const terms = (text: string): string[] =>
  plainWords(text)
    .filter((word) => !STOP_WORDS.has(word))
    .map(stem);

const weigh = (parts: readonly [number, string][]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const [weight, text] of parts) for (const term of terms(text)) counts.set(term, (counts.get(term) ?? 0) + weight);
  return counts;
};

const entryOf = (says: readonly string[], parts: readonly [number, string][]): Entry => {
  const counts = weigh(parts);
  return { says, terms: counts, length: [...counts.values()].reduce((sum, one) => sum + one, 0) };
};

const ofTool = (tool: Tool): Entry =>
  // An example with an ellipsis has to be filled in first; one cannot press it.
  entryOf(
    tool.examples.filter((example) => !example.includes('…')),
    [
      [WEIGHTS.name, tool.name.replaceAll('_', ' ')],
      [WEIGHTS.title, tool.title],
      [WEIGHTS.summary, tool.summary],
      [WEIGHTS.examples / Math.max(1, tool.examples.length), tool.examples.join(' ')],
      [WEIGHTS.fields, Object.keys(tool.input.shape).join(' ').replaceAll('_', ' ')],
    ],
  );

const ofCommand = (command: Command): Entry =>
  entryOf(
    [`/${command.name}`],
    [
      [WEIGHTS.name, command.name],
      [WEIGHTS.summary, command.summary],
    ],
  );

const build = (tools: readonly Tool[], commands: readonly Command[]): Index => {
  const entries = [...tools.map(ofTool), ...commands.map(ofCommand)];
  const seen = new Map<string, number>();
  for (const entry of entries) for (const term of entry.terms.keys()) seen.set(term, (seen.get(term) ?? 0) + 1);
  const rarity = new Map([...seen].map(([term, count]) => [term, Math.log(1 + (entries.length - count + 0.5) / (count + 0.5))]));
  return { entries, rarity, meanLength: entries.reduce((sum, { length }) => sum + length, 0) / Math.max(1, entries.length) };
};

/** Whether one slip of the finger lies between two words: a letter too many, too few, another, or two swapped. */
export const isSlip = (a: string, b: string): boolean => {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const swapped = restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
  return swapped || (restA.length <= 1 && restB.length <= 1);
};

const known = (index: Index, term: string): string | undefined => {
  if (index.rarity.has(term) || term.length < 4) return term;
  return [...index.rarity.keys()].find((other) => isSlip(term, other));
};

const scoreOf = (index: Index, entry: Entry, query: readonly string[]): number => {
  let score = 0;
  for (const term of query) {
    const count = entry.terms.get(term) ?? 0;
    const norm = 1 - B + (B * entry.length) / index.meanLength;
    score += ((index.rarity.get(term) ?? 0) * count * (K + 1)) / (count + K * norm);
  }
  return score;
};

const rank = (index: Index, text: string): readonly Entry[] => {
  const query = [...new Set(terms(text.slice(0, 600)))].slice(0, 40).flatMap((term) => known(index, term) ?? []);
  const scored = index.entries.map((entry) => ({ entry, score: scoreOf(index, entry, query) })).filter(({ score }) => score > 0);
  scored.sort((a, b) => b.score - a.score);
  const least = (scored[0]?.score ?? 0) * 0.35;
  return scored.filter(({ score }) => score >= least).map(({ entry }) => entry);
};

/** The first sentence of each, best first, then more of the best, until there are three. */
const sentences = (entries: readonly Entry[]): string[] => {
  const firsts = entries.slice(0, MOST).flatMap(({ says }) => says.slice(0, 1));
  return [...new Set([...firsts, ...(entries[0]?.says ?? [])])].slice(0, MOST);
};

export type Suggest = (tools: readonly Tool[], commands: readonly Command[]) => { near(text: string): string[]; some(): string[] };

/** Finds what somebody may have meant, as sentences to press: BM25F over what tools and commands say of themselves. */
export const createSuggest = (): Suggest => {
  const indexes = new WeakMap<readonly Tool[], { commands: readonly Command[]; index: Index }>();
  return (tools, commands) => {
    const before = indexes.get(tools);
    const index = before?.commands === commands ? before.index : build(tools, commands);
    if (index !== before?.index) indexes.set(tools, { commands, index });
    const some = () => index.entries.flatMap(({ says }) => says.slice(0, 1)).slice(0, MOST);
    return {
      near(text) {
        const found = sentences(rank(index, text));
        return found.length > 0 ? found : some();
      },
      some,
    };
  };
};
