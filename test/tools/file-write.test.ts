import { createHash } from 'node:crypto';
import { chmod, link, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { placeFile } from '../../src/tools/file-place.ts';
import { createGround, dropGround, type Ground, newKey, previewOf, SECRET, treeOf, write } from './files-rig.ts';
import { refusalOf } from './rig.ts';

describe.each([
  { holds: true, way: 'through open folders' },
  { holds: false, way: 'where folders cannot be held open' },
])('$way', ({ holds }) => {
  let ground: Ground;
  beforeEach(async () => {
    ground = await createGround(holds);
  });
  afterEach(() => dropGround(ground));

  const content = (path: string) => readFile(join(ground.root, path), 'utf8');

  test('a new file is made with its folders, for nobody else to read', async () => {
    const done = await write(ground.tool, { path: 'notes/2026/monday.md', content: 'Hällo\nthere\n' });
    expect(done).toMatchObject({
      ok: true,
      value: { summary: 'Created notes/2026/monday.md (13 bytes, 2 lines)', data: { kind: 'created', bytes: 13 } },
    });
    expect(await content('notes/2026/monday.md')).toBe('Hällo\nthere\n');
    expect((await stat(join(ground.root, 'notes/2026/monday.md'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(ground.root, 'notes/2026'))).mode & 0o777).toBe(0o700);
  });

  test('the files folder itself is made by the first write', async () => {
    await rm(ground.root, { recursive: true });
    expect((await previewOf(ground.tool, { path: 'a/b.md', content: 'x' })).changes).toEqual([
      'Creates the folder a',
      'Creates a/b.md (1 byte, 1 line)',
    ]);
    expect((await write(ground.tool, { path: 'a/b.md', content: 'x' })).ok).toBe(true);
    expect(await content('a/b.md')).toBe('x');
    expect((await stat(ground.root)).mode & 0o777).toBe(0o700);
  });

  test('a file that is there is replaced whole', async () => {
    await writeFile(join(ground.root, 'a.md'), 'a much longer text than the new one');
    expect(await write(ground.tool, { path: 'a.md', content: 'short' })).toMatchObject({
      ok: true,
      value: { summary: 'Replaced a.md (5 bytes, 1 line)' },
    });
    expect(await content('a.md')).toBe('short');
    expect(await treeOf(ground.root)).toHaveLength(1);
  });

  test('done again it changes nothing and succeeds', async () => {
    const input = { path: 'a.md', content: 'x' };
    const idempotencyKey = newKey();
    await write(ground.tool, input, { idempotencyKey });
    const first = await stat(join(ground.root, 'a.md'));
    expect(await write(ground.tool, input, { idempotencyKey })).toMatchObject({
      ok: true,
      value: { summary: 'a.md has this content (1 byte, 1 line)', data: { kind: 'same' } },
    });
    expect((await stat(join(ground.root, 'a.md'))).ino).toBe(first.ino);
  });

  test('a preview creates nothing, and says what would be created, replaced or left', async () => {
    const input = { path: 'notes/2026/monday.md', content: 'one\ntwo\nthree' };
    expect(await previewOf(ground.tool, input)).toEqual({
      changes: ['Creates the folder notes', 'Creates the folder notes/2026', 'Creates notes/2026/monday.md (13 bytes, 3 lines)'],
      reversible: 'Cannot be undone here: delete the file by hand',
    });
    expect(await treeOf(ground.root)).toEqual([]);
    await write(ground.tool, { ...input, content: 'before' });
    expect(await previewOf(ground.tool, input)).toEqual({
      changes: ['Replaces notes/2026/monday.md (6 bytes, 1 line → 13 bytes, 3 lines)'],
      reversible: 'Cannot be undone: what the file holds now is not kept',
    });
    await write(ground.tool, input);
    expect(await previewOf(ground.tool, input)).toEqual({
      changes: ['Leaves notes/2026/monday.md as it is: it has this content already'],
      reversible: 'Nothing changes',
    });
  });

  test('a preview of what would be refused says so', async () => {
    await symlink(ground.outside, join(ground.root, 'notes'));
    expect(await previewOf(ground.tool, { path: 'notes/a.md', content: 'x' })).toEqual({
      changes: [expect.stringMatching(/^Would be refused: "notes" is a link/)],
      reversible: 'Nothing changes',
    });
  });

  test('a file larger than any that Wilco writes is measured, not read', async () => {
    await writeFile(join(ground.root, 'big.bin'), Buffer.alloc(2_000_000));
    expect((await previewOf(ground.tool, { path: 'big.bin', content: 'x' })).changes).toEqual([
      'Replaces big.bin (2,000,000 bytes → 1 byte, 1 line)',
    ]);
    expect((await write(ground.tool, { path: 'big.bin', content: 'x' })).ok).toBe(true);
  });

  test('the other name of a hard link keeps what it had', async () => {
    await link(join(ground.outside, 'secret.txt'), join(ground.root, 'shared.txt'));
    expect((await write(ground.tool, { path: 'shared.txt', content: 'mine' })).ok).toBe(true);
    expect(await readFile(join(ground.outside, 'secret.txt'), 'utf8')).toBe(SECRET);
    expect(await content('shared.txt')).toBe('mine');
  });

  test('the first byte is announced before anything is made', async () => {
    let announced = 0;
    const beforeDispatch = async () => {
      announced++;
      expect(await treeOf(ground.root)).toEqual([]);
    };
    await write(ground.tool, { path: 'a/b.md', content: 'x' }, { beforeDispatch });
    expect(announced).toBe(1);
    await write(ground.tool, { path: 'a/b.md', content: 'x' }, { beforeDispatch: async () => void announced++ });
    expect(announced).toBe(2);
  });

  test('a worker that was replaced writes nothing', async () => {
    const fenced = new Error('fenced');
    const beforeDispatch = () => Promise.reject(fenced);
    await expect(write(ground.tool, { path: 'a/b.md', content: 'x' }, { beforeDispatch })).rejects.toBe(fenced);
    expect(await treeOf(ground.root)).toEqual([]);
  });

  test('a kill before the file takes its place leaves nothing behind', async () => {
    const signal = AbortSignal.abort(new Error('killed'));
    await expect(write(ground.tool, { path: 'a/b/c.md', content: 'x' }, { signal })).rejects.toThrow('killed');
    expect(await treeOf(ground.root)).toEqual([]);
  });

  test('what a crashed attempt left is swept by the next one, and only that', async () => {
    const crash = { path: 'a.md', content: 'x', key: 'p:1', signal: new AbortController().signal };
    await placeFile(ground.files, crash);
    await rm(join(ground.root, 'a.md'));
    const mine = `.wilco-${createHash('sha256').update('p:1').digest('hex').slice(0, 16)}-dead.tmp`;
    await writeFile(join(ground.root, mine), 'half');
    await writeFile(join(ground.root, '.wilco-other-dead.tmp'), 'half');
    expect((await placeFile(ground.files, crash)).ok).toBe(true);
    expect((await readdir(ground.root)).sort()).toEqual(['.wilco-other-dead.tmp', 'a.md']);
  });

  test('of many at once the file is always one of them, whole, and nothing is left over', async () => {
    const texts = Array.from({ length: 24 }, (_, index) => String(index).repeat(50_000));
    const reading = { done: false };
    const seen = new Set<string>();
    await write(ground.tool, { path: 'deep/down/a.md', content: texts[0] });
    const reader = (async () => {
      while (!reading.done) seen.add(await content('deep/down/a.md'));
    })();
    const outcomes = await Promise.all(
      texts.map((text, index) => write(ground.tool, { path: 'deep/down/a.md', content: text }, { idempotencyKey: `k${index % 8}` })),
    );
    reading.done = true;
    await reader;
    expect(outcomes.some((done) => done.ok)).toBe(true);
    for (const done of outcomes) if (!done.ok) expect(done.error).toMatchObject({ code: 'path_moved', notDispatched: true });
    for (const text of seen) expect(texts).toContain(text);
    expect(await readdir(join(ground.root, 'deep/down'))).toEqual(['a.md']);
  });

  test('without permission it says so, and nothing was written', async () => {
    await mkdir(join(ground.root, 'locked'));
    await chmod(ground.base, 0o755);
    await chmod(ground.home, 0o755);
    await chmod(ground.root, 0o755);
    await chmod(join(ground.root, 'locked'), 0o555);
    const asNobody = async <T>(work: () => Promise<T>): Promise<T> => {
      const root = process.getuid?.() === 0;
      if (root) process.seteuid?.(65534);
      try {
        return await work();
      } finally {
        if (root) process.seteuid?.(0);
      }
    };
    const done = await asNobody(() => write(ground.tool, { path: 'locked/deeper/a.md', content: 'x' }));
    expect(done).toEqual({
      ok: false,
      error: { code: 'no_permission', message: 'Wilco has no permission to write there. Nothing was written.', notDispatched: true },
    });
    expect(await readdir(join(ground.root, 'locked'))).toEqual([]);
  });

  test.each([
    [{ path: '', content: 'x' }, 'Say which file, such as notes/monday.md.'],
    [{ path: 'a'.repeat(401), content: 'x' }, 'The path is too long: at most 400 characters.'],
    [{ path: 'a.md', content: '' }, 'Say what to write into it.'],
    [{ path: 'a.md', content: 'x'.repeat(200_001) }, 'It is too long: at most 200,000 characters.'],
    [{ path: 'a.md', content: 'a\0b' }, 'It holds a character that cannot be shown (NUL or half a character). Take it out.'],
    [{ path: 'a.md', content: 'a\ud800' }, 'It holds a character that cannot be shown (NUL or half a character). Take it out.'],
  ])('%# is refused with one sentence', (input, sentence) => {
    expect(refusalOf(ground.tool, input)).toBe(sentence);
  });

  test('content is kept to the byte', async () => {
    const text = '\uFEFF \r\n\t\u202e text \u0007 🎉\n\n';
    await write(ground.tool, { path: 'a.txt', content: text });
    expect(await content('a.txt')).toBe(text);
  });

  test('the longest content of the widest letters is written and found the same', async () => {
    const text = '\u{10000}'.repeat(100_000);
    await write(ground.tool, { path: 'a.txt', content: text });
    expect(await write(ground.tool, { path: 'a.txt', content: text })).toMatchObject({ value: { data: { kind: 'same' } } });
  });

  test('any write is of medium risk, and its target is its path', () => {
    expect([ground.tool.risk({ path: 'a', content: 'x' }), ground.tool.target({ path: 'a/b', content: 'x' }), ground.tool.replay]).toEqual([
      'med',
      'a/b',
      'keyed',
    ]);
  });
});
