import { and, eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { isUuid } from '../db/read/place.ts';
import { agentRuns } from '../db/tables/agents.ts';
import { tasks } from '../db/tables/tasks.ts';

/**
 * The task that a proposal belongs to: the one that its agent works on, or the one that its own arguments name. It then stands in that task's
 * timeline, as does whatever becomes of it.
 */
export const taskOf = async (
  db: Db,
  made: { projectId: string; runId: string | null; input: Record<string, unknown> },
): Promise<string | null> => {
  const { projectId, runId, input } = made;
  const named = input.task_id;
  if (typeof named === 'string' && isUuid(named)) {
    const [task] = await db
      .select({ id: tasks.id })
      .from(tasks)
      .where(and(eq(tasks.id, named), eq(tasks.projectId, projectId)));
    if (task) return task.id;
  }
  if (runId === null) return null;
  const [run] = await db.select({ taskId: agentRuns.taskId }).from(agentRuns).where(eq(agentRuns.id, runId));
  return run?.taskId ?? null;
};
