import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../../result.ts';
import type { Db } from '../client.ts';
import type { TaskState } from '../states.ts';
import { tasks } from '../tables/tasks.ts';
import { type BadCursor, isUuid, micros, momentOf, type Page, pageOf, uuidPlaceOf } from './place.ts';

export type TaskRow = typeof tasks.$inferSelect;

/** A project's tasks: the most urgent first, of equals the oldest. */
export const listTasks = async (
  db: Db,
  at: { projectId: string; state: TaskState | undefined; cursor: string | undefined; limit: number },
): Promise<Result<Page<TaskRow>, BadCursor>> => {
  const place = at.cursor === undefined ? undefined : uuidPlaceOf(at.cursor, 2);
  if (at.cursor !== undefined && !place) return err({ code: 'bad_cursor' });
  const behind =
    place &&
    sql`(-${tasks.priority}, ${tasks.createdAt}, ${tasks.id}) > (-(${place.keys[0]}::bigint), ${momentOf(place.keys[1])}, ${place.id}::uuid)`;
  const rows = await db
    .select({ task: tasks, moment: micros(tasks.createdAt) })
    .from(tasks)
    .where(and(eq(tasks.projectId, at.projectId), at.state && eq(tasks.state, at.state), behind))
    .orderBy(desc(tasks.priority), asc(tasks.createdAt), asc(tasks.id))
    .limit(at.limit + 1);
  return ok(
    pageOf(rows, at.limit, {
      item: ({ task }) => task,
      place: ({ task, moment }) => ({ keys: [String(task.priority), moment], id: task.id }),
    }),
  );
};

export const readTask = async (db: Db, projectId: string, taskId: string): Promise<TaskRow | undefined> => {
  if (!isUuid(taskId)) return undefined;
  const [row] = await db
    .select()
    .from(tasks)
    .where(and(eq(tasks.id, taskId), eq(tasks.projectId, projectId)));
  return row;
};
