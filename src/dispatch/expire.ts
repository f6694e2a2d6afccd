import { and, eq, lt, sql } from 'drizzle-orm';
import { record } from '../db/record.ts';
import { projects } from '../db/tables/people.ts';
import { proposals } from '../db/tables/proposals.ts';
import type { Heart } from './heart.ts';
import { move } from './move.ts';
import { policyInForce } from './propose.ts';

const BATCH = 200;

const expireIn = async (heart: Heart, projectId: string): Promise<number> => {
  const { document } = await policyInForce(heart.database.db, projectId);
  const hours = document.expireAfterHours;
  // Silence parks: nothing lapses unless a policy says so.
  if (hours === null) return 0;
  return heart.database.transaction(async (tx) => {
    const overdue = await tx.db
      .select({ id: proposals.id, threadId: proposals.threadId })
      .from(proposals)
      .where(
        and(
          eq(proposals.projectId, projectId),
          eq(proposals.state, 'proposed'),
          lt(proposals.updatedAt, sql`now() - make_interval(hours => ${hours})`),
        ),
      )
      .limit(BATCH)
      .for('update', { skipLocked: true });
    for (const { id, threadId } of overdue) {
      await move(tx.db, { id, from: 'proposed', to: 'expired' }, { reason: `Nobody decided within ${hours} hours, as the policy allows.` });
      await record(tx.db, { projectId, kind: 'proposal.expired', threadId, proposalId: id, data: { hours } });
    }
    return overdue.length;
  });
};

/** Lets proposals lapse that waited longer than their project's policy allows; the shipped policy sets no limit. Answers how many. */
export const expireOverdue = async (heart: Heart): Promise<number> => {
  let expired = 0;
  for (const { id } of await heart.database.db.select({ id: projects.id }).from(projects)) expired += await expireIn(heart, id);
  return expired;
};
