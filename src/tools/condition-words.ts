import { Condition } from '../db/policy-document.ts';

const WORDS = {
  in: 'is one of',
  not_in: 'is none of',
  domain_in: 'is at one of',
  domain_not_in: 'is at none of',
  matches: 'says one of',
  present: 'is given',
  absent: 'is not given',
} as const;

type Listing = Extract<Condition, { value: string[] }>['is'];

/** Whether words need quotes to be read back as the text that they are, and not as a number or several. */
const quoted = (text: string): string =>
  /^[^\s",][^",]*$/.test(text) && text.trim() === text && !/^(?:true|false|-?\d.*)$/i.test(text) ? text : JSON.stringify(text);

const oneInWords = (value: string | number | boolean): string => (typeof value === 'string' ? quoted(value) : String(value));

/** A condition as a card says it, and as it can be written: `amount > 500`, `to is at none of ours.example`. */
export const inWords = (condition: Condition): string => {
  const { field, is } = condition;
  if (!('value' in condition)) return `${field} ${WORDS[condition.is]}`;
  if (typeof condition.value !== 'object') return `${field} ${is} ${oneInWords(condition.value)}`;
  return `${field} ${WORDS[is as Listing]} ${condition.value.map(quoted).join(', ')}`;
};

const PHRASES = (Object.entries(WORDS) as [keyof typeof WORDS, string][]).sort(([, a], [, b]) => b.length - a.length);
const COMPARED = /^(\S{1,120})\s*(>=|<=|!=|=|>|<)\s*(.+)$/su;

const unquoted = (text: string): string | undefined => {
  if (!text.startsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
};

/** The texts of a list with commas between them; a comma inside quotes is part of its text. */
const listOf = (text: string): string[] =>
  [...text.matchAll(/\s*("(?:[^"\\]|\\.)*"|[^",]+)\s*(?:,|$)/gsu)]
    .map(([, one = '']) => one.trim())
    .flatMap((one) => (one === '' ? [] : (unquoted(one) ?? [])));

const readValue = (text: string): string | number | boolean | undefined => {
  if (/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : unquoted(text);
};

const readPhrase = (text: string): unknown => {
  for (const [is, phrase] of PHRASES) {
    const at = text.indexOf(` ${phrase}`);
    const rest = text.slice(at + phrase.length + 1);
    const field = text.slice(0, Math.max(at, 0)).trim();
    if (at <= 0 || /\s/.test(field) || (rest !== '' && !/^\s/.test(rest))) continue;
    return is === 'present' || is === 'absent' ? (rest.trim() === '' ? { field, is } : undefined) : { field, is, value: listOf(rest) };
  }
  return undefined;
};

/** The condition that words say, as `inWords` writes them; undefined where they say none. */
export const conditionOf = (words: string): Condition | undefined => {
  const text = words.trim();
  const [, field, is, said = ''] = COMPARED.exec(text) ?? [];
  const read = readPhrase(text) ?? (field === undefined ? undefined : { field, is, value: readValue(said.trim()) });
  const parsed = Condition.safeParse(read);
  return parsed.success ? parsed.data : undefined;
};
