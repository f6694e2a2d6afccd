/**
 * JSON in which no tag can be opened or closed, no line begins anew and nothing is invisible: whatever somebody wrote stays inside its quotes.
 * JSON reads it back as it was.
 */
export const asData = (value: unknown): string =>
  JSON.stringify(value).replace(
    // Angle brackets and their look-alikes, the backtick of fences, and all that is drawn as nothing or turns the direction of a line.
    /[<>`&\u2039\u203a\u2329\u232a\u27e8\u27e9\u3008\u3009\ufe64\ufe65\uff1c\uff1e]|[^\P{C}\n]|[\u2028\u2029]|\p{Default_Ignorable_Code_Point}/gu,
    (char) => [...Array(char.length).keys()].map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
