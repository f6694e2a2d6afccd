import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visible, visibleBlock } from '../../src/dispatch/visible.ts';

/** Every Unicode scalar value: all code points but the surrogates. */
const scalars = function* (): Generator<string> {
  for (let code = 0; code <= 0x10ffff; code += 1) if (code < 0xd800 || code > 0xdfff) yield String.fromCodePoint(code);
};

/** The inverse of `visible`, written from what the notation says. */
const recover = (shown: string): string =>
  shown.replace(/⟨U\+([0-9A-F]{4,6})⟩/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));

/** What a person cannot see, or takes for a space, by Unicode's own properties and by a list of glyphs that are drawn blank. */
const UNSEEN = [
  /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Bidi_Control}\p{Variation_Selector}\p{Noncharacter_Code_Point}\p{C}\p{Z}]/u,
  /[\u2800\u3164\uFFA0\u{16FE4}\u{1D159}\u{13441}\u{13442}\u{1D173}-\u{1D17A}]/u,
];
const isUnseen = (char: string): boolean => char !== ' ' && UNSEEN.some((kind) => kind.test(char));

test('[whole] every one of the 1,112,064 characters can be read back from what is shown, and no two are shown alike', () => {
  const shown = new Set<string>();
  const wrong: string[] = [];
  let count = 0;
  for (const char of scalars()) {
    count += 1;
    const line = visible(char);
    if (recover(line) !== char) wrong.push(line);
    shown.add(line);
  }
  expect(wrong).toEqual([]);
  expect([count, shown.size]).toEqual([1_112_064, 1_112_064]);
});

test('[whole] no character that cannot be seen is left as it is', () => {
  const left: string[] = [];
  for (const char of scalars()) {
    if ([...visible(char)].some(isUnseen)) left.push(`U+${char.codePointAt(0)?.toString(16)}`);
    if (char !== '\n' && char !== '\t' && visibleBlock(char) !== visible(char)) left.push(`block U+${char.codePointAt(0)?.toString(16)}`);
  }
  expect(left).toEqual([]);
  expect([visibleBlock('\n'), visibleBlock('\t'), visibleBlock('\r\n')]).toEqual(['\n', '\t', '⟨U+000D⟩\n']);
});

test('[whole] letters, signs and pictures of the world are shown as they are', () => {
  for (const text of ['Grüße, 東京 и мир — ok?', 'שלום عالم नमस्ते ไทย', '€ ½ ∑ ♜ 🎉 #1 <b> "x" `y` *z*', 'e\u0301'])
    expect(visible(text)).toBe(text);
});

test('[whole] whatever the text, what is shown of it reads back to it and differs from that of any other', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 40 });
  const nasty = fc
    .array(fc.constantFrom('⟨U+0041⟩', '⟨', '⟩', 'U+', '\u200b', '\u202e', 'A', '\u{e0041}', '\ufe0f', ' ', '⟨U+27E8⟩'), { maxLength: 12 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(anyText, nasty), fc.oneof(anyText, nasty), (one, other) => {
      expect(recover(visible(one))).toBe(one);
      expect(recover(visibleBlock(one))).toBe(one);
      expect(visible(one) === visible(other)).toBe(one === other);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['zero-width characters (GHSA-pcqg-f7rg-xfvv)', 'rm\u200b -rf', 'rm⟨U+200B⟩ -rf'],
  ['variation selectors of the supplement (Hermes PR#81403)', 'a\u{e0100}b', 'a⟨U+E0100⟩b'],
  ['musical controls (Hermes PR#81403)', 'a\u{1d173}b', 'a⟨U+1D173⟩b'],
  ['shorthand controls (Hermes PR#81403)', 'a\u{1bca0}b', 'a⟨U+1BCA0⟩b'],
  ['tags', 'a\u{e0041}b', 'a⟨U+E0041⟩b'],
  ['right-to-left overrides', 'gpj.\u202eexe', 'gpj.⟨U+202E⟩exe'],
  ['spaces that are not the space', 'a\u00a0b\u3000c', 'a⟨U+00A0⟩b⟨U+3000⟩c'],
  ['line breaks', 'a\nb\u2028c\rd', 'a⟨U+000A⟩b⟨U+2028⟩c⟨U+000D⟩d'],
  ['half a character', 'a\ud800b', 'a⟨U+D800⟩b'],
])('[whole] %s are written out', (_, text, shown) => expect(visible(text)).toBe(shown));
