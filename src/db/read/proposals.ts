import { and, asc, between, desc, eq, inArray, isNull, like, type SQL, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../../result.ts';
import type { Db } from '../client.ts';
import { mayBeOf } from '../groups.ts';
import { type ProposalState, ROLES, type Role, roleAtLeast } from '../states.ts';
import { switches } from '../tables/control.ts';
import { members, projects } from '../tables/people.ts';
import { proposals, revisions, votes } from '../tables/proposals.ts';
import { type BadCursor, micros, momentOf, type Page, pageOf, uuidPlaceOf } from './place.ts';

/** Who would decide: a person, and the most that the door they came through allows. */
export type Decider = { personId: string | null; role: Role };

type Which = {
  projectId: string;
  state: ProposalState | undefined;
  /** Only what this person may approve now. */
  decidableBy?: Decider | undefined;
};

export type ProposalListing = Which & {
  cursor: string | undefined;
  limit: number;
  /** For what waits: whoever has waited longest stands first. */
  oldestFirst: boolean;
};

/** The rule of `refusalFor` in SQL, for lists that are counted and paged in the database. */
const decidable = ({ personId, role }: Decider): SQL => {
  const upTo = ROLES.filter((needed) => roleAtLeast(role, needed));
  if (personId === null) return sql`false`;
  return sql`not coalesce((select s.killed from ${switches} s where s.project_id = ${proposals.projectId}), false)
    and exists (select 1 from ${revisions} r join ${projects} o on o.id = ${proposals.projectId}
      join ${members} m on m.project_id = o.id and m.person_id = ${personId} and m.joined_at is not null and m.removed_at is null
      where r.proposal_id = ${proposals.id} and r.revision = ${proposals.revision} and r.decider <> 'nobody' and m.role >= r.approver_role
        and r.approver_role in (${sql.join(
          upTo.map((needed) => sql`${needed}`),
          sql`, `,
        )})
        and (r.approver_group is null or ${personId}::uuid in (${mayBeOf(sql`o.id`, sql`r.approver_group`)}))
        and (o.solo or r.self_approval or not (${proposals.proposedBy} is not distinct from ${personId}
          or exists (select 1 from ${revisions} e where e.proposal_id = r.proposal_id and e.edited_by = ${personId})))
        and not exists (select 1 from ${votes} v where v.proposal_id = r.proposal_id and v.revision = r.revision
          and v.person_id = ${personId} and v.shown_digest = r.digest))`;
};

const matching = ({ projectId, state, decidableBy }: Which): SQL | undefined =>
  and(eq(proposals.projectId, projectId), state && eq(proposals.state, state), decidableBy && decidable(decidableBy));

/** How many there are on all pages. For states that few proposals are in. */
export const countProposals = async (db: Db, which: Which): Promise<number> => {
  const [counted] = await db.select({ count: sql<number>`count(*)::int` }).from(proposals).where(matching(which));
  return counted?.count ?? 0;
};

/** The ids of one page of proposals, in order; what they look like is read by `listStandings`. */
export const pageOfProposals = async (db: Db, listing: ProposalListing): Promise<Result<Page<string>, BadCursor>> => {
  const { cursor, limit, oldestFirst } = listing;
  const place = cursor === undefined ? undefined : uuidPlaceOf(cursor, 1);
  if (cursor !== undefined && !place) return err({ code: 'bad_cursor' });
  const row = sql`(${proposals.proposedAt}, ${proposals.id})`;
  const behind = place && sql`${row} ${oldestFirst ? sql`>` : sql`<`} (${momentOf(place.keys[0])}, ${place.id}::uuid)`;
  const order = oldestFirst ? asc : desc;
  const rows = await db
    .select({ id: proposals.id, moment: micros(proposals.proposedAt) })
    .from(proposals)
    .where(and(matching(listing), behind))
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

const HEX = /^[0-9a-f]{4,32}$/;
const uuidOf = (hex: string, fill: '0' | 'f'): string =>
  hex.padEnd(32, fill).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** The ids that begin like this, at least four digits of them. By their order, so that the primary key finds them. */
export const proposalsLike = async (db: Db, at: { projectId: string; beginning: string; limit: number }): Promise<string[]> => {
  const hex = at.beginning.toLowerCase().replaceAll('-', '');
  if (!HEX.test(hex)) return [];
  const alike = between(proposals.id, uuidOf(hex, '0'), uuidOf(hex, 'f'));
  const rows = await db
    .select({ id: proposals.id })
    .from(proposals)
    .where(and(eq(proposals.projectId, at.projectId), alike))
    .limit(at.limit);
  return rows.map(({ id }) => id);
};

/** What a thread's proposals in one state are, the newest first. */
export const proposalsOfThread = async (
  db: Db,
  at: { projectId: string; threadId: string; state: ProposalState; limit: number },
): Promise<string[]> => {
  const rows = await db
    .select({ id: proposals.id })
    .from(proposals)
    .where(and(eq(proposals.projectId, at.projectId), eq(proposals.threadId, at.threadId), eq(proposals.state, at.state)))
    .orderBy(desc(proposals.proposedAt), desc(proposals.id))
    .limit(at.limit);
  return rows.map(({ id }) => id);
};

/** The last thing that a person had done in a thread with one of these tools, which is no undo itself and was not undone. */
export const lastDoneBy = async (
  db: Db,
  at: { projectId: string; personId: string; threadId: string; tools: string[] },
): Promise<string | undefined> => {
  const undone = sql`exists (select 1 from ${proposals} u where u.undoes = ${proposals.id} and u.state not in ('rejected', 'expired', 'withdrawn', 'void'))`;
  const mine = and(eq(proposals.projectId, at.projectId), eq(proposals.threadId, at.threadId), eq(proposals.proposedBy, at.personId));
  const [last] = await db
    .select({ id: proposals.id })
    .from(proposals)
    .where(and(mine, eq(proposals.state, 'executed'), inArray(proposals.tool, at.tools), isNull(proposals.undoes), sql`not ${undone}`))
    .orderBy(desc(proposals.executedAt), desc(proposals.id))
    .limit(1);
  return last?.id;
};
