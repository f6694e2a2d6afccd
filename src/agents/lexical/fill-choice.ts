import { near, type Weights, wordBefore } from './context.ts';
import type { Choice } from './hints.ts';
import type { Reading } from './reading.ts';
import type { Field } from './schema.ts';
import { synonymsOf } from './synonyms.ts';
import type { Span } from './tokens.ts';
import { root } from './words.ts';

export type Chosen = { value: unknown; span: Span; fit: number };

const MOST_SPOTS = 12;

const spotsOf = (reading: Reading, said: readonly string[]): Span[] => {
  const spots: Span[] = [];
  const first = said[0];
  if (first === undefined) return [];
  reading.tokens.forEach((token, at) => {
    if (token.root !== first || spots.length >= MOST_SPOTS) return;
    const last = said.length === 1 ? token : reading.tokens[at + said.length - 1];
    if (last && said.every((word, step) => reading.tokens[at + step]?.root === word)) spots.push({ start: token.start, end: last.end });
  });
  return spots;
};

/** All words of a choice, in any order and place: "water heater" for "heater of water". */
const scattered = (reading: Reading, said: readonly string[]): Span[] => {
  if (said.length < 2 || !said.every((word) => reading.roots.has(word))) return [];
  const token = reading.tokens.find((one) => one.root === said.at(-1));
  return token ? [{ start: token.start, end: token.end }] : [];
};

const rootsIn = (word: string): string => (word.match(/[\p{L}\p{N}]+/gu) ?? []).map(root).join(' ');

const joinedSpots = (reading: Reading, said: readonly string[]): Span[] => {
  const word = said.join(' ');
  return reading.tokens.filter((token) => said.length > 1 && rootsIn(token.low) === word).map(({ start, end }) => ({ start, end }));
};

const short = (value: unknown): boolean => String(value).length < 3;

/** One letter stands for a choice only where it is written the same way: "C" is no "c" of some sentence. */
const exactly = (reading: Reading, { value, said }: { value: unknown; said: readonly string[] }, spots: readonly Span[]): Span[] =>
  short(value) && said.join('') === String(value).toLowerCase()
    ? spots.filter((spot) => reading.text.slice(spot.start, spot.end) === String(value))
    : [...spots];

const alike = (a: string, b: string): boolean => a.length > 4 && b.length > 4 && (a.startsWith(b) || b.startsWith(a));

/** Words that begin alike or mean the same, which is less sure than the word itself. */
const loosely = (reading: Reading, said: readonly string[]): { spot: Span; fit: number }[] => {
  if (said.length !== 1) return [];
  const [word = ''] = said;
  const same = synonymsOf(word);
  return reading.tokens.flatMap((token) => {
    if (alike(token.root, word)) return [{ spot: token, fit: 1.6 }];
    return same.includes(token.root) ? [{ spot: token, fit: 0.8 }] : [];
  });
};

const optionsOf = (choice: Choice, reading: Reading): { spot: Span; fit: number }[] =>
  choice.says.flatMap((said) => {
    const whole = exactly(reading, { value: choice.value, said }, [...spotsOf(reading, said), ...joinedSpots(reading, said)]).map(
      (spot) => ({
        spot,
        fit: 3 + 0.5 * said.length,
      }),
    );
    if (whole.length > 0) return whole;
    const apart = scattered(reading, said).map((spot) => ({ spot, fit: 2.2 }));
    return apart.length > 0 || short(choice.value) ? apart : loosely(reading, said);
  });

const NEGATED = /^(?:not|no|without|except|excluding|don't|avoid|never|isn't)$/;
const NONE = /^(?:all|any|none|dontcare|other|unknown|default|unspecified|n\/?a)$/i;

/** Choices that the sentence names, each with where and how surely. A word of the tool itself is less of a choice. */
export const chosenIn = (
  field: Field,
  { reading, weights, dull }: { reading: Reading; weights: Weights; dull: ReadonlySet<string> },
): Chosen[] =>
  field.choices.flatMap((choice) => {
    const found = optionsOf(choice, reading)
      .filter(({ spot }) => !NEGATED.test(wordBefore(reading, spot.start)))
      .map(({ spot, fit }) => {
        const said = root(reading.text.slice(spot.start, spot.end).toLowerCase());
        const doubt = (dull.has(said) ? 1 : 0) + (NONE.test(String(choice.value)) ? 1.5 : 0);
        return {
          value: choice.value,
          span: { start: spot.start, end: spot.end },
          fit: fit - doubt + near(weights, spot, { reading, blocked: [] }),
        };
      });
    const best = found.sort((a, b) => b.fit - a.fit)[0];
    return best ? [best] : [];
  });

const OFF =
  /^(?:no|not|without|don't|dont|never|disable|disabled|exclude|excluding|off|skip|doesn't|isn't|false|hide|turn-off|deactivate|except)$/;
const ON = /^(?:with|include|including|enable|enabled|on|true|want|show|only|also|need|yes|allow|activate|please|and|return|get)$/;

/** Words in the names of flags that say nothing of what they are about. */
const FRAMES = new Set(
  'is has have include includes enable enabled allow allowed show with want return get use only flag needs need require required should do does status'
    .split(' ')
    .map(root),
);

const TURNED = new Set('avoid exclude disable without no skip'.split(' ').map(root));

/** Whether a flag is said, and which way; undefined when the sentence does not speak of it. */
export const flagIn = (
  field: Field,
  { reading, weights }: { reading: Reading; weights: Weights },
): { value: boolean; fit: number } | undefined => {
  const telling = field.words.filter((word) => !FRAMES.has(word));
  const hits = reading.tokens.filter((token) => telling.some((word) => token.root === word || alike(token.root, word)));
  const share =
    new Set(hits.map((token) => telling.find((word) => token.root === word || alike(token.root, word)))).size / Math.max(1, telling.length);
  const hit = hits[0];
  if (!hit || share < 0.5) return undefined;
  const at = reading.tokens.indexOf(hit);
  const around = reading.tokens.slice(Math.max(0, at - 4), at).map((token) => token.low);
  const turned = field.words.some((word) => TURNED.has(word));
  const off = around.some((word) => OFF.test(word)) && !turned;
  const on = around.some((word) => ON.test(word)) || turned;
  return { value: !off, fit: share * (off || on ? 2 : 1) + 0.2 * near(weights, hit, { reading, blocked: [] }) };
};
