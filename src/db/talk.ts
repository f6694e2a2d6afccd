import { and, eq, like, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { record } from './record.ts';
import type { Role } from './states.ts';
import { proposals } from './tables/proposals.ts';
import { inbox, messages, threads } from './tables/talk.ts';
import { splitThreadId } from './thread-id.ts';

/** Whether the thread is one of this project's; makes it when asked to. Its id must be one that thread-id.ts built. */
export const ensureThread = async (db: Db, thread: { id: string; projectId: string; create: boolean; title: string }): Promise<boolean> => {
  const { id, projectId, title } = thread;
  const address = splitThreadId(id);
  if (!address) return false;
  if (thread.create)
    await db.insert(threads).values({ id, projectId, surface: address.surface, channel: address.channel, title }).onConflictDoNothing();
  const [found] = await db
    .update(threads)
    .set({ lastMessageAt: sql`now()` })
    .where(and(eq(threads.id, id), eq(threads.projectId, projectId)))
    .returning({ id: threads.id });
  return found !== undefined;
};

export type StoredMessage = { messageId: string; threadId: string };

/** Claims an event id for this transaction; when it was claimed before, answers the message that it became, if it became one. */
export const claimEvent = async (
  db: Db,
  event: { surface: string; eventId: string },
): Promise<{ inboxId: string } | { earlier: StoredMessage | null }> => {
  const [taken] = await db.insert(inbox).values(event).onConflictDoNothing().returning({ id: inbox.id });
  if (taken) return { inboxId: taken.id };
  const [earlier] = await db
    .select({ messageId: messages.id, threadId: messages.threadId })
    .from(inbox)
    .innerJoin(messages, eq(messages.id, inbox.messageId))
    .where(and(eq(inbox.surface, event.surface), eq(inbox.eventId, event.eventId)));
  return { earlier: earlier ?? null };
};

/** Stores what a claimed event says. */
export const storeMessage = async (
  db: Db,
  incoming: {
    inboxId: string;
    threadId: string;
    text: string;
    agentKey: string | null;
    state: 'queued' | 'processed';
    by: { projectId: string; personId: string | null; name: string; role: Role };
  },
): Promise<StoredMessage> => {
  const { inboxId, threadId, text, agentKey, state, by } = incoming;
  const { personId, projectId } = by;
  const author = { personId, authorName: personId === null ? by.name : null, actorRole: by.role };
  const [message] = await db
    .insert(messages)
    .values({ threadId, authorKind: 'person', ...author, text, agentKey, state })
    .returning({ id: messages.id });
  if (!message) throw new Error('the message was not written');
  await db.update(inbox).set({ messageId: message.id }).where(eq(inbox.id, inboxId));
  await record(db, { projectId, kind: 'message.received', threadId, personId, data: { messageId: message.id } });
  return { messageId: message.id, threadId };
};

/** The message that a surface's event became; undefined when it was never one, or not this person's. */
export const messageOfEvent = async (
  db: Db,
  event: { surface: string; eventId: string; personId: string | null },
): Promise<{ id: string; text: string } | undefined> => {
  const [row] = await db
    .select({ id: messages.id, text: messages.text })
    .from(inbox)
    .innerJoin(messages, eq(messages.id, inbox.messageId))
    .where(and(eq(inbox.surface, event.surface), eq(inbox.eventId, event.eventId), sql`${messages.personId}::text = ${event.personId}`));
  return row;
};

/** Gives a message that nobody has begun to answer other words, or takes it back (`text` null). False: it is too late for that. */
export const amendQueued = async (db: Db, which: { messageId: string; text: string | null }): Promise<boolean> => {
  const changed = which.text === null ? { state: 'processed' as const } : { text: which.text };
  const amended = await db
    .update(messages)
    .set(changed)
    .where(and(eq(messages.id, which.messageId), eq(messages.state, 'queued')))
    .returning({ id: messages.id });
  return amended.length > 0;
};

/** Has an answered message answered anew, with other words. False: it is being answered right now, or failed. */
export const askAnew = async (db: Db, which: { messageId: string; text: string }): Promise<boolean> => {
  const again = await db
    .update(messages)
    .set({ text: which.text, state: 'queued', deliveredAt: null })
    .where(and(eq(messages.id, which.messageId), eq(messages.state, 'processed')))
    .returning({ id: messages.id });
  // What the old words became is not what these become.
  await db
    .update(proposals)
    .set({ origin: null })
    .where(like(proposals.origin, `${which.messageId}:%`));
  return again.length > 0;
};

/** Queues a failed message anew; answers its thread, or undefined when there is no such failed message in the project. */
export const requeueMessage = async (db: Db, which: { projectId: string; messageId: string }): Promise<string | undefined> => {
  const mine = sql`${messages.threadId} in (select id from ${threads} where project_id = ${which.projectId})`;
  const [again] = await db
    .update(messages)
    .set({ state: 'queued', problem: null, deliveredAt: null })
    .where(and(sql`${messages.id}::text = ${which.messageId}`, eq(messages.state, 'failed'), mine))
    .returning({ threadId: messages.threadId });
  if (again)
    await record(db, {
      projectId: which.projectId,
      kind: 'message.requeued',
      threadId: again.threadId,
      data: { messageId: which.messageId },
    });
  return again?.threadId;
};

/** Posts as Wilco, on somebody's approved word; undefined when the project has no such thread. */
export const postToThread = async (
  db: Db,
  post: { projectId: string; threadId: string; text: string; personId: string | null },
): Promise<string | undefined> => {
  const { projectId, threadId, text, personId } = post;
  const [thread] = await db
    .update(threads)
    .set({ lastMessageAt: sql`now()` })
    .where(and(eq(threads.id, threadId), eq(threads.projectId, projectId)))
    .returning({ id: threads.id });
  if (!thread) return undefined;
  const [message] = await db.insert(messages).values({ threadId, authorKind: 'wilco', text }).returning({ id: messages.id });
  if (message) await record(db, { projectId, kind: 'message.posted', threadId, personId, data: { messageId: message.id } });
  return message?.id;
};

/** The names of the room's channels, in order. */
export const listChannels = async (db: Db, projectId: string): Promise<string[]> => {
  const found = await db
    .select({ channel: threads.channel })
    .from(threads)
    .where(and(eq(threads.projectId, projectId), eq(threads.surface, 'room'), sql`${threads.id} like 'room:%:feed'`))
    .orderBy(threads.channel);
  return found.map((row) => row.channel);
};
