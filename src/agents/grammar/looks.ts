import type { Field } from './fields.ts';
import { isMark, type Line, type Range, wordAt } from './line.ts';
import type { SlotRead } from './slots.ts';

/** Long enough for any; a longer word is none of these and is not held against a pattern. */
const LONGEST = 2000;
const EMAIL = /^(?:mailto:)?([^\s@<>()[\],;:"]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+)$/u;
const URL_FORM = /^<?(https?:\/\/[^\s<>]+)>?$/i;
const HOST = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.)+[\p{L}\p{N}-]{2,63}(?::\d{1,5})?$/u;

const wordAs = (line: Line, at: number, form: RegExp): string | null => {
  const token = line.tokens[at];
  if (token?.kind !== 'word' || token.end - token.start > LONGEST) return null;
  const found = form.exec(line.text.slice(token.start, token.end));
  return found ? (found[1] ?? found[0]) : null;
};

/** Several addresses may follow each other: "a@x.org, b@x.org and c@x.org". What takes a list is given one, everything else a line of them. */
const readEmails = (line: Line, { from, to }: Range, field: Field): SlotRead | null => {
  const addresses: string[] = [];
  let next = from;
  for (let at = from; at < to; ) {
    const address = wordAs(line, at, EMAIL);
    if (address === null) break;
    addresses.push(address);
    next = at + 1;
    at = next;
    while (isMark(line, at, ',;') || (at > from && wordAt(line, at) === 'and')) at++;
  }
  if (addresses.length === 0) return null;
  return { value: field.type === 'array' ? addresses : addresses.join(', '), next };
};

const one = (line: Line, at: number, form: RegExp): SlotRead | null => {
  const value = wordAs(line, at, form);
  return value === null ? null : { value, next: at + 1 };
};

const CURRENCIES: Record<string, string> = {
  $: 'USD',
  usd: 'USD',
  dollar: 'USD',
  dollars: 'USD',
  bucks: 'USD',
  '€': 'EUR',
  eur: 'EUR',
  euro: 'EUR',
  euros: 'EUR',
  '£': 'GBP',
  gbp: 'GBP',
  pound: 'GBP',
  pounds: 'GBP',
};
const currencyOf = (said: string): string | undefined => (Object.hasOwn(CURRENCIES, said) ? CURRENCIES[said] : undefined);
const AMOUNT = /^([$€£]|usd|eur|gbp)?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(k|m)?([$€£])?$/;
const TIMES: Record<string, number> = { k: 1000, m: 1_000_000 };

/** "€3.5k", "3,500", "40 dollars", "EUR 40". */
const readMoney = (line: Line, { from, to }: Range, field: Field): SlotRead | null => {
  const before = currencyOf(wordAt(line, from));
  const at = before ? from + 1 : from;
  const found = AMOUNT.exec(wordAt(line, at));
  if (!found || at >= to) return null;
  const [, sign = '', whole = '', part = '', size = '', behind = ''] = found;
  const unit = at + 1 < to ? currencyOf(wordAt(line, at + 1)) : undefined;
  const value = Math.round(Number(`${whole.replaceAll(',', '')}${part}`) * (TIMES[size] ?? 1) * 100) / 100;
  const currency = before ?? currencyOf(sign) ?? currencyOf(behind) ?? unit;
  const next = at + (unit ? 2 : 1);
  return { value: field.type === 'string' ? String(value) : value, next, ...(currency ? { also: { currency } } : {}) };
};

const NOT_NAMES = new Set('it this that to the a an role budget limit daily name list task due priority'.split(' '));

/** The name of a document: one that its schema knows, or any word that "document" follows. */
const readDocument = (line: Line, { from, to }: Range, field: Field): SlotRead | null => {
  const word = wordAt(line, from);
  const noun = /^(?:document|doc)$/.test(wordAt(line, from + 1));
  if (from >= to || line.tokens[from]?.kind !== 'word') return null;
  if (!field.choices.includes(word) && (!noun || NOT_NAMES.has(word))) return null;
  return { value: word, next: from + 1 };
};

/** What is known by its looks. */
export const readLooks = (line: Line, range: Range, field: Field): SlotRead | null => {
  if (range.from >= range.to) return null;
  switch (field.slot) {
    case 'email':
      return readEmails(line, range, field);
    case 'url':
      return one(line, range.from, URL_FORM);
    case 'host':
      return one(line, range.from, HOST);
    case 'money':
      return readMoney(line, range, field);
    default:
      return readDocument(line, range, field);
  }
};

export const looksLikeEmail = (line: Line, at: number): boolean => wordAs(line, at, EMAIL) !== null;
export const looksLikeUrl = (line: Line, at: number): boolean => wordAs(line, at, URL_FORM) !== null;
