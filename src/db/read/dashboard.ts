import { and, asc, count, eq, isNotNull, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { type HourTotals, readHours } from '../hours.ts';
import type { ProposalState, RunResult } from '../states.ts';
import { connections } from '../tables/connections.ts';
import { proposals, revisions } from '../tables/proposals.ts';
import { schedules } from '../tables/schedules.ts';
import { type ByState, readOutbox } from './outbox.ts';
import { type RunRow, readRecentRuns } from './recent-runs.ts';
import { dailyLimit, daysBack, MONTH_DAYS, midnight, type Spend, spendOf, sumSince } from './spend.ts';

const SHOWN = 5;
const RECENT = 12;
/** Whoever looks after a connection looks each half minute: what is older says nothing any more. */
const STALE_SECONDS = 90;

export type WaitingRow = { id: string; threadId: string; tool: string; target: string; proposedByName: string; proposedAt: Date };
/** What waits for a decision: how much, since when, and whatever has waited longest. `unsettled`: nobody can tell what became of them. */
export type Waiting = { count: number; oldestAt: Date | null; unsettled: number; items: WaitingRow[] };

/** `running` have begun and not ended. */
export type RunsToday = Record<RunResult, number> & { running: number };
export type ModelUse = { calls: number; failed: number; inputTokens: number; outputTokens: number; costMicros: number };
export type NextRow = { id: string; name: string; tool: string | null; nextAt: Date; timeZone: string; proposalId: string };
export type ConnectionRow = {
  name: string;
  ok: boolean;
  detail: string;
  latencyMs: number | null;
  checkedAt: Date;
  okAt: Date | null;
  ageSeconds: number;
};

export const stateOfConnection = ({ ok, ageSeconds }: ConnectionRow): 'ok' | 'down' | 'unknown' =>
  ageSeconds > STALE_SECONDS ? 'unknown' : ok ? 'ok' : 'down';

const current = and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision));

const readWaiting = async (db: Db, projectId: string): Promise<Waiting> => {
  const inState = (state: ProposalState) => and(eq(proposals.projectId, projectId), eq(proposals.state, state));
  const oldest = db
    .select({
      id: proposals.id,
      threadId: proposals.threadId,
      tool: proposals.tool,
      target: revisions.target,
      proposedByName: proposals.proposedByName,
      proposedAt: proposals.proposedAt,
    })
    .from(proposals)
    .innerJoin(revisions, current)
    .where(inState('proposed'))
    .orderBy(asc(proposals.proposedAt), asc(proposals.id))
    .limit(SHOWN);
  const many = (state: ProposalState) => db.select({ count: count() }).from(proposals).where(inState(state));
  const [items, [proposed], [unknown]] = await Promise.all([oldest, many('proposed'), many('unknown')]);
  return { count: proposed?.count ?? 0, oldestAt: items[0]?.proposedAt ?? null, unsettled: unknown?.count ?? 0, items };
};

const readNext = async (db: Db, projectId: string): Promise<NextRow[]> => {
  const rows = await db
    .select({
      id: schedules.id,
      name: schedules.name,
      tool: schedules.tool,
      nextAt: schedules.nextAt,
      timeZone: schedules.timeZone,
      proposalId: schedules.proposalId,
    })
    .from(schedules)
    .where(and(eq(schedules.projectId, projectId), eq(schedules.state, 'active'), isNotNull(schedules.nextAt)))
    .orderBy(asc(schedules.nextAt))
    .limit(SHOWN);
  return rows.flatMap(({ nextAt, ...row }) => (nextAt ? [{ ...row, nextAt }] : []));
};

const readConnections = (db: Db): Promise<ConnectionRow[]> =>
  db
    .select({
      name: connections.name,
      ok: connections.ok,
      detail: connections.detail,
      latencyMs: connections.latencyMs,
      checkedAt: connections.checkedAt,
      okAt: connections.okAt,
      ageSeconds: sql<number>`extract(epoch from now() - ${connections.checkedAt})::float`,
    })
    .from(connections)
    .orderBy(asc(connections.name));

export type Dashboard = {
  waiting: Waiting;
  emails: ByState;
  today: RunsToday;
  spend: Spend;
  models: ModelUse;
  recent: RunRow[];
  next: NextRow[];
  connections: ConnectionRow[];
};

const runsOf = (hours: readonly HourTotals[], now: Date): RunsToday => {
  const of = (name: keyof RunsToday) => sumSince(hours, midnight(now), (hour) => hour[name]);
  return { success: of('success'), failed: of('failed'), killed: of('killed'), skipped: of('skipped'), running: of('running') };
};

const modelsOf = (hours: readonly HourTotals[], now: Date): ModelUse => {
  const of = (name: Exclude<keyof HourTotals, 'at'>) => sumSince(hours, midnight(now), (hour) => hour[name]);
  return {
    calls: of('modelCalls'),
    failed: of('modelFailed'),
    inputTokens: of('inputTokens'),
    outputTokens: of('outputTokens'),
    costMicros: of('modelMicros'),
  };
};

/** Everything that the dashboard of a project shows, in chat and on its page. */
export const readDashboard = async (db: Db, projectId: string): Promise<Dashboard> => {
  const now = new Date();
  const [waiting, emails, hours, limit, recent, next, rows] = await Promise.all([
    readWaiting(db, projectId),
    readOutbox(db, projectId),
    readHours(db, { projectId, from: daysBack(now, MONTH_DAYS) }),
    dailyLimit(db, projectId),
    readRecentRuns(db, projectId, RECENT),
    readNext(db, projectId),
    readConnections(db),
  ]);
  const spend = spendOf(hours, limit, now);
  return { waiting, emails, today: runsOf(hours, now), spend, models: modelsOf(hours, now), recent, next, connections: rows };
};
