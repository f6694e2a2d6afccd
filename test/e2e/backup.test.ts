import { access, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { emptyDatabase, everything, ops, opsProcess, query, urlOf } from '../ops/backup-rig.ts';
import { makeHome, removeHome, startWilco, type Wilco } from './start.ts';

let home: string;
let second: string;
let file: string;

const approveAll = async (wilco: Wilco, text: string): Promise<string> => {
  const sent = await wilco.api('POST', '/api/room/messages', { text });
  expect(sent.status).toBe(202);
  const card = await eventually(async () => {
    const { body } = await wilco.api('GET', '/api/approvals');
    return (body.items as { id: string; revision: number; digest: string; threadId: string }[]).find(
      (one) => one.threadId === sent.body.threadId,
    );
  });
  await wilco.api('POST', `/api/approvals/${card.id}/approve`, { revision: card.revision, digest: card.digest });
  return eventually(async () => {
    const { status } = (await wilco.api('GET', `/api/approvals/${card.id}`)).body as { status: string };
    return status === 'executed' && status;
  });
};

beforeAll(async () => {
  home = await makeHome();
  second = await makeHome();
  file = join(await makeHome(), 'wilco.backup');
  const wilco = await startWilco(home);
  await approveAll(wilco, 'write meeting notes to notes/monday.md: we met');
  await wilco.api('POST', '/api/room/messages', { text: 'create a task to water the plants' });
  // While it works.
  const made = await ops({ WILCO_HOME: home }, 'backup', file);
  expect(made).toMatchObject({ code: 0 });
  expect(made.text).toContain('Not in it: api-key');
  await wilco.stop();
});
afterAll(async () => {
  for (const one of [home, second, join(file, '..')]) await removeHome(one);
});

test('a backup leaves a Wilco that works at work, and starts and stops the database of one that rests', async () => {
  const again = `${file}.again`;
  expect(await ops({ WILCO_HOME: home }, 'backup', again)).toMatchObject({ code: 0 });
  expect((await stat(again)).mode & 0o777).toBe(0o600);
  await rm(again);
  await expect(access(join(home, 'postgres/data/postmaster.pid'))).rejects.toThrow();
});

test('what there is not, and what is not meant, is said in a sentence', async () => {
  const nowhere = join(home, 'nowhere');
  expect(await ops({ WILCO_HOME: nowhere }, 'backup', `${file}.x`)).toMatchObject({
    code: 1,
    text: expect.stringContaining('There is no installation'),
  });
  expect(await ops({ WILCO_HOME: home }, 'backup')).toMatchObject({ code: 1, text: expect.stringContaining('-- FILE') });
  expect(await ops({ WILCO_HOME: home }, 'backup', file)).toMatchObject({ code: 1, text: expect.stringContaining('is there already') });
  expect(await ops({ WILCO_HOME: home }, 'backup', '--everything', file)).toMatchObject({
    code: 1,
    text: expect.stringContaining('--everything'),
  });
});

test('[lasting] a restore that is killed at any moment leaves the target empty, and the next one does it', async () => {
  const target = await emptyDatabase();
  const env = { DATABASE_URL: target.url, WILCO_HOME: second };
  let killed = 0;
  for (let ms = 500; ms <= 1500; ms += 100) {
    const child = opsProcess(env, 'restore', file);
    const ended = new Promise((done) => child.once('exit', done));
    await new Promise((done) => setTimeout(done, ms));
    if (child.exitCode !== null) break;
    child.kill('SIGKILL');
    await ended;
    const there = await eventually(async () => {
      const [open] = await query<{ n: number }>(
        target.url,
        `select count(*)::int as n from pg_stat_activity where application_name = 'wilco-restore'`,
      );
      return open?.n === 0 && query<{ empty: boolean }>(target.url, `select to_regclass('wilco.events') is null as empty`);
    });
    // Killed after its commit it was done; in between there is nothing.
    if (there[0]?.empty === false) break;
    killed += 1;
  }
  expect(killed).toBeGreaterThan(0);
  const done = await ops(env, 'restore', file);
  const used = done.text.match(/erase-\d+-events/)?.[0];
  expect(used ? await ops(env, 'restore', file, '--replace', used) : done).toMatchObject({ code: 0 });
  expect(await readFile(join(second, 'files/notes/monday.md'), 'utf8')).toBe('we met');
  await target.drop();
  await rm(second, { recursive: true, force: true });
});

test('from embedded to embedded, to a server and back, it is the same; it starts killed, and works again after the owner says so', async () => {
  const target = await emptyDatabase();
  const [embedded, server] = [{ WILCO_HOME: second }, { WILCO_HOME: join(second, 'server'), DATABASE_URL: target.url }];
  second = await makeHome();
  Object.assign(embedded, { WILCO_HOME: second });
  server.WILCO_HOME = join(second, 'server');
  expect(await ops(embedded, 'restore', file)).toMatchObject({ code: 0, text: expect.stringContaining('Wilco is killed until the owner') });
  expect(await readFile(join(second, 'files/notes/monday.md'), 'utf8')).toBe('we met');

  const wilco = await startWilco(second);
  const status = await wilco.api('GET', '/status');
  expect(status.body).toMatchObject({ killed: true });
  await wilco.api('POST', '/api/room/messages', { text: '/task Not yet' });
  await eventually(async () => {
    const { body } = await wilco.api('GET', '/api/threads');
    return (body.items as unknown[]).length > 0;
  });
  expect((await wilco.api('POST', '/api/system/unkill', {})).status).toBe(200);
  expect(await approveAll(wilco, 'create a task to paint the door')).toBe('executed');
  const moved = join(file, '..', 'moved.backup');
  await wilco.stop();
  const was = await (async () => {
    expect(await ops(embedded, 'backup', moved)).toMatchObject({ code: 0 });
    expect(await ops(server, 'restore', moved, '--keep-keys')).toMatchObject({ code: 0 });
    return everything(target.url);
  })();

  // And back, from the server to a third home.
  const back = join(file, '..', 'back.backup');
  expect(await ops(server, 'backup', back)).toMatchObject({ code: 0 });
  const third = await makeHome();
  expect(await ops({ WILCO_HOME: third }, 'restore', back, '--keep-keys')).toMatchObject({ code: 0 });
  expect(await readFile(join(third, 'files/notes/monday.md'), 'utf8')).toBe('we met');
  const last = await startWilco(third);
  const is = await everything(await urlOf(third));
  for (const name of [
    'people',
    'members',
    'identities',
    'threads',
    'proposals',
    'revisions',
    'votes',
    'decisions',
    'effects',
    'runs',
    'tasks',
    'task_notes',
    'policies',
  ])
    expect(is.get(name), name).toEqual(was.get(name));
  for (const row of was.get('events') ?? []) expect(is.get('events')).toContain(row);
  for (const row of was.get('event_seals') ?? []) expect(is.get('event_seals')).toContain(row);
  expect((await last.api('POST', '/api/system/unkill', {})).status).toBe(200);
  expect(await approveAll(last, 'create a task to paint the wall')).toBe('executed');
  expect(await ops({ WILCO_HOME: third }, 'restore', back)).toMatchObject({ code: 1, text: expect.stringContaining('Wilco runs on') });
  await last.stop();
  await removeHome(third);
  await target.drop();
});
