import { and, desc, eq, sql } from 'drizzle-orm';
import type { Role } from '../db/states.ts';
import { workers } from '../db/tables/control.ts';
import { effects, type ProposalResult, runs } from '../db/tables/proposals.ts';
import { WORKER_LIVES } from '../db/workers.ts';
import { err, ok, type Result } from '../result.ts';
import type { Actor } from './actor.ts';
import { type Bench, type Decided, onTheBench, recordDecision } from './decide.ts';
import { endDisproved } from './earned-end.ts';
import { RUN_LIMIT_MS } from './execute.ts';
import type { Heart } from './heart.ts';
import { move } from './move.ts';
import { type HeartError, heartError } from './sentences.ts';
import { mayJudge } from './standing.ts';
import { driftNow } from './undo-stands.ts';

/** Takes a proposal back. Only who asked may, while they are here, and only before a worker has started it. */
export const withdraw = (heart: Heart, actor: Actor, proposalId: string): Promise<Result<Decided, HeartError>> =>
  onTheBench(heart, { actor, proposalId }, async (bench) => {
    const { tx, standing, personId, role } = bench;
    if (!role) return err(heartError('not_allowed'));
    if (standing.proposal.proposedBy !== personId)
      return err(
        heartError('not_allowed', {
          message: 'Only the person who asked for it can withdraw it. You may reject it if you are an approver.',
        }),
      );
    const moved = await move(tx.db, { id: proposalId, to: 'withdrawn' });
    if (!moved) return err(heartError('wrong_state', { state: standing.proposal.state }));
    await recordDecision(bench, 'withdrawn');
    return ok({ proposalId, state: 'withdrawn' });
  });

/**
 * The worker that began the last attempt lives, has not said how it ended, and may still be at it for as long as a run may take: what it
 * does may yet happen, so nobody can say that it did not.
 */
const workerStillOnIt = async ({ tx, standing }: Bench): Promise<boolean> => {
  const atIt = sql`${runs.finishedAt} is null and ${effects.dispatchedAt} > now() - make_interval(secs => ${RUN_LIMIT_MS / 1000})`;
  const [last] = await tx.db
    .select({ live: sql<boolean>`${WORKER_LIVES} and ${atIt}` })
    .from(effects)
    .innerJoin(workers, eq(workers.id, effects.workerId))
    .innerJoin(runs, eq(runs.effectId, effects.id))
    .where(eq(effects.proposalId, standing.proposal.id))
    .orderBy(desc(effects.attempt))
    .limit(1);
  return last?.live ?? false;
};

const mayDecideAfter = (bench: Bench & { role: Role | undefined }): boolean => mayJudge(bench.standing, bench.personId, bench.role);

/** Why a failed proposal may not be attempted again now, or undefined. */
const cannotRetry = async (bench: Bench & { role: Role | undefined }): Promise<HeartError | undefined> => {
  const { heart, tx, standing, personId } = bench;
  const { proposal, revision } = standing;
  const { state } = proposal;
  if (!mayDecideAfter(bench)) return heartError('not_an_approver');
  if (revision.decider === 'nobody') return heartError('only_a_suggestion');
  if (standing.requesters.includes(personId) && !standing.solo && !revision.selfApproval) return heartError('self_approval');
  if (state !== 'failed') return heartError('wrong_state', { state });
  const { drift } = await driftNow(heart, tx.db, standing);
  if (drift === 'target_changed') return heartError(drift, { state });
  return drift ? heartError('drifted', { state, message: 'The action or the policy has changed since. Ask for it again.' }) : undefined;
};

/** Attempts a failed proposal again, by a new decision of somebody who may approve it. What failed is provably not done. */
export const retry = (heart: Heart, actor: Actor, proposalId: string): Promise<Result<Decided, HeartError>> =>
  onTheBench(heart, { actor, proposalId }, async (bench) => {
    const refused = await cannotRetry(bench);
    if (refused) return err(refused);
    const { tx, standing } = bench;
    const { projectId, attempt: before, state } = standing.proposal;
    const attempt = before + 1;
    const moved = await move(tx.db, { id: proposalId, from: 'failed', to: 'approved' }, { attempt, result: null, executedAt: null });
    if (!moved) return err(heartError('wrong_state', { state }));
    await recordDecision(bench, 'retried');
    await heart.enqueue(tx, { projectId, proposalId, attempt });
    return ok({ proposalId, state: 'approved' });
  });

export type Settlement = 'executed' | 'failed' | 'leave';

const confirmed = (outcome: 'executed' | 'failed', name: string): ProposalResult =>
  outcome === 'executed'
    ? { ok: true, summary: `${name} confirmed that it happened.` }
    : { ok: false, code: 'settled_as_failed', message: `${name} confirmed that it did not happen.` };

/** Proposal, effect and run as the person says; the fence moves on, so that a late result of the old worker changes nothing. */
const writeSettlement = async ({ tx, standing, actor }: Bench, outcome: 'executed' | 'failed'): Promise<void> => {
  const { id } = standing.proposal;
  const executedAt = outcome === 'executed' ? new Date() : null;
  await move(tx.db, { id, from: 'unknown', to: outcome }, { result: confirmed(outcome, actor.name), executedAt });
  const [effect] = await tx.db
    .update(effects)
    .set({ state: outcome, settledAt: sql`now()`, fence: sql`${effects.fence} + 1` })
    .where(and(eq(effects.proposalId, id), eq(effects.state, 'unknown')))
    .returning({ id: effects.id });
  const result = outcome === 'executed' ? 'success' : 'failed';
  const cost = outcome === 'failed' ? { costMicros: 0 } : {};
  if (effect)
    await tx.db
      .update(runs)
      .set({ result, ...cost, finishedAt: sql`now()` })
      .where(eq(runs.effectId, effect.id));
};

/**
 * A person who may approve it says what became of an effect that nobody can tell: it happened, it did not (a retry is then offered), or
 * leave it as it is.
 */
export const settle = (
  heart: Heart,
  actor: Actor,
  what: { proposalId: string; outcome: Settlement },
): Promise<Result<Decided, HeartError>> =>
  onTheBench(heart, { actor, proposalId: what.proposalId }, async (bench) => {
    const { proposalId, outcome } = what;
    const { state } = bench.standing.proposal;
    if (!mayDecideAfter(bench)) return err(heartError('not_an_approver'));
    if (state !== 'unknown') return err(heartError('wrong_state', { state }));
    if (outcome === 'leave') {
      await recordDecision(bench, 'settled', outcome);
      return ok({ proposalId, state });
    }
    if (outcome === 'failed' && (await workerStillOnIt(bench))) return err(heartError('worker_alive', { state }));
    await writeSettlement(bench, outcome);
    await recordDecision(bench, 'settled', outcome);
    if (outcome === 'failed') await endDisproved(bench, 'settled');
    return ok({ proposalId, state: outcome });
  });
