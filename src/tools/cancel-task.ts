import { and, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { record } from '../db/record.ts';
import { tasks } from '../db/tables/tasks.ts';
import { ok } from '../result.ts';
import { line } from './plain-text.ts';
import { refuse } from './refuse.ts';
import { defineTool, field } from './tool.ts';

const Input = z.strictObject({
  task_id: z
    .uuid('A task is named by its id, as its page and /tasks show it.')
    .meta(field({ title: 'Task', control: 'line', slot: 'name' })),
  title: line({ max: 200, empty: 'Say which task it is, in its own words.' }).meta(field({ title: 'Title', control: 'line' })),
});

/** Takes a task off the list. The title is on the card so that a person sees what the id means, and has to match. */
export const cancelTask = defineTool({
  name: 'cancel_task',
  slash: 'cancel',
  title: 'Cancel a task',
  summary: "Takes a task off the team's list",
  examples: [],
  phrases: [],
  effect: 'write',
  replay: 'transactional',
  version: 1,
  input: Input,
  account: 'wilco',
  target: ({ title }) => title,
  risk: () => 'low',
  async preview({ title }) {
    return { changes: [`Cancels the task "${title}"; its timeline stays`], reversible: 'Can be undone by creating the task again' };
  },
  async execute({ task_id, title }, { tx, projectId, proposalId, threadId, requesterId }) {
    const open = and(
      eq(tasks.id, task_id),
      eq(tasks.projectId, projectId),
      eq(tasks.title, title),
      inArray(tasks.state, ['open', 'in_progress']),
    );
    const [cancelled] = await tx.update(tasks).set({ state: 'cancelled', updatedAt: sql`now()` }).where(open).returning({ id: tasks.id });
    if (!cancelled) return refuse('task_not_open', 'There is no open task with that id and title any more.');
    await record(tx, { projectId, kind: 'task.cancelled', taskId: task_id, proposalId, threadId, personId: requesterId });
    return ok({ summary: `Task "${title}" cancelled`, data: { taskId: task_id } });
  },
});
