import { ARTICLES, GREETINGS, NEGATIONS, POLITE_END, QUESTIONS, THANKS } from './lexicon.ts';
import { after, behindNumber, isMark, type Line, wordAt } from './line.ts';

/** What comes before the order itself. */
export type Opening = { from: number; asked: boolean; nounOk: boolean };

const OPENERS = new Set([
  ...GREETINGS,
  'ok',
  'okay',
  'so',
  'well',
  'also',
  'please',
  'pls',
  'first',
  'firstly',
  'next',
  'finally',
  'then',
  'and',
  'kindly',
  'just',
  'now',
  'good',
  'wilco',
  '@wilco',
  '-',
  '—',
  '–',
  '*',
  '•',
]);
const ASKING = [
  ['can', 'you'],
  ['could', 'you'],
  ['would', 'you'],
  ['will', 'you'],
];
const WISHING = [
  ['i', 'want', 'you', 'to'],
  ['i', 'want', 'to'],
  ["i'd", 'like', 'you', 'to'],
  ["i'd", 'like', 'to'],
  ['i', 'would', 'like', 'you', 'to'],
  ['i', 'would', 'like', 'to'],
  ['i', 'need', 'you', 'to'],
  ['i', 'need', 'to'],
  ['we', 'need', 'to'],
  ['we', 'need', 'you', 'to'],
  ['we', 'want', 'to'],
  ["let's"],
  ['let', 'us'],
  ['go', 'ahead', 'and'],
];
/** "I need a task for …": the noun itself is asked for. */
const GETTING = [
  ['can', 'we', 'get'],
  ['can', 'we', 'have'],
  ['can', 'i', 'get'],
  ['can', 'i', 'have'],
  ['could', 'we', 'get'],
  ['could', 'we', 'have'],
  ['could', 'i', 'get'],
  ['could', 'i', 'have'],
];
const NEEDING = [
  ['i', 'need'],
  ['we', 'need'],
  ['i', 'want'],
  ["i'd", 'like'],
  ['i', 'would', 'like'],
];

const longest = (line: Line, at: number, forms: readonly string[][]): number => Math.max(-1, ...forms.map((form) => after(line, at, form)));

const skipOpeners = (line: Line, from: number): number => {
  let at = behindNumber(line, from);
  while (OPENERS.has(wordAt(line, at)) || (at > 0 && isMark(line, at, ',.!:\n') && OPENERS.has(wordAt(line, at - 1)))) at++;
  return at;
};

/** Greetings, the bot's own name and manners do not change an order. Anybody else's name does: it is not for Wilco. */
export const openingOf = (line: Line): Opening => {
  const start = skipOpeners(line, 0);
  const asked = longest(line, start, ASKING);
  if (asked > 0) return { from: skipOpeners(line, asked), asked: true, nounOk: false };
  const got = longest(line, start, GETTING);
  if (got > 0 && ARTICLES.has(wordAt(line, got))) return { from: got, asked: true, nounOk: true };
  const wished = longest(line, start, WISHING);
  if (wished > 0) return { from: skipOpeners(line, wished), asked: false, nounOk: false };
  const needed = longest(line, start, NEEDING);
  if (needed > 0 && ARTICLES.has(wordAt(line, needed))) return { from: needed, asked: false, nounOk: true };
  return { from: start, asked: false, nounOk: false };
};

export type Mood = 'thanks' | 'greeting' | 'negation' | 'question' | 'condition' | 'plain';

const CIVIL = new Set([
  ...THANKS,
  ...GREETINGS,
  ...POLITE_END,
  'you',
  'a',
  'lot',
  'so',
  'much',
  'very',
  'wilco',
  '@wilco',
  'there',
  'good',
  'afternoon',
  'evening',
  'night',
  'day',
  'everyone',
  'all',
  'team',
  'bye',
  'goodbye',
  'for',
  'that',
  "that's",
  'is',
  'the',
  'help',
  'got',
  'it',
  'how',
  'are',
]);
const IF_LIKE = new Set([
  'if',
  'unless',
  'when',
  'whenever',
  'once',
  'suppose',
  'supposing',
  'assuming',
  'provided',
  'after',
  'before',
  'every',
  'until',
]);

const civil = (words: readonly string[]): Mood | null => {
  if (words.length === 0 || words.length > 8 || !words.every((word) => CIVIL.has(word))) return null;
  if (words.some((word) => word.startsWith('thank') || word === 'thx' || word === 'cheers' || word === 'ta')) return 'thanks';
  const greets =
    words.some((word) => GREETINGS.has(word) || word === 'bye' || word === 'goodbye' || word === 'good') ||
    words.join(' ') === 'how are you';
  if (greets) return 'greeting';
  return words.every((word) => THANKS.has(word) || word === 'got' || word === 'it') ? 'thanks' : null;
};

/** How something is said that no action follows from. It chooses the answer's words, never whether to act. */
export const moodOf = (line: Line, from: number): Mood => {
  const words = line.tokens.slice(0, 12).flatMap((token) => (token.kind === 'word' ? [token.word] : []));
  const manners = line.tokens.length > 12 ? null : civil(words);
  if (manners) return manners;
  if (from >= line.tokens.length) return 'greeting';
  const first = wordAt(line, from);
  if (NEGATIONS.has(first) || (first === 'do' && wordAt(line, from + 1) === 'not')) return 'negation';
  if (IF_LIKE.has(first)) return 'condition';
  const last = line.tokens.at(-1);
  return QUESTIONS.has(first) || last?.word === '?' ? 'question' : 'plain';
};
