import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../../result.ts';
import type { Db } from '../client.ts';
import type { TaskState } from '../states.ts';
import { people } from '../tables/people.ts';
import { tasks } from '../tables/tasks.ts';
import { type BadCursor, isUuid, micros, momentOf, type Page, pageOf, uuidPlaceOf } from './place.ts';

export type TaskRow = typeof tasks.$inferSelect & { assigneeName: string | null };

/** Whose tasks: a person's by id, or an agent's by key. */
export type TaskOwner = { personId: string } | { agentKey: string };

const ownedBy = (owner: TaskOwner | undefined) =>
  owner && ('personId' in owner ? sql`${tasks.assigneeId}::text = ${owner.personId}` : eq(tasks.assigneeAgentKey, owner.agentKey));

/** A project's tasks: the most urgent first, of equals the oldest. */
export const listTasks = async (
  db: Db,
  at: { projectId: string; state: TaskState | undefined; owner?: TaskOwner | undefined; cursor: string | undefined; limit: number },
): Promise<Result<Page<TaskRow>, BadCursor>> => {
  const place = at.cursor === undefined ? undefined : uuidPlaceOf(at.cursor, 2);
  if (at.cursor !== undefined && !place) return err({ code: 'bad_cursor' });
  const behind =
    place &&
    sql`(-${tasks.priority}, ${tasks.createdAt}, ${tasks.id}) > (-(${place.keys[0]}::bigint), ${momentOf(place.keys[1])}, ${place.id}::uuid)`;
  const rows = await db
    .select({ task: tasks, assigneeName: people.name, moment: micros(tasks.createdAt) })
    .from(tasks)
    .leftJoin(people, eq(people.id, tasks.assigneeId))
    .where(and(eq(tasks.projectId, at.projectId), at.state && eq(tasks.state, at.state), ownedBy(at.owner), behind))
    .orderBy(desc(tasks.priority), asc(tasks.createdAt), asc(tasks.id))
    .limit(at.limit + 1);
  return ok(
    pageOf(rows, at.limit, {
      item: ({ task, assigneeName }) => ({ ...task, assigneeName }),
      place: ({ task, moment }) => ({ keys: [String(task.priority), moment], id: task.id }),
    }),
  );
};

export const readTask = async (db: Db, projectId: string, taskId: string): Promise<TaskRow | undefined> => {
  if (!isUuid(taskId)) return undefined;
  const [row] = await db
    .select({ task: tasks, assigneeName: people.name })
    .from(tasks)
    .leftJoin(people, eq(people.id, tasks.assigneeId))
    .where(and(eq(tasks.id, taskId), eq(tasks.projectId, projectId)));
  return row && { ...row.task, assigneeName: row.assigneeName };
};

/** The ids of the project's tasks that begin like this. */
export const tasksLike = async (db: Db, at: { projectId: string; beginning: string; limit: number }): Promise<string[]> => {
  const { projectId, beginning, limit } = at;
  if (!/^[0-9a-f-]{4,36}$/i.test(beginning)) return [];
  const like = sql`${tasks.id}::text like ${`${beginning.toLowerCase()}%`}`;
  const found = await db
    .select({ id: tasks.id })
    .from(tasks)
    .where(and(eq(tasks.projectId, projectId), like))
    .limit(limit);
  return found.map(({ id }) => id);
};

/** The tasks that were made in a thread and are not over, the newest first. */
export const openTasksOfThread = (
  db: Db,
  at: { projectId: string; threadId: string; limit: number },
): Promise<{ id: string; title: string }[]> =>
  db
    .select({ id: tasks.id, title: tasks.title })
    .from(tasks)
    .where(and(eq(tasks.projectId, at.projectId), eq(tasks.threadId, at.threadId), inArray(tasks.state, ['open', 'in_progress'])))
    .orderBy(desc(tasks.createdAt), desc(tasks.id))
    .limit(at.limit);
