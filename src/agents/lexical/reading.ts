import { findMoments, type Moment } from '../grammar/moments.ts';
import { type Named, namesIn } from './names.ts';
import { type NumberSaid, numbersIn } from './numbers.ts';
import { inside, overlaps, type Span, type Token, tokensOf } from './tokens.ts';

export type Quote = Span & { text: string };
export type Clock = { now: Date; timeZone: string };

/** A sentence with everything in it that may be a value. */
export type Reading = {
  text: string;
  tokens: readonly Token[];
  roots: ReadonlySet<string>;
  quotes: readonly Quote[];
  numbers: readonly NumberSaid[];
  names: readonly Named[];
  moments: readonly Moment[];
  /** Numbers in "in 10 years", which are a day to one tool and a count to another. */
  counted: readonly NumberSaid[];
  /** E-mail addresses, links, paths and codes such as `INV-204`. */
  marked: readonly (Quote & { kind: 'email' | 'url' | 'path' | 'code' | 'phone' })[];
  /** Brackets with what stands in them. */
  lists: readonly Quote[];
};

/** Longer sentences are cut: nobody orders in more, and a hostile one could be endless. */
const LONGEST = 4000;

const QUOTES =
  /"([^"\n]{1,600})"|“([^”\n]{1,600})”|«([^»\n]{1,600})»|`([^`\n]{1,600})`|(?<![\p{L}\p{N}])['‘]((?:[^'’\n]|['’](?=\p{L})){1,400})['’](?![\p{L}\p{N}])/gu;
const MARKED: readonly [Reading['marked'][number]['kind'], RegExp][] = [
  ['url', /\bhttps?:\/\/[^\s"'<>)]{1,400}[^\s"'<>).,;:!?]|\bwww\.[^\s"'<>)]{1,200}[^\s"'<>).,;:!?]/gi],
  ['email', /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,60}(?:\.[\p{L}\p{N}-]{1,60}){1,5}/gu],
  [
    'path',
    /(?<![\w/])(?:~|\.{1,2})?\/[\w.@-]{1,80}(?:\/[\w.@-]{0,80}){0,12}[\w]|\b[A-Za-z]:[\\/][\w.\\/ -]{0,200}[\w\\/]|\b[\w-]{1,60}\.(?:csv|txt|pdf|docx?|xlsx?|json|ya?ml|py|js|ts|md|png|jpe?g|mp[34]|wav|zip|log|sql|html?|nii|exe|sh|xml)\b/g,
  ],
  ['phone', /(?<![\w.])\+?\d{1,3}?[ -]?\(?\d{3}\)?[ -]\d{3}[ -]\d{4}(?!\w)|(?<!\w)\+\d{9,14}(?!\w)/g],
  [
    'code',
    /(?<![\w-])(?:1[5-9]|20)\d\d[-/](?:(?:1[5-9]|20)\d\d|\d\d)(?![\w-])|(?<![\w./~-])(?!and\/or)[\w.-]{2,60}\/[\w.-]{2,60}(?![\w/])|(?<![\p{L}\p{N}_])(?=[\p{L}\p{N}_/-]{0,40}\d)(?=[\p{L}\p{N}_/-]{0,40}[\p{L}_])[\p{L}\p{N}]{1,40}(?:[_/-][\p{L}\p{N}]{1,40}){0,8}(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}_.-])[\p{L}\p{N}]{1,40}(?:_[\p{L}\p{N}]{1,40}){1,8}(?![\p{L}\p{N}_])/gu,
  ],
];
const LISTS = /\[([^[\]]{1,1500})\]|\(([^()]{1,600})\)/g;
const DURATION =
  /^(?:for |the |over |within |after )*(?:next |last |past |coming |upcoming |previous )?(?:a |an |half an? |\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|few)[ -]?(?:s|m|h|d|w|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|nights?)(?: (?:long|later))?$/i;
const COUNTED =
  /^(?:in |within |\b)(?:the )?(?:next )?[\w.,]+ (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)(?: ago| from now)?$/i;
const NO_MOMENT = /^(?:sat|sun|mon|may|mar|march|wed|now|second|(?:at )?\d{1,4})$/;

const quotesIn = (text: string): Quote[] =>
  [...text.matchAll(QUOTES)].slice(0, 60).map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    text: found.slice(1).find((inner) => inner !== undefined) ?? '',
  }));

const markedIn = (text: string): Reading['marked'] => {
  const all: Reading['marked'][number][] = [];
  for (const [kind, pattern] of MARKED) {
    for (const found of text.matchAll(pattern)) {
      const span = { start: found.index, end: found.index + found[0].length };
      const dull =
        kind === 'code' &&
        !/^\d{4}[-/]\d{2,4}$/.test(found[0]) &&
        /^\d+(?:st|nd|rd|th|am|pm|%|k|s|[\p{L}]{1,4})?$|^\d[\d/-]*$|^\p{L}+$/iu.test(found[0]);
      if (!dull && !all.some((one) => overlaps(one, span))) all.push({ ...span, kind, text: found[0] });
    }
  }
  return all.sort((a, b) => a.start - b.start).slice(0, 60);
};

const momentsIn = (text: string, clock: Clock, quotes: readonly Quote[]): Moment[] =>
  findMoments(text, clock).filter((one) => {
    const said = text.slice(one.start, one.end);
    return (
      !DURATION.test(said) &&
      /[\p{L}:/]|\d-\d/u.test(said.replace(/\b(?:at|to|and|from)\b/gi, '')) &&
      !NO_MOMENT.test(said) &&
      !quotes.some((quote) => inside(one, quote))
    );
  });

const TODAY = /\b(?:today is|current date is|today's date is|it is now|now is|as of)[:\s]{1,3}/i;

/** "Today is 2024-02-21" moves the clock of the sentence. */
const clockOf = (text: string, clock: Clock): Clock => {
  const found = TODAY.exec(text);
  if (!found) return clock;
  const rest = text.slice(found.index + found[0].length, found.index + found[0].length + 30);
  const plain = /^(\d{4})(\d{2})(\d{2})\b/.exec(rest);
  if (plain) return { ...clock, now: new Date(Date.UTC(Number(plain[1]), Number(plain[2]) - 1, Number(plain[3]), 12)) };
  const day = findMoments(rest, clock)[0];
  if (!day || day.start > 2 || day.year === null || day.month === null || day.date === null) return clock;
  return { ...clock, now: new Date(Date.UTC(day.year, day.month - 1, day.date, 12)) };
};

/** Reads a sentence once, for all tools that may be meant. */
export const read = (said: string, given: Clock): Reading => {
  const text = said.slice(0, LONGEST);
  const clock = clockOf(text, given);
  const tokens = tokensOf(text);
  const quotes = quotesIn(text);
  const marked = markedIn(text);
  const moments = momentsIn(text, clock, quotes);
  const numbers = numbersIn(text).filter(
    (one) => !marked.some((other) => overlaps(one, other) && !(other.kind === 'code' && isRange(text, one))),
  );
  const within = (one: Span) => moments.find((moment) => overlaps(one, moment));
  return {
    text,
    tokens,
    roots: new Set(tokens.map((token) => token.root)),
    quotes,
    numbers: numbers.filter((one) => !within(one)),
    counted: numbers.filter((one) => COUNTED.test(text.slice(within(one)?.start ?? 0, within(one)?.end ?? 0))),
    names: namesIn(text, tokens).filter((one) => !marked.some((other) => other.kind !== 'code' && overlaps(one, other))),
    moments,
    marked,
    lists: [...text.matchAll(LISTS)]
      .slice(0, 40)
      .map((found) => ({ start: found.index, end: found.index + found[0].length, text: found[1] ?? found[2] ?? '' })),
  };
};

const isRange = (text: string, { start, end }: Span): boolean => text[end] === '-' || text[start - 1] === '-';
