import { jsonb, text, uuid } from 'drizzle-orm/pg-core';
import { people, projects } from './people.ts';
import { at, wilco } from './schema.ts';

/** What one press on a list would approve, exactly. Kept here, so that the button carries nothing but this row's id. */
export const offers = wilco.table('offers', {
  id: uuid('id').primaryKey().defaultRandom(),
  projectId: text('project_id')
    .notNull()
    .references(() => projects.id),
  /** Where it was asked for; a private answer on an outside surface stands in no thread of ours. */
  threadId: text('thread_id').notNull(),
  /** For whom it was made; nobody else may take it. */
  personId: uuid('person_id')
    .notNull()
    .references(() => people.id),
  items: jsonb('items').$type<OfferedItem[]>().notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
  /** It is taken once. */
  takenAt: at('taken_at'),
});

/** One proposal as the list showed it. */
export type OfferedItem = { id: string; revision: number; digest: string };
