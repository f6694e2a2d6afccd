import { asData } from './as-data.ts';

/** One line of a block: what was written, by whom and when. */
export type Item = Record<string, string | number | null | undefined>;

/**
 * A block of data. The items that matter most stand first in `items`; where there is not enough room those at the end go. `least`: so much
 * it is given before any other block gets more, in characters. `reversed`: shown the other way round, as a thread is, oldest first.
 */
export type Block = { name: string; what: string; items: readonly Item[]; least: number; reversed?: boolean };

/** By what it takes as data: a sign that has to be written out takes six times its room, and must not push the whole text out. */
const shortened = (value: Item[string], most: number): Item[string] => {
  if (typeof value !== 'string' || asData(value).length <= most) return value;
  let text = value.slice(0, most);
  for (let size = asData(text).length; size > most; size = asData(text).length)
    text = text.slice(0, Math.floor((text.length * most) / size) - 1);
  return `${text.toWellFormed()}…`;
};

const lineOf = (item: Item, mostField: number): string =>
  asData(
    Object.fromEntries(
      Object.entries(item)
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => [name, shortened(value, mostField)]),
    ),
  );

const tagged = ({ name, what }: Block): number => name.length * 2 + what.length + 60;

type Filled = { block: Block; lines: string[]; left: string[] };

const take = (filled: Filled, room: number): number => {
  let spent = 0;
  while (filled.left[0] !== undefined && spent + filled.left[0].length + 1 <= room) {
    const line = filled.left.shift() ?? '';
    filled.lines.push(line);
    spent += line.length + 1;
  }
  return spent;
};

const written = ({ block, lines, left }: Filled): string => {
  const { name, what, reversed = false } = block;
  const shown = reversed ? lines.toReversed() : lines;
  const cut = left.length > 0 ? [asData({ left_out: left.length })] : [];
  return [`<${name}> ${what}`, ...(reversed ? cut : []), ...shown, ...(reversed ? [] : cut), `</${name}>`].join('\n');
};

/**
 * Puts blocks together within `most` characters. Each is given its least first, in the order in which they stand here, and then what is left
 * over in the same order: so the last blocks lose first, and of each block its last items.
 */
export const packed = (blocks: readonly Block[], { most, mostField }: { most: number; mostField: number }): string => {
  const filled = blocks
    .filter(({ items }) => items.length > 0)
    .map((block): Filled => ({ block, lines: [], left: block.items.map((item) => lineOf(item, mostField)) }));
  let room = most - filled.reduce((sum, { block }) => sum + tagged(block), 0);
  for (const one of filled) room -= take(one, Math.min(one.block.least, room));
  for (const one of filled) room -= take(one, room);
  return filled
    .filter(({ lines }) => lines.length > 0)
    .map(written)
    .join('\n\n');
};
