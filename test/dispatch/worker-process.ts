import { AsyncLocalStorage } from 'node:async_hooks';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { openSignals } from '../../src/db/signals.ts';
import { byName, type Heart } from '../../src/dispatch/heart.ts';
import { createLog } from '../../src/log.ts';
import { openQueue, type Queue } from '../../src/queue/boss.ts';
import { type Handlers, startPump } from '../../src/queue/pump.ts';
import { startWorker } from '../../src/queue/worker.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { fakeTools } from '../fakes/tools.ts';

/** Where this worker ends, or freezes, once as many of its jobs as `jobs` have come that far. */
export type Ending = { url: string; point: string; jobs: number; signal: 'SIGKILL' | 'SIGSTOP' };

const ending = JSON.parse(process.argv[2] ?? '{}') as Ending;
const log = createLog('silent');
const base = openDatabase(ending.url, { max: 8, onIdleError: () => undefined });
const job = new AsyncLocalStorage<{ transactions: number }>();

let arrived = 0;
let goOn: () => void = () => undefined;
const all = new Promise<void>((resolve) => {
  goOn = resolve;
});

/** Whoever comes to the fatal point waits for the others; with the last of them the process ends. A frozen one goes on when it is let. */
const point = async (label: string): Promise<void> => {
  if (label !== ending.point) return;
  arrived += 1;
  if (arrived === ending.jobs) {
    process.kill(process.pid, ending.signal);
    goOn();
  }
  await all;
};

const database: Database = {
  ...base,
  async transaction(work, how) {
    const running = job.getStore();
    if (!running) return base.transaction(work, how);
    running.transactions += 1;
    const name = running.transactions === 1 ? 'begin' : 'settle';
    await point(`${name}.before`);
    const value = await base.transaction(async (tx) => {
      const made = await work(tx);
      await point(`${name}.before_commit`);
      return made;
    }, how);
    await point(`${name}.after_commit`);
    return value;
  },
};

const signals = await openSignals({ url: ending.url, pool: base.pool, log });
const boss = await openQueue({ url: ending.url, log, supervise: false });
const queue: Queue = {
  ...boss,
  async fetch(name, count) {
    if (ending.point === 'fetch.before') await point('fetch.before');
    const claimed = await boss.fetch(name, count);
    for (const _ of claimed) void point('fetch.after');
    if (claimed.length > 0) process.send?.({ claimed: claimed.length });
    return claimed;
  },
  async complete(name, claimed, tx) {
    await point('complete.before');
    await boss.complete(name, claimed, tx);
    await point('complete.after');
  },
};

/** The other side keeps its own count, on a connection of its own: what reached it stays, whatever becomes of us. */
const reachOutside = async (key: string): Promise<void> => {
  await base.pool.query('insert into outside_calls (pid, key) values ($1, $2)', [process.pid, key]);
};
const watched = (tool: Tool): Tool => ({
  ...tool,
  execute: (input, ctx) =>
    tool.execute(input, {
      ...ctx,
      async beforeDispatch() {
        await ctx.beforeDispatch();
        await point('tool.announced');
      },
    }),
});
const tools = fakeTools({
  calls: [],
  before: () => point('tool.before'),
  async after(ctx) {
    if (ctx.tx === base.db) await reachOutside(ctx.idempotencyKey);
    await point('tool.after_effect');
  },
}).map(watched);

const heart: Heart = { database, signals, log, tools: byName(tools), enqueue: (tx, data) => boss.enqueue(tx, 'execute', data) };
const worker = await startWorker({ database, heart, queue, signals, log, host: 'child', roles: 'worker' });
const handlers: Handlers = {
  route: async () => 'done',
  execute: (data, ctx) =>
    job.run({ transactions: 0 }, async () => {
      const ended = worker.handler(data, ctx);
      // A connection that was closed on it while it was frozen makes it throw.
      process.send?.({ ended: await ended.catch(() => 'thrown') });
      return ended;
    }),
};

process.on('message', () => {
  startPump({ queue, signals, log, names: ['execute'], handlers, slots: 3, held: () => worker.held() });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
