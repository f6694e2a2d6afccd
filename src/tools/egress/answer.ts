import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

/** No answer is read further than this, packed or unpacked. */
export const LARGEST_ANSWER = 1024 * 1024;

/** `complete`: it was read to its end. */
export type Body = { bytes: Buffer; complete: boolean };

/** Reads up to the limit; what breaks off or is too long is cut there, and says so. */
export const readBody = async (stream: Readable, largest: number): Promise<Body> => {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      parts.push(part.subarray(0, largest - size));
      size += part.length;
      if (size > largest) return { bytes: Buffer.concat(parts), complete: false };
    }
    return { bytes: Buffer.concat(parts), complete: true };
  } catch {
    return { bytes: Buffer.concat(parts), complete: false };
  } finally {
    stream.destroy();
  }
};

const UNPACK: Record<string, (packed: Buffer, limit: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** Undoes one packing, within the same limit; undefined where that is not possible, and the bytes are then not shown at all. */
export const unpack = async ({ bytes, complete }: Body, encoding: string, largest: number): Promise<Body | undefined> => {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return { bytes, complete };
  const open = complete ? UNPACK[name] : undefined;
  const opened = await open?.(bytes, { maxOutputLength: largest }).catch(() => undefined);
  return opened && { bytes: opened, complete };
};
