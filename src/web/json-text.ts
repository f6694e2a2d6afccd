import type { ProblemCode } from './problems.ts';

const MOST = { depth: 32, keys: 10_000, commas: 20_000 };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = { array: 0x5b, object: 0x7b };
const CLOSE = { array: 0x5d, object: 0x7d };
const COLON = 0x3a;
const COMMA = 0x2c;

/** Where the string that begins at `start` ends, or the end of the text. */
const endOfString = (text: string, start: number): number => {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    at += code === BACKSLASH ? 2 : 1;
  }
  return text.length;
};

type Measured = { depth: number; keys: number; commas: number };

const count = (code: number, so: Measured): void => {
  if (code === OPEN.array || code === OPEN.object) so.depth += 1;
  else if (code === CLOSE.array || code === CLOSE.object) so.depth -= 1;
  else if (code === COLON) so.keys += 1;
  else if (code === COMMA) so.commas += 1;
};

/** Looks at the brackets, colons and commas alone: what would be costly to parse is refused before it is parsed. */
export const measureJson = (text: string): 'json_too_deep' | 'json_too_large' | undefined => {
  const so: Measured = { depth: 0, keys: 0, commas: 0 };
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else count(code, so);
    if (so.depth > MOST.depth) return 'json_too_deep';
    if (so.keys > MOST.keys || so.commas > MOST.commas) return 'json_too_large';
  }
  return undefined;
};

const isText = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Whether every text in a value, keys too, can be stored and shown. No deeper than `measureJson` allows. */
const allText = (value: unknown): boolean => {
  if (typeof value === 'string') return isText(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isText(key) && allText(inner));
};

/** What is wrong with a text that is to be JSON, or undefined. */
export const problemWithJson = (text: string): ProblemCode | undefined => {
  const tooMuch = measureJson(text);
  if (tooMuch) return tooMuch;
  try {
    const value: unknown = JSON.parse(text);
    // From well-formed UTF-8 only an escape can make a NUL or half a character.
    return text.includes('\\u') && !allText(value) ? 'text_unreadable' : undefined;
  } catch {
    return 'bad_json'; // whatever is wrong with it, the sentence is the same
  }
};
