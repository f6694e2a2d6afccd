import type { Db } from '../db/client.ts';
import { messages } from '../db/tables/talk.ts';

/** What PostgreSQL cannot hold (NUL, half a character) is exchanged for the sign for it: a text from outside must not undo its transaction. */
export const storable = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

/** One line of Wilco's own in a thread: progress, a result, what a person should know. */
export const sayInThread = async (db: Db, threadId: string, text: string): Promise<void> => {
  await db.insert(messages).values({ threadId, authorKind: 'wilco', text: storable(text) });
};
