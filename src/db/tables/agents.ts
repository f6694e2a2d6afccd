import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, primaryKey, real, text, uuid } from 'drizzle-orm/pg-core';
import { AGENT_RUN_STATES, AGENT_RUN_TRIGGERS, AGENT_STATES, AGENT_STEP_KINDS } from '../states.ts';
import { people, projects, role } from './people.ts';
import { at, wilco } from './schema.ts';
import { threads } from './talk.ts';

export const agentState = wilco.enum('agent_state', AGENT_STATES);

/**
 * What a project has of an agent: whether it works, and its configuration, whole for one that was deployed here, and for one that ships only
 * what was changed about it.
 */
export const agents = wilco.table(
  'agents',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    key: text('key').notNull(),
    state: agentState('state').notNull().default('active'),
    config: jsonb('config').$type<Record<string, unknown>>().notNull().default({}),
    /** The approved proposal that made it what it is. */
    proposalId: uuid('proposal_id'),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.key] }), index('agents_state').on(t.state)],
);

/**
 * One piece of work of an agent. What it has said and heard so far is in `transcript`, so that it can wait for days, across restarts, at no
 * cost, and goes on where it stood. While it is `parked` no worker holds anything for it.
 */
export const agentRuns = wilco.table(
  'agent_runs',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    agentKey: text('agent_key').notNull(),
    trigger: text('trigger', { enum: AGENT_RUN_TRIGGERS }).notNull(),
    state: text('state', { enum: AGENT_RUN_STATES }).notNull().default('queued'),
    /** What it is to do, in the words of whoever asked. */
    goal: text('goal').notNull(),
    /** Where it reports and where its cards go. */
    threadId: text('thread_id')
      .notNull()
      .references(() => threads.id),
    messageId: uuid('message_id'),
    taskId: uuid('task_id'),
    scheduleId: uuid('schedule_id'),
    /** The run that handed it over. */
    parentId: uuid('parent_id'),
    /** In whose name: the person whose words began it. Null: nobody's but the agent's own, as on a heartbeat. */
    personId: uuid('person_id').references(() => people.id),
    personName: text('person_name'),
    /** The most that the door it came through allowed. */
    actorRole: role('actor_role').notNull(),
    /** 1–10, 10 first. */
    priority: integer('priority').notNull().default(5),
    transcript: jsonb('transcript').$type<unknown[]>().notNull().default([]),
    steps: integer('steps').notNull().default(0),
    /** Who is at it, and how often it was taken: a worker that was replaced changes nothing any more. */
    workerId: uuid('worker_id'),
    fence: integer('fence').notNull().default(0),
    inputTokens: integer('input_tokens').notNull().default(0),
    outputTokens: integer('output_tokens').notNull().default(0),
    costMicros: bigint('cost_micros', { mode: 'number' }).notNull().default(0),
    /** Its last words, and how sure it said it is. */
    outcome: text('outcome'),
    confidence: real('confidence'),
    /** Why it failed or was cancelled: a code, and the sentence that people read. */
    errorCode: text('error_code'),
    problem: text('problem'),
    /** What a heartbeat's run has reported and its digest does not say yet. */
    reports: jsonb('reports').$type<{ kind: 'finding' | 'status'; text: string }[]>().notNull().default([]),
    /** When the digest of a heartbeat's run last said how things stand; null since something of it changed. Cleared by the database. */
    toldAt: at('told_at'),
    createdAt: at('created_at').notNull().defaultNow(),
    queuedAt: at('queued_at').notNull().defaultNow(),
    startedAt: at('started_at'),
    finishedAt: at('finished_at'),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [
    index('agent_runs_queued').on(t.priority, t.queuedAt, t.id).where(sql`${t.state} = 'queued'`),
    index('agent_runs_open').on(t.projectId, t.agentKey).where(sql`${t.state} in ('queued', 'running', 'parked')`),
    index('agent_runs_recent').on(t.projectId, t.agentKey, t.createdAt, t.id),
    index('agent_runs_thread').on(t.threadId).where(sql`${t.state} in ('queued', 'running', 'parked')`),
    index('agent_runs_task').on(t.finishedAt).where(sql`${t.taskId} is not null`),
    index('agent_runs_untold').on(t.updatedAt).where(sql`${t.trigger} = 'heartbeat' and ${t.toldAt} is null`),
    index('agent_runs_schedule').on(t.scheduleId, t.createdAt).where(sql`${t.scheduleId} is not null`),
  ],
);

/** The trace of a run, line by line. The words stand here, and can be erased; the events that tell of a run carry ids and codes alone. */
export const agentSteps = wilco.table(
  'agent_steps',
  {
    runId: uuid('run_id')
      .notNull()
      .references(() => agentRuns.id),
    seq: integer('seq').notNull(),
    kind: text('kind', { enum: AGENT_STEP_KINDS }).notNull(),
    tool: text('tool'),
    text: text('text').notNull().default(''),
    proposalId: uuid('proposal_id'),
    inputTokens: integer('input_tokens').notNull().default(0),
    outputTokens: integer('output_tokens').notNull().default(0),
    costMicros: bigint('cost_micros', { mode: 'number' }).notNull().default(0),
    durationMs: integer('duration_ms').notNull().default(0),
    at: at('at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.runId, t.seq] })],
);

/** Something to be remembered beyond a thread. People see all of it and delete what they want; deleted is gone. */
export const facts = wilco.table(
  'facts',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    /** For one agent alone; null: for all. */
    agentKey: text('agent_key'),
    text: text('text').notNull(),
    /** Who said it: a person, or an agent by a proposal that somebody approved. */
    personId: uuid('person_id').references(() => people.id),
    proposalId: uuid('proposal_id'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [index('facts_recent').on(t.projectId, t.agentKey, t.createdAt)],
);
