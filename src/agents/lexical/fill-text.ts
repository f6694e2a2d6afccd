import { near, type Weights, wordBefore } from './context.ts';
import { isUnitWord } from './fill-numbers.ts';
import { type Piece, runsIn } from './pieces.ts';
import { placeFor, placePart } from './place-text.ts';
import type { Reading } from './reading.ts';
import { joinFit, type Role, roleOf } from './roles.ts';
import type { Field } from './schema.ts';
import { type Span, tokenAt } from './tokens.ts';
import { root, splitName, wordsOf } from './words.ts';

export type TextFound = { value: string; span: Span; fit: number; loose: boolean };
export type TextContext = { reading: Reading; weights: Weights; pieces: readonly Piece[]; dull: ReadonlySet<string> };

const FITS: Record<Role, Partial<Record<Piece['kind'], number>>> = {
  email: { email: 5, quote: 0, name: -1, place: -3, words: -3, code: -2, url: -3 },
  url: { url: 5, path: 1, quote: 1, email: -3, name: -2, place: -4, words: -4 },
  path: { path: 4, quote: 1.5, url: 0.5, code: 1.2, name: 0, place: -2, words: -1.5 },
  phone: { phone: 5, quote: 0.5, name: -3, place: -4, words: -4 },
  place: { place: 3, name: 0.8, quote: 0.4, code: -1, words: -0.8, email: -5, url: -4, path: -4, formula: -5 },
  id: { code: 2.5, quote: 1.5, phone: 0, name: 0.4, place: -1.5, words: -0.8, email: 0.5, formula: -4 },
  unit: { quote: 0.3, words: -1.2, name: -1, place: -5, code: -3, email: -5 },
  free: { quote: 3, name: 0.4, words: 0.1, place: -1, code: -0.5, email: -3, url: -0.5, path: -1 },
  formula: { formula: 4, quote: 2, code: 1.5, name: -1, words: -1.5, place: -5 },
  currency: { name: 0.2, words: 0, place: -4, quote: 0.5, code: -2 },
  day: { name: -3, place: -5, words: -2, quote: 1 },
  plain: { quote: 1.6, name: 1.2, code: 0.7, words: 0.2, place: -1, email: -2.5, url: -2, path: 0, formula: -1.5 },
};

const TELLS = /^(?:named|called|titled|entitled|labeled|labelled|is|as|of|for|=|:|about|on|regarding)$/;

const tokenBefore = (reading: Reading, start: number) => {
  const at = tokenAt(reading.tokens, start) - 1;
  const token = reading.tokens[at];
  return token && token.end <= start
    ? { token, before: reading.tokens[at - 1] }
    : { token: reading.tokens[at - 1], before: reading.tokens[at - 2] };
};

/** "case number XYZ123", "title 'X'", "the theme of winter": the field's own word stands before the value. */
const keyFit = ({ reading, weights }: TextContext, piece: Piece): number => {
  const { token, before } = tokenBefore(reading, piece.start);
  if (!token || /[.!?;]/.test(reading.text.slice(token.end, piece.start))) return 0;
  const direct = weights.get(token.root) ?? 0;
  if (direct >= 0.4) return 1.6 * Math.min(1, direct + 0.3);
  return before && TELLS.test(token.low) && (weights.get(before.root) ?? 0) >= 0.4 ? 1.4 : 0;
};

/** "Bluebird High School" for a school, "StudentDB" for a database: the value says itself what it is. */
const ownFit = ({ weights }: TextContext, piece: Piece): number => {
  if (piece.kind === 'words' || piece.kind === 'place') return 0;
  const roots = wordsOf(splitName(piece.text)).slice(0, 20).map(root);
  return roots.some((word) => (weights.get(word) ?? 0) >= 0.34) && roots.length > 1 ? 1.2 : 0;
};

/** "Ann as the director", "Ben in the cast" */
const tailFit = ({ reading, weights }: TextContext, piece: Piece): number => {
  const at = tokenAt(reading.tokens, piece.end);
  const [joint, next, last] = [reading.tokens[at], reading.tokens[at + 1], reading.tokens[at + 2]];
  if (!joint || !/^(?:as|in)$/.test(joint.low)) return 0;
  const word = /^(?:the|a|an|its|my)$/.test(next?.low ?? '') ? last : next;
  return word && (weights.get(word.root) ?? 0) >= 0.4 ? 1.6 : 0;
};

/** "Thai food", "jazz music": the field's own word stands behind the value. */
const headFit = ({ reading, weights }: TextContext, piece: Piece): number => {
  const after = reading.tokens[tokenAt(reading.tokens, piece.end)];
  if (!after || !/^ ?-?$/.test(reading.text.slice(piece.end, after.start))) return 0;
  return (weights.get(after.root) ?? 0) >= 0.4 ? 1.2 : 0;
};

const fitOf = (field: Field, piece: Piece, context: TextContext): number => {
  const role = roleOf(field);
  const base = FITS[role][piece.kind] ?? -1;
  const around = near(context.weights, piece, { reading: context.reading, blocked: context.pieces });
  return (
    base +
    1.1 * around +
    keyFit(context, piece) +
    headFit(context, piece) +
    ownFit(context, piece) +
    tailFit(context, piece) +
    joinFit(field, wordBefore(context.reading, piece.start))
  );
};

const written = (field: Field, piece: Piece): string | null => {
  if (roleOf(field) === 'place' && piece.kind === 'place') return placeFor(field, piece.text);
  if (roleOf(field) === 'place' && placePart(field) === 'town') return piece.text.split(',')[0] ?? piece.text;
  if (piece.kind === 'name') return piece.text.replace(/ (?:sub-?district|district|province)$/i, '');
  return piece.kind === 'formula' ? piece.text.replace(/^[a-z](?:\([a-z]\))?\s?=\s?/i, '') : piece.text;
};

/** "Sacramento, California" serves a city, a state and a country at once, each with its part. */
const spanOf = (field: Field, piece: Piece): Span => {
  if (piece.kind !== 'place' || roleOf(field) !== 'place') return piece;
  const part = placePart(field);
  const third = (piece.end - piece.start) / 4;
  if (part === 'state') return { start: piece.start + 2 * third, end: piece.start + 3 * third };
  return part === 'country' ? { start: piece.start + 3 * third, end: piece.end } : { start: piece.start, end: piece.start + 2 * third };
};

const SAYING =
  /\b(?:saying|says|that says|message is|text is|reads|stating|with the (?:message|text|body|content|words)|content:|message:|body:|text:|say)\b[:,]?\s{1,2}(?:that )?/i;

/** Free text that follows a word of saying, up to the end of what is said. */
const spoken = (field: Field, { reading }: TextContext): TextFound[] => {
  if (roleOf(field) !== 'free' || !/message|body|content|text|note|tweet|comment|title|task|description/i.test(field.name)) return [];
  const found =
    SAYING.exec(reading.text) ??
    new RegExp(`\\bwith (?:the |a )?${field.words.at(-1) ?? 'text'}\\w{0,3}[:,]?\\s{1,2}`, 'i').exec(reading.text);
  if (!found || reading.quotes.some((quote) => quote.start >= found.index)) return [];
  const start = found.index + found[0].length;
  const value = reading.text.slice(start).trim();
  return value === '' ? [] : [{ value, span: { start, end: reading.text.length }, fit: 4, loose: false }];
};

/** Numbers where a text is wanted that is made of digits: ids, years, rooms. */
const digits = (field: Field, context: TextContext): TextFound[] => {
  const role = roleOf(field);
  const takes =
    role === 'id' ||
    /^(?:the )?(?:unique )?(?:number|id|code|(?:last|first) \w+ digits|digits)\b/i.test(field.description) ||
    field.words.includes('year') ||
    (role === 'phone' && context.reading.numbers.some(({ value }) => value > 1e6));
  return context.reading.numbers.flatMap((one) => {
    const around = near(context.weights, one, { reading: context.reading, blocked: context.reading.numbers });
    const text = context.reading.text.slice(one.start, one.end).trim();
    return takes && !one.spelled && !one.percent && !one.money ? [{ value: text, span: one, fit: 0.6 + 1.5 * around, loose: false }] : [];
  });
};

const CURRENCIES: readonly [RegExp, string][] = [
  [/^(?:\$|us\$|dollars?|usd|bucks|us dollars?)$/i, 'USD'],
  [/^(?:€|euros?|eur)$/i, 'EUR'],
  [/^(?:£|pounds?|gbp|sterling)$/i, 'GBP'],
  [/^(?:¥|yens?|jpy)$/i, 'JPY'],
  [/^(?:₹|rupees?|inr)$/i, 'INR'],
  [/^(?:yuan|renminbi|rmb|cny)$/i, 'CNY'],
  [/^(?:francs?|chf)$/i, 'CHF'],
  [/^(?:cad)$/i, 'CAD'],
  [/^(?:aud)$/i, 'AUD'],
  [/^(?:won|krw)$/i, 'KRW'],
];
const ADJECTIVES: Record<string, string> = { canadian: 'CAD', australian: 'AUD', british: 'GBP', american: 'USD', swiss: 'CHF' };

const currencies = (field: Field, context: TextContext): TextFound[] => {
  if (roleOf(field) !== 'currency') return [];
  const { reading } = context;
  const signs = reading.numbers.flatMap((one) =>
    '$€£¥₹'.includes(reading.text[one.start] ?? ' ') ? [{ text: reading.text[one.start] ?? '', span: one }] : [],
  );
  const words = reading.tokens.map((token, at) => ({
    text: token.text,
    span: token as Span,
    adjective: ADJECTIVES[reading.tokens[at - 1]?.low ?? ''],
  }));
  return [...signs.map((one) => ({ ...one, adjective: undefined })), ...words].flatMap(({ text, span, adjective }) => {
    const code =
      CURRENCIES.find(([pattern]) => pattern.test(text))?.[1] ??
      (/^[A-Z]{3}$/.test(text) && /^(?:SEK|NOK|DKK|NZD|SGD|HKD|MXN|BRL|ZAR|RUB|TRY|PLN|THB)$/.test(text) ? text : undefined);
    return code === undefined
      ? []
      : [
          {
            value: adjective ?? code,
            span,
            fit: 3 + 1.1 * near(context.weights, span, { reading, blocked: [] }) + joinFit(field, wordBefore(reading, span.start)),
            loose: false,
          },
        ];
  });
};

const DAY =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july|august|september|october|november|december|today|tomorrow|weekend|weekdays?)$/;

/** A weekday or a month by its name. */
const days = (field: Field, { reading }: TextContext): TextFound[] => {
  if (roleOf(field) !== 'day') return [];
  const month = field.words.includes('month');
  return reading.tokens.flatMap((token) => {
    const fits = DAY.test(token.low) && /day|weekend/.test(token.low) !== month;
    return fits ? [{ value: token.text.replace(/days$/, 'day'), span: token, fit: 3, loose: false }] : [];
  });
};

/** The unit that numbers were given in, or that an answer is asked for in: "in miles". */
const units = (field: Field, { reading }: TextContext): TextFound[] => {
  if (roleOf(field) !== 'unit' || field.choices.length > 0) return [];
  const asked = reading.tokens.flatMap((token, at) => {
    const alone = reading.tokens[at - 1]?.low === 'in' && isUnitWord(token.root) && token.low !== 'second';
    return alone ? [{ value: token.text, span: token, fit: 3, loose: false }] : [];
  });
  if (asked.length > 0 || /\b(?:return|result|output|desired|answer)/i.test(field.description)) return asked;
  return reading.numbers.flatMap((one) => {
    const token = reading.tokens.find((other) => other.start >= one.start && other.end > one.end - 1 && other.text.endsWith(one.unitText));
    return one.unitText === '' || one.percent || !token
      ? []
      : [{ value: one.unitText, span: { start: token.end, end: token.end }, fit: 2.4, loose: false }];
  });
};

/** Several values in one text, where a field asks for them with commas between. */
const joined = (field: Field, context: TextContext): TextFound[] => {
  if (!/comma[- ]separated/i.test(field.description)) return [];
  return runsIn(context.reading, context.pieces).flatMap((run) => {
    const [first, last] = [run[0], run.at(-1)];
    if (!first || !last || run.length < 2) return [];
    return [
      {
        value: run.map(({ text }) => text).join(','),
        span: { start: first.start, end: last.end },
        fit: fitOf(field, first, context) + 1,
        loose: false,
      },
    ];
  });
};

/** "plays jazz music" for a genre of music: the run without the words that frame it. */
const trimmed = (field: Field, piece: Piece, { reading }: TextContext): Piece => {
  if (piece.kind !== 'words') return piece;
  const from = tokenAt(reading.tokens, piece.start);
  const to = tokenAt(reading.tokens, piece.end - 1) + 1;
  const verb = /^(?:that|which|who)$/.test(reading.tokens[from - 1]?.low ?? '') && to - from > 1 ? 1 : 0;
  const last = reading.tokens[to - 1];
  const noun =
    last &&
    to - from - verb > 1 &&
    !/ing$/.test(reading.tokens[to - 2]?.low ?? '') &&
    (field.about.has(last.root) || field.words.includes(last.root))
      ? 1
      : 0;
  const [start, end] = [reading.tokens[from + verb]?.start ?? piece.start, reading.tokens[to - 1 - noun]?.end ?? piece.end];
  return { ...piece, start, end, text: reading.text.slice(start, end) };
};

/** All texts of the sentence that a field may take, with how well each fits. */
export const textsFor = (field: Field, context: TextContext): TextFound[] => {
  const pieces = context.pieces.flatMap((whole): TextFound[] => {
    const piece = trimmed(field, whole, context);
    const value = written(field, piece);
    return value === null ? [] : [{ value, span: spanOf(field, piece), fit: fitOf(field, piece, context), loose: piece.kind === 'words' }];
  });
  return [
    ...pieces,
    ...spoken(field, context),
    ...digits(field, context),
    ...currencies(field, context),
    ...units(field, context),
    ...days(field, context),
    ...joined(field, context),
  ];
};
