import { and, eq, inArray, sql } from 'drizzle-orm';
import { createRun } from './agent-runs.ts';
import type { Db } from './client.ts';
import { agentRuns } from './tables/agents.ts';
import { people } from './tables/people.ts';
import { tasks } from './tables/tasks.ts';
import { channelThread } from './thread-id.ts';

type Task = typeof tasks.$inferSelect;

const OPEN = ['queued', 'running', 'parked'] as const;
const TEAM = channelThread('team');

const orderedBy = async (db: Db, personId: string | null) => {
  const [person] = personId === null ? [] : await db.select({ name: people.name }).from(people).where(eq(people.id, personId));
  return { personId: person ? personId : null, name: person?.name ?? 'API key', role: 'operator' as const };
};

/**
 * Has the agent that a task is assigned to begin, in the transaction that assigns it and in the name of whoever asked for that. One that is at
 * it already goes on. Answers whether a run was made.
 */
export const startTaskWork = async (db: Db, taskId: string, requesterId: string | null): Promise<boolean> => {
  const [task] = await db.select().from(tasks).where(eq(tasks.id, taskId));
  if (!task?.assigneeAgentKey) return false;
  const mine = and(eq(agentRuns.taskId, taskId), eq(agentRuns.agentKey, task.assigneeAgentKey), inArray(agentRuns.state, [...OPEN]));
  if ((await db.$count(agentRuns, mine)) > 0) return false;
  await createRun({ db }, runOf(task, task.assigneeAgentKey, await orderedBy(db, requesterId)));
  return true;
};

const runOf = (task: Task, agentKey: string, by: Awaited<ReturnType<typeof orderedBy>>) => ({
  projectId: task.projectId,
  agentKey,
  trigger: 'task' as const,
  goal: task.description === '' ? task.title : `${task.title}\n\n${task.description}`,
  threadId: task.threadId ?? TEAM,
  taskId: task.id,
  priority: task.priority,
  by,
});

/** What can be done with a task's state, from which states, and to which. */
export const TASK_MOVES = {
  start: { from: ['open'], to: 'in_progress', event: 'task.started' },
  complete: { from: ['open', 'in_progress'], to: 'completed', event: 'task.completed' },
  reopen: { from: ['completed', 'cancelled'], to: 'open', event: 'task.reopened' },
} as const;
export type TaskMove = keyof typeof TASK_MOVES;

/** Moves a task if it is where the move begins, and, with `assigneeId`, only while it is that person's. Of several at once one does. */
export const writeTaskMove = async (
  db: Db,
  which: { projectId: string; taskId: string; title?: string; assigneeId?: string },
  move: TaskMove,
): Promise<Task | undefined> => {
  const { projectId, taskId, title, assigneeId } = which;
  const { from, to } = TASK_MOVES[move];
  const there = and(
    eq(tasks.id, taskId),
    eq(tasks.projectId, projectId),
    inArray(tasks.state, [...from]),
    title === undefined ? undefined : eq(tasks.title, title),
    assigneeId === undefined ? undefined : eq(tasks.assigneeId, assigneeId),
  );
  const [moved] = await db.update(tasks).set({ state: to, updatedAt: sql`now()` }).where(there).returning();
  return moved;
};
