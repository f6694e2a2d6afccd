/**
 * Text as a person may be shown it: nothing in it is invisible, reorders its neighbours or breaks out of its line.
 * Only `visible` and `visibleBlock` make it, so whatever a renderer gets went through here.
 */
export type Shown = string & { readonly shown: unique symbol };

// Letters, marks, numbers, punctuation, symbols and the plain space are what they look like. Every other category (controls, format
// characters, surrogates, private use, unassigned, odd spaces) is written out, as are marks that carry nothing (variation selectors,
// fillers), signs that are drawn blank, and the bracket that the notation itself uses: so two different texts never look alike by way of
// this function.
const HIDDEN =
  /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|\p{Default_Ignorable_Code_Point}|[\u2800\u{13441}\u{13442}\u{16FE4}\u{1D159}\uFFFC]|[\u27E8\u27E9]/gu;

const spell = (char: string): string => `⟨U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;

/** One line. Line breaks and tabs are written out too. */
export const visible = (text: string): Shown => text.replace(HIDDEN, spell) as Shown;

/** Several lines: `\n` and tabs stay what they are, everything else as in `visible`. */
export const visibleBlock = (text: string): Shown =>
  text.replace(HIDDEN, (char) => (char === '\n' || char === '\t' ? char : spell(char))) as Shown;
