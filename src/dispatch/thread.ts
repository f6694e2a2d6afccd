import { sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { messages } from '../db/tables/talk.ts';

/** What PostgreSQL cannot hold (NUL, half a character) is exchanged for the sign for it: a text from outside must not undo its transaction. */
export const storable = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

/** One line of Wilco's own in a thread: progress, a result, what a person should know. */
export const sayInThread = async (db: Db, threadId: string, text: string): Promise<void> => {
  await db.insert(messages).values({ threadId, authorKind: 'wilco', text: storable(text) });
};

/** The card of a proposal in another thread than its own, below a line that says why it stands there. */
export const cardInThread = async (db: Db, at: { threadId: string; text: string; proposalId: string }): Promise<void> => {
  const { threadId, text, proposalId } = at;
  await db.insert(messages).values({ threadId, authorKind: 'wilco', text: storable(text), proposalId });
};

/** As `sayInThread`, where other lines come of the same transaction: those would else stand in any order. */
export const sayBeside = async (db: Db, said: { threadId: string; text: string; place: 'before' | 'after' }): Promise<void> => {
  const { threadId, text, place } = said;
  const createdAt = place === 'before' ? sql`now() - interval '1 millisecond'` : sql`clock_timestamp()`;
  await db.insert(messages).values({ threadId, authorKind: 'wilco', text: storable(text), createdAt });
};
