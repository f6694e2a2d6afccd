import { isStop, root } from './words.ts';

/** A word of the sentence. `gap` is what stands between it and the word before. */
export type Token = {
  text: string;
  low: string;
  root: string;
  start: number;
  end: number;
  gap: string;
  capital: boolean;
  first: boolean;
  stop: boolean;
};

export type Span = { start: number; end: number };

/** A hyphen between letters divides words, one beside a digit belongs to a code. */
const WORD = /[\p{L}\p{N}](?:(?:[\p{L}\p{N}'’.&/@_+:\\]|-(?=\d)|(?<=\d)-){0,100}[\p{L}\p{N}])?[#+]{0,2}/gu;
const ENDS = /[.!?\n;]/;

/** The words of a sentence with where they stand. Numbers with commas, addresses and paths stay whole where they hold no space. */
export const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = [];
  let end = 0;
  for (const found of text.matchAll(WORD)) {
    const word = found[0];
    const gap = text.slice(end, found.index);
    const low = word.toLowerCase().replaceAll('’', "'").replace(/'s$/, '');
    tokens.push({
      text: word,
      low,
      root: root(low),
      start: found.index,
      end: found.index + word.length,
      gap,
      capital: /^\p{Lu}/u.test(word),
      first: tokens.length === 0 || ENDS.test(gap),
      stop: isStop(low),
    });
    end = found.index + word.length;
  }
  return tokens;
};

export const overlaps = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;
export const inside = (a: Span, b: Span): boolean => a.start >= b.start && a.end <= b.end;

/** The number of the first token that ends behind `at`; all tokens when there is none. */
export const tokenAt = (tokens: readonly Token[], at: number): number => {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.end ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
};
