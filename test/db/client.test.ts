import { once } from 'node:events';
import { createServer } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { freshDatabase, type TestDatabase } from '../database.ts';

let base: TestDatabase;
let commits = 0;
beforeAll(async () => {
  base = await freshDatabase({
    max: 2,
    onCommit: () => {
      commits += 1;
    },
  });
  await base.database.pool.query('create table marks (name text primary key)');
});
afterAll(() => base.drop());

const marks = async (): Promise<string[]> =>
  (await base.database.pool.query<{ name: string }>('select name from marks order by 1')).rows.map(({ name }) => name);
const mark = (db: typeof base.database.db, name: string) => db.execute(sql`insert into marks (name) values (${name})`);

test('[lasting] what is let loose after a commit is let loose after it, in order, and never after a rollback', async () => {
  const heard: string[] = [];
  const before = commits;
  await base.database.transaction(async (tx) => {
    await mark(tx.db, 'kept');
    tx.afterCommit(() => heard.push('one'));
    tx.afterCommit(() => heard.push('two'));
    expect(heard).toEqual([]);
  });
  await expect(
    base.database.transaction(async (tx) => {
      await mark(tx.db, 'undone');
      tx.afterCommit(() => heard.push('never'));
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect([heard, await marks(), commits - before]).toEqual([['one', 'two'], ['kept'], 1]);
});

test('[lasting] statements that are sent together run in their order, however often the same, and all or none of them stay', async () => {
  for (let round = 0; round < 12; round += 1) {
    const names = Array.from({ length: 8 }, (_, at) => `${round}-${at}`);
    await base.database.transaction((tx) => Promise.all(names.map((name) => mark(tx.db, name))));
    // One of them fails: none stays, and whoever uses the connection next finds it whole.
    const failing = base.database.transaction((tx) =>
      Promise.all(['fresh', names[0] ?? '', 'later'].map((name) => mark(tx.db, `${name}`))),
    );
    await expect(failing).rejects.toThrow();
    expect((await marks()).filter((name) => name.startsWith(`${round}-`))).toEqual(names);
  }
  expect(await marks()).not.toContain('fresh');
});

test('[lasting] a statement that was first met in a transaction that had failed works afterwards', async () => {
  for (let statement = 0; statement < 5; statement += 1) {
    const query = (db: typeof base.database.db) =>
      db.execute<{ n: number }>(sql.raw(`select ${statement}::int + `).append(sql`${1}::int as n`));
    for (let round = 0; round < 6; round += 1) {
      const failing = base.database.transaction((tx) => Promise.all([tx.query('select 1 / 0'), query(tx.db), query(tx.db), query(tx.db)]));
      await expect(failing).rejects.toThrow('division by zero');
      const fine = await base.database.transaction((tx) => Promise.all([query(tx.db), query(tx.db)]));
      expect(fine.map(({ rows }) => rows)).toEqual([[{ n: statement + 1 }], [{ n: statement + 1 }]]);
    }
  }
});

test('[lasting] a transaction whose connection is cut throws, nothing of it stays, and the next gets another connection', async () => {
  for (let round = 0; round < 4; round += 1) {
    const cut = base.database.transaction(async (tx) => {
      await mark(tx.db, 'cut');
      const [row] = (await tx.query('select pg_backend_pid() as pid')).rows as { pid: number }[];
      await base.database.pool.query(`select pg_terminate_backend(${row?.pid})`);
      await new Promise((go) => setTimeout(go, 20));
      await mark(tx.db, 'cut too');
    });
    await expect(cut).rejects.toThrow();
  }
  expect((await marks()).filter((name) => name.startsWith('cut'))).toEqual([]);
});

/** One message of PostgreSQL's protocol: its letter, the length of the rest, the rest. */
const message = (letter: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(letter), length, body]);
};

test('[lasting] a server whose last word comes together with its first fails the transaction, and ends no process', async () => {
  const welcome = [message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))];
  const fatal = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0'));
  const server = createServer((socket) => socket.once('data', () => socket.end(Buffer.concat([...welcome, fatal])))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const dying = openDatabase(`postgres://wilco@127.0.0.1:${port}/wilco`, { max: 1, onIdleError: () => undefined });
  // What nobody hears fails the whole run.
  for (let at = 0; at < 3; at += 1) await expect(dying.transaction((tx) => tx.query('select 1'))).rejects.toThrow();
  await dying.close();
  server.close();
});
