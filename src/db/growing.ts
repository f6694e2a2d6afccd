import { eq } from 'drizzle-orm';
import type { Addressed, StoredReply } from './answer.ts';
import type { Database, Db } from './client.ts';
import { messages } from './tables/talk.ts';
import { isWaitedFor } from './waited-for.ts';

/** Who speaks in an answer, as it is stored. */
export const speakerOf = ({ writtenBy, agent }: Pick<StoredReply, 'writtenBy' | 'agent'>) =>
  agent
    ? { authorKind: 'agent' as const, agentKey: agent.key, authorName: writtenBy ? `${agent.name}, by ${writtenBy}` : agent.name }
    : { authorKind: 'wilco' as const, agentKey: null, authorName: writtenBy ?? null };

export type Grown = Pick<StoredReply, 'writtenBy' | 'agent'> & { text: string; calls: readonly string[] };

/**
 * Puts what there is of an answer into its thread, in the one message that becomes the answer: whoever begins anew after a crash goes on in it.
 * False: nobody waits for it any more.
 */
export const growAnswer = (database: Database, message: Pick<Addressed, 'id' | 'begun' | 'threadId'>, grown: Grown): Promise<boolean> =>
  database.transaction(async ({ db }) => {
    // Whoever ends the answer changes this row first: after that nothing may grow.
    if (!(await isWaitedFor(db, message))) return false;
    const shown = { ...speakerOf(grown), text: grown.text, calls: [...grown.calls] };
    await db
      .insert(messages)
      .values({ threadId: message.threadId, answers: message.id, ...shown })
      .onConflictDoUpdate({ target: messages.answers, set: shown });
    return true;
  });

type Ending = Pick<typeof messages.$inferInsert, 'authorKind' | 'agentKey' | 'authorName' | 'card'> & { text: string };

/** Makes the growing answer to a message what is to stand. False: there is none. */
export const endGrowing = async (db: Db, messageId: string, ending: Ending): Promise<boolean> => {
  const ended = await db
    .update(messages)
    .set({ ...ending, answers: null, calls: null })
    .where(eq(messages.answers, messageId))
    .returning({ id: messages.id });
  return ended.length > 0;
};

const line = (text: string): Ending => ({ authorKind: 'wilco', agentKey: null, authorName: null, text });

/** What began to grow turned out to be cards, or is somebody else's to answer. */
export const pointBelow = (db: Db, messageId: string): Promise<boolean> => endGrowing(db, messageId, line('What came of it stands below.'));

/** What asked for it is there no more, or says something else. */
export const takeBackGrowing = (db: Db, messageId: string): Promise<boolean> =>
  endGrowing(db, messageId, line('This answer was not finished: what asked for it was taken back.'));

/** Nobody could finish it: half an answer is none. */
export const dropGrowing = (db: Db, messageId: string): Promise<boolean> =>
  endGrowing(db, messageId, line('This answer was not finished.'));
