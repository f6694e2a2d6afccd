import type { Day } from '../../tools/schedule/calendar.ts';
import type { FreeRead } from './free-text.ts';
import type { Token } from './scan.ts';
import type { SlotRead } from './slots.ts';

/** What was said, in tokens, and the day it was said on. */
export type Line = {
  text: string;
  tokens: readonly Token[];
  today: Day;
  /** When and on whose clock it was said. */
  clock: { now: Date; timeZone: string };
  /** Many phrases read the same words; each reading is made once. */
  memo: Map<string, FreeRead>;
  /** Times that begin at a token: reading them is not cheap, and many phrases look. */
  times: Map<string, SlotRead | null>;
};

/** Tokens from `from` up to, not including, `to`. */
export type Range = { from: number; to: number };

export const wordAt = (line: Line, at: number): string => line.tokens[at]?.word ?? '';
export const isMark = (line: Line, at: number, marks: string): boolean => {
  const token = line.tokens[at];
  return token?.kind === 'mark' && marks.includes(token.word);
};
export const isQuote = (line: Line, at: number): boolean => line.tokens[at]?.kind === 'quote';

/** The very characters of a range, as they were written. */
export const written = (line: Line, { from, to }: Range): string => {
  const [first, last] = [line.tokens[from], line.tokens[to - 1]];
  return from < to && first && last ? line.text.slice(first.start, last.end) : '';
};

const LONGEST_SHOWN = 80;
/** A text as it stands in a question about it. */
export const shortened = (text: string): string => (text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);

/** Words in lower case without marks; null when a quote is among them, since quotes are not looked into. */
export const wordsOf = (line: Line, { from, to }: Range): string[] | null => {
  const words: string[] = [];
  for (const token of line.tokens.slice(from, to)) {
    if (token.kind === 'quote') return null;
    if (token.kind === 'word') words.push(token.word);
  }
  return words;
};

/** Behind "1." or "2)" where a line begins; the same place where no such number stands. */
export const behindNumber = (line: Line, at: number): number => {
  const begins = at === 0 || isMark(line, at - 1, '\n');
  return begins && /^\d{1,2}$/.test(wordAt(line, at)) && isMark(line, at + 1, '.)') ? at + 2 : at;
};

/** Whether `words` stand at `at`, word for word; `:` is the mark. Answers where they end. */
export const after = (line: Line, at: number, words: readonly string[]): number => {
  for (const [index, word] of words.entries()) if (wordAt(line, at + index) !== word) return -1;
  return at + words.length;
};
