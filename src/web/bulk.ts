import { isUuid } from '../db/read/place.ts';
import type { Actor } from '../dispatch/actor.ts';
import { type Decision, decide } from '../dispatch/decide.ts';
import type { Heart } from '../dispatch/heart.ts';
import { listStandings } from '../dispatch/standing.ts';
import { problemOf } from './answer.ts';
import { approvalOf } from './approval.ts';
import type { BulkAnswer } from './schemas.ts';

type Wanted = {
  approve: { id: string; revision: number; digest: string }[];
  reject: { id: string; revision: number; reason: string }[];
};

/** Decides one after the other, each in a transaction of its own and with what was on show for it. */
export const decideInBulk = async (heart: Heart, actor: Actor, wanted: Wanted): Promise<BulkAnswer> => {
  const decisions: Decision[] = [
    ...wanted.approve.map(({ id, revision, digest }) => ({ verb: 'approve' as const, proposalId: id, revision, digest })),
    ...wanted.reject.map(({ id, revision, reason }) => ({ verb: 'reject' as const, proposalId: id, revision, reason })),
  ];
  const refused: BulkAnswer['items'][number]['problem'][] = [];
  for (const decision of decisions) {
    const done = await decide(heart, actor, decision);
    refused.push(done.ok ? null : problemOf(done.error));
  }
  const ids = [...new Set(decisions.map((decision) => decision.proposalId).filter(isUuid))];
  const standings = await listStandings(heart.database.db, { projectId: actor.projectId, ids, limit: ids.length });
  const approvals = new Map(standings.map((standing) => [standing.proposal.id, approvalOf(standing, heart, { actor, full: false })]));
  return {
    items: decisions.map(({ verb, proposalId: id }, index) => ({
      id,
      verb,
      approval: approvals.get(id) ?? null,
      problem: refused[index] ?? null,
    })),
  };
};
