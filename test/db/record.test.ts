import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { record } from '../../src/db/record.ts';
import { sealEvents, verifySeals } from '../../src/db/seal.ts';
import { freshDatabase, type TestDatabase } from '../database.ts';

let base: TestDatabase;
beforeAll(async () => {
  base = await freshDatabase({ max: 24 });
});
afterAll(() => base.drop());

const sql = async <Row>(text: string): Promise<Row[]> => (await base.database.pool.query(text)).rows as Row[];
const write = (kind: string, data: Record<string, unknown> = {}) =>
  base.database.transaction(({ db }) => record(db, { projectId: 'default', kind, threadId: 'room:general:feed', data }));
const count = async (table: string): Promise<number> =>
  (await sql<{ n: number }>(`select count(*)::int as n from wilco.${table}`))[0]?.n ?? -1;

/** What somebody with a superuser's console could do. */
const tamper = async (text: string): Promise<void> => {
  const client = await base.database.pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query(text);
  } finally {
    await client.query('reset session_replication_role');
    client.release();
  }
};

/** Other databases of the server may hold transactions open, so what was written is certain a moment later. */
const sealAll = async (): Promise<void> => {
  for (let i = 0; i < 9000 && (await count('event_seals')) < (await count('events')); i += 1)
    if ((await sealEvents(base.database, 50)) === 0) await sleep(10);
  expect(await count('event_seals')).toBe(await count('events'));
};

const TABLES = ['events', 'event_seals', 'decisions', 'revisions', 'policies'] as const;
const COLUMN = { events: 'kind', event_seals: 'hash', decisions: 'digest', revisions: 'digest', policies: 'document' } as const;

test.each(TABLES)('[record] %s can be added to and nothing else, by whoever asks the database', async (table) => {
  const column = COLUMN[table];
  for (const statement of [
    `update wilco.${table} set ${column} = ${column}`,
    `update wilco.${table} set ${column} = ${column} where false`,
    `delete from wilco.${table}`,
    `truncate wilco.${table} cascade`,
    `insert into wilco.${table} select * from wilco.${table} limit 1 on conflict do nothing; delete from wilco.${table}`,
    `with gone as (delete from wilco.${table} returning 1) select * from gone`,
    `merge into wilco.${table} t using (select 1) s on true when matched then delete`,
  ])
    await expect(sql(statement)).rejects.toThrow(/append-only|cannot insert a non-DEFAULT value/);
});

test('[record] what these tables hang on cannot be emptied under them', async () => {
  for (const table of ['proposals', 'projects', 'people', 'threads'])
    await expect(sql(`truncate wilco.${table} cascade`)).rejects.toThrow('append-only');
});

test('[record] what many write and several seal at once becomes one chain that holds', async () => {
  let writing = true;
  const seal = async () => {
    while (writing) await sealEvents(base.database, 20).then((sealed) => (sealed === 0 ? sleep(3) : undefined));
  };
  const sealing = [seal(), seal(), seal()];
  const slow = async (at: number) => {
    for (let i = 0; i < 15; i += 1)
      await base.database
        .transaction(async ({ db }) => {
          await record(db, { projectId: 'default', kind: 'a.written', data: { at, i } }, { projectId: 'default', kind: 'b.written' });
          await sleep(Math.random() * 15);
          if (i % 5 === 4) throw new Error('rolled back');
        })
        .catch(() => undefined);
  };
  await Promise.all(Array.from({ length: 15 }, (_, at) => slow(at)));
  writing = false;
  await Promise.all(sealing);
  await sealAll();
  expect(await verifySeals(base.database.db)).toEqual({ sealed: await count('events'), broken: null });
  // In the order that every reader sees, without a gap.
  expect(
    await sql(
      'select 1 from (select s.seq, row_number() over (order by e.xid, e.id) as place from wilco.event_seals s join wilco.events e on e.id = s.event_id) x where seq <> place',
    ),
  ).toEqual([]);
});

const CHANGES = [
  `kind = kind || '!'`,
  `data = data || '{"x":1}'`,
  `at = at + interval '1 microsecond'`,
  `project_id = 'other'`,
  `thread_id = coalesce(thread_id, '') || 'x'`,
  `proposal_id = gen_random_uuid()`,
  `task_id = gen_random_uuid()`,
  `person_id = case when person_id is null then gen_random_uuid() end`,
];

test('[record] one changed column of one sealed event is found, and at its place', async () => {
  for (let i = 0; i < 20; i += 1) await write('thing.done', { i });
  await sealAll();
  const sealed = await count('event_seals');
  const one = async (change: string, at: number) => {
    const seq = (at % sealed) + 1;
    const event = `(select event_id from wilco.event_seals where seq = ${seq})`;
    await sql(`drop table if exists kept; create table kept as select * from wilco.events where id = ${event}`);
    await tamper(`update wilco.events set ${change} where id = ${event}`);
    expect(await verifySeals(base.database.db)).toEqual({ sealed: seq, broken: seq });
    await tamper(`update wilco.events e set (project_id, at, kind, thread_id, proposal_id, task_id, person_id, data) =
      (select k.project_id, k.at, k.kind, k.thread_id, k.proposal_id, k.task_id, k.person_id, k.data from kept k) where id = ${event}`);
    expect((await verifySeals(base.database.db)).broken).toBeNull();
  };
  await fc.assert(fc.asyncProperty(fc.constantFrom(...CHANGES), fc.nat({ max: 10_000 }), one), {
    numRuns: 40,
    examples: CHANGES.map((change): [string, number] => [change, 7]),
  });
});

test.each([
  ['an event is taken away', 'delete from wilco.events where id = (select event_id from wilco.event_seals where seq = 5)'],
  [
    'an event is taken away with its seal',
    'delete from wilco.events where id = (select event_id from wilco.event_seals where seq = 5); delete from wilco.event_seals where seq = 5',
  ],
  ['a seal is taken away', 'delete from wilco.event_seals where seq = 5'],
  ['a seal is changed', `update wilco.event_seals set hash = repeat('f', 64) where seq = 5`],
  [
    'two events change places',
    `update wilco.event_seals set event_id = -event_id where seq in (5, 6); update wilco.event_seals s set event_id = -o.event_id from wilco.event_seals o where s.seq in (5, 6) and o.seq in (5, 6) and s.seq <> o.seq`,
  ],
  [
    'an event is put in between, as if it had always been there',
    `insert into wilco.events (id, xid, project_id, kind) overriding system value select max(id) + 1, (select xid from wilco.events order by xid limit 1), 'default', 'forged.event' from wilco.events`,
  ],
])('[record] it is found when %s', async (_, change) => {
  const kept = ['events', 'event_seals'] as const;
  await sealAll();
  for (const table of kept) await sql(`drop table if exists kept_${table}; create table kept_${table} as select * from wilco.${table}`);
  await tamper(change);
  expect((await verifySeals(base.database.db)).broken).not.toBeNull();
  for (const table of kept)
    await tamper(`truncate wilco.${table}; insert into wilco.${table} overriding system value select * from kept_${table}`);
  expect((await verifySeals(base.database.db)).broken).toBeNull();
});
