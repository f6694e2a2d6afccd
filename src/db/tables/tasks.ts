import { sql } from 'drizzle-orm';
import { index, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core';
import { TASK_STATES } from '../states.ts';
import { people, projects } from './people.ts';
import { proposals } from './proposals.ts';
import { at, wilco } from './schema.ts';

export const taskState = wilco.enum('task_state', TASK_STATES);

export const tasks = wilco.table(
  'tasks',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    title: text('title').notNull(),
    description: text('description').notNull().default(''),
    /** Who does it: a person or an agent, never both. */
    assigneeId: uuid('assignee_id').references(() => people.id),
    assigneeAgentKey: text('assignee_agent_key'),
    /** 1–10, 10 first. */
    priority: integer('priority').notNull(),
    /** A calendar day, as the person meant it: no time zone can move it. */
    dueOn: text('due_on'),
    state: taskState('state').notNull().default('open'),
    proposalId: uuid('proposal_id').references(() => proposals.id),
    createdBy: uuid('created_by').references(() => people.id),
    /** Where it came from and where its work is reported; null: nowhere but here. */
    threadId: text('thread_id'),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [
    index('tasks_open').on(t.projectId, t.state, t.priority, t.createdAt),
    index('tasks_thread').on(t.threadId).where(sql`${t.threadId} is not null`),
  ],
);

export type TaskOutput = { type: 'text' } | { type: 'link'; url: string } | { type: 'file'; path: string };

/** The words of a task's timeline. The event that points here carries only the id, so that these stay erasable. */
export const taskNotes = wilco.table(
  'task_notes',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    taskId: uuid('task_id')
      .notNull()
      .references(() => tasks.id),
    kind: text('kind').notNull(),
    personId: uuid('person_id').references(() => people.id),
    agentKey: text('agent_key'),
    /** Who wrote it where neither a person nor an agent did: the name of a service key. */
    authorName: text('author_name'),
    text: text('text').notNull(),
    /** What an output is, beside its words: a link or a file of Wilco's folder. */
    output: jsonb('output').$type<TaskOutput>(),
    /** The message that it was written as, or the run whose end it tells: each makes one note. */
    messageId: uuid('message_id').unique(),
    runId: uuid('run_id').unique(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [index('task_notes_task').on(t.taskId, t.createdAt)],
);
