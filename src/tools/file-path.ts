import { z } from 'zod';

const DEEPEST = 16;
const NAME_BYTES = 255;

/** Names that Wilco gives to files it is still writing. */
export const UNFINISHED = '.wilco-';

// What cannot be seen or is not a plain space; the two after the default-ignorable ones are blanks that Unicode counts as symbols.
const HIDDEN = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|[\p{Default_Ignorable_Code_Point}\u2800\uFFFC]/u;
const DIVIDERS = /[/\\:.]/g;
const LOOKALIKE = /[\u2044\u2215\u2216\u2236\u29F5\u29F8\u29F9\uA789]/u;
// Reserved on Windows with any extension and in any case; files travel.
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)/i;

const dividersIn = (text: string): number => text.match(DIVIDERS)?.length ?? 0;
/** Whether some character would become a slash, colon or dot where names are compared in compatibility form, or only looks like one. */
const passesForDivider = (path: string): boolean => LOOKALIKE.test(path) || dividersIn(path.normalize('NFKC')) !== dividersIn(path);

type Rule = { broken(path: string, names: string[]): boolean; say: string };

/** In this order: the first that is broken is what the person reads. */
const RULES: readonly Rule[] = [
  {
    broken: (path) => !path.isWellFormed() || HIDDEN.test(path),
    say: 'A path holds only what can be seen: letters, digits, signs and plain spaces.',
  },
  { broken: (path) => path.normalize('NFC') !== path, say: 'The path spells an accented letter in two pieces. Type it as one letter.' },
  { broken: (path) => /[\\:*?"<>|]/.test(path), say: 'A path cannot hold \\ : * ? " < > or |. Folders are divided by /.' },
  { broken: passesForDivider, say: 'The path holds a character that passes for a dot, a slash or a colon. Use the plain one.' },
  { broken: (path) => /^[/~]/.test(path), say: 'A path starts inside the files folder: leave out the / or ~ at its beginning.' },
  { broken: (_, names) => names.includes(''), say: 'A path names a file: no two slashes in a row, none at its end.' },
  {
    broken: (_, names) => names.some((name) => name === '.' || name === '..'),
    say: 'A path cannot hold . or .. as a folder: it stays inside the files folder.',
  },
  {
    broken: (_, names) => names.some((name) => /^[ \p{M}]|[ .]$/u.test(name)),
    say: 'A name in the path begins with a space or a loose accent, or ends with a space or a dot.',
  },
  {
    broken: (_, names) => names.some((name) => Buffer.byteLength(name) > NAME_BYTES),
    say: `A name in the path is too long: at most ${NAME_BYTES} bytes.`,
  },
  {
    broken: (_, names) => names.some((name) => DEVICE.test(name)),
    say: 'A name in the path is reserved on Windows (CON, NUL, COM1 and the like). Choose another.',
  },
  {
    broken: (_, names) => names.some((name) => name.toLowerCase().startsWith(UNFINISHED)),
    say: `Names that begin with ${UNFINISHED} are kept for files being written.`,
  },
  { broken: (_, names) => names.length > DEEPEST, say: `The path is too deep: at most ${DEEPEST} names.` },
];

/** Why a path is refused by its shape, in a sentence; undefined when it is not. What is on the disk is looked at when it is written. */
export const whyNotPath = (path: string): string | undefined => {
  const names = path.split('/');
  return RULES.find((rule) => rule.broken(path, names))?.say;
};

/** A path inside the files folder, one spelling for each file. */
export const relativePath = () =>
  z
    .string()
    .min(1, { error: 'Say which file, such as notes/monday.md.', abort: true })
    .max(400, { error: 'The path is too long: at most 400 characters.', abort: true })
    .superRefine((path, ctx) => {
      const why = whyNotPath(path);
      if (why) ctx.addIssue(why);
    });
