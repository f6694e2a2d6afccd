import type { Db } from '../db/client.ts';
import { messages } from '../db/tables/talk.ts';

/** One line of Wilco's own in a thread: progress, a result, what a person should know. */
export const sayInThread = async (db: Db, threadId: string, text: string): Promise<void> => {
  await db.insert(messages).values({ threadId, authorKind: 'wilco', text });
};
