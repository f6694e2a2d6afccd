import { countryNamed, isPlace, longestTown, stateNamed, townNamed } from './places.ts';
import type { Span, Token } from './tokens.ts';

export type Named = Span & { text: string; place: boolean };

/** Words that begin sentences in capitals without naming anything. */
const STARTERS = new Set(
  `get find search calculate compute determine show list give fetch retrieve tell what what's whats which who who's where where's when how why is are was were can could would will should do does did
  please i i'm im i'd i've i'll my we our you your book reserve order buy purchase sell send create make add generate build update change modify set delete remove cancel schedule plan check look lookup convert translate
  estimate predict analyze analyse compare sort play start stop turn open close run execute help need want let lets let's the a an in on at for from to with of and or if also then there this that it hello hi hey
  identify locate recommend suggest provide display explain describe return solve simulate evaluate track monitor assign move mark post write read draw plot download upload deploy restart scale enable disable
  transfer pay remind invite join leave register sign log query fix resolve use given assuming consider suppose rate review book text email call message name verify validate confirm extract summarize upgrade
  any some all every each no not yes thanks thank after before during between what'll kindly however could've order may transform rename share set remember tomorrow today tonight yesterday next last first second`.split(
    /\s+/,
  ),
);
const CALENDAR =
  /^(?:mon|tues|wednes|thurs|fri|satur|sun)days?$|^(?:january|february|march|april|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|am|pm|i|i'm|i'd|i'll|i've|ok|id|ids|uuid|sku|isbn|url|celsius|fahrenheit)$/i;
/** Small words that may join two capitals: "Bank of America", but not "Berlin and Paris". */
const TIGHT = new Set(['of', 'vs', 'de', 'la', 'van', 'von', 'der', 'da', 'di', 'del', 'al', 'bin']);
const LONGEST_NAME = 10;
const COMMON =
  /^(?:nice|split|mobile|bend|cork|salem|aurora|concord|mesa|mali|male|orange|stowe|buffalo|jackson|jordan|georgia|chad|turkey|china|hobart|albany|provo|queens|cali|nara|darwin|faro|goa|bath|bali|reading|perth|columbia|phoenix|independence|augusta|sofia|florence|victoria|charlotte|lincoln|madison|lille|portland|cologne|mecca|greenville|salvador|oxford|cambridge|dover|newport|plano)$/;

const isName = (token: Token): boolean =>
  token.capital && !CALENDAR.test(token.low) && !(token.first && STARTERS.has(token.low)) && !(token.stop && token.text.length < 3);

const close = (token: Token | undefined): boolean => token !== undefined && /^(?: {1,2}|-|)$/.test(token.gap);

const goesOn = (token: Token | undefined): boolean => token !== undefined && close(token) && token.capital && !CALENDAR.test(token.low);

/** "Maroon 5", "S&P 500": a number that ends a name, with nothing behind it that it could count. */
const endsInNumber = (next: Token, after: Token | undefined): boolean =>
  /^\d{1,4}$/.test(next.text) && next.gap === ' ' && (after === undefined || /[,.;?!]/.test(after.gap) || /^(?:and|or)$/.test(after.low));

/** How many more tokens belong to a name: the next capital, or one behind "of". */
const stepOf = (next: Token | undefined, after: Token | undefined, third: Token | undefined): number => {
  if (!next || !close(next)) return 0;
  if (goesOn(next) || endsInNumber(next, after)) return 1;
  if (TIGHT.has(next.low) && goesOn(after)) return 2;
  return next.low === 'of' && after?.low === 'the' && goesOn(third) ? 3 : 0;
};

/** How many tokens a name that begins at `from` takes. */
const lengthOf = (tokens: readonly Token[], from: number): number => {
  let length = 1;
  while (length < LONGEST_NAME) {
    const step = stepOf(tokens[from + length], tokens[from + length + 1], tokens[from + length + 2]);
    if (step === 0) break;
    length += step;
  }
  return length;
};

const STREET = /^(?:street|st|avenue|ave|road|rd|drive|dr|boulevard|blvd|lane|ln|way|square|place|court|highway|terrace|broadway)$/;

/** "12 Main Street": where its number stands. */
const houseNumber = (tokens: readonly Token[], at: number, last: Token): number | undefined => {
  const before = tokens[at - 1];
  return before && STREET.test(last.low) && /^\d{1,5}[a-z]?$/i.test(before.text) && tokens[at]?.gap === ' ' ? before.start : undefined;
};

const capitalRuns = (text: string, tokens: readonly Token[]): Named[] => {
  const runs: Named[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (!token || !isName(token)) continue;
    const last = tokens[at + lengthOf(tokens, at) - 1] ?? token;
    const span = { start: houseNumber(tokens, at, last) ?? token.start, end: last.end };
    const written = text.slice(span.start, span.end).replace(/['’]s$/, '');
    runs.push({ start: span.start, end: span.start + written.length, text: written, place: isPlace(written) });
    at += lengthOf(tokens, at) - 1;
  }
  return runs;
};

/** Places that were written small: "weather in new york". */
const smallPlaces = (text: string, tokens: readonly Token[], taken: readonly Named[]): Named[] => {
  const found: Named[] = [];
  for (let at = 0; at < tokens.length; at++) {
    for (let length = longestTown; length > 0; length--) {
      const [first, last] = [tokens[at], tokens[at + length - 1]];
      if (!first || !last || first.stop) continue;
      const written = text.slice(first.start, last.end);
      const known = written.length > 2 && !COMMON.test(written.toLowerCase()) && isPlace(written);
      if (!known || taken.some((one) => one.start < last.end && first.start < one.end)) continue;
      found.push({ start: first.start, end: last.end, text: written, place: true });
      at += length - 1;
      break;
    }
  }
  return found;
};

const endsInStreet = (name: string): boolean => STREET.test(name.split(' ').at(-1)?.toLowerCase() ?? '');

/** Whether the second of two names behind a comma says where the first one is. */
const saysWhere = (before: Named, name: Named, after: string): boolean => {
  if (endsInStreet(before.text) || before.text.includes(',')) return name.place || /^[A-Z]{2}$/.test(name.text);
  if (/^[A-Z]{2}$/.test(name.text)) return true;
  if (townNamed(name.text) !== null && name.text !== 'New York' && name.text !== 'Washington') return false;
  if (stateNamed(name.text) !== null || countryNamed(name.text) !== null) return true;
  return townNamed(before.text) !== null && !/^(?:,| and\b| or\b|['’])/.test(after) && /\p{Ll}/u.test(name.text);
};

/** "Boston, MA", "Paris, France" and "2020 Addison Street, Berkeley, CA, USA" are one place each. */
const joinPlaces = (text: string, names: readonly Named[]): Named[] => {
  const joined: Named[] = [];
  for (const name of names) {
    const before = joined.at(-1);
    const follows = before !== undefined && /^, {0,2}$/.test(text.slice(before.end, name.start));
    if (before && follows && saysWhere(before, name, text.slice(name.end, name.end + 5))) {
      joined[joined.length - 1] = { start: before.start, end: name.end, text: text.slice(before.start, name.end), place: true };
    } else joined.push(name);
  }
  return joined;
};

/** What a sentence calls by a name: runs of capitals, and known places however they are written. */
export const namesIn = (text: string, tokens: readonly Token[]): Named[] => {
  const runs = capitalRuns(text, tokens);
  const all = [...runs, ...smallPlaces(text, tokens, runs)].sort((a, b) => a.start - b.start);
  return joinPlaces(text, all);
};

export const isStarter = (word: string): boolean => STARTERS.has(word);
