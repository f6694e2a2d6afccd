import { and, eq } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { messages, threads } from '../tables/talk.ts';
import { isUuid } from './place.ts';

/** The card that stands on its own in a message of this project, with its thread; undefined where there is none. */
export const cardOf = async (
  db: Db,
  which: { projectId: string; messageId: string },
): Promise<{ card: unknown; threadId: string } | undefined> => {
  if (!isUuid(which.messageId)) return undefined;
  const [row] = await db
    .select({ card: messages.card, threadId: messages.threadId })
    .from(messages)
    .innerJoin(threads, eq(threads.id, messages.threadId))
    .where(and(eq(messages.id, which.messageId), eq(threads.projectId, which.projectId)));
  return row?.card ? row : undefined;
};
