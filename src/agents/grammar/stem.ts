const ENDINGS = ['ings', 'ing', 'als', 'al', 'ers', 'er', 'ed', 'es', 's', 'e'];
const SAME: Record<string, string> = {
  pending: 'wait',
  outstanding: 'wait',
  halt: 'stop',
  working: 'work',
  folks: 'people',
  person: 'people',
};

/** Brings "waits", "waiting" and "wait" together; crude, and good enough for a few hundred words of tool descriptions. */
export const stem = (word: string): string => {
  const known = Object.hasOwn(SAME, word) ? SAME[word] : undefined;
  if (known) return known;
  const ending = ENDINGS.find((end) => word.endsWith(end) && word.length - end.length >= 3);
  return ending ? word.slice(0, -ending.length) : word;
};

/** The words of a text in lower case, without marks. */
export const plainWords = (text: string): string[] =>
  text
    .slice(0, 4000)
    .toLowerCase()
    .replaceAll('’', "'")
    .match(/[\p{L}\p{N}][\p{L}\p{N}']*/gu) ?? [];
