import { and, eq, sql } from 'drizzle-orm';
import { limitsFor } from '../db/budgets.ts';
import type { Tx } from '../db/client.ts';
import { record } from '../db/record.ts';
import type { RunResult } from '../db/states.ts';
import { effects, type ProposalResult, runs } from '../db/tables/proposals.ts';
import { err, type Result } from '../result.ts';
import type { ToolContext, ToolDone, ToolError } from '../tools/tool.ts';
import { span } from '../trace.ts';
import { askForMore } from './ask-for-more.ts';
import { type Begun, begin, type ExecuteJob } from './begin.ts';
import { settleBudget } from './budget.ts';
import type { Heart } from './heart.ts';
import { move } from './move.ts';
import { tellShares } from './tell-shares.ts';
import { sayInThread, storable } from './thread.ts';

export type Worker = {
  id: string;
  /** By a monotonic clock: whether this worker's last heartbeat is young enough that nobody else has taken over. */
  leaseHolds(): boolean;
};

type Run = Begun & { kind: 'run' };
type Outcome = Result<ToolDone, ToolError>;

/** Another worker has the effect now, or nobody can say that none has: whatever this one came to is nobody's result. */
class Fenced extends Error {
  override name = 'Fenced';
}

/** Rolls a transactional effect back while carrying why. */
class Undone extends Error {
  override name = 'Undone';
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super('undone');
    this.outcome = outcome;
  }
}

/** The longest that a run may take before its worker gives it up. */
export const RUN_LIMIT_MS = 120_000;
const failure = (code: string, message: string, notDispatched: boolean): Outcome => err({ code, message, notDispatched });

/** Ends with the tool or with the signal, whichever comes first: a tool that does not listen cannot hold a worker. */
const orAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason ?? new Error('aborted'));
    // Heard in any case: what the work comes to after it was given up may be an error, and one that nobody hears ends the process.
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

const contextOf = (
  heart: Heart,
  run: Run,
  at: { worker: Worker; signal: AbortSignal; tx: ToolContext['tx']; dispatched: () => void },
): ToolContext => {
  const { proposal } = run.standing;
  return {
    tx: at.tx,
    projectId: proposal.projectId,
    proposalId: proposal.id,
    threadId: proposal.threadId,
    requesterId: proposal.proposedBy,
    idempotencyKey: run.effect.idempotencyKey,
    signal: at.signal,
    async beforeDispatch() {
      at.signal.throwIfAborted();
      if (!at.worker.leaseHolds()) throw new Fenced();
      const mine = and(eq(effects.id, run.effect.id), eq(effects.fence, run.effect.fence), eq(effects.state, 'started'));
      const said = heart.database.db.update(effects).set({ dispatchedAt: sql`now()` }).where(mine).returning({ id: effects.id });
      const [held] = await said.catch((cause: unknown) => {
        throw new Fenced('the database did not answer', { cause });
      });
      // After the answer: a worker that was frozen in between sees here that its lease is old.
      if (!held || !at.worker.leaseHolds()) throw new Fenced();
      at.signal.throwIfAborted();
      at.dispatched();
    },
    // A line that could not be written is no reason to give up what is under way.
    progress: (line) => sayInThread(heart.database.db, proposal.threadId, line).catch(() => heart.log.warn('progress.unsaid')),
  };
};

const stateOf = (outcome: Outcome): 'executed' | 'failed' | 'unknown' =>
  outcome.ok ? 'executed' : outcome.error.notDispatched ? 'failed' : 'unknown';

const runResultOf = (outcome: Outcome): RunResult => (outcome.ok ? 'success' : outcome.error.code === 'killed' ? 'killed' : 'failed');

/** As JSON that can be stored, or undefined for what is no JSON. Whatever a tool answers, what it did is settled. */
const jsonSafe = (data: Record<string, unknown> | undefined): Record<string, unknown> | undefined => {
  try {
    return data && JSON.parse(JSON.stringify(data).replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[0-9a-f]{3})/g, '$1\\ufffd'));
  } catch {
    return undefined;
  }
};

const resultOf = (outcome: Outcome): ProposalResult => {
  if (outcome.ok) {
    const data = jsonSafe(outcome.value.data);
    return { ok: true, summary: storable(outcome.value.summary), ...(data ? { data } : {}) };
  }
  const { code, notDispatched } = outcome.error;
  const message = storable(outcome.error.message);
  return {
    ok: false,
    code: storable(code),
    message: notDispatched ? message : `${message} Nobody can tell whether it happened: look at the other side, then settle it here.`,
  };
};

/** What the tool says that it cost, or else what was estimated. */
const costOf = (outcome: Outcome, estimated: number): number => {
  const said = outcome.ok ? outcome.value.costMicros : undefined;
  return said !== undefined && Number.isSafeInteger(said) && said >= 0 ? said : estimated;
};

/** Where nothing was promised no row is touched. */
const settlePromise = async (tx: Tx, { standing, effect }: Pick<Run, 'standing' | 'effect'>, micros: number): Promise<void> => {
  if (effect.costMicros === 0) return;
  const { projectId, agentKey } = standing.proposal;
  const uses = await settleBudget(tx.db, effect.id, { micros, tokens: 0 });
  await tellShares(tx, projectId, { limits: limitsFor(standing.policy.document, agentKey), uses });
};

/** Effect, proposal, run, cost, event and the line in the thread, all held against the fence: a worker that was replaced changes nothing. */
const settleRun = async (tx: Tx, run: Pick<Run, 'standing' | 'effect'>, at: { outcome: Outcome; job: ExecuteJob }): Promise<void> => {
  const { outcome, job } = at;
  const { proposal, revision } = run.standing;
  const { id, projectId, threadId } = proposal;
  const state = stateOf(outcome);
  const settledAt = state === 'unknown' ? null : sql`now()`;
  const mine = and(eq(effects.id, run.effect.id), eq(effects.fence, run.effect.fence), eq(effects.state, 'started'));
  const result = resultOf(outcome);
  const errorCode = result.ok ? null : result.code;
  // What is not provably undone is counted as spent.
  const spent = state === 'failed' ? 0 : costOf(outcome, revision.costMicros);
  const [moved, [held]] = await Promise.all([
    // The proposal's row first, then the effect's, as everywhere: two workers at odds then wait for one another in one order.
    move(tx.db, { id, from: 'executing', to: state }, { result, ...(outcome.ok ? { executedAt: new Date() } : {}) }),
    tx.db.update(effects).set({ state, settledAt }).where(mine).returning({ id: effects.id }),
    tx.db
      .update(runs)
      .set({ result: runResultOf(outcome), errorCode, costMicros: spent, finishedAt: sql`now()` })
      .where(eq(runs.effectId, run.effect.id)),
    settlePromise(tx, run, spent),
    record(tx.db, {
      projectId,
      kind: `proposal.${state}`,
      threadId,
      proposalId: id,
      data: { effectId: run.effect.id, ...(errorCode ? { code: errorCode } : {}) },
    }),
    sayInThread(tx.db, threadId, result.ok ? result.summary : result.message),
    job.complete(tx),
  ]);
  if (!held || !moved) throw new Fenced();
};

/** Why it was stopped, when it was: the abort's reason says whether a kill or the clock did it. */
const interruption = (signal: AbortSignal, notDispatched: boolean): Outcome =>
  signal.reason instanceof Error && signal.reason.name === 'TimeoutError'
    ? failure('timed_out', 'It took longer than it may.', notDispatched)
    : failure('killed', 'It was stopped while it ran.', notDispatched);

/** What the tool came to. An answer that is none is a crash of the tool, not one of its settling, which would come back for ever. */
const answerOf = async ({ tool, input }: Run, ctx: ToolContext): Promise<Outcome> => {
  const outcome = await span(`tool ${tool.name}`, { 'wilco.proposal_id': ctx.proposalId }, async (mark) => {
    const came = await tool.execute(input, ctx);
    mark({ 'wilco.ok': came.ok });
    return came;
  });
  const said: unknown = outcome.ok ? outcome.value.summary : outcome.error.message;
  if (typeof said !== 'string') throw new TypeError(`${tool.name} answered neither a result nor an error`);
  return outcome;
};

type RunAt = { job: ExecuteJob; worker: Worker; signal: AbortSignal };

/** What to record for a transactional effect that was rolled back, or undefined where nobody knows that it was. */
const undoneBy = (heart: Heart, run: Run, at: { error: unknown; signal: AbortSignal }): Outcome | undefined => {
  const { error, signal } = at;
  // It was rolled back, so it is provably not done, whatever the tool thought.
  if (error instanceof Undone) return error.outcome.ok ? undefined : err({ ...error.outcome.error, notDispatched: true });
  if (signal.aborted) return interruption(signal, true);
  // A broken connection says nothing of the commit: the job comes back and the effect row tells.
  if (isConnectionError(error)) return undefined;
  heart.log.error({ proposalId: run.standing.proposal.id, tool: run.tool.name, err: nameOf(error) }, 'tool.crashed');
  return failure('tool_crashed', 'The action failed inside Wilco; nothing was changed.', true);
};

const runTransactional = async (heart: Heart, run: Run, at: RunAt): Promise<void> => {
  const { job, signal } = at;
  try {
    await heart.database.transaction(async (tx) => {
      const ctx = contextOf(heart, run, { ...at, tx: tx.db, dispatched: () => undefined });
      // Never left behind in mid-query: this connection goes back to the pool, and a late statement would then commit by itself.
      const outcome = await answerOf(run, ctx);
      if (!outcome.ok) throw new Undone(outcome);
      await settleRun(tx, run, { outcome, job });
      if (signal.aborted) throw new Undone(interruption(signal, true));
    });
  } catch (error) {
    if (error instanceof Fenced) throw error;
    const outcome = undoneBy(heart, run, { error, signal });
    if (!outcome) throw error;
    await heart.database.transaction((tx) => settleRun(tx, run, { outcome, job }));
  }
};

const nameOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}${'code' in error ? `:${String(error.code)}` : ''}` : typeof error;

/** PostgreSQL's class 08 and 57, a transaction that it gave up waiting for, and what the socket says when the server went away. */
const isConnectionError = (error: unknown): boolean => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return (
    /^(08|57P|25P0[34]|ECONN|EPIPE|ETIMEDOUT)/.test(code) ||
    (cause instanceof Error && /connection terminated|Connection ended|not queryable/i.test(cause.message))
  );
};

const runOutside = async (heart: Heart, run: Run, at: RunAt): Promise<void> => {
  let dispatched = run.again && run.effect.dispatchedAt !== null;
  const ctx = contextOf(heart, run, {
    ...at,
    tx: heart.database.db,
    dispatched: () => {
      dispatched = true;
    },
  });
  const attempt = async (): Promise<Outcome> => {
    try {
      const outcome = await orAborted(answerOf(run, ctx), at.signal);
      if (outcome.ok && !dispatched) return failure('undeclared_dispatch', 'The action did not announce its first byte.', false);
      return outcome;
    } catch (error) {
      if (error instanceof Fenced) throw error;
      if (at.signal.aborted) return interruption(at.signal, !dispatched);
      heart.log.error({ proposalId: run.standing.proposal.id, tool: run.tool.name, err: nameOf(error) }, 'tool.crashed');
      return failure('tool_crashed', 'The action failed inside Wilco.', !dispatched);
    }
  };
  const outcome = await attempt();
  await heart.database.transaction((tx) => settleRun(tx, run, { outcome, job: at.job }));
};

const executeNow = async (heart: Heart, job: ExecuteJob, worker: Worker): Promise<string> => {
  const begun = await begin(heart, job, worker.id);
  if (begun.kind === 'idle') {
    if (begun.over) await askForMore(heart, begun.over.limit, begun.over.threadId);
    return begun.why;
  }
  if (begun.kind === 'undone') {
    const outcome = failure(begun.code, begun.message, true);
    await heart.database.transaction((tx) => settleRun(tx, begun, { outcome, job }));
    return 'settled';
  }
  const limit = AbortSignal.timeout(RUN_LIMIT_MS);
  const signal = AbortSignal.any([job.signal, limit]);
  try {
    const run = begun.tool.replay === 'transactional' ? runTransactional : runOutside;
    await run(heart, begun, { job, worker, signal });
    return 'settled';
  } catch (error) {
    if (error instanceof Fenced) return 'fenced';
    throw error;
  }
};

/**
 * Carries out one wake-up: begins what may begin, runs the tool, settles. Answers what came of it, for the log. Throws only when the
 * database could not be reached: the job then comes back. A worker that was replaced meanwhile, or cannot be sure that it was not, answers
 * `fenced` and has changed no row: the job is for another to finish.
 */
export const execute = (heart: Heart, job: ExecuteJob, worker: Worker): Promise<string> =>
  span('execute', { 'wilco.proposal_id': job.proposalId, 'wilco.attempt': job.attempt }, async (mark) => {
    const came = await executeNow(heart, job, worker);
    mark({ 'wilco.came': came });
    return came;
  });
