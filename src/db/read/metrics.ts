import { and, desc, eq, gte, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { modelSpendToday } from '../model-calls.ts';
import { PolicyDocument } from '../policy-document.ts';
import { PROPOSAL_STATES, type ProposalState, RUN_RESULTS, type RunResult } from '../states.ts';
import { policies } from '../tables/control.ts';
import { effects, proposals, runs } from '../tables/proposals.ts';

export type RecentRun = {
  id: string;
  tool: string;
  proposalId: string;
  result: RunResult | null;
  startedAt: Date;
  milliseconds: number | null;
  costMicros: number;
};

/** What was done and what it cost, counted where it is recorded. */
export type Counts = {
  proposals: Record<ProposalState, number>;
  runs: Record<RunResult, number>;
  recentRuns: RecentRun[];
  /** Of today, in UTC, in millionths of a dollar, models included; what is not provably undone counts as spent. */
  cost: { spentMicros: number; reservedMicros: number; limitMicros: number | null };
};

const RECENT = 20;

const zeroed = <Name extends string>(
  names: readonly Name[],
  counted: readonly { name: Name | null; count: number }[],
): Record<Name, number> => {
  const found = new Map(counted.map((row) => [row.name, row.count]));
  return Object.fromEntries(names.map((name) => [name, found.get(name) ?? 0])) as Record<Name, number>; // one entry for each of `names`
};

const recentRuns = (db: Db, projectId: string): Promise<RecentRun[]> =>
  db
    .select({
      id: runs.id,
      tool: runs.tool,
      proposalId: runs.proposalId,
      result: runs.result,
      startedAt: runs.startedAt,
      milliseconds: sql<number | null>`(extract(epoch from ${runs.finishedAt} - ${runs.startedAt}) * 1000)::float`,
      costMicros: runs.costMicros,
    })
    .from(runs)
    .where(eq(runs.projectId, projectId))
    .orderBy(desc(runs.startedAt))
    .limit(RECENT);

const costOfToday = async (db: Db, projectId: string): Promise<{ spentMicros: number; reservedMicros: number }> => {
  const sum = (state: string) =>
    sql<number>`coalesce(sum(${runs.costMicros}) filter (where ${effects.state} in (${sql.raw(state)})), 0)::float`;
  const [row] = await db
    .select({ spentMicros: sum(`'executed', 'unknown'`), reservedMicros: sum(`'started'`) })
    .from(runs)
    .innerJoin(effects, eq(effects.id, runs.effectId))
    .where(and(eq(runs.projectId, projectId), gte(runs.startedAt, sql`date_trunc('day', now() at time zone 'utc') at time zone 'utc'`)));
  return row ?? { spentMicros: 0, reservedMicros: 0 };
};

const dailyLimit = async (db: Db, projectId: string): Promise<number | null> => {
  const [row] = await db
    .select({ document: policies.document })
    .from(policies)
    .where(eq(policies.projectId, projectId))
    .orderBy(desc(policies.version))
    .limit(1);
  return row ? PolicyDocument.parse(row.document).dailyLimitMicros : null;
};

export const readCounts = async (db: Db, projectId: string): Promise<Counts> => {
  const count = sql<number>`count(*)::int`;
  const [byState, byResult, recent, cost, limitMicros, models] = await Promise.all([
    db.select({ name: proposals.state, count }).from(proposals).where(eq(proposals.projectId, projectId)).groupBy(proposals.state),
    db.select({ name: runs.result, count }).from(runs).where(eq(runs.projectId, projectId)).groupBy(runs.result),
    recentRuns(db, projectId),
    costOfToday(db, projectId),
    dailyLimit(db, projectId),
    modelSpendToday(db, projectId),
  ]);
  return {
    proposals: zeroed(PROPOSAL_STATES, byState),
    runs: zeroed(RUN_RESULTS, byResult),
    recentRuns: recent,
    cost: { ...cost, spentMicros: cost.spentMicros + models, limitMicros },
  };
};
