import { and, asc, desc, eq, like, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../../result.ts';
import type { Db } from '../client.ts';
import type { ProposalState } from '../states.ts';
import { proposals } from '../tables/proposals.ts';
import { type BadCursor, micros, momentOf, type Page, pageOf, uuidPlaceOf } from './place.ts';

export type ProposalListing = {
  projectId: string;
  state: ProposalState | undefined;
  cursor: string | undefined;
  limit: number;
  /** For what waits: whoever has waited longest stands first. */
  oldestFirst: boolean;
};

/** The ids of one page of proposals, in order; what they look like is read by `listStandings`. */
export const pageOfProposals = async (db: Db, listing: ProposalListing): Promise<Result<Page<string>, BadCursor>> => {
  const { projectId, state, cursor, limit, oldestFirst } = listing;
  const place = cursor === undefined ? undefined : uuidPlaceOf(cursor, 1);
  if (cursor !== undefined && !place) return err({ code: 'bad_cursor' });
  const row = sql`(${proposals.proposedAt}, ${proposals.id})`;
  const behind = place && sql`${row} ${oldestFirst ? sql`>` : sql`<`} (${momentOf(place.keys[0])}, ${place.id}::uuid)`;
  const order = oldestFirst ? asc : desc;
  const rows = await db
    .select({ id: proposals.id, moment: micros(proposals.proposedAt) })
    .from(proposals)
    .where(and(eq(proposals.projectId, projectId), state && eq(proposals.state, state), behind))
    .orderBy(order(proposals.proposedAt), order(proposals.id))
    .limit(limit + 1);
  return ok(pageOf(rows, limit, { item: ({ id }) => id, place: ({ id, moment }) => ({ keys: [moment], id }) }));
};

/** What one message was made into, one row a card. */
export const proposalsFrom = async (
  db: Db,
  from: { projectId: string; messageId: string },
): Promise<{ id: string; state: ProposalState }[]> =>
  db
    .select({ id: proposals.id, state: proposals.state })
    .from(proposals)
    .where(and(eq(proposals.projectId, from.projectId), like(proposals.origin, `${from.messageId}:%`)));
