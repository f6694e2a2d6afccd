import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSealed } from '../../src/db/read/sealed-events.ts';
import { record } from '../../src/db/record.ts';
import { isSealBehind, sealEvents } from '../../src/db/seal.ts';
import { freshDatabase, type TestDatabase } from '../database.ts';
import { read, section } from './documents.ts';

const run = promisify(execFile);
const [, program = ''] = /```js\n([\s\S]*?)```/.exec(section(read('docs/guides/api.md'), '## The sealed record')) ?? [];

let base: TestDatabase;
let folder: string;
beforeAll(async () => {
  base = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'wilco-docs-'));
  await writeFile(join(folder, 'verify.mjs'), program);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await base.drop();
});

const verify = async (lines: readonly object[]): Promise<string> => {
  await writeFile(join(folder, 'wilco-events.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { stdout } = await run(process.execPath, ['verify.mjs'], { cwd: folder });
  return stdout;
};

test('the program that the guide gives checks an export, and finds what was changed', async () => {
  const { database, installed } = base;
  const { projectId } = installed;
  await record(database.db, { projectId, kind: 'task.created', personId: installed.ownerId, data: { priority: 8, note: '“é” ' } });
  while (await isSealBehind(database.db)) await sealEvents(database);
  const sealed = await readSealed(database.db, { projectId, after: 0, limit: 1000 });
  expect(sealed.length).toBeGreaterThan(1);
  expect(await verify(sealed)).toBe(`whole: ${sealed.at(-1)?.hash}\n`);
  const changed = sealed.map((event) => (event.kind === 'task.created' ? { ...event, data: '{"priority": 9}' } : event));
  await expect(verify(changed)).rejects.toThrow('broken at');
});
