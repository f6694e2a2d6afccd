import { execFileSync } from 'node:child_process';
import { chmod, cp, lstat, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { locatePackage } from '../../src/db/embedded/software.ts';
import { cleanUp, dataOf, isRoot, newFolder, newHome, outputOf, pidOf, query, runProgram, start, started } from './embedded-home.ts';

afterAll(cleanUp);

const isLinux = process.platform === 'linux';

const packageWithoutLinks = async (): Promise<string> => {
  const located = locatePackage(process);
  if (!located.ok) throw new Error(located.error.message);
  const copy = join(await newFolder(), 'package');
  await cp(located.value, copy, { recursive: true, filter: async (source) => !(await lstat(source)).isSymbolicLink() });
  return copy;
};

const commandOf = async (data: string): Promise<string> => (await readFile(join(data, 'postmaster.opts'), 'utf8')).split(' ')[0] ?? '';

const recordedFolder = async (home: string): Promise<string> => JSON.parse(await readFile(join(home, 'postgres.json'), 'utf8')).folder;

test.runIf(isLinux)('a package that was installed with --ignore-scripts runs from a copy with the links it lacks', async () => {
  const home = await newHome();
  const packageFolder = await packageWithoutLinks();
  const first = await started(home, { packageFolder });
  expect(await query(first.url, `select 'x' ~ '[[:alpha:]]' as matches`)).toEqual([{ matches: true }]);
  expect(await commandOf(dataOf(home))).toMatch(`${home}/postgres/software-18`);
  await first.stop();
  const second = await started(home, { packageFolder });
  expect(second.url).toBe(first.url);
  await second.stop();
  const third = await started(home);
  expect(await commandOf(dataOf(home))).not.toMatch('software-18');
  expect(third.url).toBe(first.url);
});

test.runIf(isRoot && isLinux)('as root, software and data below a folder of mode 0700 go where the server can reach them', async () => {
  const home = await newHome();
  const packageFolder = await packageWithoutLinks();
  await chmod(join(home, '..'), 0o700);
  await chmod(join(packageFolder, '..'), 0o700);
  const first = await started(home, { packageFolder });
  await query(first.url, 'create table kept as select 7 as number');
  const folder = await recordedFolder(home);
  expect(folder).toMatch(/^\/var\/lib\/wilco\/[0-9a-f]{16}$/);
  expect(await commandOf(join(folder, 'data'))).toMatch(`${folder}/software-18`);
  expect((await stat(join(folder, 'data'))).uid).not.toBe(0);
  await first.stop();
  const second = await started(home, { packageFolder });
  expect(await query(second.url, 'select number from kept')).toEqual([{ number: 7 }]);

  // A home that was removed begins anew; what it left stays for whoever wants it, without a server that nobody can reach.
  const left = await pidOf(join(folder, 'data'));
  await rm(home, { recursive: true });
  const third = await started(home, { packageFolder });
  expect(await query(third.url, `select to_regclass('kept') as kept`)).toEqual([{ kept: null }]);
  expect(await recordedFolder(home)).toBe(`${folder}-2`);
  expect(await readdir(join(folder, 'data'))).not.toContain('postmaster.pid');
  expect(() => process.kill(left, 0)).toThrow('ESRCH');
  await rm(folder, { recursive: true });
});

test.runIf(isRoot)('as root, a data folder that root copied is given to the server', async () => {
  const home = await newHome();
  const first = await started(home);
  await query(first.url, 'create table kept as select 7 as number');
  await first.stop();
  execFileSync('chown', ['-R', '0:0', dataOf(home)]);
  const second = await started(home);
  expect(await query(second.url, 'select number from kept')).toEqual([{ number: 7 }]);
});

test.runIf(isRoot)('as root, a home that was moved to where the server cannot reach it is refused', async () => {
  const home = await newHome();
  await (await started(home)).stop();
  await chmod(join(home, '..'), 0o700);
  expect(await start(home)).toMatchObject({ ok: false, error: { code: 'place_unreachable' } });
  await chmod(join(home, '..'), 0o755);
  expect(await start(home)).toMatchObject({ ok: true });
});

test.runIf(isRoot)('an ordinary user runs it as itself, and root goes on as that user', async () => {
  const nobody = { uid: 65534, gid: 65534 };
  const folder = await newFolder();
  await chmod(folder, 0o777);
  const home = join(folder, 'home');
  const output = await outputOf(
    runProgram(home, 'console.log(result.ok ? result.value.url : result.error.message); process.exit();', nobody),
  );
  const { adopted, url, stop } = await started(home);
  expect(adopted).toBe(true);
  expect(output.trim()).toBe(url);
  await stop();
  await started(home);
  expect((await stat(`/proc/${await pidOf(dataOf(home))}`)).uid).toBe(nobody.uid);
});

test.runIf(isLinux)('a home that was moved, even with its server running, keeps its database', async () => {
  const home = await newHome();
  const first = await started(home);
  await query(first.url, 'create table kept as select 7 as number');
  const moved = `${home}-moved`;
  await rename(home, moved);
  const second = await started(moved);
  expect(await query(second.url, 'select number from kept')).toEqual([{ number: 7 }]);
  await second.stop();
  const third = await started(moved);
  expect(await query(third.url, 'select number from kept')).toEqual([{ number: 7 }]);
});
