import type { Span } from './tokens.ts';
import { root } from './words.ts';

/** A number as it was said. `unit` is the root of the word or the sign behind it, `unitText` as it was written; "" when there is none. */
export type NumberSaid = Span & {
  value: number;
  unit: string;
  unitText: string;
  percent: boolean;
  money: boolean;
  ordinal: boolean;
  spelled: boolean;
};

const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const VALUES = new Map<string, number>([
  ...SMALL.map((word, value): [string, number] => [word, value]),
  ...TENS.map((word, index): [string, number] => [word, 20 + index * 10]),
  ['dozen', 12],
  ['couple', 2],
]);
const SCALES: Record<string, number> = {
  hundred: 1e2,
  thousand: 1e3,
  k: 1e3,
  million: 1e6,
  mn: 1e6,
  billion: 1e9,
  bn: 1e9,
  trillion: 1e12,
  lakh: 1e5,
  crore: 1e7,
};

const DIGITS =
  /(?<![\p{L}\p{N}_.])(?:(?<sign>(?<![\p{L}\p{N})])[-−])\s?)?(?<money>US\$|[$€£¥₹])?\s?(?<whole>\d{1,3}(?:,\d{3})+|\d{1,18})(?<part>\.\d{1,15})?(?<power>e[-+]?\d{1,3}|\s?[x×*]\s?10\^-?\d{1,3})?(?<tail>st|nd|rd|th|%|[\p{L}µ°²³/]{1,7})?(?![\p{L}\p{N}_])/giu;
const BEHIND = /^\s{0,2}-?(%|[$€£¥₹°]?[\p{L}µ][\p{L}µ²³/^'-]{0,24})/u;
const SPELLED = new RegExp(
  `\\b(?:${[...VALUES.keys()].join('|')}|hundred|thousand|million)(?:[ -](?:and )?(?:${[...VALUES.keys()].join('|')}|hundred|thousand|million|billion)){0,6}\\b`,
  'gi',
);
const TIMES = /^(?:am|pm|a\.m|p\.m|o'clock)$/i;
const MONEY_WORDS = /^(?:dollars?|usd|eur|euros?|gbp|pounds? sterling|yen|bucks|rupees?|inr|jpy|cad|aud|cents?|francs?|chf)$/i;

const powerOf = (said: string): number => {
  const found = /(?:e|\^)([-+]?\d+)$/i.exec(said);
  return found ? 10 ** Number(found[1]) : 1;
};

/** The word behind a number, when it may be its unit: nothing across a mark, and no word that only joins. */
const unitBehind = (text: string, end: number): string => {
  const found = BEHIND.exec(text.slice(end, end + 40));
  const word = found?.[1] ?? '';
  return /^(?:and|or|to|in|on|at|of|for|with|by|from|the|a|is|as|using|between|per|then|but|if|when|that|into|over|under|about|respectively)$/i.test(
    word,
  )
    ? ''
    : word;
};

/** Digits of a time of day are no number. */
const inClock = (text: string, at: number): boolean =>
  /^\s?\d{1,2}:\d{2}/.test(text.slice(at, at + 8)) || /\d:$/.test(text.slice(Math.max(0, at - 2), at));

const sizeOf = (whole: string, part: string, factor: number): number => {
  // 0.1 × 1,000,000,000 and its like carry a rest that nobody said.
  return Number.parseFloat((Number(`${whole.replaceAll(',', '')}${part}`) * factor).toPrecision(15));
};

/** The unit of a number whose tail is stuck to it ("20cm") or stands behind; null where the tail makes it part of a word. */
const unitOf = (text: string, tail: string, scaled: { scale: number; end: number }): string | null => {
  if (tail === '' || scaled.scale !== 1 || ORDINAL.test(tail)) return unitBehind(text, scaled.end);
  return isUnit(tail) ? tail : null;
};

const ORDINAL = /^(?:st|nd|rd|th)$/i;

const fromDigits = (text: string): NumberSaid[] =>
  [...text.matchAll(DIGITS)].slice(0, 200).flatMap((found): NumberSaid[] => {
    const { sign, money, whole = '', part = '', power = '', tail = '' } = found.groups ?? {};
    if (TIMES.test(tail) || inClock(text, found.index)) return [];
    const scaled = scaleBehind(text, {
      end: found.index + found[0].length,
      tail: ORDINAL.test(tail) ? '' : tail,
      money: money !== undefined,
    });
    const unitText = unitOf(text, tail, scaled);
    if (unitText === null || TIMES.test(unitText)) return [];
    const value = sizeOf(whole, part, powerOf(power) * scaled.scale) * (sign === undefined ? 1 : -1);
    const span = { start: found.index + leading(found[0]), end: scaled.end };
    return [said({ ...span, value, unitText, ordinal: ORDINAL.test(tail), spelled: false, money: money !== undefined })];
  });

const leading = (text: string): number => text.length - text.trimStart().length;

type Said = Span & { value: number; unitText: string; ordinal: boolean; spelled: boolean; money: boolean };

const said = ({ unitText, money, ...rest }: Said): NumberSaid => ({
  ...rest,
  unitText,
  unit: root(unitText.toLowerCase()),
  percent: unitText === '%' || /^percent/i.test(unitText),
  money: money || MONEY_WORDS.test(unitText),
});

const UNITS =
  /^(?:%|[kcmdnµ]?m[²³2]?|km\/h|kmh|mph|kph|m\/s|[kmµ]?g|kgs?|lbs?|oz|[mc]?l|ft|in|inch|inches|feet|yd|mi|hz|khz|mhz|ghz|[km]?w|kwh|[km]?v|[m]?a|[km]?j|[km]?pa|°?[cfk]|deg|°|[kmgt]i?b|ms|s|sec|secs|min|mins|h|hr|hrs|hours?|d|days?|w|wk|wks|y|yr|yrs|usd|eur|gbp|jpy|mm|cm|mol|bpm|rpm|px|x|people|miles?|meters?|minutes?|seconds?)$/i;
const isUnit = (tail: string): boolean => UNITS.test(tail);

const BEHIND_SCALE = /^\s{1,2}(hundred|thousand|million|billion|trillion|lakh|crore)s?\b/i;

/** "5k", "$3m" and "2 million", with where they end. */
const scaleBehind = (text: string, at: { end: number; tail: string; money: boolean }): { scale: number; end: number } => {
  const tail = at.tail.toLowerCase();
  if (at.money && (tail === 'm' || tail === 'b')) return { scale: tail === 'm' ? 1e6 : 1e9, end: at.end };
  if (tail !== '') return { scale: Object.hasOwn(SCALES, tail) ? (SCALES[tail] ?? 1) : 1, end: at.end };
  const found = BEHIND_SCALE.exec(text.slice(at.end, at.end + 14));
  return found ? { scale: SCALES[(found[1] ?? '').toLowerCase()] ?? 1, end: at.end + found[0].length } : { scale: 1, end: at.end };
};

const addWord = ([total, part]: [number, number], word: string): [number, number] => {
  if (word === 'dozen') return [total, Math.max(1, part) * 12];
  const scale = SCALES[word];
  if (scale === undefined) return [total, part + (VALUES.get(word) ?? 0)];
  return scale === 100 ? [total, Math.max(1, part) * 100] : [total + Math.max(1, part) * scale, 0];
};

const spelledValue = (words: readonly string[]): number => {
  const [total, part] = words.reduce(addWord, [0, 0] as [number, number]);
  return total + part;
};

const fromWords = (text: string): NumberSaid[] =>
  [...text.matchAll(SPELLED)].slice(0, 100).map((found) => {
    const words = found[0]
      .toLowerCase()
      .split(/[ -]/)
      .filter((word) => word !== 'and');
    const end = found.index + found[0].length;
    return said({
      start: found.index,
      end,
      value: spelledValue(words),
      unitText: unitBehind(text, end),
      ordinal: false,
      spelled: true,
      money: false,
    });
  });

/** A long list of figures is still one list; more is no order. */
const MOST = 100;

/** All numbers of a text in its order: in digits, in words, with units, scales and signs. Parts of codes and times of day are none. */
export const numbersIn = (text: string): NumberSaid[] => {
  const digits = fromDigits(text);
  const words = fromWords(text).filter((one) => !digits.some((other) => other.start < one.end && one.start < other.end));
  return [...digits, ...words].sort((a, b) => a.start - b.start).slice(0, MOST);
};
