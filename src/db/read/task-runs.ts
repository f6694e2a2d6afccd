import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { agentRuns } from '../tables/agents.ts';
import { taskNotes } from '../tables/tasks.ts';

export type EndedRun = typeof agentRuns.$inferSelect & { taskId: string };

/** Runs on a task that have ended lately, and whose end does not stand in the task's timeline yet. */
export const untoldRuns = async (db: Db, projectId: string, limit: number): Promise<EndedRun[]> => {
  const told = sql`exists (select 1 from ${taskNotes} n where n.run_id = ${agentRuns.id})`;
  const lately = sql`${agentRuns.taskId} is not null and ${agentRuns.finishedAt} > now() - interval '7 days'`;
  const rows = await db
    .select()
    .from(agentRuns)
    .where(and(eq(agentRuns.projectId, projectId), inArray(agentRuns.state, ['done', 'failed', 'cancelled']), lately, sql`not ${told}`))
    .orderBy(asc(agentRuns.finishedAt), asc(agentRuns.id))
    .limit(limit);
  return rows.flatMap(({ taskId, ...row }) => (taskId === null ? [] : [{ ...row, taskId }]));
};
