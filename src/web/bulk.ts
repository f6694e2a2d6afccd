import { isUuid } from '../db/read/place.ts';
import type { Actor } from '../dispatch/actor.ts';
import { type Decision, decideEach } from '../dispatch/decide.ts';
import type { Heart } from '../dispatch/heart.ts';
import type { HeartError } from '../dispatch/sentences.ts';
import { listStandings } from '../dispatch/standing.ts';
import { problemOf } from './answer.ts';
import { approvalOf } from './approval.ts';
import type { BulkAnswer } from './schemas.ts';

type Wanted = {
  approve: { id: string; revision: number; digest: string }[];
  reject: { id: string; revision: number; reason: string }[];
};
type Became = { id: string; verb: Decision['verb']; problem: HeartError | null };

/** What became of each, with the proposals as they stand now. */
export const bulkAnswer = async (heart: Heart, actor: Actor, became: readonly Became[]): Promise<BulkAnswer> => {
  const ids = [...new Set(became.map(({ id }) => id).filter(isUuid))];
  const standings = await listStandings(heart.database.db, { projectId: actor.projectId, ids, limit: ids.length });
  const approvals = new Map(standings.map((standing) => [standing.proposal.id, approvalOf(standing, heart, { actor, full: false })]));
  return {
    items: became.map(({ id, verb, problem }) => ({
      id,
      verb,
      approval: approvals.get(id) ?? null,
      problem: problem && problemOf(problem),
    })),
  };
};

/** Decides many, each with what was on show for it. */
export const decideInBulk = async (heart: Heart, actor: Actor, wanted: Wanted): Promise<BulkAnswer> => {
  const decisions: Decision[] = [
    ...wanted.approve.map(({ id, revision, digest }) => ({ verb: 'approve' as const, proposalId: id, revision, digest })),
    ...wanted.reject.map(({ id, revision, reason }) => ({ verb: 'reject' as const, proposalId: id, revision, reason })),
  ];
  const problems = await decideEach(heart, actor, decisions);
  const became = decisions.map(({ proposalId: id, verb }, at) => ({ id, verb, problem: problems[at] ?? null }));
  return bulkAnswer(heart, actor, became);
};
