import type { Condition } from '../db/policy-document.ts';

/** What stands at a path of the input; undefined where nothing does. */
const at = (input: Record<string, unknown>, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? inner[key as keyof typeof inner] : undefined,
      input,
    );

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

const escaped = (word: string): string => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether any of the words stands in the text, whole and in any case. */
export const hasWord = (text: string, words: readonly string[]): boolean =>
  words.some((word) => new RegExp(`(?<![\\p{L}\\p{N}])${escaped(word)}(?![\\p{L}\\p{N}])`, 'iu').test(text));

const comparisons = {
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
};

type Listing = Extract<Condition, { value: string[] }>;

const isAmong = (condition: Listing, found: unknown): boolean => {
  const texts = textsOf(found);
  if (texts.length === 0) return false;
  const listed = condition.value.map((one) => one.toLowerCase());
  switch (condition.is) {
    case 'in':
      return texts.every((text) => listed.includes(text.toLowerCase()));
    case 'not_in':
      return texts.every((text) => !listed.includes(text.toLowerCase()));
    case 'domain_in':
      return texts.every((text) => listed.includes(domainOf(text)));
    case 'domain_not_in':
      return texts.every((text) => !listed.includes(domainOf(text)));
    default:
      return texts.some((text) => hasWord(text, condition.value));
  }
};

/** Whether this is so of the input. What is not there, or is of another kind, fulfils nothing but `absent`. Pure. */
export const holds = (condition: Condition, input: Record<string, unknown>): boolean => {
  const found = at(input, condition.field);
  switch (condition.is) {
    case 'present':
      return found !== undefined;
    case 'absent':
      return found === undefined;
    case '=':
      return found === condition.value;
    case '!=':
      return found !== undefined && found !== condition.value;
    case '>':
    case '>=':
    case '<':
    case '<=':
      return typeof found === 'number' && comparisons[condition.is](found, condition.value);
    default:
      return isAmong(condition, found);
  }
};
