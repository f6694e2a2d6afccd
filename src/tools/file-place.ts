import { createHash, randomBytes } from 'node:crypto';
import { constants, type FileHandle, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { err, ok, type Result } from '../result.ts';
import { enter, type Folder, HOLDS_FOLDERS, inside, isAbsent, keep, make, openRoot, stillInside, unmake } from './file-folder.ts';
import { UNFINISHED } from './file-path.ts';
import { FileRefused, fileErrorOf } from './file-refused.ts';
import type { ToolError } from './tool.ts';

/** Where files go. `holds` is off only where folders cannot be held open; see `Folder`. */
export type Files = { root: string; holds: boolean };
export const filesUnder = (root: string): Files => ({ root, holds: HOLDS_FOLDERS });

/** A file as it is: `lines` is unknown for one that is larger than any that Wilco writes. */
export type Measure = { bytes: number; lines: number | undefined };
export type Found = { missingFolders: string[]; was: Measure | undefined; same: boolean };
export type Placed = { kind: 'created' | 'replaced' | 'same' };
export type Write = { path: string; content: string; key: string; signal: AbortSignal };

/** No content that Wilco writes is larger, so a larger file is not read to be compared. */
const LARGEST = 800_000;

const linesOf = (text: string): number => (text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0));
export const measure = (content: string): Measure => ({ bytes: Buffer.byteLength(content), lines: linesOf(content) });

/** Follows `names` from the files folder and hands over the last. Handles stay open until `work` is done, and not longer. */
const inFolder = async <T>(files: Files, step: (folder: Folder, held: Folder[]) => Promise<T>): Promise<T> => {
  const held: Folder[] = [];
  try {
    const root = await openRoot(files.root, files.holds);
    held.push(root);
    return await step(root, held);
  } finally {
    for (const folder of held) await folder.handle?.close();
  }
};

const read = async (handle: FileHandle, content: string): Promise<{ was: Measure; same: boolean }> => {
  const { size } = await handle.stat();
  if (size > LARGEST) return { was: { bytes: size, lines: undefined }, same: false };
  const bytes = await handle.readFile();
  return { was: { bytes: bytes.length, lines: linesOf(bytes.toString('utf8')) }, same: bytes.equals(Buffer.from(content)) };
};

/**
 * The file that stands at `name`; undefined for none. Anything but a plain file is refused. A second name of it (a hard link) is not:
 * snapshots are made of those, and since a write never goes into the old file but takes its place, the other name keeps what it had.
 */
const present = async (folder: Folder, name: string, content: string): Promise<{ was: Measure; same: boolean } | undefined> => {
  const path = inside(folder, name);
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) throw new FileRefused('path_is_link', `"${name}" is a link. Nothing is written through it.`);
    if (found.isDirectory()) throw new FileRefused('path_is_folder', `"${name}" is a folder.`);
    if (!found.isFile()) throw new FileRefused('path_is_special', `"${name}" is not a plain file.`);
    const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      return await read(handle, content);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
};

const split = (path: string): { folders: string[]; name: string } => {
  const names = path.split('/');
  return { folders: names.slice(0, -1), name: names.at(-1) ?? path };
};

const descend = async (root: Folder, held: Folder[], folders: string[]): Promise<{ folder: Folder; missing: string[] }> => {
  let folder = root;
  for (const [depth, name] of folders.entries()) {
    try {
      folder = await enter(folder, name);
      held.push(folder);
    } catch (error) {
      if (isAbsent(error)) return { folder, missing: folders.slice(depth).map((_, more) => folders.slice(0, depth + more + 1).join('/')) };
      throw error;
    }
  }
  return { folder, missing: [] };
};

/** What a write would find, for the card; nothing is changed by looking. */
export const lookFor = async (files: Files, { path, content }: Pick<Write, 'path' | 'content'>): Promise<Result<Found, ToolError>> => {
  const { folders, name } = split(path);
  const nothing = { missingFolders: folders.map((_, depth) => folders.slice(0, depth + 1).join('/')), was: undefined, same: false };
  try {
    const found = await inFolder(files, async (root, held): Promise<Found> => {
      const { folder, missing } = await descend(root, held, folders);
      const file = missing.length > 0 ? undefined : await present(folder, name, content);
      return { missingFolders: missing, was: file?.was, same: file?.same ?? false };
    });
    return ok(found);
  } catch (error) {
    // The files folder itself is made by the first write.
    if (isAbsent(error)) return ok(nothing);
    const refused = fileErrorOf(error, true);
    if (refused) return err(refused);
    throw error;
  }
};

/** What was done so far, so that it can be undone, or so that it is known that it cannot. */
type Trail = { made: { folder: Folder; name: string }[]; unfinished: { folder: Folder; name: string } | undefined; renamed: boolean };

const enterOrMake = async (root: Folder, held: Folder[], { folders, trail }: { folders: string[]; trail: Trail }): Promise<Folder> => {
  let folder = root;
  for (const name of folders) {
    const parent = folder;
    try {
      folder = await enter(parent, name);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      if (await make(parent, name)) trail.made.push({ folder: parent, name });
      folder = await enter(parent, name);
    }
    held.push(folder);
  }
  return folder;
};

/** The whole content beside its place, safely on the disk, or nothing. */
const writeUnfinished = async (folder: Folder, write: Write, trail: Trail): Promise<string> => {
  // Named for the effect: what a crashed attempt left is swept, and a worker that was thought dead and wakes finds its own one gone.
  const mine = `${UNFINISHED}${createHash('sha256').update(write.key).digest('hex').slice(0, 16)}-`;
  for (const left of await readdir(folder.base)) if (left.startsWith(mine)) await rm(inside(folder, left), { force: true });
  const name = `${mine}${randomBytes(8).toString('hex')}.tmp`;
  const handle = await open(
    inside(folder, name),
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0),
    0o600,
  );
  trail.unfinished = { folder, name };
  try {
    await handle.writeFile(write.content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return name;
};

const replace = async (folder: Folder, write: Write, trail: Trail): Promise<Placed> => {
  const { name } = split(write.path);
  const before = await present(folder, name, write.content);
  if (before?.same) {
    // An attempt that crashed after its rename may have left the name in memory alone.
    await keep(folder);
    return { kind: 'same' };
  }
  const unfinished = await writeUnfinished(folder, write, trail);
  // Looked at again after the long part. A link that takes the place even now is itself replaced by the rename, never followed.
  const now = await present(folder, name, write.content);
  await stillInside(folder);
  write.signal.throwIfAborted();
  await rename(inside(folder, unfinished), inside(folder, name));
  trail.renamed = true;
  await keep(folder);
  return { kind: now ? 'replaced' : 'created' };
};

/** Takes back what was begun; false when that did not work or is too late. */
const takeBack = async (trail: Trail): Promise<boolean> => {
  if (trail.renamed) return false;
  try {
    const { unfinished } = trail;
    if (unfinished) await rm(inside(unfinished.folder, unfinished.name), { force: true });
    for (const { folder, name } of trail.made.toReversed()) await unmake(folder, name);
    return true;
  } catch {
    // The first error is the one to tell; this one says only that it left something behind.
    return false;
  }
};

/**
 * Puts the content at the path, whole or not at all, and on the disk before it answers. Making it again with the same content changes
 * nothing. Answers what the file system refuses; throws only the signal's reason and what is a bug.
 */
export const placeFile = async (files: Files, write: Write): Promise<Result<Placed, ToolError>> => {
  const trail: Trail = { made: [], unfinished: undefined, renamed: false };
  let untouched = true;
  try {
    await mkdir(files.root, { recursive: true, mode: 0o700 });
    const placed = await inFolder(files, async (root, held) => {
      try {
        return await replace(await enterOrMake(root, held, { folders: split(write.path).folders, trail }), write, trail);
      } catch (error) {
        untouched = await takeBack(trail);
        throw error;
      }
    });
    return ok(placed);
  } catch (error) {
    const refused = fileErrorOf(error, untouched);
    if (refused) return err(refused);
    throw error;
  }
};
