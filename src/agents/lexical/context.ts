import type { Reading } from './reading.ts';
import type { Field, ToolSchema } from './schema.ts';
import { synonymsOf } from './synonyms.ts';
import { type Span, tokenAt } from './tokens.ts';
import { isStop, root, splitName, wordsOf } from './words.ts';

/** How telling each root is for one field among its siblings. */
export type Weights = ReadonlyMap<string, number>;

/** Words that every other field has. */
const DULL = new Set(
  'number num value name id type list of the in string int data info parameter param field input date time text item object unit count total specifi optional default format'
    .split(' ')
    .map(root),
);
const ABOUT = 0.3;
const SYNONYM = 0.35;

const NUMBERED = /\d+$/;
const plainRoot = (word: string): string => (NUMBERED.test(word) ? root(word.replace(NUMBERED, '')) : word);

/** What a description tells of a field; less where descriptions of siblings say the same. */
const fromDescription = (field: Field, siblings: readonly Field[]): [string, number][] =>
  [...field.about]
    .filter((word) => !isStop(word) && word.length > 1)
    .map((word) => [word, ABOUT / Math.max(1, siblings.filter((other) => other.about.has(word)).length)]);

/** What the name tells, with words of the same meaning: "username" is about a user, too. */
const fromName = (field: Field, siblings: readonly Field[]): [string, number][] => {
  const names = field.words.map(plainRoot).filter((word) => word !== '');
  const compounds = names.filter((word) => /^.{3,}nam$/.test(word)).map((word) => root(word.slice(0, -3)));
  return [...names, ...compounds].flatMap((word) => {
    const shared = siblings.filter((other) => other.words.map(plainRoot).includes(word)).length;
    const weight = (DULL.has(word) && names.length > 1 ? 0.25 : 1) / Math.max(1, shared);
    const same = synonymsOf(word).filter((other) => !isStop(other));
    return [[word, weight], ...same.map((other): [string, number] => [other, weight * SYNONYM])] as [string, number][];
  });
};

const known = new WeakMap<Field, Weights>();

/** Words of the name weigh most, words of the description less; what siblings share tells little. A field has the same siblings for ever. */
export const weightsOf = (field: Field, siblings: readonly Field[]): Weights => {
  const before = known.get(field);
  if (before) return before;
  const weights = weigh(field, siblings);
  known.set(field, weights);
  return weights;
};

const weigh = (field: Field, siblings: readonly Field[]): Weights => {
  const weights = new Map<string, number>();
  for (const [word, weight] of [...fromDescription(field, siblings), ...fromName(field, siblings)]) {
    weights.set(word, Math.max(weight, weights.get(word) ?? 0));
  }
  return weights;
};

const BACK = 7;
const AHEAD = 4;
const decay = (gap: number): number => 1 / (1 + 0.3 * gap);
const crossing = (gap: string): number => {
  if (/[.!?;\n]/.test(gap)) return 0.15;
  return /[,:]/.test(gap) ? 0.6 : 1;
};

type Walk = { weights: Weights; reading: Reading; blocked: readonly Span[] };

const blockedBy = (walk: Walk, at: Span, own: Span): boolean =>
  walk.blocked.some((one) => one.start < at.end && at.start < one.end && !(one.start < own.end && own.start < one.end));

const before = (walk: Walk, span: Span, from: number): number => {
  let [sum, passes] = [0, 1];
  for (let step = 1; step <= BACK; step++) {
    const [token, after] = [walk.reading.tokens[from - step], walk.reading.tokens[from - step + 1]];
    if (!token) break;
    passes *= crossing(after?.gap ?? '');
    if (blockedBy(walk, token, span)) passes *= 0.35;
    if (token.low === 'and') passes *= 0.6;
    sum += (walk.weights.get(token.root) ?? 0) * decay(step - 1) * passes;
  }
  return sum;
};

const behind = (walk: Walk, span: Span, from: number): number => {
  let [sum, passes] = [0, 1];
  for (let step = 0; step < AHEAD; step++) {
    const token = walk.reading.tokens[from + step];
    if (!token) break;
    passes *= crossing(token.gap) ** 2;
    if (blockedBy(walk, token, span) || /^(?:and|or|with|for|from|to|by|at|in|on)$/.test(token.low)) passes *= 0.35;
    sum += (walk.weights.get(token.root) ?? 0) * decay(step) * passes * 0.9;
  }
  return sum;
};

/** How much the words around a place in the sentence speak of a field; words that belong to another value between count less. */
export const near = (weights: Weights, span: Span, { reading, blocked }: { reading: Reading; blocked: readonly Span[] }): number => {
  const walk = { weights, reading, blocked };
  const first = tokenAt(reading.tokens, span.start);
  const after = tokenAt(reading.tokens, span.end - 1);
  const own = after < reading.tokens.length && (reading.tokens[after]?.start ?? 0) < span.end ? after + 1 : after;
  return before(walk, span, first) + behind(walk, span, own);
};

/** The word before a place, past articles. */
export const wordBefore = (reading: Reading, start: number): string => {
  let at = tokenAt(reading.tokens, start) - 1;
  if ((reading.tokens[at]?.end ?? 0) > start) at -= 1;
  while (/^(?:the|a|an|my|our|your|is|are|city|town|country|state)$/.test(reading.tokens[at]?.low ?? '')) at -= 1;
  return reading.tokens[at]?.low ?? '';
};

/** Roots that belong to the tool and not to a value. */
export const wordsOfTool = (tool: ToolSchema, fields: readonly Field[]): ReadonlySet<string> => {
  const words = new Set(wordsOf(splitName(`${tool.name} ${tool.description.slice(0, 1200)}`)).map(root));
  for (const field of fields) for (const word of field.words) words.add(word);
  return words;
};
