import { z } from '@hono/zod-openapi';
import { ENTRY_TYPES } from '../db/read/task-timeline.ts';
import { TASK_STATES } from '../db/states.ts';
import { Approval } from './schemas.ts';

const Time = z.iso.datetime();

export const Task = z
  .object({
    id: z.string(),
    title: z.string(),
    description: z.string(),
    /** Who does it: a person or an agent; both null: nobody yet. */
    assignee: z.object({ id: z.string(), name: z.string() }).nullable(),
    assigneeAgentKey: z.string().nullable(),
    priority: z.int(),
    dueOn: z.string().nullable(),
    status: z.enum(TASK_STATES),
    proposalId: z.string().nullable(),
    /** Where it came from; a reply there is written into its timeline. */
    threadId: z.string().nullable(),
    createdAt: Time,
  })
  .openapi('Task');
export type Task = z.output<typeof Task>;

export const TaskOutput = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('text') }),
    z.object({ type: z.literal('link'), url: z.string() }),
    z.object({ type: z.literal('file'), path: z.string() }),
  ])
  .openapi('TaskOutput');

export const TaskEvent = z
  .object({
    id: z.string(),
    kind: z.string(),
    type: z.enum(ENTRY_TYPES),
    by: z.string(),
    text: z.string(),
    output: TaskOutput.nullable(),
    /** The proposal that asked for approval, or that this resolved. */
    proposalId: z.string().nullable(),
    at: Time,
  })
  .openapi('TaskEvent');
export type TaskEvent = z.output<typeof TaskEvent>;

/** With the newest page of its timeline; `next` leads to what was before. */
export const TaskDetail = Task.extend({ timeline: z.array(TaskEvent), next: z.string().nullable() }).openapi('TaskDetail');
export type TaskDetail = z.output<typeof TaskDetail>;

/** The task, and the proposal that waits where it could not be done at once. */
export const TaskMoved = z.object({ task: Task, approval: Approval.nullable() }).openapi('TaskMoved');
export type TaskMoved = z.output<typeof TaskMoved>;
