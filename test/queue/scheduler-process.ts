import { type Database, openDatabase } from '../../src/db/client.ts';
import { openSignals } from '../../src/db/signals.ts';
import { byName, type Heart } from '../../src/dispatch/heart.ts';
import { createLog } from '../../src/log.ts';
import { openQueue } from '../../src/queue/boss.ts';
import { startScheduler } from '../../src/queue/scheduler.ts';
import { scheduleTools } from '../dispatch/schedule-rig.ts';

/** Where this process ends, and with the how manieth occurrence. */
export type Ending = { url: string; point: 'before_commit' | 'after_commit' | 'never'; after: number };

const ending = JSON.parse(process.argv[2] ?? '{}') as Ending;
const log = createLog('silent');
const base = openDatabase(ending.url, { max: 8, onIdleError: () => undefined });
let arrived = 0;
const point = (label: Ending['point']): void => {
  if (label !== ending.point) return;
  arrived += 1;
  if (arrived === ending.after) process.kill(process.pid, 'SIGKILL');
};

const database: Database = {
  ...base,
  async transaction(work, how) {
    const value = await base.transaction(async (tx) => {
      const made = await work(tx);
      if (made === 'made') point('before_commit');
      return made;
    }, how);
    if (value === 'made') point('after_commit');
    return value;
  },
};
const signals = await openSignals({ url: ending.url, pool: base.pool, log });
const queue = await openQueue({ url: ending.url, log, supervise: false });
const tools = byName(scheduleTools({ calls: [] }));
const heart: Heart = { database, signals, log, tools, enqueue: (tx, job) => queue.enqueue(tx, 'execute', job) };
const workforce = { works: true, find: async () => ({ name: 'Watcher', domain: 'general', state: 'active' as const }) };
startScheduler({ database, heart, signals, log, workforce, enqueueRoute: (tx, messageId) => queue.enqueue(tx, 'route', { messageId }) });
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
