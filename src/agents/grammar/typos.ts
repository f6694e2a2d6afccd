import { interpret, isFull } from './interpret.ts';
import type { Line, Range } from './line.ts';
import type { Spoken } from './phrases.ts';
import { scan } from './scan.ts';
import { isSlip } from './suggest.ts';

/** Further in stand the person's own words, which are theirs to misspell. */
const FIRST_WORDS = 5;
/** It has to fit on a button. */
const LONGEST_TEXT = 200;
const SHORTEST = 4;
const MOST_TRIES = 6;

const vocabulary = (spoken: readonly Spoken[]): string[] => {
  const steps = spoken.flatMap(({ patterns }) => patterns.flatMap((pattern) => pattern.steps));
  return [...new Set(steps.flatMap((step) => (step.kind === 'word' ? [step.word] : [])))];
};

const slipsOf = (said: string, words: readonly string[]): string[] =>
  said.length < SHORTEST || words.includes(said) ? [] : words.filter((word) => word.length >= SHORTEST && isSlip(said, word));

/** The same sentence with one slip of the finger put right, when that makes it an order; to be pressed, never to be done. */
export const correct = (line: Line, spoken: readonly Spoken[], range: Range): string[] => {
  if (line.text.length > LONGEST_TEXT) return [];
  const words = vocabulary(spoken);
  const rewritten = line.tokens.slice(range.from, Math.min(range.to, range.from + FIRST_WORDS)).flatMap((token) => {
    const slips = token.kind === 'word' ? slipsOf(token.word, words) : [];
    return slips.map((word) => line.text.slice(0, token.start) + word + line.text.slice(token.end));
  });
  const manner = { bare: false, nounOk: false, asked: false };
  const order = rewritten.slice(0, MOST_TRIES).find((text) => {
    const found = interpret({ ...line, text, tokens: scan(text), memo: new Map(), times: new Map() }, spoken, { range, manner });
    return found !== null && isFull(found);
  });
  return order === undefined ? [] : [order.trim()];
};
