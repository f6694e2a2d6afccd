import { and, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { TaskState } from '../db/states.ts';
import { tasks } from '../db/tables/tasks.ts';
import { line } from './plain-text.ts';
import { type CompleteContext, field } from './tool.ts';

/** A task by its id and its title: the title is on the card so that a person sees what the id means, and has to match. */
export const NAMED_TASK = {
  task_id: z.uuid('This is not the id of a task.').meta(field({ title: 'Task', control: 'line' })),
  title: line({ max: 200, empty: 'Say which task it is, in its own words.' }).meta(
    field({ title: 'Title', control: 'line', slot: 'words' }),
  ),
};

/** Finds the id of the one task of that title in these states; with none or several it is left out, and asked for. */
export const completeTask =
  (states: readonly TaskState[]) =>
  async (
    input: Record<string, unknown>,
    { db, projectId }: Pick<CompleteContext, 'db' | 'projectId'>,
  ): Promise<Record<string, unknown>> => {
    const { title, task_id } = input;
    if (typeof title !== 'string' || task_id !== undefined) return input;
    const named = and(
      eq(tasks.projectId, projectId),
      inArray(tasks.state, [...states]),
      sql`lower(${tasks.title}) = lower(${title.trim()})`,
    );
    const [found, ...others] = await db.select({ id: tasks.id, title: tasks.title }).from(tasks).where(named).limit(2);
    return found && others.length === 0 ? { ...input, title: found.title, task_id: found.id } : input;
  };
