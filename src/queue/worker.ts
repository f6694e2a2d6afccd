import { randomUUID } from 'node:crypto';
import type { Database } from '../db/client.ts';
import type { Signals } from '../db/signals.ts';
import { beatWorker, enterWorker, leaveWorker } from '../db/workers.ts';
import { execute, type Worker } from '../dispatch/execute.ts';
import type { Heart } from '../dispatch/heart.ts';
import { acknowledge, allSwitches, killedAmong } from '../dispatch/power.ts';
import type { Log } from '../log.ts';
import { HEARTBEAT_SECONDS, type Queue } from './boss.ts';
import type { Handler } from './pump.ts';

/** A worker counts as gone after `HEARTBEAT_SECONDS` of silence; it stops trusting itself a good while before. */
const BEAT_MS = 2500;
const LEASE_MS = HEARTBEAT_SECONDS * 1000 - 3000;
const BACKSTOP_MS = 2000;

/** Ends that completed the job in their own transaction. */
const SETTLED = ['settled', 'unknown'];

export type ActionWorker = {
  id: string;
  handler: Handler<'execute'>;
  /** Whether a pause holds everything that this worker could take. */
  held(): boolean;
  stop(): Promise<void>;
};

type Deps = { database: Database; heart: Heart; queue: Queue; signals: Signals; log: Log; host: string; roles: string };

/** One process that carries out actions: registered, with a heartbeat, and obedient to the switches of every project. */
export const startWorker = async (deps: Deps): Promise<ActionWorker> => {
  const { database, heart, queue, signals, log, host, roles } = deps;
  const id = randomUUID();
  const running = new Set<{ projectId: string; proposalId: string; abort: AbortController }>();
  let heldNow = false;
  // Monotonic: a process that was frozen sees by it that time has passed.
  let beatenAt = performance.now();
  const worker: Worker = { id, leaseHolds: () => performance.now() - beatenAt < LEASE_MS };
  await enterWorker(database.db, { id, host, pid: process.pid, roles });

  const obey = async (): Promise<void> => {
    const switches = await allSwitches(database.db);
    heldNow = switches.length > 0 && switches.every((one) => one.paused);
    const killed = new Set(switches.filter((one) => one.killed).map(({ projectId }) => projectId));
    const atWork = [...running];
    const byAgent = new Set(
      await killedAmong(
        database.db,
        atWork.map(({ proposalId }) => proposalId),
      ),
    );
    for (const { projectId, proposalId, abort } of atWork)
      if (killed.has(projectId) || byAgent.has(proposalId)) abort.abort(new Error('killed'));
    const epoch = Math.max(0, ...switches.map((one) => one.epoch));
    if (await acknowledge(database.db, id, epoch)) signals.tell('wilco_events');
  };
  const obeyNow = () => obey().catch(() => log.warn('switch.unread'));
  const beat = async () => {
    const at = performance.now();
    if (await beatWorker(database.db, id)) beatenAt = at;
  };
  await obey();
  const unhear = signals.on('wilco_switch', () => void obeyNow());
  const backstop = setInterval(() => void obeyNow(), BACKSTOP_MS);
  const beating = setInterval(() => beat().catch(() => log.warn('worker.unheard')), BEAT_MS);

  const handler: Handler<'execute'> = async (data, { jobId, signal, claimed }) => {
    const own = new AbortController();
    const mine = { projectId: data.projectId, proposalId: data.proposalId, abort: own };
    running.add(mine);
    let completed = false;
    try {
      const complete = async (tx: Parameters<Queue['enqueue']>[0]) => {
        await queue.complete('execute', claimed, tx);
        completed = true;
      };
      const came = await execute(heart, { ...data, jobId, signal: AbortSignal.any([signal, own.signal]), complete }, worker);
      log.info({ proposalId: data.proposalId, jobId, came }, 'proposal.ran');
      if (came === 'fenced') return 'lost';
      return completed && SETTLED.includes(came) ? 'completed' : 'done';
    } finally {
      running.delete(mine);
    }
  };
  return {
    id,
    handler,
    held: () => heldNow,
    async stop() {
      unhear();
      clearInterval(backstop);
      clearInterval(beating);
      await leaveWorker(database.db, id);
    },
  };
};
