import { sql } from 'drizzle-orm';
import { boolean, customType, index, integer, jsonb, text, unique, uuid } from 'drizzle-orm/pg-core';
import { AUTHOR_KINDS, MESSAGE_KINDS, MESSAGE_STATES } from '../states.ts';
import { people, projects, role } from './people.ts';
import { at, wilco } from './schema.ts';

export const authorKind = wilco.enum('author_kind', AUTHOR_KINDS);
export const messageState = wilco.enum('message_state', MESSAGE_STATES);

export const threads = wilco.table(
  'threads',
  {
    /** `surface:channel:thread`; built and split only in thread-id.ts. */
    id: text('id').primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    surface: text('surface').notNull(),
    channel: text('channel').notNull(),
    title: text('title').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    lastMessageAt: at('last_message_at').notNull().defaultNow(),
  },
  (t) => [index('threads_recent').on(t.projectId, t.lastMessageAt, t.id)],
);

export const messages = wilco.table(
  'messages',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    threadId: text('thread_id')
      .notNull()
      .references(() => threads.id),
    authorKind: authorKind('author_kind').notNull(),
    personId: uuid('person_id').references(() => people.id),
    /** Who wrote it where no person did: the name of a service key or, of Wilco's own lines, of the model whose words they are. */
    authorName: text('author_name'),
    /** The most that the door it came through allowed; a command in it may do no more. */
    actorRole: role('actor_role'),
    /** The agent that wrote it, or that it is addressed to; null: the dispatcher. */
    agentKey: text('agent_key'),
    kind: text('kind', { enum: MESSAGE_KINDS }).notNull().default('text'),
    text: text('text').notNull(),
    /** A card that stands on its own (a command's answer); a proposal's card is built from the proposal. */
    card: jsonb('card'),
    proposalId: uuid('proposal_id'),
    /** The message that this is the answer to while it is still being written, so that each try at it goes on in this one. Null: it stands. */
    answers: uuid('answers').unique('messages_answers'),
    /** The actions that were begun in it so far, by name. */
    calls: text('calls').array(),
    /** Said in a thread of Wilco's without calling for it: among several people it is answered only where something comes of it. */
    aside: boolean('aside').notNull().default(false),
    state: messageState('state').notNull().default('processed'),
    /** The sentence that a person reads when `state` is `failed`. */
    problem: text('problem'),
    deliveredAt: at('delivered_at'),
    /** The agent's run that it came of, or that it started. */
    runId: uuid('run_id'),
    /** What a person made of a post: put aside, or made a task. Null: it is open. */
    resolvedAs: text('resolved_as', { enum: ['dismissed', 'promoted'] }),
    resolvedBy: uuid('resolved_by').references(() => people.id),
    resolvedAt: at('resolved_at'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [
    index('messages_posts').on(t.threadId, t.createdAt).where(sql`${t.kind} <> 'text'`),
    index('messages_thread').on(t.threadId, t.createdAt, t.id),
    index('messages_open').on(t.state, t.createdAt),
    index('messages_proposal').on(t.proposalId),
  ],
);

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** A file that came with a message. */
export const attachments = wilco.table(
  'attachments',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    messageId: uuid('message_id')
      .notNull()
      .references(() => messages.id),
    name: text('name').notNull(),
    mediaType: text('media_type').notNull(),
    size: integer('size').notNull(),
    content: bytes('content').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [index('attachments_message').on(t.messageId)],
);

/** What a surface received, stored before it is acknowledged. A duplicate event id is acknowledged and does nothing. */
export const inbox = wilco.table(
  'inbox',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    surface: text('surface').notNull(),
    eventId: text('event_id').notNull(),
    messageId: uuid('message_id').references(() => messages.id),
    receivedAt: at('received_at').notNull().defaultNow(),
  },
  (t) => [unique('inbox_event').on(t.surface, t.eventId)],
);
