import { and, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { record } from '../db/record.ts';
import { tasks } from '../db/tables/tasks.ts';
import { ok } from '../result.ts';
import { line } from './plain-text.ts';
import { refuse } from './refuse.ts';
import { defineTool, field } from './tool.ts';

const OPEN = ['open', 'in_progress'] as const;

const Input = z.strictObject({
  task_id: z.uuid('This is not the id of a task.').meta(field({ title: 'Task', control: 'line' })),
  title: line({ max: 200, empty: 'Say which task it is, in its own words.' }).meta(
    field({ title: 'Title', control: 'line', slot: 'words' }),
  ),
});

/** Takes a task off the list. The title is on the card so that a person sees what the id means, and has to match. */
export const cancelTask = defineTool({
  name: 'cancel_task',
  slash: 'cancel',
  title: 'Cancel a task',
  summary: "Takes a task off the team's list",
  examples: ['cancel the task landing page'],
  phrases: ['cancel the task {title}', 'cancel task {title}', 'take the task {title} off the list'],
  effect: 'write',
  replay: 'transactional',
  version: 1,
  input: Input,
  account: 'wilco',
  target: ({ title }) => title,
  risk: () => 'low',
  async complete(input, { db, projectId }) {
    const { title, task_id } = input;
    if (typeof title !== 'string' || task_id !== undefined) return input;
    const named = and(eq(tasks.projectId, projectId), inArray(tasks.state, [...OPEN]), sql`lower(${tasks.title}) = lower(${title.trim()})`);
    const [found, ...others] = await db.select({ id: tasks.id, title: tasks.title }).from(tasks).where(named).limit(2);
    return found && others.length === 0 ? { ...input, title: found.title, task_id: found.id } : input;
  },
  async preview({ title }) {
    return { changes: [`Cancels the task "${title}"; its timeline stays`], reversible: 'Cannot be undone: create the task again instead' };
  },
  async execute({ task_id, title }, { tx, projectId, proposalId, threadId, requesterId }) {
    const open = and(eq(tasks.id, task_id), eq(tasks.projectId, projectId), eq(tasks.title, title), inArray(tasks.state, [...OPEN]));
    const [cancelled] = await tx.update(tasks).set({ state: 'cancelled', updatedAt: sql`now()` }).where(open).returning({ id: tasks.id });
    if (!cancelled) return refuse('task_not_open', 'There is no open task with that id and title any more.');
    await record(tx, { projectId, kind: 'task.cancelled', taskId: task_id, proposalId, threadId, personId: requesterId });
    return ok({ summary: `Task "${title}" cancelled`, data: { taskId: task_id } });
  },
});
