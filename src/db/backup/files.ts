import { createReadStream } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { ArchiveWriter } from './archive.ts';
import { BackupRefused } from './refused.ts';

/** Where `file_write` writes, below the home. */
const FILES = 'files';

const isThere = async (path: string): Promise<boolean> => (await lstat(path).catch(() => undefined)) !== undefined;

/** Plain files alone: nothing that Wilco writes is a link or a pipe, and what they lead to is not Wilco's. */
const plainFiles = async (folder: string): Promise<string[]> => {
  if (!(await isThere(folder))) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

const writeFileInto = async (archive: ArchiveWriter, path: string): Promise<void> => {
  for await (const chunk of createReadStream(path)) await archive.write(chunk as Buffer); // without an encoding it yields buffers
  await archive.end(0);
};

/** Puts every file below `files` into the archive, and the keys that were asked for. Answers how many files. */
export const packFiles = async (archive: ArchiveWriter, at: { home: string; keys: readonly string[] }): Promise<number> => {
  const folder = join(at.home, FILES);
  const paths = (await plainFiles(folder)).sort();
  for (const path of paths) {
    const { mode, mtimeMs } = await stat(path);
    await archive.begin({ file: relative(folder, path).split(sep).join('/'), mode: mode & 0o777, modified: mtimeMs });
    await writeFileInto(archive, path);
  }
  for (const key of at.keys) {
    if (!(await isThere(join(at.home, key)))) continue;
    await archive.begin({ key });
    await writeFileInto(archive, join(at.home, key));
  }
  return paths.length;
};

/** A name from a file that anybody may have written: it leads nowhere but below its folder. */
const placeOf = (folder: string, name: string): string => {
  const steps = name.split('/');
  if (name.includes('\0') || name.includes('\\') || steps.some((step) => step === '' || step === '.' || step === '..'))
    throw new BackupRefused(
      'backup_broken',
      'This backup holds a file with a name that leads elsewhere, and nothing was restored from it.',
    );
  return join(folder, ...steps);
};

export type Unpacking = {
  file(part: { file: string; mode: number; modified: number }): Promise<void>;
  key(name: string): Promise<void>;
  write(chunk: Buffer): Promise<void>;
  end(): Promise<void>;
  /** Puts everything into its place; what lay there is moved aside, never removed. Answers how to take that back. */
  place(): Promise<() => Promise<void>>;
  abandon(): Promise<void>;
};

/** Unpacks files next to where they belong, so that they come into their place in one step, or not at all. */
export const unpackFiles = async (home: string): Promise<Unpacking> => {
  const draft = join(home, `restoring-${process.pid}`);
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(draft, FILES), { recursive: true, mode: 0o700 });
  const keys: string[] = [];
  let current: { handle: FileHandle; path: string; modified?: number } | undefined;
  const begin = async (path: string, mode: number, modified?: number) => {
    await mkdir(dirname(path), { recursive: true });
    current = { handle: await open(path, 'wx', mode), path, ...(modified === undefined ? {} : { modified }) };
  };
  const exchange = async (name: string, stamp: string): Promise<() => Promise<void>> => {
    const [target, aside] = [join(home, name), join(home, `${name}.before-${stamp}`)];
    const had = await isThere(target);
    if (had) await rename(target, aside);
    await rename(join(draft, name), target);
    return async () => {
      await rename(target, join(draft, name));
      if (had) await rename(aside, target);
    };
  };
  return {
    file: ({ file, mode, modified }) => begin(placeOf(join(draft, FILES), file), mode, modified),
    async key(name) {
      keys.push(name);
      await begin(join(draft, name), 0o600);
    },
    async write(chunk) {
      await current?.handle.writeFile(chunk);
    },
    async end() {
      if (!current) return;
      const { handle, path, modified } = current;
      current = undefined;
      await handle.sync();
      await handle.close();
      if (modified !== undefined) await utimes(path, modified / 1000, modified / 1000);
    },
    async place() {
      const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
      const undo: (() => Promise<void>)[] = [];
      for (const name of [...((await readdir(join(draft, FILES))).length > 0 ? [FILES] : []), ...keys])
        undo.unshift(await exchange(name, stamp));
      return async () => {
        for (const back of undo) await back();
      };
    },
    async abandon() {
      await current?.handle.close();
      await rm(draft, { recursive: true, force: true });
    },
  };
};
