import { and, count, eq, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { PROPOSAL_STATES, type ProposalState } from '../states.ts';
import { proposals } from '../tables/proposals.ts';

export type ByState = Record<ProposalState, number>;

const EMAIL = 'send_email';

/** A count for each of the names, also for those that were not found. */
export const zeroed = <Name extends string>(
  names: readonly Name[],
  counted: readonly { name: string | null; count: number }[],
): Record<Name, number> => {
  const found = new Map(counted.map((row) => [row.name, row.count]));
  return Object.fromEntries(names.map((name) => [name, found.get(name) ?? 0])) as Record<Name, number>; // one entry for each of `names`
};

/** The e-mail outbox: proposals to send one, by state. */
export const readOutbox = async (db: Db, projectId: string): Promise<ByState> => {
  const rows = await db
    .select({ name: proposals.state, count: count() })
    .from(proposals)
    // As the index says it, so that it is used whatever the plan is kept for.
    .where(and(eq(proposals.projectId, projectId), eq(proposals.tool, sql.raw(`'${EMAIL}'`))))
    .groupBy(proposals.state);
  return zeroed(PROPOSAL_STATES, rows);
};
