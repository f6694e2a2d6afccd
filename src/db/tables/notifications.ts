import { sql } from 'drizzle-orm';
import { index, jsonb, text, unique, uuid } from 'drizzle-orm/pg-core';
import { people, projects } from './people.ts';
import { proposals } from './proposals.ts';
import { at, wilco } from './schema.ts';

/** What somebody should know, once for each person and thing. Codes and ids; the words are made when it is shown. */
export const notifications = wilco.table(
  'notifications',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id),
    /** `approval`, `run`, `cost` or `health`. */
    kind: text('kind').notNull(),
    /** What it is about, such as one revision of one proposal: the same thing is told to a person once. */
    thing: text('thing').notNull(),
    proposalId: uuid('proposal_id').references(() => proposals.id),
    data: jsonb('data').$type<Record<string, string>>().notNull().default({}),
    createdAt: at('created_at').notNull().defaultNow(),
    readAt: at('read_at'),
    /** When nothing was left to do about it: decided, settled, well again. */
    settledAt: at('settled_at'),
    /** When a process took it upon itself to push it, whether or not anything came of that. */
    pushedAt: at('pushed_at'),
    /** When it was put into the hands of the deliveries as a direct message, or was found to be none. */
    directAt: at('direct_at'),
  },
  (t) => [
    unique('notifications_once').on(t.personId, t.thing),
    index('notifications_inbox').on(t.personId, t.createdAt, t.id),
    index('notifications_unread').on(t.personId).where(sql`${t.readAt} is null and ${t.settledAt} is null`),
    index('notifications_open').on(t.proposalId).where(sql`${t.settledAt} is null`),
    index('notifications_unwell').on(t.projectId).where(sql`${t.kind} = 'health' and ${t.settledAt} is null`),
    index('notifications_unpushed').on(t.createdAt).where(sql`${t.pushedAt} is null`),
  ],
);

/** How far those who read every event have come, so that none is read twice or left out, whichever process reads. */
export const feedReaders = wilco.table('feed_readers', {
  name: text('name').primaryKey(),
  cursor: text('cursor').notNull(),
});
