import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeBackup } from '../../src/db/backup/make.ts';
import { restoreBackup } from '../../src/db/backup/restore.ts';
import { openDatabase } from '../../src/db/client.ts';
import { feedHead, readFeed } from '../../src/db/feed.ts';
import { migrateWithin } from '../../src/db/migrate.ts';
import { record } from '../../src/db/record.ts';
import { isSealBehind, sealEvents, verifySeals } from '../../src/db/seal.ts';
import { type Parked, parkEverything } from '../../src/dispatch/park.ts';
import { throwSwitch } from '../../src/dispatch/power.ts';
import { createRig, type Rig, unique } from '../dispatch/rig.ts';
import { eventually } from '../eventually.ts';
import { emptyDatabase, everything, query } from './backup-rig.ts';

/** What COPY has to keep whole: its own marks, ends of lines, marks outside the basic plane. */
const AWKWARD = ['a\tb\nc\r\nd', '\\.', '\\N', '\\', '{"bytes":3}', '🛠️ é ﷽', '\'"`$1', ' '.repeat(3)];

let rig: Rig;
let folder: string;
let file: string;
let hung: AbortController;
const ids = { proposed: '', approved: '', executing: '' };

const backupTo = async (name: string) => {
  const path = join(folder, name);
  const made = await makeBackup({ url: rig.url, home: join(folder, 'home'), file: path, version: 'test', keys: [] });
  if (!made.ok) throw new Error(made.error.message);
  return { path, made: made.value };
};

type Options = { replace?: string; keepKeys?: boolean };
const restoreInto = (url: string, path: string, options: Options = {}) =>
  restoreBackup<Parked>({
    url,
    home: join(folder, 'to'),
    file: path,
    replace: options.replace ?? null,
    jobs: ['route', 'execute', 'dead'],
    park: (db, { at }) => parkEverything(db, { backup: at, keepKeys: options.keepKeys ?? false }),
  });

/** Restores as it is, with nothing put to rest: to hold every byte against the original. */
const copyInto = (url: string, path: string) =>
  restoreBackup<null>({ url, home: join(folder, 'to'), file: path, replace: null, jobs: [], park: async () => null });

/** Two events whose ids and transactions go the opposite ways: the one that got its id first commits and counts later. */
const crossed = async () => {
  const [early, late] = [new Client({ connectionString: rig.url }), new Client({ connectionString: rig.url })];
  await Promise.all([early.connect(), late.connect()]);
  await early.query('begin');
  await early.query('select pg_current_xact_id()');
  await late.query(`insert into wilco.events (project_id, kind) values ('default', 'test.late')`);
  await early.query(`insert into wilco.events (project_id, kind) values ('default', 'test.early')`);
  await early.query('commit');
  await Promise.all([early.end(), late.end()]);
};

const fill = async () => {
  const owner = rig.installed.ownerId;
  ids.proposed = (await rig.proposed(rig.owner, { text: unique() })).id;
  const waits = await rig.proposed(rig.owner, { text: unique() });
  ids.approved = waits.id;
  await rig.approve(rig.owner, waits);
  const runs = await rig.proposed(rig.owner, { text: 'hang' });
  ids.executing = runs.id;
  await rig.approve(rig.owner, runs);
  void rig.step(runs.id, { signal: hung.signal });
  await eventually(async () => (await rig.stateOf(runs.id)) === 'executing');
  await rig.sql(`insert into wilco.schedules (project_id, name, pattern, time_zone, thread_id, proposal_id, next_at)
    values ('default', 'daily', 'every day', 'UTC', 'room:general:feed', '${waits.id}', now())`);
  for (const text of AWKWARD)
    await rig.database.pool.query(
      `insert into wilco.messages (thread_id, author_kind, text, state) values ('room:general:feed', 'person', $1, 'queued')`,
      [text],
    );
  await rig.database.pool.query(
    `insert into wilco.attachments (message_id, name, media_type, size, content) select id, $1, 'x/y', 300000, $2 from wilco.messages limit 1`,
    [AWKWARD[0], randomBytes(300_000)],
  );
  await rig.sql(`insert into wilco.sessions (token_hash, person_id, expires_at) values ('hash', '${owner}', now() + interval '1 day')`);
  await rig.sql(`insert into wilco.api_keys (name, key_hash, project_id, max_role) values ('ci', 'hash', 'default', 'operator')`);
  await crossed();
};

beforeAll(async () => {
  hung = new AbortController();
  rig = await createRig({
    wrap: (tool) => ({
      ...tool,
      execute: async (input, ctx) => {
        if ((input as { text?: string }).text !== 'hang') return tool.execute(input, ctx);
        await ctx.beforeDispatch();
        return new Promise(() => undefined);
      },
    }),
  });
  folder = await mkdtemp(join(tmpdir(), 'wilco-backup-'));
  await fill();
  while ((await sealEvents(rig.database)) > 0);
  // As on a server that has counted much further than the one that it is restored to.
  await rig.tamper(`update wilco.events set xid = (xid::text::bigint + 1000000000000)::text::xid8`);
  file = (await backupTo('whole.backup')).path;
});
afterAll(async () => {
  hung.abort(new Error('the test is over'));
  await rig.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a backup is readable by its owner alone, lies under its name when it is whole, and replaces nothing', async () => {
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await makeBackup({ url: rig.url, home: folder, file, version: 'test', keys: [] })).toMatchObject({
    ok: false,
    error: { code: 'backup_exists' },
  });
});

test('every row of every table comes back byte for byte', async () => {
  const target = await emptyDatabase();
  const restored = await copyInto(target.url, file);
  expect(restored.ok).toBe(true);
  const [was, is] = [await everything(rig.url), await everything(target.url)];
  expect(was.get('messages')?.length).toBeGreaterThan(AWKWARD.length);
  // The test's own, in our schema: what no migration made is not ours to restore.
  was.delete('notes');
  expect([...is.keys()]).toEqual([...was.keys()]);
  for (const [name, rows] of was) expect(is.get(name), name).toEqual(rows);
  await target.drop();
});

test('[record][feed] after a restore to a server that has counted less far, events are told and sealed on, and the chain holds', async () => {
  const target = await emptyDatabase();
  // Not sealed yet when the backup was made, in an order that is not that of their ids.
  await crossed();
  const { path } = await backupTo('unsealed.backup');
  const before = await verifySeals(rig.database.db);
  expect((await restoreInto(target.url, path)).ok).toBe(true);
  const database = openDatabase(target.url, { max: 2, onIdleError: () => undefined });
  const restored = await verifySeals(database.db);
  expect(restored.broken).toBeNull();
  expect(restored.sealed).toBeGreaterThan(before.sealed + 2);
  const cursor = await feedHead(database.db);
  for (let i = 0; i < 3; i += 1)
    await database.transaction(({ db }) => record(db, { projectId: 'default', kind: 'test.after', data: { i } }));
  // Another transaction of the same server can hold them back for a while.
  const told = async () =>
    (await readFeed(database.db, { projectId: 'default', after: cursor, limit: 100 }))?.events.map((event) => event.kind);
  await expect.poll(told).toEqual(['test.after', 'test.after', 'test.after']);
  while (await isSealBehind(database.db)) await sealEvents(database);
  expect(await verifySeals(database.db)).toEqual({ sealed: restored.sealed + 3, broken: null });
  // And a second time, from there.
  const again = await emptyDatabase();
  const second = join(folder, 'second.backup');
  expect((await makeBackup({ url: target.url, home: folder, file: second, version: 'test', keys: [] })).ok).toBe(true);
  expect((await restoreInto(again.url, second)).ok).toBe(true);
  const other = openDatabase(again.url, { max: 2, onIdleError: () => undefined });
  await database.transaction(({ db }) => record(db, { projectId: 'default', kind: 'test.again' }));
  while ((await sealEvents(other)) > 0);
  expect((await verifySeals(other.db)).broken).toBeNull();
  await database.close();
  await other.close();
  await target.drop();
  await again.drop();
});

test('[stop] a restored installation is killed, and nothing that was open goes on by itself', async () => {
  const target = await emptyDatabase();
  const restored = await restoreInto(target.url, file);
  expect(restored).toMatchObject({
    ok: true,
    value: { parked: { proposed: 1, voided: 1, unknown: 1, schedules: 1, messages: AWKWARD.length, sessions: 1, keys: 1 } },
  });
  const states = await query<{ id: string; state: string }>(target.url, 'select id, state from wilco.proposals');
  expect(new Map(states.map(({ id, state }) => [id, state]))).toEqual(
    new Map([
      [ids.proposed, 'proposed'],
      [ids.approved, 'void'],
      [ids.executing, 'unknown'],
    ]),
  );
  const one = async (sql: string) => (await query<Record<string, unknown>>(target.url, sql))[0];
  expect(await one('select killed from wilco.switches')).toEqual({ killed: true });
  expect(await one(`select count(*)::int as n from wilco.effects where state = 'started'`)).toEqual({ n: 0 });
  expect(await one(`select count(*)::int as n from wilco.schedules where state = 'active'`)).toEqual({ n: 0 });
  expect(await one(`select count(*)::int as n from wilco.messages where state in ('queued', 'delivered')`)).toEqual({ n: 0 });
  expect(await one('select count(*)::int as n from wilco.sessions where ended_at is null')).toEqual({ n: 0 });
  expect(await one('select count(*)::int as n from wilco.api_keys where revoked_at is null')).toEqual({ n: 0 });
  expect(await one('select count(*)::int as n from wilco.workers where stopped_at is null')).toEqual({ n: 0 });
  expect(await one(`select count(*)::int as n from wilco.events where kind = 'installation.restored'`)).toEqual({ n: 1 });
  const [told] = await query<{ text: string }>(
    target.url,
    `select text from wilco.messages where text like '%restored from a backup%' and state = 'processed'`,
  );
  expect(told?.text).toContain('1 approved actions that had not started are void.');
  expect(told?.text).toContain('/unkill');
  await target.drop();
});

test('[stop] the kill of a restore is lifted by the owner alone, and what was parked stays parked', async () => {
  const target = await emptyDatabase();
  await restoreInto(target.url, file);
  const database = openDatabase(target.url, { max: 4, onIdleError: () => undefined });
  const heart = { ...rig.heart, database };
  const admin = { ...rig.owner, role: 'admin' as const };
  expect(await throwSwitch(heart, admin, { verb: 'unkill', reason: null })).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
  expect(await throwSwitch(heart, rig.owner, { verb: 'unkill', reason: null })).toMatchObject({
    ok: true,
    value: { state: { killed: false }, voided: 0 },
  });
  const states = await query<{ state: string }>(target.url, 'select state::text from wilco.proposals order by 1');
  expect(states.map(({ state }) => state)).toEqual(['proposed', 'unknown', 'void']);
  await database.close();
  await target.drop();
});

test('keys live on only where the operator says so', async () => {
  const target = await emptyDatabase();
  expect(await restoreInto(target.url, file, { keepKeys: true })).toMatchObject({ ok: true, value: { parked: { keys: 0 } } });
  expect(await query(target.url, 'select count(*)::int as n from wilco.api_keys where revoked_at is null')).toEqual([{ n: 1 }]);
  await target.drop();
});

test('the record can still only be added to after a restore', async () => {
  const target = await emptyDatabase();
  await restoreInto(target.url, file);
  await expect(query(target.url, `update wilco.events set kind = 'x'`)).rejects.toThrow('append-only');
  await target.drop();
});

const untouched = async (url: string) =>
  expect(await query(url, `select to_regclass('wilco.events') is null as empty`)).toEqual([{ empty: true }]);

test('a cut or changed file is refused with a sentence, wherever it was cut or changed, and the target stays empty', async () => {
  const target = await emptyDatabase();
  const bytes = await readFile(file);
  const plain = gunzipSync(bytes);
  const bad = join(folder, 'bad.backup');
  const variants: [string, Buffer][] = [
    ...[0.1, 0.5, 0.9].map((part): [string, Buffer] => [`cut at ${part}`, bytes.subarray(0, Math.floor(bytes.length * part))]),
    ['without its last byte', bytes.subarray(0, -1)],
    ...[20, 1000, Math.floor(bytes.length / 2), bytes.length - 20].map((at): [string, Buffer] => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      return [`a bit at ${at}`, changed];
    }),
    ['another word in a row', gzipSync(Buffer.from(plain.toString('latin1').replace('test.late', 'test.fake'), 'latin1'))],
    [
      'without a part',
      gzipSync(
        Buffer.from(plain.toString('latin1').replace(/\{"table":"votes"[^\n]*\n(?:\{"bytes":\d+\}\n[^{]*)?\{"rows[^\n]*\n/, ''), 'latin1'),
      ),
    ],
    ['with something behind it', gzipSync(Buffer.concat([plain, Buffer.from('{}\n')]))],
  ];
  for (const [name, content] of variants) {
    expect(content.equals(bytes) || content.equals(gzipSync(plain)), name).toBe(false);
    await writeFile(bad, content);
    const refused = await restoreInto(target.url, bad);
    expect(refused, name).toMatchObject({ ok: false, error: { code: 'backup_broken' } });
    await untouched(target.url);
  }
  await target.drop();
});

test('a file of something else, or of a later version, is named as that', async () => {
  const target = await emptyDatabase();
  const bad = join(folder, 'foreign.backup');
  const header =
    gunzipSync(await readFile(file))
      .toString('latin1')
      .split('\n')[0] ?? '';
  const of = (changes: object) => gzipSync(`${JSON.stringify({ ...(JSON.parse(header) as object), ...changes })}\n`);
  for (const [content, code] of [
    [Buffer.from('a letter to a friend'), 'backup_foreign'],
    [gzipSync('a letter to a friend\n'), 'backup_broken'],
    [gzipSync('{"some":"json"}\n'), 'backup_foreign'],
    [Buffer.alloc(0), 'backup_foreign'],
    [of({ format: 2 }), 'backup_newer'],
  ] as const) {
    await writeFile(bad, content);
    expect(await restoreInto(target.url, bad)).toMatchObject({ ok: false, error: { code } });
  }
  expect(await restoreInto(target.url, join(folder, 'nowhere'))).toMatchObject({ ok: false, error: { code: 'backup_missing' } });
  await untouched(target.url);
  await target.drop();
});

test('a name in a backup that leads out of its folder is refused', async () => {
  const target = await emptyDatabase();
  const home = join(folder, 'sly');
  const { mkdir } = await import('node:fs/promises');
  await mkdir(join(home, 'files'), { recursive: true });
  await writeFile(join(home, 'files', 'inside.txt'), 'inside');
  const path = join(folder, 'sly.backup');
  const real = { url: rig.url, home, version: 'test', keys: [] };
  expect(await makeBackup({ ...real, file: path })).toMatchObject({ ok: true, value: { files: 1 } });
  // Hashes and all, as somebody would who knows how.
  const { writeArchive } = await import('../../src/db/backup/archive.ts');
  for (const [at, name] of ['../out.txt', '/etc/out.txt', 'a/../../out.txt', 'a\\..\\out.txt', 'a//b', '.'].entries()) {
    const sly = join(folder, `sly-${at}.backup`);
    const header = JSON.parse(
      gunzipSync(await readFile(path))
        .toString('latin1')
        .split('\n')[0] ?? '',
    ) as { at: string; version: string; migrations: string[] };
    const archive = await writeArchive(sly, header);
    await archive.begin({ file: name, mode: 0o644, modified: 0 });
    await archive.write(Buffer.from('out'));
    await archive.end(0);
    await archive.finish();
    expect(await restoreInto(target.url, sly), name).toMatchObject({ ok: false, error: { code: 'backup_broken' } });
  }
  await untouched(target.url);
  await target.drop();
});

test('a backup from before a migration is brought forward', async () => {
  const [old, target] = [await emptyDatabase(), await emptyDatabase()];
  const client = new Client({ connectionString: old.url });
  await client.connect();
  await migrateWithin(client, { from: 0, to: 1 });
  await client.query(`insert into wilco.projects (id, name) values ('default', 'Old')`);
  await client.query(`insert into wilco.people (id, name) values ('${randomUUID()}', 'Ana')`);
  await client.query(`insert into wilco.events (project_id, kind) values ('default', 'project.created')`);
  await client.end();
  const path = join(folder, 'old.backup');
  expect((await makeBackup({ url: old.url, home: folder, file: path, version: 'test', keys: [] })).ok).toBe(true);
  expect(await restoreInto(target.url, path)).toMatchObject({ ok: true });
  expect(await query(target.url, 'select name, preferences from wilco.people')).toEqual([{ name: 'Ana', preferences: {} }]);
  const known = await query<{ hash: string }>(rig.url, 'select hash from wilco.migrations order by id');
  expect(await query(target.url, 'select hash from wilco.migrations order by id')).toEqual(known);
  await old.drop();
  await target.drop();
});

test('an installation in use is replaced only by whoever types what is lost', async () => {
  const target = await emptyDatabase();
  expect((await restoreInto(target.url, file)).ok).toBe(true);
  const refused = await restoreInto(target.url, file);
  expect(refused).toMatchObject({ ok: false, error: { code: 'restore_used' } });
  const [word = ''] = /erase-\d+-events/.exec(refused.ok ? '' : refused.error.message) ?? [];
  expect(await restoreInto(target.url, file, { replace: 'erase-1-events' })).toMatchObject({ ok: false, error: { code: 'restore_used' } });
  expect(await restoreInto(target.url, file, { replace: word })).toMatchObject({ ok: true });
  await target.drop();
});

test('nothing is restored under a Wilco that works', async () => {
  expect(await restoreInto(rig.url, file)).toMatchObject({ ok: false, error: { code: 'restore_running' } });
});

test('what is written meanwhile is in the backup whole or not at all, and is not held up', async () => {
  let stop = false;
  let pairs = 0;
  const writing = (async () => {
    while (!stop) {
      await rig.database.transaction(async ({ db }) => {
        await record(db, { projectId: 'default', kind: 'test.pair' });
        await db.execute(`insert into wilco.messages (thread_id, author_kind, text) values ('room:general:feed', 'system', 'pair')`);
      });
      pairs += 1;
    }
  })();
  const taken: string[] = [];
  for (let i = 0; i < 5; i += 1) taken.push((await backupTo(`busy-${i}.backup`)).path);
  stop = true;
  await writing;
  expect(pairs).toBeGreaterThan(5);
  for (const path of taken) {
    const target = await emptyDatabase();
    expect((await copyInto(target.url, path)).ok).toBe(true);
    const [found] = await query<{ events: number; messages: number }>(
      target.url,
      `select (select count(*) from wilco.events where kind = 'test.pair')::int as events, (select count(*) from wilco.messages where text = 'pair')::int as messages`,
    );
    expect(found?.events).toBe(found?.messages);
    await target.drop();
  }
});
