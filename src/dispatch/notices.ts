import type { Db } from '../db/client.ts';
import type { FeedEvent } from '../db/feed.ts';
import { addNotices, liveMembers, type NewNotice, settleHealth, settleNotices } from '../db/notifications.ts';
import { readSpend } from '../db/read/spend.ts';
import { type Role, roleAtLeast } from '../db/states.ts';
import { listStandings, mayJudge, refusalFor, type Standing } from './standing.ts';

type Member = { personId: string; role: Role };

/** How much of the day's limit is worth a word. */
const THRESHOLDS = [100, 80] as const;
const SPENDS = /^(proposal\.(executed|failed|unknown|settled|started)|model\.called|budget\.changed|policy\.changed)$/;
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

const dayOf = (now: Date): string => now.toISOString().slice(0, 10);

/** The highest threshold that today's spending has come to, told once for each limit and day. */
const noticesOfCost = async (db: Db, projectId: string, admins: readonly Member[]): Promise<NewNotice[]> => {
  const { spentMicros, reservedMicros, limitMicros } = await readSpend(db, projectId);
  if (limitMicros === null || limitMicros === 0) return [];
  const reached = THRESHOLDS.find((percent) => (spentMicros + reservedMicros) * 100 >= limitMicros * percent);
  if (!reached) return [];
  const thing = `cost:${dayOf(new Date())}:${reached}:${limitMicros}`;
  return admins.map(({ personId }) => ({ projectId, personId, kind: 'cost', thing, data: { percent: String(reached) } }));
};

const nameOf = ({ data }: FeedEvent): string => (typeof data.name === 'string' ? data.name : '');

/** Of connections as they stand after these events: a row for each that is down now. */
const lastByName = (events: readonly FeedEvent[]): FeedEvent[] => [
  ...new Map(events.filter(({ kind }) => kind === 'connection.changed').map((event) => [nameOf(event), event])).values(),
];

type At = { db: Db; projectId: string };

const tellHealth = async ({ db, projectId }: At, events: readonly FeedEvent[], admins: readonly Member[]): Promise<number> => {
  let changed = 0;
  for (const event of lastByName(events)) {
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

/** Whether any of these events can change what somebody should know. */
export const concernsAnybody = ({ kind, proposalId }: FeedEvent): boolean =>
  proposalId !== null || kind === 'connection.changed' || SPENDS.test(kind) || RIGHTS.test(kind);

const standingsOf = async ({ db, projectId }: At, events: readonly FeedEvent[] | 'all'): Promise<Standing[]> => {
  const all = events === 'all' || events.some(({ kind }) => RIGHTS.test(kind));
  const ids = events === 'all' ? [] : [...new Set(events.flatMap(({ proposalId }) => proposalId ?? []))];
  const named = await listStandings(db, { projectId, ids, limit: ids.length });
  if (!all) return named;
  const waiting = await listStandings(db, { projectId, states: ['proposed', 'unknown'], limit: MOST_WAITING });
  return [...named, ...waiting.filter(({ proposal }) => !ids.includes(proposal.id))];
};

/**
 * Brings what people are told of into line with how things stand after these events; `all`: with everything that waits. It looks at states
 * and not at the events, so that one that is read twice, or late, tells nobody anything twice. Answers whether anything changed.
 */
export const tellPeople = async (at: At, events: readonly FeedEvent[] | 'all'): Promise<boolean> => {
  const { db, projectId } = at;
  const members = await liveMembers(db, projectId);
  const admins = members.filter(({ role }) => roleAtLeast(role, 'admin'));
  const standings = await standingsOf(at, events);
  const notices = standings.flatMap((standing) => noticesOn(standing, members));
  const heard = events === 'all' ? [] : events;
  const spent = events === 'all' || heard.some(({ kind }) => SPENDS.test(kind));
  const cost = spent ? await noticesOfCost(db, projectId, admins) : [];
  const settled = await settleNotices(
    db,
    standings.map(({ proposal }) => proposal.id),
    notices,
  );
  const added = await addNotices(db, [...notices, ...cost]);
  const health = await tellHealth(at, heard, admins);
  return settled + added + health > 0;
};
