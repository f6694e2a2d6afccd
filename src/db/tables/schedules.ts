import { sql } from 'drizzle-orm';
import { index, integer, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { SCHEDULE_OUTCOMES, SCHEDULE_STATES } from '../states.ts';
import { people, projects } from './people.ts';
import { proposals } from './proposals.ts';
import { at, wilco } from './schema.ts';
import { threads } from './talk.ts';

export const scheduleState = wilco.enum('schedule_state', SCHEDULE_STATES);

/**
 * What is to happen again and again, or once later. With `tool` each occurrence is an action that was approved with the schedule; without,
 * the instructions are read anew each time and can only propose.
 */
export const schedules = wilco.table(
  'schedules',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    name: text('name').notNull(),
    /** The canonical recurrence: see tools/schedule. */
    pattern: text('pattern').notNull(),
    /** IANA name. */
    timeZone: text('time_zone').notNull(),
    /** For lists alone: what runs is read from the revision that was approved. */
    tool: text('tool'),
    instructions: text('instructions').notNull().default(''),
    targetAgentKey: text('target_agent_key'),
    /** `heartbeat`: an agent looks, reports and proposes; nothing that comes of it can act by itself. */
    kind: text('kind', { enum: ['job', 'heartbeat'] })
      .notNull()
      .default('job'),
    /** Which events a heartbeat goes by: `task.*`, `message.received@<thread>`; none: everything that is not a heartbeat's own doing. */
    watches: text('watches').array().notNull().default([]),
    /** How far a heartbeat has seen: its place in the order of events. Where nothing that it watches came since, nothing is asked of any model. */
    fingerprint: text('fingerprint'),
    /** Where its cards and reports go. */
    threadId: text('thread_id')
      .notNull()
      .references(() => threads.id),
    /** The approved proposal that made it. */
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposals.id),
    createdBy: uuid('created_by').references(() => people.id),
    state: scheduleState('state').notNull().default('active'),
    /** How many occurrences have been made; one that was skipped does not count. */
    occurrence: integer('occurrence').notNull().default(0),
    /** How often it was due and left out, and how often a heartbeat found nothing new. */
    skipped: integer('skipped').notNull().default(0),
    quiet: integer('quiet').notNull().default(0),
    /** What came of the last time that it was due. */
    outcome: text('outcome', { enum: SCHEDULE_OUTCOMES }),
    nextAt: at('next_at'),
    lastAt: at('last_at'),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [
    index('schedules_due').on(t.nextAt).where(sql`${t.state} = 'active'`),
    uniqueIndex('schedules_name').on(t.projectId, t.name).where(sql`${t.state} <> 'ended'`),
  ],
);
