/** Everything that Discord's markdown gives a meaning to, mentions, emoji, timestamps and links included. */
const SPECIAL = /[\\`*_~|<>#+\-:@[\]()]/g;
const NUMBERED = /^(\s*\d+)\./gm;

/** Text that Discord draws as it was written: nothing in it is bold, a link, a mention or the end of a quotation. */
export const inert = (text: string): string => text.replace(SPECIAL, '\\$&').replace(NUMBERED, '$1\\.');

/** Several lines, each marked as quoted: whatever they say, they cannot pass for a line of ours. */
export const quoted = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> ${inert(line)}`)
    .join('\n');
