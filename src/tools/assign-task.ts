import { and, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { record } from '../db/record.ts';
import { tasks } from '../db/tables/tasks.ts';
import { startTaskWork } from '../db/task-work.ts';
import { ok } from '../result.ts';
import { ASSIGNEE, assigneeBlocked, assigneeInWords, completeAssignee } from './assignee.ts';
import { completeTask, NAMED_TASK } from './named-task.ts';
import { refuse } from './refuse.ts';
import { defineTool } from './tool.ts';

const OPEN = ['open', 'in_progress'] as const;

const Input = z.strictObject({ ...NAMED_TASK, ...ASSIGNEE });

/** Gives a task to a person or an agent. An agent begins when that is approved. */
export const assignTask = defineTool({
  name: 'assign_task',
  slash: 'assign',
  title: 'Assign a task',
  summary: 'Gives a task to a person, or to an agent, which then begins to work on it',
  examples: ['assign the task logo to Ana', 'assign the task logo to @content'],
  phrases: [
    'assign the task {title} to {assignee_agent_key}',
    'assign the {title} task to {assignee_agent_key}',
    'hand the task {title} to {assignee_agent_key}',
  ],
  effect: 'write',
  replay: 'transactional',
  version: 1,
  input: Input,
  account: 'wilco',
  target: (input) => `${input.title} → ${assigneeInWords(input) ?? 'nobody'}`,
  risk: () => 'low',
  complete: async (input, ctx) => completeTask(OPEN)(await completeAssignee(input, ctx), ctx),
  blocked: assigneeBlocked,
  async preview(input) {
    const changes = [`The task "${input.title}" is given to ${assigneeInWords(input) ?? 'nobody'}`];
    if (input.assignee_agent_key) changes.push('The agent begins to work on it');
    return { changes, reversible: 'It can be assigned to somebody else' };
  },
  async execute(input, { tx, projectId, proposalId, threadId, requesterId }) {
    const blocked = await assigneeBlocked(input, { db: tx, projectId });
    if (blocked) return refuse('assignee_missing', blocked.why);
    const { task_id, title, assignee_id = null, assignee_agent_key = null } = input;
    const open = and(eq(tasks.id, task_id), eq(tasks.projectId, projectId), eq(tasks.title, title), inArray(tasks.state, [...OPEN]));
    const [given] = await tx
      .update(tasks)
      .set({ assigneeId: assignee_id, assigneeAgentKey: assignee_agent_key, updatedAt: sql`now()` })
      .where(open)
      .returning({ id: tasks.id });
    if (!given) return refuse('task_not_open', 'There is no open task with that id and title any more.');
    const data = { agent: assignee_agent_key, personId: assignee_id };
    await record(tx, { projectId, kind: 'task.assigned', taskId: task_id, proposalId, threadId, personId: requesterId, data });
    await startTaskWork(tx, task_id, requesterId);
    return ok({ summary: `Task "${title}" is given to ${assigneeInWords(input) ?? 'nobody'}`, data: { taskId: task_id } });
  },
});
