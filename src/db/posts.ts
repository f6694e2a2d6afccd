import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { proposals } from './tables/proposals.ts';
import { messages } from './tables/talk.ts';

/** Marks the message that a task was made of, if it was made of one: the proposal of such a task says which. */
export const markPromoted = async (db: Db, made: { proposalId: string; personId: string | null }): Promise<void> => {
  const { proposalId, personId } = made;
  await db
    .update(messages)
    .set({ resolvedAs: 'promoted', resolvedBy: personId, resolvedAt: sql`now()` })
    .where(
      sql`${messages.id} = (select split_part(p.origin, ':', 2)::uuid from ${proposals} p where p.id = ${proposalId} and p.origin like 'promote:%')`,
    );
};
