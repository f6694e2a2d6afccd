import { crc32, deflateSync } from 'node:zlib';

/** A picture by the numbers of its colours, of which there are few. */
export type Indexed = { width: number; height: number; palette: readonly number[]; pixels: Buffer };

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'ascii'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
};

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** As a PNG: a picture of words has few colours, and is a quarter as large like this. */
export const indexedPng = ({ width, height, palette, pixels }: Indexed): Buffer => {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) pixels.copy(rows, y * (width + 1) + 1, y * width, (y + 1) * width);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const parts = [
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([SIGNATURE, ...parts]);
};

const MOST = 64;

const channels = (colour: number): [number, number, number] => [colour >> 16, (colour >> 8) & 255, colour & 255];

const far = (a: number, b: number): number => {
  const [one, other] = [channels(a), channels(b)];
  return one.reduce((sum, value, at) => sum + (value - (other[at] ?? 0)) ** 2, 0);
};

/** Alike as far as anybody sees. */
const roughly = (colour: number): number => colour & 0xf0f0f0;

/** What is neither black, grey nor white is rare in a picture of words, and all the more to be kept. */
const worth = (colour: number, often: number): number => {
  const all = channels(colour);
  return Math.max(...all) - Math.min(...all) > 60 ? often * 30 : often;
};

/** Of colours that are alike the one that is there most often stands for all; each other one becomes the nearest of those that are kept. */
const paletteOf = (count: ReadonlyMap<number, number>): number[] => {
  const groups = new Map<number, { colour: number; most: number; all: number }>();
  for (const [colour, often] of count) {
    const group = groups.get(roughly(colour)) ?? { colour, most: 0, all: 0 };
    const first = often > group.most ? { colour, most: often } : group;
    groups.set(roughly(colour), { ...group, ...first, all: group.all + often });
  }
  return [...groups.values()]
    .sort((a, b) => worth(b.colour, b.all) - worth(a.colour, a.all) || a.colour - b.colour)
    .map(({ colour }) => colour)
    .slice(0, MOST);
};

/** `rgba`: four bytes for each point. */
export const indexed = (rgba: Buffer, width: number): Indexed => {
  const [count, points] = [new Map<number, number>(), rgba.length / 4];
  const colourAt = (at: number): number => (rgba.readUInt32BE(at * 4) >>> 8) & 0xffffff;
  for (let at = 0; at < points; at += 1) count.set(colourAt(at), (count.get(colourAt(at)) ?? 0) + 1);
  const palette = paletteOf(count);
  const nearest = (colour: number): number =>
    palette.reduce((best, one, at) => (far(one, colour) < far(palette[best] ?? 0, colour) ? at : best), 0);
  const near = new Map([...count.keys()].map((colour) => [colour, nearest(colour)]));
  const pixels = Buffer.alloc(points);
  for (let at = 0; at < points; at += 1) pixels[at] = near.get(colourAt(at)) ?? 0;
  return { width, height: points / width, palette, pixels };
};
