import { isUnitWord } from './fill-numbers.ts';
import { isStarter, type Named } from './names.ts';
import { isPlace } from './places.ts';
import type { Reading } from './reading.ts';
import { overlaps, type Span, type Token } from './tokens.ts';
import { termsOf } from './words.ts';

/** A part of the sentence that may be a value as it stands. */
export type Piece = Span & {
  text: string;
  kind: 'quote' | 'name' | 'place' | 'email' | 'url' | 'path' | 'code' | 'phone' | 'words' | 'formula';
};

const FORMULA =
  /(?<![\p{L}\p{N}])(?:[a-z]\s?(?:\([a-z]\))?\s?=\s?)?(?=[^,;?!\n]{0,60}[\^*+])(?:\d{1,6}(?:\.\d{1,4})?)?\s?(?:[a-z]|sin|cos|exp|log|e)?(?:(?:\^|\*\*)\(?-?[\dx]{1,4}\)?|\([a-z0-9]{1,4}\))?(?:\s?[-+*/^]{1,2}\s?(?:\d{1,6}(?:\.\d{1,4})?)?(?:[a-z](?![a-z]))?(?:(?:\^|\*\*)\(?-?[\dx]{1,4}\)?)?){0,8}/giu;

const formulas = (text: string): Piece[] =>
  [...text.matchAll(FORMULA)].slice(0, 20).flatMap((found) => {
    const said = found[0].trim();
    const real = /[a-z]/i.test(said) && /[\^*+]/.test(said) && /\d/.test(said) && said.length > 2;
    const start = found.index + found[0].length - found[0].trimStart().length;
    return real ? [{ start, end: start + said.length, text: said, kind: 'formula' as const }] : [];
  });

const WEAK = new Set(
  'near nearby around close best good better great new latest current top popular available upcoming coming following next last previous recent right now today quick fast please sure maybe perhaps preferably ideally approximately actually different various least most first second one two three'.split(
    ' ',
  ),
);

const plainWord = (token: Token, dull: ReadonlySet<string>): boolean =>
  !token.stop && !WEAK.has(token.low) && !dull.has(token.root) && /\p{L}/u.test(token.text) && !(token.first && isStarter(token.low));

/** Runs of telling words that the tool does not use of itself: "plasma membrane", "sushi". */
const wordRuns = (reading: Reading, dull: ReadonlySet<string>, taken: readonly Span[]): Piece[] => {
  const runs: Piece[] = [];
  let run: Token[] = [];
  const close = () => {
    const [first, last] = [run[0], run.at(-1)];
    if (first && last) runs.push({ start: first.start, end: last.end, text: reading.text.slice(first.start, last.end), kind: 'words' });
    run = [];
  };
  for (const token of reading.tokens) {
    if (run.length > 0 && !/^[ -]{1,2}$/.test(token.gap)) close();
    const last = run.at(-1);
    // "living room", "dining room": without its noun the first word says nothing.
    if (last && /ing$/.test(last.low) && token.low === 'room' && run.length === 1) run.push(token);
    else if (plainWord(token, dull) && !taken.some((one) => overlaps(one, token))) run.push(token);
    else close();
  }
  close();
  return runs;
};

/** "GDP of Japan" where the tool is about GDP: only what is of it is a value. */
const ownNames = (name: Named, dull: ReadonlySet<string>): Piece => {
  const parts = /^(.{2,40}?) of (?:the )?/.exec(name.text);
  const framed = parts !== null && termsOf(parts[1] ?? '').every((word) => dull.has(word));
  const text = framed ? name.text.slice(parts[0].length) : name.text;
  return { start: name.end - text.length, end: name.end, text, kind: name.place || (framed && isPlace(text)) ? 'place' : 'name' };
};

/** More than a person says in one order; a hostile text holds thousands. */
const MOST = 60;

/** Everything in a sentence that may be a text value, in its order. `dull` are the tool's own words. */
export const piecesOf = (reading: Reading, dull: ReadonlySet<string>): Piece[] => {
  const quotes = reading.quotes.map((one): Piece => ({ ...one, kind: 'quote' }));
  const free = (span: Span) => !quotes.some((quote) => overlaps(quote, span));
  const own = (span: Span) => reading.tokens.every((token) => !overlaps(token, span) || dull.has(token.root) || token.stop);
  const marked = reading.marked.filter(free).map((one): Piece => ({ ...one }));
  const names = reading.names
    .filter((one) => free(one) && (one.place || !own(one)) && !marked.some((other) => other.start <= one.start && other.end >= one.end))
    .map((one) => ownNames(one, dull));
  const sums = formulas(reading.text).filter(free);
  const measures = reading.numbers
    .filter(({ unit, percent }) => percent || isUnitWord(unit))
    .map((one) => ({ start: one.end, end: one.end + 1 + one.unitText.length }));
  const taken = [...measures, ...quotes, ...marked, ...names, ...sums, ...reading.moments];
  return [...quotes, ...marked, ...names, ...sums, ...wordRuns(reading, dull, taken)].sort((a, b) => a.start - b.start).slice(0, MOST);
};

const JOINT = /^\s{0,2}(?:,|;|and|&|or|plus|as well as|,\s{0,2}and|,\s{0,2}or)\s{1,2}(?:also |the |a |an )?$/i;

/** Pieces that follow one another as a list does: "Monterey, Carmel and Big Sur". */
export const runsIn = (reading: Reading, pieces: readonly Piece[]): Piece[][] => {
  const runs: Piece[][] = [];
  for (const piece of pieces) {
    const last = runs.at(-1)?.at(-1);
    if (last && JOINT.test(reading.text.slice(last.end, piece.start))) runs.at(-1)?.push(piece);
    else runs.push([piece]);
  }
  return runs;
};
