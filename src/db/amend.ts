import { and, eq, inArray, isNull, like, sql } from 'drizzle-orm';
import type { Db, Tx } from './client.ts';
import { takeBackGrowing } from './growing.ts';
import { proposals } from './tables/proposals.ts';
import { inbox, messages } from './tables/talk.ts';

export type Amendable = { id: string; threadId: string; text: string };

/** The message that a surface's event became; undefined when it was never one, or not this person's. */
export const messageOfEvent = async (
  db: Db,
  event: { surface: string; eventId: string; personId: string | null },
): Promise<Amendable | undefined> => {
  const [row] = await db
    .select({ id: messages.id, threadId: messages.threadId, text: messages.text })
    .from(inbox)
    .innerJoin(messages, eq(messages.id, inbox.messageId))
    .where(and(eq(inbox.surface, event.surface), eq(inbox.eventId, event.eventId), sql`${messages.personId}::text = ${event.personId}`));
  return row;
};

type Change = { messageId: string; text: string | null };

/** Gives a message that nobody has begun to answer other words, or takes it back (`text` null). False: it is too late for that. */
export const amendQueued = async (db: Db, { messageId, text }: Change): Promise<boolean> => {
  const changed = text === null ? { state: 'processed' as const } : { text };
  const amended = await db
    .update(messages)
    .set(changed)
    .where(and(eq(messages.id, messageId), eq(messages.state, 'queued')))
    .returning({ id: messages.id });
  return amended.length > 0;
};

/** What the old words became is not what these become. */
const forgetOrigins = (db: Db, messageId: string) =>
  db
    .update(proposals)
    .set({ origin: null })
    .where(like(proposals.origin, `${messageId}:%`));

/**
 * Ends the answer that is being made of a message: nothing more comes of it. False: none is, or an agent's run has it. With other words it is
 * the caller's to have it answered anew, once what was made of the first ones is seen to: until then it waits for nobody.
 */
export const endAnswer = async (db: Db, messageId: string): Promise<boolean> => {
  const ended = await db
    .update(messages)
    .set({ state: 'processed', deliveredAt: null })
    .where(and(eq(messages.id, messageId), eq(messages.state, 'delivered'), isNull(messages.runId)))
    .returning({ id: messages.id });
  if (ended.length > 0) await takeBackGrowing(db, messageId);
  return ended.length > 0;
};

/** Whether an agent's run has the message at this moment. */
export const isInRun = async (db: Db, messageId: string): Promise<boolean> => {
  const [row] = await db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.id, messageId), eq(messages.state, 'delivered')));
  return row !== undefined;
};

/** Has an answered message, or one that nobody could answer, answered anew with other words. False: it is being answered right now. */
export const askAnew = async ({ db }: Tx, { messageId, text }: { messageId: string; text: string }): Promise<boolean> => {
  const again = await db
    .update(messages)
    .set({ text, state: 'queued', problem: null, deliveredAt: null })
    .where(and(eq(messages.id, messageId), inArray(messages.state, ['processed', 'failed'])))
    .returning({ id: messages.id });
  if (again.length > 0) await forgetOrigins(db, messageId);
  return again.length > 0;
};
