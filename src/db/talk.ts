import { randomUUID } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { type StoredFile, storeFiles } from './attachments.ts';
import type { Database, Db, Tx } from './client.ts';
import { record } from './record.ts';
import type { Role } from './states.ts';
import { inbox, messages, threads } from './tables/talk.ts';
import { splitThreadId } from './thread-id.ts';

/** Whether the thread is one of this project's; makes it when asked to. Its id must be one that thread-id.ts built. */
export const ensureThread = async (db: Db, thread: { id: string; projectId: string; create: boolean; title: string }): Promise<boolean> => {
  const { id, projectId, title } = thread;
  const address = splitThreadId(id);
  if (!address) return false;
  const ours = and(eq(threads.id, id), eq(threads.projectId, projectId));
  const lastMessageAt = sql`now()`;
  const [found] = thread.create
    ? await db
        .insert(threads)
        .values({ id, projectId, surface: address.surface, channel: address.channel, title })
        .onConflictDoUpdate({ target: threads.id, set: { lastMessageAt }, setWhere: eq(threads.projectId, projectId) })
        .returning({ id: threads.id })
    : await db.update(threads).set({ lastMessageAt }).where(ours).returning({ id: threads.id });
  return found !== undefined;
};

export type StoredMessage = { messageId: string; threadId: string };

/** The message that an event has become already; null: the event is known, and became none. */
const earlierMessage = async (db: Db, event: { surface: string; eventId: string }): Promise<StoredMessage | null> => {
  const [earlier] = await db
    .select({ messageId: messages.id, threadId: messages.threadId })
    .from(inbox)
    .innerJoin(messages, eq(messages.id, inbox.messageId))
    .where(and(eq(inbox.surface, event.surface), eq(inbox.eventId, event.eventId)));
  return earlier ?? null;
};

/** Claims an event id, for the message that it becomes or for none; false: it was claimed before. */
export const claimEvent = async (db: Db, event: { surface: string; eventId: string; messageId?: string }): Promise<boolean> => {
  const taken = await db.insert(inbox).values(event).onConflictDoNothing().returning({ id: inbox.id });
  return taken.length > 0;
};

/** The same event was stored before: what this one wrote is undone, and the first counts. */
class Again extends Error {
  override name = 'Again';
}

/** The thread that was named is not one of this project's: the event may come again, for one that is. */
class NoThread extends Error {
  override name = 'NoThread';
}

export type NewMessage = {
  event: { surface: string; eventId: string };
  thread: { id: string; create: boolean; title: string };
  text: string;
  agentKey: string | null;
  aside: boolean;
  files: readonly StoredFile[];
  state: 'queued' | 'processed';
  by: { projectId: string; personId: string | null; name: string; role: Role };
};

const writeMessage = async (
  tx: Tx,
  incoming: NewMessage,
  enqueue: (tx: Tx, messageId: string) => Promise<void>,
): Promise<StoredMessage> => {
  const { db } = tx;
  const { event, thread, text, agentKey, aside, files, state, by } = incoming;
  const { personId, projectId } = by;
  const messageId = randomUUID();
  const author = { personId, authorName: personId === null ? by.name : null, actorRole: by.role };
  const threadId = thread.id;
  const here = ensureThread(db, { ...thread, projectId });
  // One that is to be there is looked for first: nothing may refer to a thread that is not.
  if (!thread.create && !(await here)) throw new NoThread();
  // In one trip, in this order: each follows from what is known already, and all stand or fall together.
  const message = { id: messageId, threadId, authorKind: 'person' as const, ...author, text, agentKey, aside, state };
  const written = Promise.resolve(db.insert(messages).values(message));
  const taken = claimEvent(db, { ...event, messageId });
  const rest = [
    storeFiles(db, messageId, files),
    record(db, { projectId, kind: 'message.received', threadId, personId, data: { messageId } }),
    enqueue(tx, messageId),
  ];
  // Of several that fail because one did, the one that did is thrown: it stands first.
  await Promise.allSettled([here, written, taken, ...rest]);
  await Promise.all([here, written, taken, ...rest]);
  if (!(await here)) throw new NoThread();
  if (!(await taken)) throw new Again();
  return { messageId, threadId };
};

/**
 * Stores what somebody wrote: thread, message, inbox row, event and job in one transaction. The same event again answers the message that it
 * became, or null if it became none; `thread_missing`: it names a thread that is not there.
 */
export const storeMessage = async (
  database: Database,
  incoming: NewMessage,
  enqueue: (tx: Tx, messageId: string) => Promise<void>,
): Promise<StoredMessage | null | 'thread_missing'> => {
  try {
    return await database.transaction((tx) => writeMessage(tx, incoming, enqueue));
  } catch (error) {
    if (error instanceof Again) return earlierMessage(database.db, incoming.event);
    if (error instanceof NoThread) return 'thread_missing';
    throw error;
  }
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
