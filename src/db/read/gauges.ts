import { eq, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { sealLag } from '../seal.ts';
import { PROPOSAL_STATES } from '../states.ts';
import { events, workers } from '../tables/control.ts';
import { modelCalls } from '../tables/models.ts';
import { decisions, proposals } from '../tables/proposals.ts';
import { WORKER_LIVES } from '../workers.ts';
import { type ByState, zeroed } from './outbox.ts';

export type ModelUse = {
  provider: string;
  model: string;
  outcome: string;
  calls: number;
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
  costMicros: number;
  milliseconds: number;
};

/** What monitoring asks for beside the counts that people look at. */
export type Gauges = {
  proposals: ByState;
  decisions: { kind: string; count: number }[];
  /** Processes that live, by their roles. */
  workers: { roles: string; count: number }[];
  models: ModelUse[];
  /** How long the oldest event waits for its link in the chain, and how long the oldest waits to be told at all. */
  sealLagSeconds: number;
  feedLagSeconds: number;
};

const count = sql<number>`count(*)::int`;
const sum = (column: unknown) => sql<number>`coalesce(sum(${column}), 0)::float`;

const modelUse = (db: Db, projectId: string): Promise<ModelUse[]> =>
  db
    .select({
      provider: modelCalls.provider,
      model: modelCalls.model,
      outcome: modelCalls.outcome,
      calls: count,
      input: sum(modelCalls.inputTokens),
      cacheRead: sum(modelCalls.cacheReadTokens),
      cacheWrite: sum(modelCalls.cacheWriteTokens),
      output: sum(modelCalls.outputTokens),
      costMicros: sum(modelCalls.costMicros),
      milliseconds: sum(modelCalls.durationMs),
    })
    .from(modelCalls)
    .where(eq(modelCalls.projectId, projectId))
    .groupBy(modelCalls.provider, modelCalls.model, modelCalls.outcome);

const feedLag = async (db: Db): Promise<number> => {
  const found = await db.execute<{ age: number | null }>(
    sql`select extract(epoch from now() - min(e.at))::float as age from ${events} e where e.xid >= pg_snapshot_xmin(pg_current_snapshot())`,
  );
  return Math.max(0, found.rows[0]?.age ?? 0);
};

export const readGauges = async (db: Db, projectId: string): Promise<Gauges> => {
  const [byState, made, alive, models, sealLagSeconds, feedLagSeconds] = await Promise.all([
    db.select({ name: proposals.state, count }).from(proposals).where(eq(proposals.projectId, projectId)).groupBy(proposals.state),
    db
      .select({ kind: decisions.kind, count })
      .from(decisions)
      .innerJoin(proposals, eq(proposals.id, decisions.proposalId))
      .where(eq(proposals.projectId, projectId))
      .groupBy(decisions.kind),
    db.select({ roles: workers.roles, count }).from(workers).where(WORKER_LIVES).groupBy(workers.roles),
    modelUse(db, projectId),
    sealLag(db),
    feedLag(db),
  ]);
  return { proposals: zeroed(PROPOSAL_STATES, byState), decisions: made, workers: alive, models, sealLagSeconds, feedLagSeconds };
};
