import { existsSync } from 'node:fs';
import { constants, type FileHandle, lstat, mkdir, open, readlink, realpath, rmdir } from 'node:fs/promises';
import { sep } from 'node:path';
import { FileRefused } from './file-refused.ts';

/**
 * A folder inside the files folder, reached name by name. Contract: whatever is done below `base` is done in the very folder that was
 * looked at, wherever that folder or a link in its place has gone since. On Linux `base` is `/proc/self/fd/<n>`, which names an open
 * handle: the `openat` that Node lacks. Elsewhere `base` is a path, and `stillInside` looks again at where it leads; between that look
 * and the next step a swapped link could win there, which is why servers should be Linux.
 */
export type Folder = { base: string; root: string; handle: FileHandle | undefined };

export const HOLDS_FOLDERS = process.platform === 'linux' && existsSync('/proc/self/fd');

// Windows has no such flags, and its `open` takes no folder at all: there the fall-back below needs none of them.
const FOLDER_ONLY = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

export const inside = (folder: Folder, name: string): string => `${folder.base}/${name}`;

const NOT_A_FOLDER = (name: string) =>
  new FileRefused('path_is_link', `"${name}" is a link or a file where a folder should be. Nothing is written through it.`);

/** Refuses when the folder is not below the files folder any more: it was moved, removed, or was a link after all. */
export const stillInside = async (folder: Folder): Promise<void> => {
  const place = folder.handle ? await readlink(folder.base) : await realpath(folder.base);
  if (place !== folder.root && !place.startsWith(`${folder.root}${sep}`))
    throw new FileRefused('path_moved', 'The folder was moved out of the files folder meanwhile.');
};

const openAt = async (path: string, holds: boolean): Promise<FileHandle | undefined> => {
  if (holds) return open(path, FOLDER_ONLY);
  const found = await lstat(path);
  if (!found.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR', syscall: 'lstat' });
  return undefined;
};

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

const openFolder = async (path: string, name: string, holds: boolean): Promise<{ base: string; handle: FileHandle | undefined }> => {
  try {
    const handle = await openAt(path, holds);
    return { handle, base: handle ? `/proc/self/fd/${handle.fd}` : path };
  } catch (error) {
    // Linux says ELOOP or ENOTDIR of a link, by kernel version and flags.
    if (codeOf(error) === 'ELOOP' || codeOf(error) === 'ENOTDIR') throw NOT_A_FOLDER(name);
    throw error;
  }
};

/** Opens the files folder itself. It may not be a link either: whoever wants it elsewhere moves the whole home. */
export const openRoot = async (path: string, holds: boolean): Promise<Folder> => {
  const { base, handle } = await openFolder(path, 'files', holds);
  return { base, handle, root: handle ? await readlink(base) : await realpath(base) };
};

/** One name deeper; throws ENOENT when there is nothing by that name. */
export const enter = async (folder: Folder, name: string): Promise<Folder> => {
  const { base, handle } = await openFolder(inside(folder, name), name, folder.handle !== undefined);
  const entered = { base, handle, root: folder.root };
  try {
    await stillInside(entered);
    return entered;
  } catch (error) {
    await handle?.close();
    throw error;
  }
};

/** Makes a folder and makes that last; false when somebody else had made it. */
export const make = async (folder: Folder, name: string): Promise<boolean> => {
  try {
    await mkdir(inside(folder, name), 0o700);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await keep(folder);
  return true;
};

/** Takes back a folder that was made in vain. Somebody else's file in it keeps it, and that is no failure. */
export const unmake = async (folder: Folder, name: string): Promise<void> => {
  try {
    await rmdir(inside(folder, name));
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST' && codeOf(error) !== 'ENOENT') throw error;
  }
};

/** Makes names in the folder survive a loss of power. Without a handle there is nothing to ask that of. */
export const keep = async (folder: Folder): Promise<void> => {
  await folder.handle?.sync();
};

/** Whether the error says that there is nothing by that name. */
export const isAbsent = (error: unknown): boolean => codeOf(error) === 'ENOENT';
