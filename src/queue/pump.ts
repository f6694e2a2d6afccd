import { setTimeout as sleep } from 'node:timers/promises';
import type { Signals } from '../db/signals.ts';
import type { Log } from '../log.ts';
import { span } from '../trace.ts';
import { type Claimed, DEAD, HEARTBEAT_SECONDS, type Queue } from './boss.ts';
import { type JobData, type JobName, jobs } from './jobs.ts';

/** What a handler may do with its job besides its work. */
export type JobContext = { jobId: string; signal: AbortSignal; claimed: Claimed };
/**
 * Contract: idempotent. `completed`: the job was marked done in the handler's own transaction. `lost`: somebody else is to finish it, now or
 * by another try. Throwing gives it back for another try, too.
 */
export type Handler<Name extends JobName> = (data: JobData<Name>, ctx: JobContext) => Promise<'completed' | 'done' | 'lost'>;
export type Handlers = { [Name in JobName]: Handler<Name> };

export type Pump = { stop(graceMs: number): Promise<void>; active(): number };

type PumpOptions = {
  queue: Queue;
  signals: Signals;
  log: Log;
  names: readonly JobName[];
  handlers: Handlers;
  /** How many jobs of one name run at a time. */
  slots: number;
  /** While true nothing is taken from the queue of actions. */
  held(name: JobName): boolean;
};

/** What NOTIFY did not bring (retries and deferred jobs send none) is found by looking this often. */
const BACKSTOP_MS = 2000;
const TOUCH_MS = (HEARTBEAT_SECONDS * 1000) / 3;

type Lane = {
  name: JobName;
  running: Map<string, { claimed: Claimed; abort: AbortController }>;
  fetching: boolean;
  wanted: boolean;
  /** The last look found less than there was room for, and nothing was told since. */
  drained: boolean;
};

/** What kind of error it is, down to the database's own code. Its message may quote what somebody wrote. */
const namesOf = (error: unknown): { err: string; code: string | undefined } => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return { err: error instanceof Error ? error.name : 'unknown', code };
};

const runOne = async <Name extends JobName>(
  options: PumpOptions,
  name: Name,
  at: { claimed: Claimed; signal: AbortSignal },
): Promise<void> => {
  const { queue, handlers, log } = options;
  const { claimed, signal } = at;
  try {
    const data = jobs[name].parse(claimed.data) as JobData<Name>;
    const ended = await span({ name: `job ${name}`, parent: data.trace }, { 'wilco.job_id': claimed.id }, () =>
      handlers[name](data, { jobId: claimed.id, signal, claimed }),
    );
    if (ended === 'done') await queue.complete(name, claimed);
    // A job that another worker has claimed since is not touched by it.
    if (ended === 'lost') await queue.fail(name, claimed);
  } catch (error) {
    log.error({ job: name, jobId: claimed.id, ...namesOf(error) }, 'job.failed');
    // Where even this cannot be written, silence does the same: without heartbeats the job is given to another.
    await queue.fail(name, claimed).catch(() => log.warn({ jobId: claimed.id }, 'job.left_to_heartbeat'));
  }
};

/** Fills the free slots of one lane; woken again while it fetches, it looks once more. */
const fill = async (options: PumpOptions, lane: Lane, refill: () => void): Promise<void> => {
  const { queue, slots, log } = options;
  if (lane.fetching) {
    lane.wanted = true;
    return;
  }
  lane.fetching = true;
  lane.drained = false;
  try {
    const free = slots - lane.running.size;
    if (free <= 0 || options.held(lane.name)) return;
    const claimed = await queue.fetch(lane.name, free);
    for (const one of claimed) {
      const abort = new AbortController();
      // A job that was lost may come back to this very process while its first claim still runs here.
      const claim = `${one.id}:${one.retryCount}`;
      lane.running.set(claim, { claimed: one, abort });
      void runOne(options, lane.name, { claimed: one, signal: abort.signal }).finally(() => {
        lane.running.delete(claim);
        // A queue known to be empty is not asked again after each job, unless no signal could have come meanwhile.
        if (!lane.drained || !options.signals.listening()) refill();
      });
    }
    if (claimed.length === free) lane.wanted = true;
    lane.drained = !lane.wanted;
  } catch (error) {
    log.warn({ job: lane.name, err: error instanceof Error ? error.name : 'unknown' }, 'queue.unreachable');
  } finally {
    lane.fetching = false;
    if (lane.wanted) {
      lane.wanted = false;
      if (lane.running.size < slots) refill();
    }
  }
};

/** Keeps claims alive; a job that is no longer ours is told to stop. */
const touchAll = async (options: PumpOptions, lane: Lane): Promise<void> => {
  const running = [...lane.running.values()];
  if (running.length === 0) return;
  const still = await options.queue.touch(
    lane.name,
    running.map((one) => one.claimed),
  );
  if (still === running.length) return;
  // Some are lost; ask one by one which, and stop those.
  for (const one of running)
    if ((await options.queue.touch(lane.name, [one.claimed])) === 0) one.abort.abort(new Error('the job was given to another worker'));
};

/** Takes jobs as fast as slots come free: woken by a signal after each commit, and by its own jobs as they end. */
export const startPump = (options: PumpOptions): Pump => {
  const lanes: Lane[] = options.names.map((name) => ({ name, running: new Map(), fetching: false, wanted: false, drained: false }));
  let stopping = false;
  const wake = (lane: Lane): void => {
    if (!stopping) void fill(options, lane, () => wake(lane));
  };
  const wakeAll = () => lanes.forEach(wake);
  const unhear = [options.signals.on('wilco_jobs', wakeAll), options.signals.on('wilco_switch', wakeAll)];
  const backstop = setInterval(wakeAll, BACKSTOP_MS);
  const touching = setInterval(() => {
    for (const lane of lanes) touchAll(options, lane).catch(() => options.log.warn('queue.untouched'));
  }, TOUCH_MS);
  wakeAll();
  const active = () => lanes.reduce((sum, lane) => sum + lane.running.size, 0);
  const drained = async (withinMs: number) => {
    const until = performance.now() + withinMs;
    // What a fetch is bringing just now is work, too.
    while ((active() > 0 || lanes.some((lane) => lane.fetching)) && performance.now() < until) await sleep(20);
  };
  return {
    active,
    async stop(graceMs) {
      stopping = true;
      for (const stop of unhear) stop();
      clearInterval(backstop);
      await drained(graceMs);
      for (const lane of lanes) for (const one of lane.running.values()) one.abort.abort(new Error('Wilco is stopping'));
      await drained(2000);
      clearInterval(touching);
    },
  };
};

/** Reads one dead job after another and tells `bury` what it was. */
export const buryDead = async (queue: Queue, bury: (job: { data: unknown }) => Promise<void>): Promise<number> => {
  const dead = await queue.fetch(DEAD, 20);
  for (const one of dead) {
    await bury(one);
    await queue.complete(DEAD, one);
  }
  return dead.length;
};
