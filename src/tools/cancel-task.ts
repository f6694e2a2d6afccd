import { and, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { record } from '../db/record.ts';
import { tasks } from '../db/tables/tasks.ts';
import { ok } from '../result.ts';
import { completeTask, NAMED_TASK } from './named-task.ts';
import { refuse } from './refuse.ts';
import { defineTool } from './tool.ts';

const OPEN = ['open', 'in_progress'] as const;

const Input = z.strictObject(NAMED_TASK);

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
  complete: completeTask(OPEN),
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
