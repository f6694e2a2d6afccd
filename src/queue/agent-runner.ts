import { setTimeout as sleep } from 'node:timers/promises';
import type { LoopDeps } from '../agents/loop/deps.ts';
import { stepRun } from '../agents/loop/step.ts';
import { cancelRuns } from '../db/agent-run-cancel.ts';
import { type Claim, claimRuns, dueAgents, giveBack, keptOf, type MayClaim, requeueAbandoned } from '../db/agent-run-claims.ts';
import type { Signals } from '../db/signals.ts';
import { killedRun, mayWork } from '../dispatch/stops.ts';

/** What no signal brought: a run that waits for a moment, a lost NOTIFY. */
const BACKSTOP_MS = 2000;
/** How often the runs of dead workers are looked for. */
const ABANDONED_MS = 4000;

export type AgentRunner = {
  active(): number;
  /** Lets the steps under way finish for so long, then gives the rest back. */
  stop(graceMs: number): Promise<void>;
};

export type AgentRunnerDeps = LoopDeps & {
  signals: Signals;
  /** As it stands on the list of workers, with a heartbeat. */
  workerId: string;
  /** How many runs go on at a time in this process. */
  slots: number;
};

type Going = { claim: Claim; abort: AbortController };

/** Whose runs may be taken now. A killed agent's are ended, a paused one's wait. */
const claimable = async (deps: AgentRunnerDeps): Promise<MayClaim[]> => {
  const { heart, roster } = deps;
  const { database } = heart;
  const may: MayClaim[] = [];
  for (const { projectId, agentKey } of await dueAgents(database.db)) {
    const member = await roster.find(projectId, agentKey);
    const { domain = 'general', concurrency = 1 } = member?.agent ?? {};
    const held = await mayWork(database.db, { projectId, agentKey, domain });
    // What was queued after the kill ended everything: it is ended, too.
    if (held?.why === 'killed') await database.transaction((tx) => cancelRuns(tx, { projectId, agentKeys: [agentKey] }, killedRun(null)));
    if (!held && member?.state !== 'paused') may.push({ projectId, agentKey, most: concurrency });
  }
  return may;
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

const isKilled = async ({ heart, roster }: AgentRunnerDeps, { projectId, agentKey }: Claim): Promise<boolean> => {
  const member = await roster.find(projectId, agentKey);
  const held = await mayWork(heart.database.db, { projectId, agentKey, domain: member?.agent.domain ?? 'general' });
  return held?.why === 'killed';
};

/** What was cancelled or given to others stops here, in the middle of a model's answer too; with `stops` what was killed as well. */
const obey = async (deps: AgentRunnerDeps, all: readonly Going[], stops: boolean): Promise<void> => {
  const claims = all.map(({ claim }) => claim);
  const kept = await keptOf(deps.heart.database.db, claims);
  for (const { claim, abort } of all)
    if (!kept.has(claim.id) || (stops && (await isKilled(deps, claim)))) abort.abort(new Error('stopped'));
};

/** Works on one run until it parks, ends, or is to be left. */
const work = async (deps: AgentRunnerDeps, { claim, abort }: Going, stopping: () => boolean): Promise<void> => {
  const { heart, log } = deps;
  try {
    for (;;) {
      const stepped = await stepRun(deps, claim, abort.signal);
      if (stepped !== 'again') {
        log.info({ runId: claim.id, agent: claim.agentKey, stepped }, 'agent.stepped');
        return;
      }
      if (stopping() || abort.signal.aborted) return await giveBack(heart.database.db, claim);
    }
  } catch (error) {
    if (!abort.signal.aborted) log.error({ runId: claim.id, err: nameOf(error) }, 'agent.failed');
    // A bug or the database: somewhat later, so that it does not spin. Where even this fails, the worker's silence does it.
    await giveBack(heart.database.db, claim, abort.signal.aborted ? 0 : 5000).catch(() => log.warn({ runId: claim.id }, 'agent.left'));
  }
};

/**
 * Takes runs straight from their table as slots come free: the highest priority first, no more of an agent than it is configured for, nothing
 * of one that is paused. Any number of processes may do so; what a dead one had goes to others.
 */
export const startAgentRunner = (deps: AgentRunnerDeps): AgentRunner => {
  const { heart, signals, workerId, slots, log } = deps;
  const { database } = heart;
  const going = new Map<string, Going>();
  let stopping = false;
  let filling: Promise<void> | undefined;
  let wanted = false;

  const begin = (claim: Claim): void => {
    const one: Going = { claim, abort: new AbortController() };
    const key = `${claim.id}:${claim.fence}`;
    going.set(key, one);
    void work(deps, one, () => stopping).finally(() => {
      going.delete(key);
      wake();
    });
  };
  const fill = async (): Promise<void> => {
    const free = slots - going.size;
    if (free <= 0 || stopping) return;
    const agents = await claimable(deps);
    if (agents.length === 0 || stopping) return;
    for (const claim of await claimRuns(database, { workerId, free, agents })) begin(claim);
  };
  const wake = (): void => {
    if (stopping) return;
    if (filling) {
      wanted = true;
      return;
    }
    filling = fill()
      .catch((error: unknown) => log.warn({ err: nameOf(error) }, 'agents.unreachable'))
      .finally(() => {
        filling = undefined;
        if (!wanted) return;
        wanted = false;
        wake();
      });
  };
  const unread = (error: unknown) => log.warn({ err: nameOf(error) }, 'agents.unread');
  const requeue = () =>
    requeueAbandoned(database.db)
      .then((freed) => freed > 0 && wake())
      .catch(unread);
  const look = (stops: boolean) => () => {
    wake();
    if (going.size > 0) obey(deps, [...going.values()], stops).catch(unread);
  };
  const unhear = [signals.on('wilco_jobs', look(false)), signals.on('wilco_switch', look(true))];
  const timers = [setInterval(look(true), BACKSTOP_MS), setInterval(() => void requeue(), ABANDONED_MS)];
  void requeue();
  wake();

  const drained = async (withinMs: number) => {
    const until = performance.now() + withinMs;
    while ((going.size > 0 || filling) && performance.now() < until) await sleep(20);
  };
  return {
    active: () => going.size,
    async stop(graceMs) {
      stopping = true;
      for (const stop of unhear) stop();
      for (const timer of timers) clearInterval(timer);
      await drained(graceMs);
      for (const { abort } of going.values()) abort.abort(new Error('Wilco is stopping'));
      await drained(2000);
    },
  };
};
