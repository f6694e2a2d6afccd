import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { proposals, revisions } from '../tables/proposals.ts';
import { messages, threads } from '../tables/talk.ts';

/** A post of the team room that nobody has dealt with. `ageSeconds`: since it was posted, or since what it shows was proposed. */
export type OpenPost = { id: string; author: string; kind: string; text: string; proposalId: string | null; ageSeconds: number };

const OPEN_KINDS = ['finding', 'task_proposal', 'action_proposal'] as const;

/** What still waits in the team room, the oldest first: proposals that are not decided, findings that nobody put aside or made a task. */
export const openPosts = async (db: Db, at: { projectId: string; threadId: string; limit: number }): Promise<OpenPost[]> => {
  const waits = sql`(${messages.proposalId} is null or ${proposals.state} = 'proposed')`;
  return db
    .select({
      id: messages.id,
      author: sql<string>`coalesce(${messages.authorName}, 'Wilco')`,
      kind: messages.kind,
      text: sql<string>`case when ${messages.proposalId} is null then left(${messages.text}, 200) else ${revisions.target} end`,
      proposalId: messages.proposalId,
      ageSeconds: sql<number>`extract(epoch from now() - coalesce(${proposals.proposedAt}, ${messages.createdAt}))::float`,
    })
    .from(messages)
    .innerJoin(threads, and(eq(threads.id, messages.threadId), eq(threads.projectId, at.projectId)))
    .leftJoin(proposals, eq(proposals.id, messages.proposalId))
    .leftJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision)))
    .where(and(eq(messages.threadId, at.threadId), inArray(messages.kind, [...OPEN_KINDS]), isNull(messages.resolvedAs), waits))
    .orderBy(asc(messages.createdAt), asc(messages.id))
    .limit(at.limit);
};
