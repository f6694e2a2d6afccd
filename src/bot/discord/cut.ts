/** The beginning of a text, at most so long, and never with half a character at its end. */
export const cut = (text: string, most: number): string => {
  if (text.length <= most) return text;
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
};

/** The same, with a mark that something is missing. */
export const shortened = (text: string, most: number): string => (text.length <= most ? text : `${cut(text, most - 1)}…`);
