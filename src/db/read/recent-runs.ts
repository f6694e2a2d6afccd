import { and, desc, eq, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import type { ProposalState, RunResult } from '../states.ts';
import { proposals, revisions, runs } from '../tables/proposals.ts';

export type RunRow = {
  id: string;
  proposalId: string;
  threadId: string;
  tool: string;
  target: string;
  result: RunResult | null;
  state: ProposalState;
  startedAt: Date;
  milliseconds: number | null;
  costMicros: number;
};

export const readRecentRuns = (db: Db, projectId: string, limit: number): Promise<RunRow[]> =>
  db
    .select({
      id: runs.id,
      proposalId: runs.proposalId,
      threadId: proposals.threadId,
      tool: runs.tool,
      target: revisions.target,
      result: runs.result,
      state: proposals.state,
      startedAt: runs.startedAt,
      milliseconds: sql<number | null>`(extract(epoch from ${runs.finishedAt} - ${runs.startedAt}) * 1000)::float`,
      costMicros: runs.costMicros,
    })
    .from(runs)
    .innerJoin(proposals, eq(proposals.id, runs.proposalId))
    .innerJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision)))
    .where(eq(runs.projectId, projectId))
    .orderBy(desc(runs.startedAt))
    .limit(limit);
