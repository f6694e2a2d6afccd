import { and, count, eq, inArray } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { readRunTotals } from '../hours.ts';
import type { ProposalState, RunResult } from '../states.ts';
import { proposals } from '../tables/proposals.ts';
import { type ByState, readOutbox, zeroed } from './outbox.ts';
import { type RunRow, readRecentRuns } from './recent-runs.ts';
import { readSpend, type Spend } from './spend.ts';

/** What was done and what it cost, counted where it is recorded. `emails` are the proposals to send one. */
export type Counts = {
  /** Proposals that have not ended, by state. */
  open: Record<(typeof OPEN)[number], number>;
  emails: ByState;
  runs: Record<RunResult, number>;
  recentRuns: RunRow[];
  cost: Spend;
};

const RECENT = 20;

const OPEN = ['proposed', 'approved', 'executing', 'waiting', 'unknown'] as const satisfies readonly ProposalState[];

/** Reads rows of what is open and of ended hours, so that it costs the same however much lies in the past. */
export const readCounts = async (db: Db, projectId: string): Promise<Counts> => {
  const [byState, ran, emails, recentRuns, cost] = await Promise.all([
    db
      .select({ name: proposals.state, count: count() })
      .from(proposals)
      .where(and(eq(proposals.projectId, projectId), inArray(proposals.state, [...OPEN])))
      .groupBy(proposals.state),
    readRunTotals(db, projectId),
    readOutbox(db, projectId),
    readRecentRuns(db, projectId, RECENT),
    readSpend(db, projectId),
  ]);
  return { open: zeroed(OPEN, byState), emails, runs: ran, recentRuns, cost };
};
