import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSealed } from '../../src/db/read/sealed-events.ts';
import { record } from '../../src/db/record.ts';
import { sealEvents } from '../../src/db/seal.ts';
import { createLog } from '../../src/log.ts';
import { verifyLog } from '../../src/ops/verify-log.ts';
import { err } from '../../src/result.ts';
import { freshDatabase, type TestDatabase } from '../database.ts';
import { eventually } from '../eventually.ts';

let base: TestDatabase;
let folder: string;
let lines: string[];
beforeAll(async () => {
  base = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'wilco-log-'));
  for (let i = 0; i < 30; i += 1)
    await base.database.transaction(({ db }) => record(db, { projectId: 'default', kind: 'test.made', data: { i } }));
  // An event is sealed as soon as no older transaction of the server is open any more.
  const links = await eventually(async () => {
    await sealEvents(base.database);
    const sealed = await readSealed(base.database.db, { projectId: 'default', after: 0, limit: 1000 });
    return sealed.length >= 30 && sealed;
  });
  lines = links.map((link) => JSON.stringify(link));
});
afterAll(async () => {
  await base.drop();
  await rm(folder, { recursive: true, force: true });
});

const verify = async (content: readonly string[]) => {
  const file = join(folder, 'record.jsonl');
  await writeFile(file, content.map((line) => `${line}\n`).join(''));
  const said: string[] = [];
  const config = err({ code: 'config_invalid' as const, message: 'not needed' });
  const code = await verifyLog({ config, args: [file], log: createLog('silent'), say: (line) => said.push(line) });
  return { code, said: said.join('\n') };
};

test('[record] an exported record that nobody touched holds, and tells its last hash', async () => {
  const last = JSON.parse(lines.at(-1) ?? '') as { hash: string };
  expect(await verify(lines)).toMatchObject({ code: 0, said: expect.stringContaining(last.hash) });
});

test('[record] a change, a removal, a swap, a double and an addition are found wherever they are', async () => {
  for (let at = 0; at < lines.length - 1; at += 1) {
    const [line = '', next = ''] = lines.slice(at, at + 2);
    const [before, after] = [lines.slice(0, at), lines.slice(at + 1)];
    const changed = line.replace(/"kind":"/, '"kind":"x');
    const where = `link ${at + 1}`;
    expect(await verify([...before, changed, ...after]), where).toMatchObject({
      code: 1,
      said: expect.stringContaining(`Link ${at + 1} does not hold`),
    });
    expect(await verify([...before, ...after]), where).toMatchObject({ code: 1, said: expect.stringContaining('was removed') });
    expect(await verify([...before, next, line, ...after.slice(1)]), where).toMatchObject({ code: 1 });
    expect(await verify([...before, line, line, ...after]), where).toMatchObject({
      code: 1,
      said: expect.stringContaining('moved or doubled'),
    });
  }
});

test('what is no record is named with its line, and quoted nowhere', async () => {
  expect(await verify([...lines.slice(0, 3), 'a letter to a friend'])).toEqual({
    code: 1,
    said: 'Line 4 is no link of a record that Wilco exported.',
  });
});
