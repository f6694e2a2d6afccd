import { jsonb, text, uuid } from 'drizzle-orm/pg-core';
import { agentRuns } from './agents.ts';
import { people, projects } from './people.ts';
import { at, wilco } from './schema.ts';

/** What one press on a list would decide, exactly. Kept here, so that the button carries nothing but this row's id. */
export const offers = wilco.table('offers', {
  id: uuid('id').primaryKey().defaultRandom(),
  projectId: text('project_id')
    .notNull()
    .references(() => projects.id),
  /** Where it was asked for; a private answer on an outside surface stands in no thread of ours. */
  threadId: text('thread_id').notNull(),
  /** For whom it was made; nobody else may take it, and only once. Null: for whoever reads the digest, each by their own right. */
  personId: uuid('person_id').references(() => people.id),
  /** The run whose digest it stands on. */
  runId: uuid('run_id').references(() => agentRuns.id),
  verb: text('verb', { enum: ['approve', 'reject'] })
    .notNull()
    .default('approve'),
  items: jsonb('items').$type<OfferedItem[]>().notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
  /** It is taken once. */
  takenAt: at('taken_at'),
});

/** One proposal as the list showed it. */
export type OfferedItem = { id: string; revision: number; digest: string };
