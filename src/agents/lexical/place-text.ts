import { countryNamed, stateNamed, townNamed } from './places.ts';
import type { Field } from './schema.ts';
import { root } from './words.ts';

const partsOf = (said: string): string[] => said.split(/,\s*/).filter((part) => part !== '');

const wantsState = (field: Field): boolean =>
  /\bcity\b.{0,20}\bstate\b|\bstate\b.{0,12}\babbr|[A-Z][a-z]+, [A-Z]{2}\b/i.test(field.description);
/** Two letters are what most examples show; the whole name only where an example has it. */
const wantsShort = (field: Field): boolean =>
  !/[A-Z][a-z]+, (?:California|Illinois|Massachusetts|Texas|Florida|New York|Washington)\b/.test(field.description) ||
  /abbr|short form|[A-Z][a-z]+, [A-Z]{2}\b|two.letter|2.letter/.test(field.description);
const wantsCountry = (field: Field): boolean => /city.{0,12}country|, ?country/i.test(field.description);
const onlyTown = (field: Field): boolean => field.words.includes('citi') && !wantsState(field) && !wantsCountry(field);

const shortened = (parts: readonly string[]): string => {
  const [town = '', region = '', ...more] = parts;
  return [town, stateNamed(region)?.code ?? region, ...more].join(', ');
};

/** The town with the region a field asks for, when it is known and was not said. */
const completed = (field: Field, said: string): string => {
  const town = townNamed(said);
  if (!town || /d\.? ?c\b/i.test(said)) return said;
  const name = said.length < 4 ? town.name.replace('New York City', 'New York') : said;
  if (town.state) return wantsState(field) ? `${name}, ${wantsShort(field) ? town.state.code : town.state.name}` : said;
  return wantsCountry(field) ? `${name}, ${town.country.name}` : said;
};

const stateIn = (parts: readonly string[]): string | undefined =>
  parts.findLast((part) => stateNamed(part) !== null && (parts.length > 1 || townNamed(part) === null));

const countryIn = (parts: readonly string[]): string | undefined =>
  parts.findLast((part) => countryNamed(part) !== null && !(parts.length > 1 && /^[A-Z]{2}$/.test(part) && stateNamed(part) !== null));

/** The state or country that a place names, or that its town is known to lie in. */
const region = (said: string, kind: 'state' | 'country'): string | null => {
  const parts = partsOf(said);
  const town = townNamed(parts[0] ?? '');
  if (kind === 'state') return stateIn(parts) ?? town?.state?.name ?? null;
  return countryIn(parts) ?? town?.country.name ?? null;
};

/** Which part of a place a field is about. */
export const placePart = (field: Field): 'state' | 'country' | 'town' | 'whole' => {
  const last = field.words.at(-1) ?? '';
  if (/^(?:countri)$/.test(last)) return 'country';
  if (/^(?:state|stat|provinc)$/.test(last) && field.words.length < 3) return 'state';
  return onlyTown(field) ? 'town' : 'whole';
};

const SMALLER = new Set(['county', 'district', 'neighborhood'].map(root));

/** "CA" where a state is to be written so. */
const inShort = (field: Field, state: string | null): string | null =>
  state !== null && /abbr|two.letter|2.letter|'[A-Z]{2}'/i.test(field.description) ? (stateNamed(state)?.code ?? state) : state;

/** A place as a field wants it written: the town alone, the state, or "Boston, MA". Null when the part is not known. */
export const placeFor = (field: Field, said: string): string | null => {
  const part = placePart(field);
  if (part === 'country') return region(said, part);
  if (part === 'state') return inShort(field, region(said, part));
  const parts = partsOf(said);
  // A state alone is no town and no county.
  const smaller = part === 'town' || field.words.some((word) => SMALLER.has(word));
  if (smaller && townNamed(said) === null && (stateNamed(said) !== null || countryNamed(said) !== null)) return null;
  if (part === 'town') return parts[0] ?? said;
  if (parts.length === 1) return completed(field, said);
  return wantsShort(field) && wantsState(field) ? shortened(parts) : said;
};
