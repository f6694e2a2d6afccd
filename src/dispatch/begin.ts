import { randomUUID } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { record } from '../db/record.ts';
import { events, workers } from '../db/tables/control.ts';
import { effects, runs } from '../db/tables/proposals.ts';
import { WORKER_LIVES } from '../db/workers.ts';
import type { Tool } from '../tools/tool.ts';
import { wordDrift } from './autopilot.ts';
import { reserveBudget, settleBudget } from './budget.ts';
import type { Heart } from './heart.ts';
import { move } from './move.ts';
import { type Over, sayOver } from './over.ts';
import { platformIsFull } from './platform-day.ts';
import { voidDrifted } from './reissue.ts';
import { lockProposal, readStanding, type Standing } from './standing.ts';
import { sayInThread } from './thread.ts';
import { driftNow } from './undo-stands.ts';

/** A job that woke a worker for one attempt at one proposal. */
export type ExecuteJob = {
  jobId: string;
  projectId: string;
  proposalId: string;
  attempt: number;
  /** Aborts on kill and when the queue has given the job to another worker. */
  signal: AbortSignal;
  /** Marks the job as done in the transaction that settles the run. */
  complete(tx: Tx): Promise<void>;
};

export type Effect = typeof effects.$inferSelect;

/**
 * What may run now, with the effect row that says so committed before. `undone`: it was started, provably did nothing, and may not be
 * started again. `idle`: there is nothing to do, or not now.
 */
export type Begun =
  | { kind: 'run'; standing: Standing; tool: Tool; input: Record<string, unknown>; effect: Effect; again: boolean }
  | { kind: 'undone'; standing: Standing; effect: Effect; code: 'killed' | 'drifted'; message: string }
  | {
      kind: 'idle';
      why: string /** The limit that did not allow it, and where that was said. */;
      over?: { limit: Over; threadId: string };
    };

const idle = (why: string): Begun & { kind: 'idle' } => ({ kind: 'idle', why });

type Skip = { code: 'over_budget' | 'blocked' | 'platform_full'; message: string };

/** Nothing started, provably, so it may be retried when what stood in the way is gone. */
const skip = async (tx: Tx, standing: Standing, { code, message }: Skip): Promise<Begun & { kind: 'idle' }> => {
  const { id, projectId, threadId, tool } = standing.proposal;
  const result = { ok: false, code, message } as const;
  await move(tx.db, { id, from: 'approved', to: 'executing' });
  await move(tx.db, { id, from: 'executing', to: 'failed' }, { result });
  await tx.db.insert(runs).values({ projectId, proposalId: id, tool, result: 'skipped', errorCode: code, finishedAt: sql`now()` });
  await record(tx.db, { projectId, kind: 'proposal.failed', threadId, proposalId: id, data: { code } });
  await sayInThread(tx.db, threadId, message);
  return idle(code);
};

const skipOver = async (tx: Tx, standing: Standing, over: Over): Promise<Begun> => {
  const message = `${sayOver(over)} Nothing was done; retry it then, or when more is granted.`;
  return { ...(await skip(tx, standing, { code: 'over_budget', message })), over: { limit: over, threadId: standing.proposal.threadId } };
};

type Ready = { standing: Standing; tool: Tool; job: ExecuteJob; workerId: string; decisionId: string; effectId: string; promised: boolean };

const startEffect = async (tx: Tx, ready: Ready): Promise<Effect> => {
  const { standing, tool, job, workerId, decisionId, effectId, promised } = ready;
  const { id, projectId, threadId, attempt } = standing.proposal;
  const { digest, costMicros } = standing.revision;
  const key = { id: effectId, idempotencyKey: `${id}:${attempt}` };
  const [[effect], moved] = await Promise.all([
    tx.db
      .insert(effects)
      .values({ ...key, proposalId: id, attempt, decisionId, digest, workerId, jobId: job.jobId, costMicros: promised ? costMicros : 0 })
      .returning(),
    move(tx.db, { id, from: 'approved', to: 'executing' }),
    tx.db.insert(runs).values({ projectId, proposalId: id, effectId, tool: tool.name, costMicros }),
    record(tx.db, { projectId, kind: 'proposal.started', threadId, proposalId: id, data: { attempt, effectId, workerId } }),
  ]);
  // Under the lock it cannot have moved, and the unique key lets no attempt begin twice: either would be a bug, and rolls all of it back.
  if (!effect || !moved) throw new Error(`proposal ${id} left 'approved' under lock`);
  return effect;
};

const startApproved = async (heart: Heart, tx: Tx, at: { standing: Standing; job: ExecuteJob; workerId: string }): Promise<Begun> => {
  const { standing } = at;
  const { proposal, revision, policy, decisionId } = standing;
  // Resuming sends a new wake-up for everything that waits, so this one may be spent.
  if (standing.switch.paused) return idle('paused');
  const tool = heart.tools.get(proposal.tool);
  const checked = await driftNow(heart, tx.db, standing);
  const lapsed = await wordDrift(tx.db, standing, checked);
  // Without a decision on this very digest, what somebody approved was something else, or nobody did.
  if (checked.drift || lapsed || !tool || !decisionId) {
    await voidDrifted(heart, tx, { standing, drift: checked.drift ?? lapsed ?? 'digest_changed' });
    return idle('drifted');
  }
  const blocked = await tool.blocked?.(checked.input, { db: tx.db, projectId: proposal.projectId });
  if (blocked) return skip(tx, standing, { code: 'blocked', message: `${blocked.why} Nothing was done; retry it when that has changed.` });
  const full = await platformIsFull(heart, tx.db, { standing, tool, input: checked.input });
  if (full) return skip(tx, standing, { code: 'platform_full', message: full });
  const effectId = randomUUID();
  const { projectId, agentKey } = proposal;
  const spending = { holder: effectId, projectId, agentKey, micros: revision.costMicros, tokens: 0 };
  const promised = await reserveBudget(tx.db, spending, policy.document);
  if (!promised.ok) return skipOver(tx, standing, promised.error);
  const effect = await startEffect(tx, { ...at, tool, decisionId, effectId, promised: promised.value });
  return { kind: 'run', standing, tool, input: checked.input, effect, again: false };
};

/** Whoever has the effect now still lives and works on it under another job. */
const ownerLives = async (tx: Tx, effect: Effect, job: ExecuteJob): Promise<boolean> => {
  if (effect.jobId === job.jobId) return false;
  const [owner] = await tx.db.select({ live: WORKER_LIVES }).from(workers).where(eq(workers.id, effect.workerId));
  return owner?.live ?? false;
};

/** Hands the effect to this worker and moves the fence on, so that whoever had it before changes nothing any more. */
const takeEffect = async (tx: Tx, effect: Effect, by: { workerId: string; job: ExecuteJob }): Promise<Effect | undefined> => {
  const [taken] = await tx.db
    .update(effects)
    .set({ fence: sql`${effects.fence} + 1`, workerId: by.workerId, jobId: by.job.jobId })
    .where(eq(effects.id, effect.id))
    .returning();
  return taken;
};

/** A kill since it was started ended it, even if the kill has been lifted since: nothing old runs after that. */
const killedSince = async (tx: Tx, { id, projectId, agentKey, agentDomain }: Standing['proposal']): Promise<boolean> => {
  const started = sql`(select max(s.xid) from ${events} s where s.proposal_id = ${id} and s.kind = 'proposal.started')`;
  const kills = await tx.db.execute(
    sql`select 1 from ${events} k where k.project_id = ${projectId} and k.kind = 'switch.killed' and k.xid > ${started}
      and (k.data ->> 'scope' is null or k.data ->> 'scope' in (${`agent:${agentKey}`}, ${`domain:${agentDomain}`})) limit 1`,
  );
  return kills.rows.length > 0;
};

/** For as long as this the other side is taken to know a key again; nobody who honours keys forgets them sooner. */
const KEY_HOLDS_MS = 24 * 3_600_000;

/** What is left of an effect whose worker is gone: it may be made `again`, it provably did not happen, or nobody can tell. */
const prospectOf = (effect: Effect, tool: Tool | undefined, stopped: boolean): 'again' | 'undone' | 'unknown' => {
  const undone = tool?.replay === 'transactional' || effect.dispatchedAt === null;
  if (stopped) return undone ? 'undone' : 'unknown';
  const keyHolds = tool?.replay === 'keyed' && Date.now() - effect.startedAt.getTime() < KEY_HOLDS_MS;
  return undone || keyHolds ? 'again' : 'unknown';
};

const STOPPED = { code: 'killed', message: 'Wilco was killed before it was done; nothing happened.' } as const;
const CHANGED = { code: 'drifted', message: 'It changed before it was done, so it was not started again; nothing happened.' } as const;

/** Started once, not settled, and its worker is gone: done anew where that is safe, else left to a person. */
const takeOver = async (heart: Heart, tx: Tx, at: { standing: Standing; job: ExecuteJob; workerId: string }): Promise<Begun> => {
  const { standing, job } = at;
  const { proposal } = standing;
  const mine = and(eq(effects.proposalId, proposal.id), eq(effects.attempt, proposal.attempt), eq(effects.state, 'started'));
  const [effect] = await tx.db.select().from(effects).where(mine).for('update');
  if (!effect) return idle('settled');
  if (await ownerLives(tx, effect, job)) return idle('owned');
  const killed = standing.switch.killed || (await killedSince(tx, proposal));
  // As for what has not started: resuming wakes somebody for it.
  if (standing.switch.paused && !killed) return idle('paused');
  const tool = heart.tools.get(proposal.tool);
  const checked = await driftNow(heart, tx.db, standing);
  const prospect = prospectOf(effect, tool, killed || checked.drift !== undefined);
  if (prospect === 'unknown') {
    await leaveUnknown(tx, standing, effect);
    await job.complete(tx);
    return idle('unknown');
  }
  const taken = await takeEffect(tx, effect, at);
  if (!taken) return idle('settled');
  if (prospect === 'undone' || checked.drift || !tool) return { kind: 'undone', standing, effect: taken, ...(killed ? STOPPED : CHANGED) };
  return { kind: 'run', standing, tool, input: checked.input, effect: taken, again: true };
};

/** Nobody can tell whether it happened: the card asks a person. */
export const leaveUnknown = async (tx: Tx, standing: Standing, effect: Effect): Promise<void> => {
  const { id, projectId, threadId } = standing.proposal;
  const result = {
    ok: false,
    code: 'outcome_unknown',
    message: 'It was started, and nobody can tell whether it happened. Look at the other side, then settle it here.',
  } as const;
  await move(tx.db, { id, from: 'executing', to: 'unknown' }, { result });
  await tx.db
    .update(effects)
    .set({ state: 'unknown', fence: sql`${effects.fence} + 1` })
    .where(eq(effects.id, effect.id));
  // What nobody can tell counts as spent.
  if (effect.costMicros > 0) await settleBudget(tx.db, effect.id, { micros: effect.costMicros, tokens: 0 });
  await record(tx.db, { projectId, kind: 'proposal.unknown', threadId, proposalId: id, data: { effectId: effect.id } });
  await sayInThread(tx.db, threadId, result.message);
};

/** Approved and not started when everything, or its agent, was killed: it does not stand any more. */
const voidKilled = async (tx: Tx, { proposal, agentStopped }: Standing): Promise<Begun> => {
  const { id, projectId, threadId } = proposal;
  await move(tx.db, { id, to: 'void' }, { reason: `${agentStopped ? 'Its agent' : 'Wilco'} was killed before it started.` });
  await record(tx.db, { projectId, kind: 'proposal.voided', threadId, proposalId: id, data: { drift: 'killed' } });
  return idle('killed');
};

/**
 * Decides, under the proposal's lock and the shared switch lock, what one wake-up may do, and commits the effect row before anything
 * happens outside. Kill, pause, drift, budget and an earlier start are all looked at here, in this transaction, and nowhere later.
 */
export const begin = (heart: Heart, job: ExecuteJob, workerId: string): Promise<Begun> =>
  heart.database.transaction(
    async (tx) => {
      const { projectId: project, proposalId } = job;
      const [, locked, standing] = await Promise.all([
        tx.begun,
        lockProposal(tx, project, proposalId),
        readStanding(tx.db, project, proposalId),
      ]);
      if (!locked) return idle('missing');
      if (!standing || standing.proposal.attempt !== job.attempt) return idle('superseded');
      const { state } = standing.proposal;
      if (state === 'approved' && standing.switch.killed) return voidKilled(tx, standing);
      if (state === 'approved') return startApproved(heart, tx, { standing, job, workerId });
      return state === 'executing' ? takeOver(heart, tx, { standing, job, workerId }) : idle('not_due');
    },
    { eager: true },
  );
