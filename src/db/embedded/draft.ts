import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ok, type Result } from '../../result.ts';
import { type EmbeddedError, failedWith } from './error.ts';
import { type Account, openFolder, syncFolder } from './place.ts';

const DRAFT = /^draft-\d+-/;
const OLD_MS = 10 * 60 * 1000;

/** Fills `draft/<name of the target>`. */
type Fill = (draft: string) => Promise<Result<null, EmbeddedError>>;

// By age, not by the maker's pid: in a container the same few pids come back at every start.
const removeOldDrafts = async (folder: string): Promise<void> => {
  for (const name of (await readdir(folder)).filter((entry) => DRAFT.test(entry))) {
    const draft = join(folder, name);
    if (Date.now() - (await stat(draft)).mtimeMs > OLD_MS) await rm(draft, { recursive: true, force: true });
  }
};

/**
 * Puts a folder in place in one step, so that a start killed half-way leaves all of it or nothing. Of two starts at once
 * one is first, and its folder is the other's too.
 */
export const putInPlace = async (target: string, account: Account, fill: Fill): Promise<Result<null, EmbeddedError>> => {
  const folder = dirname(target);
  await removeOldDrafts(folder);
  const draft = join(folder, `draft-${process.pid}-${randomBytes(4).toString('hex')}`);
  await openFolder(draft, account);
  try {
    const filled = await fill(draft);
    if (!filled.ok) return filled;
    await rename(join(draft, basename(target)), target);
    await syncFolder(folder);
  } catch (error) {
    if (!failedWith(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return ok(null);
};
