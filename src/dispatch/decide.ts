import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import type { GroupTie } from '../db/groups.ts';
import { record } from '../db/record.ts';
import type { DecisionKind } from '../db/states.ts';
import { decisions, type GroupProof, votes } from '../db/tables/proposals.ts';
import { err, ok, type Result } from '../result.ts';
import { span } from '../trace.ts';
import type { Actor } from './actor.ts';
import { lookAgain } from './blocked.ts';
import { endContradicted, endDisproved } from './earned-end.ts';
import { askOnce, type Held, holdTo, inGroupWords, type LookUp, lookUp, needsLookUp, proofOf } from './group-look-up.ts';
import type { Heart } from './heart.ts';
import { move, touch } from './move.ts';
import { voidDrifted } from './reissue.ts';
import { type HeartError, type HeartErrorCode, heartError } from './sentences.ts';
import { lockProposal, readStanding, refusalFor, roleNow, type Standing } from './standing.ts';
import { driftNow } from './undo-stands.ts';

/** What was pressed. `digest` is of what was on show, never of what is stored now. */
export type Decision =
  | { verb: 'approve'; proposalId: string; revision: number; digest: string }
  | { verb: 'reject'; proposalId: string; revision: number; reason: string };

export type Decided = { proposalId: string; state: Standing['proposal']['state'] };

/** The locks and what is read under them travel with BEGIN. */
const EAGER = { eager: true };

/** A proposal under lock and the person who acts on it, in one transaction. `proof`: what a platform said of them that keeps the group. */
export type Bench = { heart: Heart; tx: Tx; actor: Actor; personId: string; standing: Standing; proof: GroupProof | null };

/** What the record says of it: ids alone. */
const provedBy = (proof: GroupProof | null) => {
  if (!proof) return {};
  const { name: _name, ...ids } = proof;
  return { proof: ids };
};

/** Writes the decision that stands; an effect can refer only to one of these. */
export const recordDecision = async (bench: Bench, kind: DecisionKind, reason: string | null = null): Promise<void> => {
  const { tx, actor, personId, standing, proof } = bench;
  const { id, projectId, threadId, revision } = standing.proposal;
  const { digest } = standing.revision;
  const stands = tx.db.insert(decisions).values({ proposalId: id, revision, kind, digest, personId, via: actor.via, reason, proof });
  const recorded = record(tx.db, {
    projectId,
    kind: `proposal.${kind}`,
    threadId,
    proposalId: id,
    personId,
    data: { revision, digest, via: actor.via, ...provedBy(proof) },
  });
  await Promise.all([stands, recorded]);
};

type Act = (bench: Bench & { role: Awaited<ReturnType<typeof roleNow>>; doubtful: boolean }) => Promise<Result<Decided, HeartError>>;

/** Those whom a platform names no longer: their votes wait for nobody any more. */
const dropVotes = async (tx: Tx, { standing, lapsed }: Held): Promise<void> => {
  const { id, projectId, threadId, revision } = standing.proposal;
  if (lapsed.length === 0) return;
  const theirs = and(eq(votes.proposalId, id), eq(votes.revision, revision), inArray(votes.personId, lapsed));
  await tx.db.update(votes).set({ proof: null }).where(theirs);
  await touch(tx.db, id);
  await record(tx.db, { projectId, kind: 'proposal.vote_lapsed', threadId, proposalId: id, data: { revision, people: lapsed } });
};

type Sat = { done: Result<Decided, HeartError>; ask?: { tie: GroupTie; group: string; personIds: string[] } };

/** One transaction of it: what is done, or whom a platform has to be asked of first. */
const sit = (heart: Heart, who: { actor: Actor; proposalId: string; found?: LookUp }, act: Act): Promise<Sat> =>
  heart.database.transaction(async (tx): Promise<Sat> => {
    const { actor, proposalId, found } = who;
    const { projectId, personId } = actor;
    // One trip for all: the locks are sent first, and what is read after them is read after they are held.
    const [, locked, standing, role] = await Promise.all([
      tx.begun,
      lockProposal(tx, projectId, proposalId),
      readStanding(tx.db, projectId, proposalId),
      roleNow(tx.db, actor),
    ]);
    if (!locked || !standing) return { done: err(heartError('proposal_missing')) };
    if (personId === null) return { done: err(heartError('not_an_approver')) };
    if (standing.switch.killed) return { done: err(heartError('killed')) };
    const held = holdTo(standing, found);
    await dropVotes(tx, held);
    const proof = proofOf(found, standing, personId);
    const done = await act({ heart, tx, actor, personId, role, proof, standing: held.standing, doubtful: held.doubtful });
    const at = { standing, personId, role, found };
    if (!needsLookUp(done, at)) return { done: inGroupWords(done, at) };
    const { tie, voters, revision } = at.standing;
    return { done, ask: { tie, group: revision.approverGroup ?? '', personIds: [...new Set([personId, ...voters])] } };
  }, EAGER);

/**
 * Runs `act` on a proposal that nobody else can decide meanwhile, with no kill able to commit in between. Everything that depends on who
 * asks or on the switch is read after the locks. The caller's own checks come in `act`, and go by `standing.groupPeople`: where a platform
 * keeps the group that is asked, it is asked between two transactions, and whom it does not name is not among them.
 */
export const onTheBench = async (
  heart: Heart,
  who: { actor: Actor; proposalId: string },
  act: Act,
): Promise<Result<Decided, HeartError>> => {
  const first = await sit(heart, who, act);
  if (!first.ask) return first.done;
  const { tie, ...of } = first.ask;
  return (await sit(heart, { ...who, found: await lookUp(heart, tie, of) }, act)).done;
};

const insertVote = async ({ tx, actor, personId, standing, proof }: Bench, shownDigest: string): Promise<void> => {
  const { id, revision } = standing.proposal;
  const given = { shownDigest, via: actor.via, proof, createdAt: sql`now()` };
  // One that stands already no longer counts, or nobody would have come this far.
  await tx.db
    .insert(votes)
    .values({ proposalId: id, revision, personId, ...given })
    .onConflictDoUpdate({ target: [votes.proposalId, votes.revision, votes.personId], set: given });
};

/** A yes that does not make the quorum: it stands on record and the card goes on waiting. */
const voteOnly = async (bench: Bench, shownDigest: string): Promise<Result<Decided, HeartError>> => {
  const { tx, personId, standing } = bench;
  const { id, projectId, threadId, revision } = standing.proposal;
  const data = { revision, votes: standing.voters.length + 1, needed: standing.revision.approvalsNeeded, ...provedBy(bench.proof) };
  await insertVote(bench, shownDigest);
  // The card shows who has approved so far, wherever it stands.
  await touch(tx.db, id);
  await record(tx.db, { projectId, kind: 'proposal.voted', threadId, proposalId: id, personId, data });
  return ok({ proposalId: id, state: 'proposed' });
};

const approve = async (bench: Bench, decision: Decision & { verb: 'approve' }): Promise<Result<Decided, HeartError>> => {
  const { heart, tx, personId, standing } = bench;
  const { proposal, revision } = standing;
  if (decision.digest !== revision.digest) return err(heartError('digest_mismatch', { state: proposal.state }));
  const checked = await driftNow(heart, tx.db, standing);
  if (checked.drift) {
    await voidDrifted(heart, tx, { standing, drift: checked.drift });
    return err(heartError(checked.drift === 'target_changed' ? checked.drift : 'drifted', { state: 'void' }));
  }
  const blocked =
    revision.preview.blocked ??
    (await heart.tools.get(proposal.tool)?.blocked?.(checked.input, { db: tx.db, projectId: proposal.projectId }));
  if (blocked) return err(heartError('blocked', { state: 'proposed', message: blocked.why }));
  if (standing.voters.length + 1 < revision.approvalsNeeded) return voteOnly(bench, decision.digest);
  const attempt = proposal.attempt + 1;
  const { id, projectId } = proposal;
  const set = { attempt, decidedBy: personId, decidedAt: new Date() };
  const [moved] = await Promise.all([
    move(tx.db, { id, from: 'proposed', to: 'approved' }, set),
    insertVote(bench, decision.digest),
    recordDecision(bench, 'approved'),
    heart.enqueue(tx, { projectId, proposalId: id, attempt }),
  ]);
  // Under the lock nobody else can have moved it: this would be a bug, and nothing of it may stand.
  if (!moved) throw new Error(`proposal ${id} left 'proposed' under lock`);
  if (proposal.undoes !== null) await endDisproved(bench, 'undone');
  return ok({ proposalId: id, state: 'approved' });
};

const reject = async (bench: Bench, reason: string): Promise<Result<Decided, HeartError>> => {
  const { tx, personId, standing } = bench;
  const moved = await move(
    tx.db,
    { id: standing.proposal.id, from: 'proposed', to: 'rejected' },
    { decidedBy: personId, decidedAt: new Date(), reason },
  );
  if (!moved) return err(heartError('already_decided', { state: standing.proposal.state }));
  await recordDecision(bench, 'rejected', reason);
  await endContradicted(bench, 'rejected');
  return ok({ proposalId: moved.id, state: 'rejected' });
};

/** A no needs the right to say yes, but nobody is too close to the matter, or too early, to stop it. */
const whyNot = ({ standing, personId, role, doubtful }: Parameters<Act>[0], verb: Decision['verb']): HeartErrorCode | undefined => {
  const refusal = refusalFor(standing, personId, role);
  if (verb === 'reject') return refusal === 'not_an_approver' ? refusal : undefined;
  // Whether those who approved before still may is not known, so nobody can tell how many there are.
  return refusal ?? (doubtful ? 'group_unknown' : undefined);
};

const decideOnce = (heart: Heart, actor: Actor, decision: Decision): Promise<Result<Decided, HeartError>> =>
  onTheBench(heart, { actor, proposalId: decision.proposalId }, async (bench) => {
    const { state, revision } = bench.standing.proposal;
    if (state !== 'proposed') return err(heartError('already_decided', { state }));
    if (decision.revision !== revision) return err(heartError('stale_revision', { state }));
    const why = whyNot(bench, decision.verb);
    if (why) return err(heartError(why, why === 'group_unknown' ? { state } : {}));
    return decision.verb === 'approve' ? approve(bench, decision) : reject(bench, decision.reason.trim());
  });

const FREE_AGAIN = 'What stood in the way is gone. Look at the card again, then decide on that.';

/** Once, and once more where what stood in the way is gone. */
const decideNow = async (heart: Heart, actor: Actor, decision: Decision): Promise<Result<Decided, HeartError>> => {
  if (decision.verb === 'reject' && decision.reason.trim() === '') return err(heartError('reason_missing'));
  const decided = await decideOnce(heart, actor, decision);
  if (decided.ok || decided.error.code !== 'blocked') return decided;
  // Nobody approves what they were not shown: what is free again is a revision of its own, to be looked at first.
  const found = await lookAgain(heart, actor.projectId, decision.proposalId);
  return found === 'free' ? err(heartError('stale_revision', { state: 'proposed', message: FREE_AGAIN })) : decided;
};

/**
 * The one door for decisions: every button, slash command and API call comes through here with the caller's own identity. Vote, quorum,
 * state, event and job commit together. Of many at once exactly one completes it and the others are told.
 */
export const decide = (heart: Heart, actor: Actor, decision: Decision): Promise<Result<Decided, HeartError>> =>
  span('decide', { 'wilco.proposal_id': decision.proposalId, 'wilco.verb': decision.verb }, async (mark) => {
    const decided = await decideNow(heart, actor, decision);
    mark(decided.ok ? { 'wilco.state': decided.value.state } : { 'wilco.code': decided.error.code });
    return decided;
  });

/**
 * Decides one after the other, each in a transaction of its own; answers for each why it was refused, or null. A list is one press: where a
 * platform keeps the group, its answer holds for all of it.
 */
export const decideEach = async (heart: Heart, actor: Actor, decisions: readonly Decision[]): Promise<(HeartError | null)[]> => {
  const problems: (HeartError | null)[] = [];
  const once = { ...heart, ...(heart.askGroup ? { askGroup: askOnce(heart.askGroup) } : {}) };
  for (const decision of decisions) {
    const done = await decide(once, actor, decision);
    problems.push(done.ok ? null : done.error);
  }
  return problems;
};
