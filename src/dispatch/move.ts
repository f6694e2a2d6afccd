import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { NEXT, type ProposalState } from '../db/states.ts';
import { proposals } from '../db/tables/proposals.ts';
import type { Proposal } from './standing.ts';

const SOURCES = new Map<ProposalState, ProposalState[]>();
for (const [from, targets] of Object.entries(NEXT) as [ProposalState, readonly ProposalState[]][])
  for (const to of targets) SOURCES.set(to, [...(SOURCES.get(to) ?? []), from]);

/**
 * The one way a proposal changes state. The guard is in the WHERE clause and comes from the transition table: two people pressing at once
 * is normal in chat, and only one UPDATE can find the state that it leaves. Undefined: the move is not possible now.
 */
export const move = async (
  db: Db,
  guard: { id: string; from?: ProposalState; to: ProposalState },
  set: Partial<typeof proposals.$inferInsert> = {},
): Promise<Proposal | undefined> => {
  const sources = (SOURCES.get(guard.to) ?? []).filter((state) => !guard.from || state === guard.from);
  if (sources.length === 0) return undefined;
  const [moved] = await db
    .update(proposals)
    .set({ ...set, state: guard.to, updatedAt: sql`now()` })
    .where(and(eq(proposals.id, guard.id), inArray(proposals.state, sources)))
    .returning();
  return moved;
};

/** Says that what a proposal's card shows has changed, though its state has not. */
export const touch = async (db: Db, id: string): Promise<void> => {
  await db.update(proposals).set({ updatedAt: sql`now()` }).where(eq(proposals.id, id));
};
