import { and, eq } from 'drizzle-orm';
import type { Addressed } from './answer.ts';
import type { Db } from './client.ts';
import { messages } from './tables/talk.ts';

/** One beginning of an answer: a message that was put otherwise, or that a worker fell silent over, is begun again. */
export type Begun = Pick<Addressed, 'id' | 'begun'>;

/** The message, as long as this answer of it is the one that is waited for. */
export const waited = ({ id, begun }: Begun) => and(eq(messages.id, id), eq(messages.state, 'delivered'), eq(messages.deliveredAt, begun));

/** Whether this answer is still the one that is waited for. Until the transaction ends nobody can end it or begin another. */
export const isWaitedFor = async (db: Db, begun: Begun): Promise<boolean> =>
  (await db.select({ id: messages.id }).from(messages).where(waited(begun)).for('share')).length > 0;
