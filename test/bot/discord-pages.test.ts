import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pagesOf } from '../../src/bot/discord/card-text.ts';
import { cut, shortened } from '../../src/bot/discord/cut.ts';
import { inert } from '../../src/bot/discord/inert.ts';
import { drawn } from './discord-reading.ts';

const odd = fc.string({ unit: fc.constantFrom('\\', '*', '😀', '👩🏽‍🚒', 'é', 'a', ' ', '`', '🇦🇹', '1.'), minLength: 1, maxLength: 400 });

test('pages of one long line, put together, are that line, and none begins or ends within a character or an escape', () => {
  fc.assert(
    fc.property(odd, fc.integer({ min: 40, max: 90 }), (words, limit) => {
      const pages = pagesOf(inert(words), limit);
      expect(pages.join('')).toBe(inert(words));
      for (const page of pages) {
        expect(page.length).toBeLessThanOrEqual(limit);
        expect(page.isWellFormed()).toBe(true);
      }
      // Each page is drawn by itself: what it shows is what was written.
      expect(pages.map(drawn).join('')).toBe(drawn(inert(words)));
      expect(pages.some((page) => /^[\u200D\uFE0F\u{1F3FB}-\u{1F3FF}]/u.test(page))).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('pages of many lines keep them all, each as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 60 }), (lines) => {
      const clean = lines.map((line) => line.replaceAll('\n', ' '));
      const pages = pagesOf(clean.join('\n'), 100);
      expect(pages.join('\n')).toBe(clean.join('\n'));
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(100);
    }),
  );
});

test('a text that is cut is never cut within a character, and says that it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (words, most) => {
      expect(cut(words, most).length).toBeLessThanOrEqual(most);
      expect(cut(words, most).isWellFormed()).toBe(true);
      expect(words.startsWith(cut(words, most))).toBe(true);
      expect(shortened(words, most).length).toBeLessThanOrEqual(most);
      expect(shortened(words, most).endsWith('…')).toBe(words.length > most || words.endsWith('…'));
    }),
  );
});
