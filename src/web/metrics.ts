import type { Counts } from '../db/read/metrics.ts';
import type { Metrics } from './schemas.ts';

type Depth = { depth: number; oldestSeconds: number };

export const dollars = (micros: number): number => micros / 1_000_000;

/** `queued` waits for a decision; `approved` was decided and is not finished; `sent` happened. */
export const metricsOf = ({ proposals, runs, recentRuns, cost }: Counts, queue: Depth): Metrics => ({
  queue: { ...queue, waiting: proposals.proposed },
  outbox: {
    queued: proposals.proposed,
    approved: proposals.approved + proposals.executing + proposals.waiting,
    sent: proposals.executed,
    rejected: proposals.rejected,
  },
  runs,
  recentRuns: recentRuns.map(({ startedAt, costMicros, ...run }) => ({
    ...run,
    startedAt: startedAt.toISOString(),
    costUsd: dollars(costMicros),
  })),
  cost: {
    todayUsd: dollars(cost.spentMicros),
    reservedUsd: dollars(cost.reservedMicros),
    dailyLimitUsd: cost.limitMicros === null ? null : dollars(cost.limitMicros),
  },
});
