import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failMessage } from '../../src/db/answer.ts';
import { record } from '../../src/db/record.ts';
import { verifySeals } from '../../src/db/seal.ts';
import { createLog } from '../../src/log.ts';
import { startHousekeeping } from '../../src/queue/housekeeping.ts';
import { startPump } from '../../src/queue/pump.ts';
import { aWorker, createRig, type Rig, THREAD, unique } from '../dispatch/rig.ts';
import { eventually } from '../eventually.ts';

const log = createLog('silent');
let rig: Rig;
let house: { stop(): Promise<void> };
beforeAll(async () => {
  rig = await createRig();
  house = startHousekeeping({ database: rig.database, heart: rig.heart, queue: rig.queue, signals: rig.signals, log });
});
afterAll(async () => {
  await house.stop();
  await rig.stop();
});

const said = (text: string) => rig.sql(`select 1 from wilco.messages where text like '%${text}%'`);
const message = async (state: 'queued' | 'delivered', age: string): Promise<string> => {
  const [row] = await rig.sql<{ id: string }>(`insert into wilco.messages (thread_id, author_kind, text, state, delivered_at, created_at)
    values ('${THREAD}', 'person', 'do it', '${state}', now() - interval '${age}', now() - interval '${age}') returning id`);
  return row?.id ?? '';
};
const problemOf = async (id: string) =>
  (await rig.sql<{ state: string; problem: string }>(`select state, problem from wilco.messages where id = '${id}'`))[0];
/** As if a job had been tried as often as it may be: the next failure is its last. */
const lastTry = () => rig.sql(`update pgboss.job set retry_limit = 0 where name in ('route', 'execute') and state in ('created', 'retry')`);
const failing = () =>
  startPump({
    queue: rig.queue,
    signals: rig.signals,
    log,
    names: ['execute', 'route'],
    handlers: { execute: () => Promise.reject(new Error('no')), route: () => Promise.reject(new Error('no')) },
    slots: 5,
    held: () => false,
  });

test('[buried][lasting] an approved action whose job failed for good is told in its thread, and is tried on', async () => {
  const card = await rig.proposed(rig.owner, { text: unique() });
  await rig.approve(rig.owner, card);
  await lastTry();
  const poisoned = failing();
  await eventually(async () => (await rig.sql(`select 1 from pgboss.job where name = 'execute' and state = 'failed'`)).length > 0);
  await poisoned.stop(1000);
  await eventually(async () => (await said('could not be carried out so far')).length > 0);
  expect(await rig.stateOf(card.id)).toBe('approved');
  const { pump, worker } = await rig.work();
  expect(await rig.settled(card.id)).toBe('executed');
  await pump.stop(1000);
  await worker.stop();
  expect(rig.outside.calls.length).toBe(1);
});

test('[buried] a message that nobody could answer is handed back with a sentence', async () => {
  const id = await message('queued', '0 seconds');
  await rig.database.transaction((tx) => rig.queue.enqueue(tx, 'route', { messageId: id }));
  await lastTry();
  const poisoned = failing();
  await eventually(async () => (await problemOf(id))?.state === 'failed');
  await poisoned.stop(1000);
  expect((await problemOf(id))?.problem).toContain('could not answer');
});

test('[buried] what a worker took and then went silent over is handed back; what still waits in the queue is not', async () => {
  const [silent, young, waits] = [
    await message('delivered', '3 minutes'),
    await message('delivered', '1 minute'),
    await message('queued', '3 days'),
  ];
  await eventually(async () => (await problemOf(silent))?.state === 'failed');
  expect((await problemOf(silent))?.problem).toContain('went silent');
  expect([(await problemOf(young))?.state, (await problemOf(waits))?.state]).toEqual(['delivered', 'queued']);
  // Answered in the meantime, it is not failed afterwards.
  await rig.sql(`update wilco.messages set state = 'processed' where id = '${young}'`);
  await failMessage(rig.database, young, 'late');
  expect((await problemOf(young))?.state).toBe('processed');
});

test("[buried] a dead job that makes no sense is put away and stands in nobody's way", async () => {
  const other = await message('queued', '0 seconds');
  await rig.sql(
    `insert into pgboss.job (name, data) values ('dead', '{"nonsense":1}'), ('dead', 'null'), ('dead', '{"messageId":"${other}"}')`,
  );
  await eventually(async () => (await problemOf(other))?.state === 'failed');
  await eventually(async () => (await rig.sql(`select 1 from pgboss.job where name = 'dead' and state <> 'completed'`)).length === 0);
});

test('[record] events are sealed soon after they are certain, though nothing else happens', async () => {
  const open = await rig.database.pool.connect();
  await open.query('begin');
  await open.query('create temporary table holds (x int)');
  await rig.database.transaction(({ db }) => record(db, { projectId: 'default', kind: 'thing.done' }));
  // Told of it, it looks and finds that it is not certain yet.
  await sleep(1200);
  await open.query('rollback');
  open.release();
  await eventually(
    async () =>
      (await rig.sql('select 1 from wilco.events e where not exists (select 1 from wilco.event_seals s where s.event_id = e.id)'))
        .length === 0,
  );
  expect((await verifySeals(rig.database.db)).broken).toBeNull();
});

test('[silence] an overdue proposal lapses where the policy says so, unless somebody decides first', async () => {
  const [old, decided] = [await rig.proposed(rig.owner, { text: unique() }), await rig.proposed(rig.owner, { text: unique() })];
  await rig.policy({ expireAfterHours: 1 });
  // A new policy is drift; these were made under it.
  await rig.sql(`update wilco.proposals set updated_at = now() - interval '2 hours' where id = '${old.id}'`);
  await rig.approve(rig.owner, decided);
  await eventually(async () => (await rig.stateOf(old.id)) === 'expired');
  expect(await rig.stateOf(decided.id)).toBe('approved');
  expect(await rig.step(decided.id, { worker: aWorker() })).toBe('settled');
});
