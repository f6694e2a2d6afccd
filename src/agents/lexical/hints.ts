import { isStop, root, splitName, wordsOf } from './words.ts';

/** A value a field may have, and the ways to say it, each as roots. */
export type Choice = { value: unknown; says: readonly (readonly string[])[] };

type Hints = { choices: Choice[]; standard: unknown };

const MOST = 40;

/** "2 for ironing", "'c' for Celsius", "1 represents cleaning": a code and what it stands for. */
const CODED =
  /(?:'([^'\n]{1,40})'|"([^"\n]{1,40})"|(?<![\w.])(\d{1,6}))\s{0,2}(?:-|=|:|represents|refers to|stands for|corresponds to|corresponding to|indicates|means|denotes|is for|for|is|to)\s{1,2}([^,;.()'"\n]{2,60})/g;
const QUOTED = /'([^'\n]{1,60})'|"([^"\n]{1,60})"|`([^`\n]{1,60})`/g;
const LISTED =
  /(?:options?|choices?|values?|either|one of|can be|could be|must be|such as|e\.g\.?,?|example:?|for example,?|allowed|supported|include[sd]?|including|like|from|types?)(?:\s(?:are|is|include|values?))?\s{0,2}:?\s{0,2}\(?((?:[\w+#.-]{1,30}(?: [\w+#-]{1,20})?(?:, | or |, or | and |\/)){1,12}[\w+#-]{1,30})/gi;
const STANDARD = /\bdefaults?(?: value)?(?: is| to|:| =)*\s{0,2}(?:'([^'\n]{1,60})'|"([^"\n]{1,60})"|([\w.+-]{1,40})(?=[.,;)]|\s*$))/i;

const rootsOf = (text: string): string[] => {
  const words = wordsOf(splitName(text));
  const telling = words.filter((word) => !isStop(word));
  return (telling.length > 0 ? telling : words).map(root);
};

const sayings = (value: unknown): (readonly string[])[] => {
  const said = rootsOf(String(value));
  return said.length > 0 ? [said] : [];
};

/** A code's value in the type of the listed ones, or as a number where it is one. */
const codeValue = (code: string, listed: readonly unknown[]): unknown => listed.find((one) => String(one) === code) ?? code;

const codedIn = (description: string, listed: readonly unknown[]): Choice[] =>
  [...description.matchAll(CODED)].slice(0, MOST).flatMap((found) => {
    const code = found[1] ?? found[2] ?? found[3] ?? '';
    const meaning = rootsOf((found[4] ?? '').replace(/\b(?:and|or)\b.*$/, ''));
    const value = codeValue(code, listed);
    if (meaning.length === 0 || (listed.length > 0 && !listed.includes(value))) return [];
    // "'Boston' for the city" explains nothing that the value itself does not say.
    return [{ value, says: /^\d+$/.test(code) ? [meaning] : [rootsOf(code), meaning] }];
  });

const looksLikeValue = (text: string): boolean => text.length > 0 && !/^(?:yyyy|mm|dd|hh|city|state|country)\b/i.test(text);

const namedIn = (description: string): string[] => {
  const quoted = [...description.matchAll(QUOTED)].map((found) => found[1] ?? found[2] ?? found[3] ?? '');
  const listed = [...description.matchAll(LISTED)].flatMap((found) => (found[1] ?? '').split(/, or |, | or | and |\//));
  return [...quoted, ...listed].map((one) => one.trim()).filter(looksLikeValue);
};

const standardIn = (description: string): unknown => {
  const found = STANDARD.exec(description);
  const text = found?.[1] ?? found?.[2] ?? found?.[3]?.replace(/[.]+$/, '');
  if (text === undefined) return undefined;
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
};

/** "cleaning service", "ironing service": what all of them share tells none of them apart. */
const distinct = (choices: readonly Choice[]): Choice[] => {
  const holders = (word: string) => choices.filter(({ says }) => says.some((said) => said.includes(word))).length;
  const telling = (said: readonly string[]) => said.filter((word) => choices.length < 2 || holders(word) < choices.length);
  return choices.map(({ value, says }) => ({ value, says: says.map((said) => (telling(said).length > 0 ? telling(said) : said)) }));
};

const merged = (choices: readonly Choice[]): Choice[] => {
  const byValue = new Map<unknown, Choice>();
  for (const { value, says } of choices) byValue.set(value, { value, says: [...(byValue.get(value)?.says ?? []), ...says] });
  return distinct([...byValue.values()]);
};

/** What a description says of the values a field may have: listed ones with their meaning, or ones it names in passing. */
export const readHints = (description: string, listed: readonly unknown[]): Hints => {
  const coded = codedIn(description, listed);
  const standard = standardIn(description);
  if (listed.length > 0) return { choices: merged([...listed.map((value) => ({ value, says: sayings(value) })), ...coded]), standard };
  const named = namedIn(description).map((value) => ({ value, says: sayings(value) }));
  const several = new Set(named.map(({ value }) => value)).size > 1;
  return { choices: coded.length > 1 ? merged(coded) : several ? merged(named).slice(0, MOST) : [], standard };
};
