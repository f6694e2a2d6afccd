import { and, asc, count, eq, gte, inArray, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { modelCalls } from '../tables/models.ts';
import { decisions, proposals, revisions, runs } from '../tables/proposals.ts';
import { messages, threads } from '../tables/talk.ts';

/** One proposal in a list of the day. */
export type DayLine = { proposalId: string; tool: string; target: string; ageSeconds: number };

/** What happened since a moment, and what waits now. */
export type Day = {
  proposed: number;
  byAgents: number;
  findings: number;
  approved: number;
  rejected: number;
  done: number;
  failed: number;
  failures: DayLine[];
  /** Models included, in millionths of a dollar. */
  spentMicros: number;
  waiting: number;
  oldest: DayLine[];
};

const MOST_LINES = 5;

const total = (of: { n: number; kind: string }[], ...kinds: string[]): number =>
  of.reduce((sum, { n, kind }) => (kinds.includes(kind) ? sum + n : sum), 0);

const lines = (db: Db, at: { projectId: string; states: ('proposed' | 'failed' | 'unknown')[]; since: Date | null }): Promise<DayLine[]> =>
  db
    .select({
      proposalId: proposals.id,
      tool: proposals.tool,
      target: revisions.target,
      ageSeconds: sql<number>`extract(epoch from now() - ${proposals.proposedAt})::float`,
    })
    .from(proposals)
    .innerJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision)))
    .where(
      and(
        eq(proposals.projectId, at.projectId),
        inArray(proposals.state, at.states),
        at.since ? gte(proposals.updatedAt, at.since) : undefined,
      ),
    )
    .orderBy(asc(proposals.proposedAt), asc(proposals.id))
    .limit(MOST_LINES);

const micros = sql<number>`coalesce(sum(cost_micros), 0)::float`;

/** Counts what was recorded since then; no model has a part in it. */
export const readDay = async (db: Db, projectId: string, since: Date): Promise<Day> => {
  const ours = eq(proposals.projectId, projectId);
  const [asked, decided, ran, models, found, waits, failures, oldest] = await Promise.all([
    db
      .select({ n: count(), byAgents: sql<number>`count(${proposals.agentKey})::int` })
      .from(proposals)
      .where(and(ours, gte(proposals.proposedAt, since))),
    db
      .select({ kind: sql<string>`${decisions.kind}::text`, n: count() })
      .from(decisions)
      .innerJoin(proposals, and(eq(proposals.id, decisions.proposalId), ours))
      .where(gte(decisions.createdAt, since))
      .groupBy(decisions.kind),
    db
      .select({ kind: sql<string>`coalesce(${runs.result}::text, 'open')`, n: count(), micros })
      .from(runs)
      .where(and(eq(runs.projectId, projectId), gte(runs.startedAt, since)))
      .groupBy(runs.result),
    db
      .select({ micros })
      .from(modelCalls)
      .where(and(eq(modelCalls.projectId, projectId), gte(modelCalls.at, since))),
    db
      .select({ n: count() })
      .from(messages)
      .innerJoin(threads, and(eq(threads.id, messages.threadId), eq(threads.projectId, projectId)))
      .where(and(eq(messages.kind, 'finding'), gte(messages.createdAt, since))),
    db
      .select({ n: count() })
      .from(proposals)
      .where(and(ours, eq(proposals.state, 'proposed'))),
    lines(db, { projectId, states: ['failed', 'unknown'], since }),
    lines(db, { projectId, states: ['proposed'], since: null }),
  ]);
  return {
    proposed: asked[0]?.n ?? 0,
    byAgents: asked[0]?.byAgents ?? 0,
    findings: found[0]?.n ?? 0,
    approved: total(decided, 'approved', 'retried', 'scheduled', 'autopilot'),
    rejected: total(decided, 'rejected'),
    done: total(ran, 'success'),
    failed: total(ran, 'failed', 'killed'),
    failures,
    spentMicros: ran.reduce((sum, run) => sum + run.micros, 0) + (models[0]?.micros ?? 0),
    waiting: waits[0]?.n ?? 0,
    oldest,
  };
};
