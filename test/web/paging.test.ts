import { afterAll, beforeAll, expect, test } from 'vitest';
import { Approval, Person, page, Thread, ThreadRow } from '../../src/web/schemas.ts';
import { Task } from '../../src/web/task-schemas.ts';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
beforeAll(async () => {
  rig = await createWebRig();
});
afterAll(() => rig.stop());

const walk = async <Item>(
  path: string,
  read: (path: string) => Promise<{ items: Item[]; next: string | null }>,
  between?: () => Promise<unknown>,
): Promise<Item[]> => {
  const all: Item[] = [];
  let next: string | null = '';
  while (next !== null) {
    const sign: string = path.includes('?') ? '&' : '?';
    const got: { items: Item[]; next: string | null } = await read(`${path}${sign}limit=7${next === '' ? '' : `&cursor=${next}`}`);
    all.push(...got.items);
    next = got.next;
    await between?.();
  }
  return all;
};

const ids = (items: readonly { id: string }[]): string[] => items.map((item) => item.id);

/** Some in the same instant, some a microsecond apart: as one busy second makes them. */
const moment = (i: number): string => `timestamptz '2031-01-01 00:00:00.000001' + ${Math.floor(i / 3)} * interval '1 microsecond'`;

test('threads come page by page, each once: channels first, then conversations, the newest first', async () => {
  for (let i = 0; i < 60; i += 1)
    await rig.sql(
      `insert into wilco.threads (id, project_id, surface, channel, title, last_message_at) values ('room:conversations:t${i}~x', 'default', 'room', 'conversations', 't${i}', ${moment(i)})`,
    );
  const found = await walk('/api/threads', (path) => rig.read(path, page(ThreadRow)));
  const expected = await rig.sql<{ id: string }>(
    "select id from wilco.threads order by id like '%:feed' desc, last_message_at desc, id desc",
  );
  expect(ids(found)).toEqual(ids(expected));
});

test('messages come page by page backwards, each page in order, each once', async () => {
  for (let i = 0; i < 60; i += 1)
    await rig.sql(
      `insert into wilco.messages (thread_id, author_kind, text, created_at) values ('room:general:feed', 'wilco', 'm${i}', ${moment(i)})`,
    );
  const pages: string[][] = [];
  await walk('/api/threads/room%3Ageneral%3Afeed', async (path) => {
    const thread = await rig.read(path, Thread);
    pages.unshift(ids(thread.messages));
    return { items: thread.messages, next: thread.next };
  });
  const expected = await rig.sql<{ id: string }>(
    `select id from wilco.messages where thread_id = 'room:general:feed' order by created_at, id`,
  );
  expect(pages.flat()).toEqual(ids(expected));
});

test('tasks come page by page, the most urgent first, each once while others are added', async () => {
  for (let i = 0; i < 60; i += 1)
    await rig.sql(
      `insert into wilco.tasks (project_id, title, priority, created_at) values ('default', 't${i}', ${(i % 4) + 5}, ${moment(i)})`,
    );
  const expected = await rig.sql<{ id: string }>('select id from wilco.tasks order by priority desc, created_at, id');
  const found = await walk(
    '/api/tasks',
    (path) => rig.read(path, page(Task)),
    () => rig.sql(`insert into wilco.tasks (project_id, title, priority) values ('default', 'late', 10)`),
  );
  expect(ids(found)).toEqual(ids(expected));
});

test('people come page by page, each once', async () => {
  for (let i = 0; i < 30; i += 1) {
    const person = await rig.person(`P${i}`, 'viewer');
    await rig.sql(`update wilco.people set created_at = ${moment(i)} where id = '${person.personId}'`);
  }
  const found = await walk('/api/people', (path) => rig.read(path, page(Person)));
  expect(new Set(ids(found)).size).toBe(31);
  expect(found).toHaveLength(31);
});

test('proposals come page by page, each once: waiting ones oldest first, all of them newest first', async () => {
  for (let i = 0; i < 40; i += 1) {
    const { id } = await rig.proposed(rig.owner, { text: `p${i}` }, 'note_own');
    await rig.tamper(
      `update wilco.proposals set proposed_at = ${moment(i)}, state = '${i % 5 === 0 ? 'rejected' : 'proposed'}' where id = '${id}'`,
    );
  }
  const waiting = await walk('/api/approvals?status=proposed', (path) => rig.read(path, page(Approval)));
  expect(ids(waiting)).toEqual(ids(await rig.sql(`select id from wilco.proposals where state = 'proposed' order by proposed_at, id`)));
  const all = await walk('/api/approvals', (path) => rig.read(path, page(Approval)));
  expect(ids(all)).toEqual(ids(await rig.sql('select id from wilco.proposals order by proposed_at desc, id desc')));
});

test('a page of a hundred cards costs as many queries as a page of one', async () => {
  const queries = async (path: string): Promise<number> => {
    const { pool } = rig.database;
    const real = pool.query;
    let count = 0;
    pool.query = ((...args: unknown[]) => {
      count += 1;
      return Reflect.apply(real, pool, args);
    }) as typeof pool.query; // counts, and passes everything on as it came
    await rig.ask(path, { as: rig.ownerKey });
    pool.query = real;
    return count;
  };
  const thread = '/api/threads/room%3Ageneral%3Afeed';
  // One more where there are cards at all: that reads all of them.
  expect(await queries(`${thread}?limit=100`)).toBe((await queries(`${thread}?limit=1`)) + 1);
  expect(await queries('/api/approvals?limit=40')).toBe(await queries('/api/approvals?limit=1'));
  expect(await queries('/api/threads?limit=60')).toBe(await queries('/api/threads?limit=1'));
});
