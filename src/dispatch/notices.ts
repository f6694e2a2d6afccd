import { and, eq, inArray, sql } from 'drizzle-orm';
import { toldShares } from '../db/budgets.ts';
import type { Db } from '../db/client.ts';
import type { FeedEvent } from '../db/feed.ts';
import { addNotices, liveMembers, type NewNotice, settleHealth, settleNotices } from '../db/notifications.ts';
import { type Role, roleAtLeast } from '../db/states.ts';
import { events } from '../db/tables/control.ts';
import { listStandings, mayJudge, refusalFor, type Standing } from './standing.ts';

type Member = { personId: string; role: Role };

const SPENDS = 'budget.reached';
const UNDELIVERED = 'delivery.failed';
/** Whoever gains a right finds waiting what they may decide from now on. */
const RIGHTS = /^(person\.(joined|role_changed)|project\.solo_|group\.changed)/;
const MOST_WAITING = 500;

/** Everybody who should know how a proposal stands: who may decide it, who asked and sees it fail, who may settle what nobody can tell. */
const noticesOn = (standing: Standing, members: readonly Member[]): NewNotice[] => {
  const { proposal, revision } = standing;
  const { id, projectId, state, attempt } = proposal;
  const about = { projectId, proposalId: id, data: { tool: proposal.tool, state } };
  if (state === 'proposed')
    return members
      .filter(({ personId, role }) => !refusalFor(standing, personId, role))
      .map(({ personId }) => ({ ...about, personId, kind: 'approval', thing: `approval:${id}:${revision.revision}` }));
  if (state !== 'failed' && state !== 'unknown') return [];
  const concerned = ({ personId, role }: Member): boolean =>
    personId === proposal.proposedBy || personId === proposal.decidedBy || (state === 'unknown' && mayJudge(standing, personId, role));
  return members.filter(concerned).map(({ personId }) => ({ ...about, personId, kind: 'run', thing: `run:${id}:${attempt}:${state}` }));
};

type Escalated = { proposalId: string | null; rung: string; revision: number; people: string[] };

/** Whom the ladder was climbed to, for cards that wait still: told once for each rung, beside what they may decide themselves. */
const noticesOfLadder = async (db: Db, standings: readonly Standing[]): Promise<NewNotice[]> => {
  const waiting = standings.filter(({ proposal }) => proposal.state === 'proposed');
  if (waiting.length === 0) return [];
  const ids = waiting.map(({ proposal }) => proposal.id);
  const rows = await db
    .select({
      proposalId: events.proposalId,
      rung: sql<string>`${events.data} ->> 'rung'`,
      revision: sql<number>`(${events.data} ->> 'revision')::int`,
      people: sql<string[]>`array(select jsonb_array_elements_text(${events.data} -> 'people'))`,
    })
    .from(events)
    .where(and(eq(events.kind, 'proposal.escalated'), inArray(events.proposalId, ids)));
  const ofCard = ({ proposal }: Standing) =>
    rows.filter((row: Escalated) => row.proposalId === proposal.id && row.revision === proposal.revision);
  return waiting.flatMap((standing) => {
    const { id, projectId, state, tool } = standing.proposal;
    return ofCard(standing).flatMap(({ rung, revision, people }) =>
      people.map((personId) => ({
        projectId,
        personId,
        kind: 'approval' as const,
        thing: `escalation:${id}:${revision}:${rung}`,
        proposalId: id,
        data: { tool, state, rung },
      })),
    );
  });
};

/** The shares of budgets that spending has come to in the periods of now, each told once. */
const noticesOfCost = async (db: Db, projectId: string, deciders: readonly Member[]): Promise<NewNotice[]> => {
  const told = await toldShares(db, projectId);
  return told.flatMap(({ spender, period, percent }) =>
    deciders.map(({ personId }): NewNotice => {
      const thing = `cost:${spender}:${period}:${percent}`;
      return { projectId, personId, kind: 'cost', thing, data: { percent: String(percent), spender, period } };
    }),
  );
};

const nameOf = ({ data }: FeedEvent): string => (typeof data.name === 'string' ? data.name : '');

/** Of connections as they stand after these events: a row for each that is down now. */
const lastByName = (heard: readonly FeedEvent[]): FeedEvent[] => [
  ...new Map(heard.filter(({ kind }) => kind === 'connection.changed').map((event) => [nameOf(event), event])).values(),
];

type At = { db: Db; projectId: string };

const tellHealth = async ({ db, projectId }: At, heard: readonly FeedEvent[], admins: readonly Member[]): Promise<number> => {
  let changed = 0;
  for (const event of lastByName(heard)) {
    const name = nameOf(event);
    changed += await settleHealth(db, projectId, name);
    if (event.data.ok === true) continue;
    const thing = `health:${name}:${event.cursor}`;
    changed += await addNotices(
      db,
      admins.map(({ personId }) => ({ projectId, personId, kind: 'health', thing, data: { name } })),
    );
  }
  return changed;
};

/**
 * What a platform would not take: whoever asked for an action hears that its card stands elsewhere, and admins that something is refused there,
 * once a day for each thread.
 */
const noticesOfRefusals = (
  { projectId }: At,
  heard: readonly FeedEvent[],
  { standings, admins }: { standings: readonly Standing[]; admins: readonly Member[] },
): NewNotice[] =>
  heard.flatMap((event) => {
    if (event.kind !== UNDELIVERED) return [];
    const { threadId, proposalId, at } = event;
    const surface = typeof event.data.surface === 'string' ? event.data.surface : '';
    const day = new Date(at).toISOString().slice(0, 10);
    const told = admins.map(({ personId }): NewNotice => {
      const thing = `undelivered:${threadId}:${day}`;
      return { projectId, personId, kind: 'health', thing, data: { surface } };
    });
    const proposal = standings.find((one) => one.proposal.id === proposalId)?.proposal;
    if (!proposal?.proposedBy) return told;
    const { id, tool, proposedBy: personId } = proposal;
    const thing = `undelivered:${id}`;
    return [...told, { projectId, personId, kind: 'run', thing, proposalId: id, data: { tool, state: 'undelivered', surface } }];
  });

/** Whether any of these events can change what somebody should know. */
export const concernsAnybody = ({ kind, proposalId }: FeedEvent): boolean =>
  proposalId !== null || kind === 'connection.changed' || kind === UNDELIVERED || kind === SPENDS || RIGHTS.test(kind);

const standingsOf = async ({ db, projectId }: At, heard: readonly FeedEvent[] | 'all'): Promise<Standing[]> => {
  const all = heard === 'all' || heard.some(({ kind }) => RIGHTS.test(kind));
  const ids = heard === 'all' ? [] : [...new Set(heard.flatMap(({ proposalId }) => proposalId ?? []))];
  const named = await listStandings(db, { projectId, ids, limit: ids.length });
  if (!all) return named;
  const waiting = await listStandings(db, { projectId, states: ['proposed', 'unknown'], limit: MOST_WAITING });
  return [...named, ...waiting.filter(({ proposal }) => !ids.includes(proposal.id))];
};

/**
 * Brings what people are told of into line with how things stand after these events; `all`: with everything that waits. It looks at states
 * and not at the events, so that one that is read twice, or late, tells nobody anything twice. Answers whether anything changed.
 */
export const tellPeople = async (at: At, happened: readonly FeedEvent[] | 'all'): Promise<boolean> => {
  const { db, projectId } = at;
  const members = await liveMembers(db, projectId);
  const deciders = members.filter(({ role }) => roleAtLeast(role, 'approver'));
  const admins = members.filter(({ role }) => roleAtLeast(role, 'admin'));
  const standings = await standingsOf(at, happened);
  const notices = [...standings.flatMap((standing) => noticesOn(standing, members)), ...(await noticesOfLadder(db, standings))];
  const heard = happened === 'all' ? [] : happened;
  const spent = happened === 'all' || heard.some(({ kind }) => kind === SPENDS);
  const cost = spent ? await noticesOfCost(db, projectId, deciders) : [];
  const settled = await settleNotices(
    db,
    standings.map(({ proposal }) => proposal.id),
    notices,
  );
  const added = await addNotices(db, [...notices, ...cost, ...noticesOfRefusals(at, heard, { standings, admins })]);
  const health = await tellHealth(at, heard, admins);
  return settled + added + health > 0;
};
