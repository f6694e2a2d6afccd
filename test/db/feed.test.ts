import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { feedHead, readFeed } from '../../src/db/feed.ts';
import { record } from '../../src/db/record.ts';
import { freshDatabase, type TestDatabase } from '../database.ts';
import { SOAK } from '../soak.ts';

let base: TestDatabase;
beforeAll(async () => {
  base = await freshDatabase({ max: 30 });
});
afterAll(() => base.drop());

const PROJECT = 'default';

/** Follows the feed from a place until `enough` says so, or for half a minute. */
const follow = async (after: string, limit: number, enough: (seen: string[]) => boolean): Promise<string[]> => {
  const seen: string[] = [];
  let cursor = after;
  for (const until = Date.now() + 30_000; Date.now() < until && !enough(seen); ) {
    const page = await readFeed(base.database.db, { projectId: PROJECT, after: cursor, limit });
    if (!page) throw new Error('a cursor of its own was refused');
    seen.push(...page.events.map(({ data, kind }) => (kind === 'thing.done' ? String(data.name) : kind)));
    cursor = page.cursor;
    if (page.events.length === 0) await sleep(2);
  }
  return seen;
};

test('[feed] with twenty writers, slow ones and ones that roll back, every reader sees each event once, and all of them alike', async () => {
  const after = await feedHead(base.database.db);
  const written: string[] = [];
  let writing = true;
  // Ids are given out as they are written, and committed later in any order.
  const writeAll = async (names: string[], longest: number, commits: boolean) =>
    base.database.transaction(async ({ db }) => {
      for (const name of names) {
        await record(db, { projectId: PROJECT, kind: 'thing.done', data: { name } });
        if (Math.random() < 0.3) await sleep(Math.random() * longest);
      }
      await record(db, { projectId: 'another', kind: 'thing.done', data: { name: 'not ours' } });
      if (!commits) throw new Error('rolled back');
    });
  const write = async (writer: number) => {
    for (let round = 0; round < 20 * SOAK; round += 1) {
      const names = [0, 1, 2].map((part) => `${writer}-${round}-${part}`);
      const commits = Math.random() > 0.2;
      await writeAll(names, writer === 0 ? 120 : 12, commits).catch(() => undefined);
      if (commits) written.push(...names);
    }
  };
  const enough = (seen: string[]) => !writing && seen.length >= written.length;
  const readers = [1, 3, 7, 1000].map((limit) => follow(after, limit, enough));
  await Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer)));
  writing = false;
  const [first, ...others] = await Promise.all(readers);
  expect([...(first ?? [])].sort()).toEqual([...written].sort());
  for (const other of others) expect(other).toEqual(first);
});

test('[feed] what is written and not yet certain is held back and said to be pending, and comes later', async () => {
  const after = await feedHead(base.database.db);
  const slow = await base.database.pool.connect();
  await slow.query('begin');
  await slow.query(`insert into wilco.events (project_id, kind, data) values ('${PROJECT}', 'thing.done', '{"name":"slow"}')`);
  await base.database.transaction(({ db }) => record(db, { projectId: PROJECT, kind: 'thing.done', data: { name: 'quick' } }));
  expect(await readFeed(base.database.db, { projectId: PROJECT, after, limit: 10 })).toEqual({ events: [], cursor: after, pending: true });
  await slow.query('commit');
  slow.release();
  expect(await follow(after, 10, (seen) => seen.length >= 2)).toEqual(['slow', 'quick']);
});

test('[feed] a reader that starts now is told only what comes', async () => {
  await base.database.transaction(({ db }) => record(db, { projectId: PROJECT, kind: 'thing.done', data: { name: 'before' } }));
  let head = await feedHead(base.database.db);
  // Another transaction of the same server can hold it back for a while, and let it go between two looks.
  const isBehind = async (): Promise<boolean> => {
    const page = await readFeed(base.database.db, { projectId: PROJECT, after: head, limit: 1 });
    return !page || page.pending || page.events.length > 0;
  };
  for (let i = 0; i < 9000 && (await isBehind()); i += 1) {
    await sleep(5);
    head = await feedHead(base.database.db);
  }
  await base.database.transaction(({ db }) => record(db, { projectId: PROJECT, kind: 'thing.done', data: { name: 'after' } }));
  expect(await follow(head, 10, (seen) => seen.length > 0)).toEqual(['after']);
});

test.each([
  '',
  '0',
  'x.y',
  '1.1.1',
  '-1.0',
  '1.-1',
  "0.0'; drop table wilco.events; --",
  '99999999999999999999.1',
  '18446744073709551616.0',
  '1.9223372036854775808',
  '1.9999999999999999999',
  '٣.٣',
  `${'1'.repeat(400)}.1`,
])('[feed] a place that was never given out (%j) is refused and harms nothing', async (after) =>
  expect(await readFeed(base.database.db, { projectId: PROJECT, after, limit: 10 })).toBeUndefined(),
);

test('[feed] the furthest place that there can be is one', async () => {
  const page = await readFeed(base.database.db, { projectId: PROJECT, after: '18446744073709551615.9223372036854775807', limit: 10 });
  expect(page?.events).toEqual([]);
});
