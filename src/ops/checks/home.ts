import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Check, type Finding, fail, ok, warn } from '../check.ts';

const LITTLE = 1024 ** 3;
const TOO_LITTLE = 100 * 1024 ** 2;
const PRIVATE = ['api-key', 'secret-key', 'postgres.json'];

const nearest = async (folder: string): Promise<string> => {
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  return there || folder === dirname(folder) ? folder : nearest(dirname(folder));
};

const openToOthers = async (home: string): Promise<string[]> => {
  if (process.platform === 'win32') return [];
  const open: string[] = [];
  for (const name of PRIVATE) {
    const found = await stat(join(home, name)).catch(() => undefined);
    if (found && (found.mode & 0o077) !== 0) open.push(name);
  }
  return open;
};

const lookAt = async (home: string, free: number): Promise<Finding> => {
  const open = await openToOthers(home);
  const gigabytes = `${(free / 1024 ** 3).toFixed(1)} GB free`;
  if (free < TOO_LITTLE)
    return fail(`The disk of ${home} is all but full (${gigabytes}).`, 'Free some space: the database stops when there is none.');
  if (open.length > 0)
    return warn(
      `Others on this machine can read ${open.join(', ')} in ${home}.`,
      `chmod 600 ${open.map((name) => join(home, name)).join(' ')}`,
    );
  if (free < LITTLE) return warn(`${home} has ${gigabytes}.`, 'Free some space soon.');
  return ok(`${home}, ${gigabytes}`);
};

/** Whether the home is there, belongs to whoever runs this, and has room. */
export const homeFolder = (home: string): Check => ({
  name: 'home',
  async run() {
    const place = await nearest(home);
    try {
      await access(place, constants.W_OK);
    } catch {
      return fail(`${place} cannot be written to by this user.`, 'Start as the user that owns it, or set WILCO_HOME to another folder.');
    }
    const { bavail, bsize } = await statfs(place);
    return place === home ? lookAt(home, bavail * bsize) : ok(`${home} is not there yet; the first start makes it.`);
  },
});
