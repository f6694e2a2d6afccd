import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { markPromoted } from '../db/posts.ts';
import { record } from '../db/record.ts';
import { tasks } from '../db/tables/tasks.ts';
import { startTaskWork } from '../db/task-work.ts';
import { ok } from '../result.ts';
import { ASSIGNEE, assigneeBlocked, completeAssignee } from './assignee.ts';
import { calendarDay, dayInWords } from './calendar-day.ts';
import { line, optionalBlock } from './plain-text.ts';
import { refuse } from './refuse.ts';
import { defineTool, field, type Undo } from './tool.ts';

const PRIORITY = 'A priority is a whole number from 1 to 10, 10 being the most urgent.';

const Input = z.strictObject({
  title: line({ max: 200, empty: 'Say what the task is.' }).meta(field({ title: 'Title', control: 'line', slot: 'words' })),
  description: optionalBlock(5000).meta(field({ title: 'Description', control: 'text' })),
  priority: z
    .int(PRIORITY)
    .min(1, PRIORITY)
    .max(10, PRIORITY)
    .default(5)
    .meta(field({ title: 'Priority', control: 'number', slot: 'priority' })),
  due_on: calendarDay()
    .optional()
    .meta(field({ title: 'Due', control: 'date', slot: 'date' })),
  ...ASSIGNEE,
});
type Input = z.output<typeof Input>;

const due = ({ due_on }: Input): string => (due_on ? `, due ${dayInWords(due_on)}` : '');

const Done = z.object({ taskId: z.uuid() });

/** Cancelling it, as long as nobody has touched it since it was made. */
const takeBack = async (db: Db, at: { projectId: string; data: Record<string, unknown> }): Promise<Undo> => {
  const done = Done.safeParse(at.data);
  if (!done.success) return { ok: false, why: 'It is not known which task came of it.' };
  const [task] = await db
    .select()
    .from(tasks)
    .where(and(eq(tasks.id, done.data.taskId), eq(tasks.projectId, at.projectId)));
  if (!task) return { ok: false, why: 'The task is not there any more.' };
  const { id, title, state, createdAt, updatedAt } = task;
  if (state !== 'open' || updatedAt > createdAt)
    return {
      ok: false,
      why: `The task "${title}" has changed since: it is ${state.replace('_', ' ')}. Cancel it if that is what you want.`,
    };
  return { ok: true, tool: 'cancel_task', input: { task_id: id, title } };
};

/** Puts a task on the team's list. */
export const createTask = defineTool({
  name: 'create_task',
  slash: 'task',
  title: 'Create a task',
  summary: "Adds a task to the team's list, with a priority, a due date and an agent to work on it",
  examples: [
    'create a task for the landing page, high priority, due Friday',
    'create a task to renew the certificate, due 27 November',
    'new task: call the printer, priority 7',
  ],
  phrases: [
    'create a task for {title}, {priority} priority, due {due_on}',
    'create a task for {title}, priority {priority}, due {due_on}',
    'create a task for {title}, due {due_on}, {priority} priority',
    'create a task for {title}, {priority} priority',
    'create a task for {title}, priority {priority}',
    'create a task for {title}, due {due_on}',
    'create a task for {title}, assigned to {assignee_agent_key}',
    'create a task for {title}',
    'create a task to {title}, {priority} priority, due {due_on}',
    'create a task to {title}, {priority} priority',
    'create a task to {title}, due {due_on}',
    'create a task to {title}',
    'create a task {title}',
    'add a task for {title}, due {due_on}',
    'add a task for {title}',
    'add a task to {title}',
    'add a task {title}',
    'create a todo to {title}',
    'create a todo for {title}',
    'create a ticket for {title}',
    'create a ticket to {title}',
    'add {title} to the list',
    'add {title} to the task list',
    'add {title} to the todo list',
    'put a task on the list to {title}',
    'put a task on the list for {title}',
    'remember to {title}',
    'put {title} on the list',
    'put {title} on the task list',
    'put {title} on the todo list',
    'todo: {title}',
    'todo {title}',
    'to-do: {title}',
    'new task: {title}, priority {priority}',
    'new task: {title}, due {due_on}',
    'new task: {title}',
  ],
  effect: 'write',
  replay: 'transactional',
  version: 1,
  input: Input,
  account: 'wilco',
  target: ({ title }) => title,
  risk: ({ priority }) => (priority >= 9 ? 'med' : 'low'),
  complete: completeAssignee,
  blocked: assigneeBlocked,
  async preview(input) {
    const changes = [`Adds the task "${input.title}", priority ${input.priority}${due(input)}`];
    if (input.assignee_agent_key) changes.push(`Assigns it to the agent ${input.assignee_agent_key}`);
    if (input.assignee_name) changes.push(`Assigns it to ${input.assignee_name}`);
    return { changes, reversible: 'Can be undone by cancelling the task' };
  },
  undo: ({ data }, { db, projectId }) => takeBack(db, { projectId, data }),
  async execute(input, { tx, projectId, proposalId, threadId, requesterId }) {
    const blocked = await assigneeBlocked(input, { db: tx, projectId });
    if (blocked) return refuse('assignee_missing', blocked.why);
    const { title, description, priority, due_on: dueOn, assignee_agent_key: assigneeAgentKey, assignee_id: assigneeId } = input;
    const [task] = await tx
      .insert(tasks)
      .values({
        projectId,
        title,
        description,
        priority,
        dueOn,
        assigneeAgentKey,
        assigneeId,
        proposalId,
        threadId,
        createdBy: requesterId,
      })
      .returning({ id: tasks.id });
    if (!task) throw new Error('the task was not written');
    await markPromoted(tx, { proposalId, personId: requesterId });
    await record(tx, { projectId, kind: 'task.created', taskId: task.id, proposalId, threadId, personId: requesterId, data: { priority } });
    await startTaskWork(tx, task.id, requesterId);
    return ok({ summary: `Task "${title}" created, priority ${priority}${due(input)}`, data: { taskId: task.id } });
  },
});
