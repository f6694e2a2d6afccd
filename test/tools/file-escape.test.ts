import { execFileSync, spawn } from 'node:child_process';
import { link, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { whyNotPath } from '../../src/tools/file-path.ts';
import { lookFor, placeFile } from '../../src/tools/file-place.ts';
import { createGround, dropGround, type Ground, newKey, outsideOf, SECRET, treeOf, write } from './files-rig.ts';
import { HARMLESS, HOSTILE } from './hostile-paths.ts';
import { refusalOf } from './rig.ts';

let ground: Ground;
const place = (path: string) => placeFile(ground.files, { path, content: 'escaped', key: newKey(), signal: new AbortController().signal });

/** Planted at `at` in the files folder; `below` is written through it. Each leads out, or to what is no plain file. */
type Trap = { name: string; plant(at: string): Promise<unknown>; below: string };

const up = (at: string): string => '../'.repeat(at.slice(ground.root.length + 1).split('/').length - 1);
/** A link to what was just planted elsewhere. */
const via = async (to: string, planted: Promise<unknown>, at: string): Promise<void> => {
  await planted;
  await symlink(to, at);
};
const fullFolder = async (at: string): Promise<void> => {
  await mkdir(at);
  await writeFile(join(at, 'kept'), 'x');
};
const real = (): string => join(ground.root, 'real');

const TRAPS: readonly Trap[] = [
  { name: 'a link to a folder outside', plant: (at) => symlink(ground.outside, at), below: '/x.md' },
  { name: 'a relative link to a folder outside', plant: (at) => symlink(`${up(at)}../../outside`, at), below: '/x.md' },
  { name: 'a link to the folder above', plant: (at) => symlink(`${up(at)}..`, at), below: '/x.md' },
  { name: 'a link to a folder deeper outside', plant: (at) => symlink(ground.outside, at), below: '/folder/x.md' },
  { name: 'a link to a folder outside, with folders to make', plant: (at) => symlink(ground.outside, at), below: '/new/deep/x.md' },
  {
    name: 'a link to another folder inside',
    plant: (at) => via(real(), mkdir(real()), at),
    below: '/x.md',
  },
  { name: 'a link to the files folder', plant: (at) => symlink(ground.root, at), below: '/x.md' },
  { name: 'a chain of links', plant: (at) => via(`${at}-2`, symlink(ground.outside, `${at}-2`), at), below: '/x.md' },
  { name: 'a loop of links', plant: (at) => symlink(at, at), below: '/x.md' },
  { name: 'a loop of links as the file', plant: (at) => symlink(at, at), below: '' },
  { name: 'a dangling link as a folder', plant: (at) => symlink(join(ground.outside, 'not-yet'), at), below: '/x.md' },
  { name: 'a dangling link as the file', plant: (at) => symlink(join(ground.outside, 'not-yet.txt'), at), below: '' },
  { name: 'a relative dangling link as the file', plant: (at) => symlink(`${up(at)}../../outside/not-yet.txt`, at), below: '' },
  { name: 'a link to a file outside', plant: (at) => symlink(join(ground.outside, 'secret.txt'), at), below: '' },
  { name: 'a link to a file outside, taken for a folder', plant: (at) => symlink(join(ground.outside, 'secret.txt'), at), below: '/x.md' },
  { name: 'a link to the key of the house', plant: (at) => symlink(join(ground.home, 'wilco.key'), at), below: '' },
  { name: 'a link to a folder as the file', plant: (at) => symlink(ground.outside, at), below: '' },
  { name: 'a link into /proc', plant: (at) => symlink('/proc/self/cwd', at), below: '/x.md' },
  { name: 'a link to the root of the system', plant: (at) => symlink('/', at), below: '/tmp/wilco-escaped' },
  { name: 'a link to a device', plant: (at) => symlink('/dev/null', at), below: '' },
  { name: 'a folder in the place of the file', plant: (at) => mkdir(at), below: '' },
  {
    name: 'a folder with files in the place of the file',
    plant: fullFolder,
    below: '',
  },
  { name: 'a file in the place of a folder', plant: (at) => writeFile(at, 'x'), below: '/x.md' },
  { name: 'a hard link in the place of a folder', plant: (at) => link(join(ground.outside, 'secret.txt'), at), below: '/x.md' },
  { name: 'a pipe as the file', plant: async (at) => execFileSync('mkfifo', [at]), below: '' },
  { name: 'a pipe in the place of a folder', plant: async (at) => execFileSync('mkfifo', [at]), below: '/x.md' },
];
const PLACES = ['x', 'a/x', 'a/b/x', 'a/b/c/d/x'];
const planted = TRAPS.flatMap((trap) => PLACES.map((at) => ({ trap, at, name: `${trap.name} at ${at}` })));

test('at least 300 paths and traps are tried', () => {
  expect(HOSTILE.length).toBeGreaterThanOrEqual(300);
  expect(planted.length * 2).toBeGreaterThanOrEqual(200);
});

describe.each([{ holds: true }, { holds: false }])('with folders held open: $holds', ({ holds }) => {
  beforeEach(async () => {
    ground = await createGround(holds);
  });
  afterEach(() => dropGround(ground));

  test('every hostile path is refused by its shape, in one sentence', () => {
    for (const path of HOSTILE) {
      const said = refusalOf(ground.tool, { path, content: 'x' });
      expect(said, JSON.stringify(path)).toMatch(/^[A-Z].*\.$/s);
      expect(said, JSON.stringify(path)).not.toContain(' | Say');
    }
  });

  test('a hostile path that got past the schema still writes nothing outside', async () => {
    const before = await outsideOf(ground);
    for (const path of HOSTILE) {
      // NUL never reaches the system: Node throws.
      const outcome = await place(path).catch((error: Error) => error);
      if (outcome instanceof Error) expect(path).toContain('\0');
    }
    expect(await outsideOf(ground)).toEqual(before);
    await expect(readFile('/tmp/wilco-escaped')).rejects.toThrow('ENOENT');
  });

  test('harmless paths are written under their own names', async () => {
    for (const path of HARMLESS) {
      expect(whyNotPath(path), path).toBeUndefined();
      await rm(ground.root, { recursive: true, force: true });
      expect((await write(ground.tool, { path, content: 'x' })).ok, path).toBe(true);
      expect(await readFile(join(ground.root, path), 'utf8')).toBe('x');
    }
  });

  test.each(planted)('$name: refused, nothing written', async ({ trap, at }) => {
    await mkdir(join(ground.root, at, '..'), { recursive: true });
    await trap.plant(join(ground.root, at));
    const before = await treeOf(ground.base);
    const outcome = await place(`${at}${trap.below}`);
    expect(outcome).toMatchObject({ ok: false, error: { notDispatched: true, message: expect.stringMatching(/Nothing was written\.$/) } });
    expect(await treeOf(ground.base)).toEqual(before);
    const looked = await lookFor(ground.files, { path: `${at}${trap.below}`, content: 'x' });
    expect(looked.ok).toBe(false);
  });

  test('a files folder that is a link is refused', async () => {
    await rm(ground.root, { recursive: true });
    await symlink(ground.outside, ground.root);
    const before = await outsideOf(ground);
    expect(await write(ground.tool, { path: 'x.md', content: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'path_is_link', notDispatched: true },
    });
    expect(await outsideOf(ground)).toEqual(before);
  });

  test('a socket as the file is refused', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(ground.root, 's'), resolve));
    expect(await place('s')).toMatchObject({ ok: false, error: { code: 'path_is_special', notDispatched: true } });
    await new Promise((resolve) => server.close(resolve));
  });
});

/** Another process that swaps a folder, or the file in it, for links to the outside as fast as it can. */
const SWAPPER = `
  const fs = require('node:fs');
  const [root, outside] = process.argv.slice(1);
  const quietly = (act) => { try { act(); } catch {} };
  process.stdout.write('ready');
  for (;;) {
    quietly(() => fs.renameSync(root + '/a', root + '/aside'));
    quietly(() => fs.symlinkSync(outside, root + '/a'));
    quietly(() => fs.unlinkSync(root + '/a'));
    quietly(() => fs.renameSync(root + '/aside', root + '/a'));
    quietly(() => fs.unlinkSync(root + '/a/b/x.md'));
    quietly(() => fs.symlinkSync(outside + '/secret.txt', root + '/a/b/x.md'));
    quietly(() => fs.unlinkSync(root + '/a/b/x.md'));
    quietly(() => fs.symlinkSync(outside + '/not-yet.txt', root + '/a/b/x.md'));
    quietly(() => fs.unlinkSync(root + '/a/b/x.md'));
  }`;

describe.runIf(process.platform === 'linux')('against a process that swaps folders for links', () => {
  beforeEach(async () => {
    ground = await createGround();
  });
  afterEach(() => dropGround(ground));

  test('3 seconds of writing put nothing outside, and some of it is done', async () => {
    await mkdir(join(ground.root, 'a/b'), { recursive: true });
    const before = await treeOf(ground.outside);
    const swapper = spawn(process.execPath, ['-e', SWAPPER, ground.root, ground.outside], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await new Promise((resolve) => swapper.stdout.once('data', resolve));
      const until = performance.now() + 3000;
      const counts = { done: 0, refused: 0 };
      while (performance.now() < until) {
        const outcomes = await Promise.all(['a/b/x.md', 'a/b/y.md', 'a/x.md', 'a/new/z.md'].map(place));
        for (const outcome of outcomes) counts[outcome.ok ? 'done' : 'refused']++;
      }
      expect(counts.done).toBeGreaterThan(0);
      expect(counts.refused).toBeGreaterThan(0);
    } finally {
      const gone = new Promise((resolve) => swapper.once('exit', resolve));
      swapper.kill('SIGKILL');
      await gone;
    }
    expect(await treeOf(ground.outside)).toEqual(before);
    expect(await readFile(join(ground.outside, 'secret.txt'), 'utf8')).toBe(SECRET);
  });

  test('a folder that is moved out in mid-write does not take the file along', async () => {
    await mkdir(join(ground.root, 'a'));
    const before = await readdir(ground.outside);
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, round) => {
        const name = `a${round}`;
        await mkdir(join(ground.root, name));
        const [outcome] = await Promise.all([place(`${name}/x.md`), rename(join(ground.root, name), join(ground.outside, name))]);
        return { outcome, left: await readdir(join(ground.outside, name)) };
      }),
    );
    // Moved after the file was in place is a move of that file, by whoever may move it; moved before, nothing is written in it.
    for (const { outcome, left } of outcomes) if (!outcome.ok) expect(left).toEqual([]);
    expect(before).toEqual(['folder', 'secret.txt']);
  });
});

const mayMount = (): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe.runIf(mayMount())('on a disk of 64 kB', () => {
  beforeEach(async () => {
    ground = await createGround();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', ground.root]);
  });
  afterEach(async () => {
    execFileSync('umount', [ground.root]);
    await dropGround(ground);
  });

  test('a full disk is said, the old file stands, and nothing is left over', async () => {
    await write(ground.tool, { path: 'a.md', content: 'before' });
    const content = 'x'.repeat(150_000);
    const full = { ok: false, error: { code: 'disk_full', message: 'The disk is full. Nothing was written.', notDispatched: true } };
    expect(await write(ground.tool, { path: 'a.md', content })).toEqual(full);
    expect(await write(ground.tool, { path: 'new/deep/b.md', content })).toEqual(full);
    expect(await readdir(ground.root, { recursive: true })).toEqual(['a.md']);
    expect(await readFile(join(ground.root, 'a.md'), 'utf8')).toBe('before');
  });
});
