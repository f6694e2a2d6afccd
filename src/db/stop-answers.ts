import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import type { Database } from './client.ts';
import { record } from './record.ts';
import { messages } from './tables/talk.ts';

export type StopAnswers = {
  projectId: string;
  threadId: string;
  /** Who ended it, and what people read of that. */
  personId: string | null;
  says: string;
  /** The message that asked for it, where one did. */
  except?: string;
};

/**
 * Ends what waits for an answer in a thread, or is being answered, and is in no agent's run: what is written of it already stays, with the
 * sentence behind it. Whoever is at it finds that nobody waits any more. Answers which messages those were.
 */
export const stopAnswers = (database: Database, { projectId, threadId, personId, says, except }: StopAnswers): Promise<string[]> =>
  database.transaction(async ({ db }) => {
    const stopped = await db
      .update(messages)
      .set({ state: 'processed' })
      .where(
        and(
          eq(messages.threadId, threadId),
          inArray(messages.state, ['queued', 'delivered']),
          isNull(messages.runId),
          except === undefined ? undefined : ne(messages.id, except),
        ),
      )
      .returning({ id: messages.id });
    const ids = stopped.map(({ id }) => id);
    if (ids.length === 0) return ids;
    const written = await db
      .update(messages)
      .set({ text: sql`concat_ws(E'\n\n', nullif(${messages.text}, ''), ${says}::text)`, answers: null, calls: null })
      .where(inArray(messages.answers, ids))
      .returning({ id: messages.id });
    if (written.length === 0) await db.insert(messages).values({ threadId, authorKind: 'wilco', text: says });
    for (const messageId of ids)
      await record(db, { projectId, kind: 'message.processed', threadId, personId, data: { messageId, stopped: true } });
    return ids;
  });
