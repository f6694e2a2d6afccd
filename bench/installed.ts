import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

type Locked = { packages: Record<string, { dev?: boolean; devOptional?: boolean }> };

const bytesOf = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const each = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    // A package inside a package has a line of its own in the lock file.
    if (entry.isDirectory()) return entry.name === 'node_modules' ? 0 : bytesOf(path);
    return entry.isFile() ? (await stat(path)).blocks * 512 : 0;
  });
  return (await Promise.all(each)).reduce((sum, bytes) => sum + bytes, 0);
};

/** Megabytes on disk of everything that the lock file names, and of what a run needs. What somebody installed besides is not counted. */
export const installedMegabytes = async (): Promise<{ all: number; toRun: number }> => {
  const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as Locked;
  const sizes = { all: 0, toRun: 0 };
  for (const [path, { dev, devOptional }] of Object.entries(packages)) {
    if (path === '') continue;
    const megabytes = (await bytesOf(join(ROOT, path))) / 1024 / 1024;
    sizes.all += megabytes;
    if (!dev && !devOptional) sizes.toRun += megabytes;
  }
  return sizes;
};
