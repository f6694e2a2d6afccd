import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { BackupRefused } from './refused.ts';

/**
 * A backup is one gzip stream. In it each line is a JSON record, and a record `{"bytes":n}` is followed by n bytes of their own and a line
 * end: the text that PostgreSQL's COPY made of a table, or what is in a file. Each part ends with the SHA-256 of its bytes, and the last
 * record holds that of everything before it.
 */
export const FORMAT = 1;

const Header = z.object({
  wilco: z.literal('backup'),
  format: z.number(),
  at: z.string(),
  version: z.string(),
  /** The hash of each migration that the database had, oldest first. */
  migrations: z.array(z.string()),
});
export type Header = z.output<typeof Header>;

/** A table, or a part of one; a file below `files`; or a key of the installation. */
const Part = z.union([
  z.strictObject({ table: z.string().regex(/^[a-z_]+$/), columns: z.array(z.string().regex(/^[a-z_]+$/)) }),
  z.strictObject({ file: z.string(), mode: z.int(), modified: z.number() }),
  z.strictObject({ key: z.string().regex(/^[a-z-]+$/) }),
]);
export type Part = z.output<typeof Part>;

const CHUNK = 64 * 1024;
const Chunk = z.strictObject({ bytes: z.int().min(1).max(CHUNK) });
const End = z.strictObject({ rows: z.int().min(0), sha256: z.string() });
const Done = z.strictObject({ parts: z.int(), sha256: z.string() });

export type ArchiveWriter = {
  begin(part: Part): Promise<void>;
  write(chunk: Buffer): Promise<void>;
  end(rows: number): Promise<void>;
  /** Everything is in it: it lies under its name, and outlasts a power failure. Answers its size. */
  finish(): Promise<number>;
  /** Takes away what was written. */
  abandon(): Promise<void>;
};

const openDraft = async (draft: string): Promise<FileHandle> => {
  try {
    return await open(draft, 'wx', 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new BackupRefused('backup_not_written', `The backup cannot be written to ${draft} (${code}). Choose another place.`);
  }
};

/** Writes a backup next to its place, under a name of its own, until it is whole. Only its owner may read it. */
export const writeArchive = async (file: string, header: Omit<Header, 'wilco' | 'format'>): Promise<ArchiveWriter> => {
  const draft = `${file}.${process.pid}.part`;
  const handle = await openDraft(draft);
  // Faster than the default by half, and larger by a tenth.
  const gzip = createGzip({ level: 4 });
  const written = pipeline(gzip, handle.createWriteStream({ flush: true }));
  written.catch(() => undefined);
  const whole = createHash('sha256');
  let part = createHash('sha256');
  let parts = 0;
  const put = async (bytes: Buffer): Promise<void> => {
    whole.update(bytes);
    if (gzip.write(bytes)) return;
    await Promise.race([new Promise<void>((resolve) => gzip.once('drain', () => resolve())), written]);
  };
  const line = (record: object) => put(Buffer.from(`${JSON.stringify(record)}\n`, 'utf8'));
  await line({ wilco: 'backup', format: FORMAT, ...header } satisfies Header);
  return {
    async begin(next) {
      part = createHash('sha256');
      parts += 1;
      await line(next);
    },
    async write(chunk) {
      for (let at = 0; at < chunk.length; at += CHUNK) {
        const piece = chunk.subarray(at, at + CHUNK);
        part.update(piece);
        await line({ bytes: piece.length });
        await put(piece);
        await put(Buffer.from('\n'));
      }
    },
    end: (rows) => line({ rows, sha256: part.digest('hex') }),
    async finish() {
      await line({ parts, sha256: whole.copy().digest('hex') });
      gzip.end();
      await written;
      await rename(draft, file);
      return (await stat(file)).size;
    },
    async abandon() {
      gzip.destroy();
      await written.catch(() => undefined);
      await rm(draft, { force: true });
    },
  };
};

export type ArchiveRecord =
  | { kind: 'header'; header: Header }
  | { kind: 'begin'; part: Part }
  | { kind: 'data'; chunk: Buffer }
  | { kind: 'end'; rows: number };

const LONGEST_LINE = 1024 * 1024;
const broken = (why: string) =>
  new BackupRefused('backup_broken', `This backup is cut or was changed (${why}), and nothing was restored from it. Use another one.`);

/** Reads lines and counted bytes out of a stream, holding no more than a piece of it. */
const createSource = (stream: AsyncIterable<Buffer>, whole: { update(bytes: Buffer): unknown }) => {
  const pieces = stream[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const more = async (): Promise<boolean> => {
    const next = await pieces.next();
    if (next.done) return false;
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value]);
    return true;
  };
  const take = (length: number): Buffer => {
    const taken = held.subarray(0, length);
    held = held.subarray(length);
    return taken;
  };
  /** Up to and with the next line end; 0 at the end of the stream. */
  const lineLength = async (): Promise<number> => {
    while (!held.includes(10)) {
      if (held.length > LONGEST_LINE) throw broken('a line has no end');
      if (!(await more())) break;
    }
    const end = held.indexOf(10);
    if (end === -1 && held.length > 0) throw broken('its end is missing');
    return end + 1;
  };
  return {
    /** The next line as JSON, and how to count it in: the last line is not part of what its hash is over. */
    async line(): Promise<{ record: unknown; count(): void } | undefined> {
      const length = await lineLength();
      if (length === 0) return undefined;
      const bytes = take(length);
      try {
        return { record: JSON.parse(bytes.toString('utf8')), count: () => whole.update(bytes) };
      } catch {
        throw broken('a line is no JSON');
      }
    },
    async bytes(length: number): Promise<Buffer> {
      while (held.length < length + 1) if (!(await more())) throw broken('its end is missing');
      const chunk = take(length);
      whole.update(chunk);
      whole.update(take(1));
      return chunk;
    },
  };
};

const FOREIGN = new BackupRefused('backup_foreign', 'This file is no backup of Wilco.');

const headerOf = (record: unknown): Header => {
  const header = Header.safeParse(record);
  if (!header.success) throw FOREIGN;
  if (header.data.format > FORMAT)
    throw new BackupRefused('backup_newer', 'This backup was made by a newer Wilco. Restore it with that version.');
  return header.data;
};

type Source = ReturnType<typeof createSource>;

/** The bytes of one part, held against the hash at its end. */
const readPart = async function* (source: Source): AsyncGenerator<ArchiveRecord> {
  const hash = createHash('sha256');
  for (;;) {
    const line = await source.line();
    if (!line) throw broken('its end is missing');
    line.count();
    const chunk = Chunk.safeParse(line.record);
    if (chunk.success) {
      const bytes = await source.bytes(chunk.data.bytes);
      hash.update(bytes);
      yield { kind: 'data', chunk: bytes };
      continue;
    }
    const end = End.safeParse(line.record);
    if (!end.success || end.data.sha256 !== hash.digest('hex')) throw broken('a part does not match its hash');
    yield { kind: 'end', rows: end.data.rows };
    return;
  }
};

const readAll = async function* (stream: AsyncIterable<Buffer>): AsyncGenerator<ArchiveRecord> {
  const whole = createHash('sha256');
  const source = createSource(stream, whole);
  const first = await source.line();
  yield { kind: 'header', header: headerOf(first?.record) };
  first?.count();
  for (let parts = 0; ; parts += 1) {
    const line = await source.line();
    if (!line) throw broken('its end is missing');
    const part = Part.safeParse(line.record);
    if (!part.success) {
      const done = Done.safeParse(line.record);
      if (!done.success || done.data.parts !== parts || done.data.sha256 !== whole.digest('hex'))
        throw broken('it does not match its hash');
      if (await source.line()) throw broken('something follows its end');
      return;
    }
    line.count();
    yield { kind: 'begin', part: part.data };
    yield* readPart(source);
  }
};

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Reads a backup record by record. Whatever does not hold is refused; only a run to its end has proved the whole file. */
export const readArchive = async function* (file: string): AsyncGenerator<ArchiveRecord> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new BackupRefused('backup_missing', `There is no backup that can be read at ${file} (${codeOf(error)}).`);
  });
  const packed = handle.createReadStream({ autoClose: false });
  const plain = createGunzip();
  packed.on('error', (error) => plain.destroy(error));
  try {
    yield* readAll(packed.pipe(plain));
  } catch (error) {
    if (!codeOf(error).startsWith('Z_')) throw error;
    throw (await isGzip(handle)) ? broken('it does not unpack') : FOREIGN;
  } finally {
    plain.destroy();
    packed.destroy();
    await handle.close();
  }
};

const isGzip = async (handle: FileHandle): Promise<boolean> => {
  const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return buffer.readUInt16BE() === 0x1f8b;
};
