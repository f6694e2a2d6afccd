import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { DELIVERY_STATES } from '../states.ts';
import { people, projects } from './people.ts';
import { proposals } from './proposals.ts';
import { at, wilco } from './schema.ts';
import { messages, threads } from './talk.ts';

export const deliveryState = wilco.enum('delivery_state', DELIVERY_STATES);

/**
 * What has to stand in a thread of an outside surface (the room draws itself from the tables). The database makes a row for each message that
 * is not the person's own, and raises `desired` whenever what the message shows has changed: whoever writes a message cannot forget it.
 */
export const deliveries = wilco.table(
  'deliveries',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    /** The order within a thread. */
    seq: bigint('seq', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    threadId: text('thread_id')
      .notNull()
      .references(() => threads.id),
    messageId: uuid('message_id')
      .notNull()
      .references(() => messages.id),
    desired: integer('desired').notNull().default(1),
    sent: integer('sent').notNull().default(0),
    state: deliveryState('state').notNull().default('queued'),
    /** The platform's own id of the message; null until it stands there. */
    remoteId: text('remote_id'),
    /** The digest that this card showed, by revision: a press is held against it. */
    shown: jsonb('shown').$type<Record<string, string>>().notNull().default({}),
    attempts: integer('attempts').notNull().default(0),
    nextAt: at('next_at').notNull().defaultNow(),
    leasedBy: uuid('leased_by'),
    leasedUntil: at('leased_until'),
    problem: text('problem'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [
    // A post of the team room stands in each channel that is the team's, too.
    unique('deliveries_message').on(t.messageId, t.threadId),
    index('deliveries_open').on(t.threadId, t.seq).where(sql`${t.sent} < ${t.desired} and ${t.state} <> 'failed'`),
    index('deliveries_remote').on(t.remoteId),
  ],
);

/** Which workspace of a platform belongs to which project, and where its team room is. */
export const projectLinks = wilco.table(
  'project_links',
  {
    platform: text('platform').notNull(),
    workspace: text('workspace').notNull(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    /** The platform's id of the channel that agents and reminders write to. */
    teamChannel: text('team_channel'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.platform, t.workspace] })],
);

/** How far each part of a platform was heard, so that what was written while nobody listened is read afterwards. */
export const heard = wilco.table(
  'heard',
  {
    surface: text('surface').notNull(),
    /** A workspace, or what stands for all direct messages: each of them is heard in the order of its ids. */
    part: text('part').notNull(),
    /** Up to this one everything was taken, whether it was for Wilco or not. */
    remoteId: text('remote_id').notNull(),
    heardAt: at('heard_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.surface, t.part] })],
);

/** One-time codes by which somebody who is signed in proves that an account on a surface is theirs, too. Only a hash is kept. */
export const linkCodes = wilco.table('link_codes', {
  codeHash: text('code_hash').primaryKey(),
  personId: uuid('person_id')
    .notNull()
    .references(() => people.id),
  expiresAt: at('expires_at').notNull(),
  usedAt: at('used_at'),
});

/** A card that was opened in full for one person alone: what they press on it is held against the digest that it showed. */
export const shownCards = wilco.table(
  'shown_cards',
  {
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id),
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposals.id),
    revision: integer('revision').notNull(),
    digest: text('digest').notNull(),
    shownAt: at('shown_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.personId, t.proposalId, t.revision] })],
);
