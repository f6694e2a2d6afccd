import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSignals } from '../../src/db/signals.ts';
import { createLog } from '../../src/log.ts';
import type { Queue } from '../../src/queue/boss.ts';
import { type Handler, type Pump, startPump } from '../../src/queue/pump.ts';
import { createRig, type Rig } from '../dispatch/rig.ts';
import { eventually } from '../eventually.ts';

const log = createLog('silent');
let rig: Rig;
/** A database of its own for a job that takes longer than a heartbeat, beside everything else here. */
let long: { rig: Rig; pump: Pump; starts: number; ended: Promise<void> };

const send = (to: Rig, count: number, tell = true): Promise<string[]> =>
  to.database.transaction(async (tx) => {
    const ids = Array.from({ length: count }, () => randomUUID());
    for (const proposalId of ids) await to.queue.enqueue(tx, 'execute', { projectId: 'default', proposalId, attempt: 1 });
    if (tell) tx.afterCommit(() => to.signals.tell('wilco_jobs'));
    return ids;
  });

type Doing = { handler: Handler<'execute'>; slots?: number; queue?: Queue; to?: Rig };
const pumpWith = ({ handler, slots = 10, to = rig, queue = to.queue }: Doing): Pump =>
  startPump({
    queue,
    signals: to.signals,
    log,
    names: ['execute'],
    handlers: { execute: handler, route: async () => 'done' },
    slots,
    held: () => false,
  });
const open = async (to: Rig): Promise<number> => (await to.queue.depth()).depth;

beforeAll(async () => {
  rig = await createRig();
  const own = await createRig();
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const handler: Handler<'execute'> = async () => {
    long.starts += 1;
    await sleep(13_000);
    end();
    return 'done';
  };
  long = { rig: own, starts: 0, ended, pump: pumpWith({ handler, to: own }) };
  await send(own, 1);
});
afterAll(async () => {
  await long.pump.stop(0);
  await long.rig.stop();
  await rig.stop();
});

test.each([
  [20, 20],
  [20, 10],
  [100, 10],
  [100, 100],
])('[prompt] %i jobs that come at once with %i slots all start; none is left lying (pg-boss trap A)', async (count, slots) => {
  const started = new Map<string, number>();
  let atOnce = 0;
  let most = 0;
  const pump = pumpWith({
    slots,
    handler: async ({ proposalId }) => {
      started.set(proposalId, (started.get(proposalId) ?? 0) + 1);
      atOnce += 1;
      most = Math.max(most, atOnce);
      await sleep(50);
      atOnce -= 1;
      return 'done';
    },
  });
  const ids = await send(rig, count);
  await eventually(() => started.size === count);
  expect([...started.keys()].sort()).toEqual(ids.sort());
  await eventually(async () => (await open(rig)) === 0);
  expect(new Set(started.values())).toEqual(new Set([1]));
  expect(most).toBeLessThanOrEqual(slots);
  await pump.stop(5000);
});

test('[prompt] a stream of single jobs, each told as it comes, leaves none lying', async () => {
  const done = new Set<string>();
  const pump = pumpWith({
    handler: async ({ proposalId }) => {
      await sleep(Math.random() * 10);
      done.add(proposalId);
      return 'done';
    },
  });
  const sent: string[] = [];
  for (let i = 0; i < 150; i += 1) {
    sent.push(...(await send(rig, 1)));
    if (i % 10 === 0) await sleep(Math.random() * 20);
  }
  await eventually(() => done.size === sent.length);
  await pump.stop(5000);
});

test('[prompt] jobs of which nobody was told are found', async () => {
  const done = new Set<string>();
  const pump = pumpWith({
    slots: 3,
    handler: async ({ proposalId }) => {
      done.add(proposalId);
      return 'done';
    },
  });
  await sleep(100);
  await send(rig, 12, false);
  await eventually(() => done.size === 12);
  await pump.stop(5000);
});

test('[prompt] a job that failed is tried again, though no signal says so', async () => {
  let tries = 0;
  const pump = pumpWith({
    handler: async () => {
      tries += 1;
      if (tries < 3) throw new Error('not yet');
      return 'done';
    },
  });
  await send(rig, 1);
  await eventually(() => tries === 3);
  await eventually(async () => (await open(rig)) === 0);
  await pump.stop(5000);
});

test('[prompt] a job that somebody else is to finish comes back', async () => {
  let tries = 0;
  const pump = pumpWith({
    handler: async () => {
      tries += 1;
      return tries === 1 ? 'lost' : 'done';
    },
  });
  await send(rig, 1);
  await eventually(() => tries === 2);
  await eventually(async () => (await open(rig)) === 0);
  await pump.stop(5000);
});

test('[prompt] a listening connection that is cut is made anew, and what came meanwhile is found', async () => {
  const done = new Set<string>();
  const pump = pumpWith({
    handler: async ({ proposalId }) => {
      done.add(proposalId);
      return 'done';
    },
  });
  const other = await openSignals({ url: rig.url, pool: rig.database.pool, log });
  let heard = 0;
  rig.signals.on('wilco_switch', () => {
    heard += 1;
  });
  for (let round = 1; round <= 3; round += 1) {
    await rig.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'wilco-listen'`,
    );
    await eventually(() => !rig.signals.listening());
    await send(rig, 5, false);
    await eventually(() => rig.signals.listening() && other.listening());
    await eventually(() => done.size === 5 * round);
    heard = 0;
    other.tell('wilco_switch');
    await eventually(() => heard > 0);
  }
  await other.stop();
  await pump.stop(5000);
});

test('[prompt] a listener that is stopped while it connects anew leaves no connection behind', async () => {
  const signals = await openSignals({ url: rig.url, pool: rig.database.pool, log });
  const count = async () =>
    (await rig.sql(`select 1 from pg_stat_activity where datname = current_database() and application_name = 'wilco-listen'`)).length;
  const before = await count();
  for (let i = 0; i < 8; i += 1) {
    const one = await openSignals({ url: rig.url, pool: rig.database.pool, log });
    const cut = rig.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'wilco-listen'`,
    );
    await eventually(() => !one.listening());
    await sleep(95 + i * 3);
    await one.stop();
    await cut;
  }
  await eventually(() => signals.listening() && rig.signals.listening());
  await sleep(300);
  expect(await count()).toBe(before);
  await signals.stop();
});

test('[lasting] a pump that was stopped while it fetched starts nothing afterwards', async () => {
  let slow: (() => void) | undefined;
  const queue: Queue = {
    ...rig.queue,
    fetch: async (name, count) => {
      const claimed = await rig.queue.fetch(name, count);
      if (claimed.length > 0) await new Promise<void>((resolve) => (slow = resolve));
      return claimed;
    },
  };
  let running = 0;
  let afterStop = 0;
  let stopped = false;
  const pump = pumpWith({
    queue,
    handler: async (_, { signal }) => {
      if (stopped) afterStop += 1;
      running += 1;
      await sleep(20, undefined, { signal }).catch(() => undefined);
      running -= 1;
      return 'done';
    },
  });
  await send(rig, 3);
  await eventually(() => slow !== undefined);
  const stopping = pump.stop(3000);
  await sleep(50);
  slow?.();
  await stopping;
  stopped = true;
  await sleep(200);
  expect({ running, afterStop, active: pump.active() }).toEqual({ running: 0, afterStop: 0, active: 0 });
});

test('[lasting] one who stops is given time; whoever does not end by then is told to', async () => {
  const ends: string[] = [];
  const pump = pumpWith({
    handler: async (_, { signal }) => {
      await sleep(10_000, undefined, { signal }).catch(() => ends.push(String((signal.reason as Error).message)));
      return 'done';
    },
  });
  await send(rig, 2);
  await eventually(() => pump.active() === 2);
  await pump.stop(100);
  expect(ends).toEqual(['Wilco is stopping', 'Wilco is stopping']);
});

test('[fenced] a job that was given to another is stopped here, and what this worker says of it changes nothing', async () => {
  const told: unknown[] = [];
  const pump = pumpWith({
    handler: async (_, { signal }) => {
      await sleep(12_000, undefined, { signal }).catch(() => told.push((signal.reason as Error).message));
      return 'done';
    },
  });
  const [id] = await send(rig, 1);
  await eventually(() => pump.active() === 1);
  // As if its heartbeat had been missed and another had claimed it.
  await rig.sql(`update pgboss.job set retry_count = retry_count + 1 where data ->> 'proposalId' = '${id}'`);
  await eventually(() => told.length === 1);
  expect(told).toEqual(['the job was given to another worker']);
  await sleep(100);
  expect(await rig.sql(`select state from pgboss.job where data ->> 'proposalId' = '${id}'`)).toEqual([{ state: 'active' }]);
  await rig.sql(`update pgboss.job set state = 'completed' where data ->> 'proposalId' = '${id}'`);
  await pump.stop(100);
});

test('[once][prompt] a job that takes longer than a heartbeat is kept by the worker that lives', async () => {
  await long.ended;
  await eventually(async () => (await open(long.rig)) === 0);
  expect(long.starts).toBe(1);
});
