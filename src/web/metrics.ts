import type { Counts } from '../db/read/metrics.ts';
import type { Spend } from '../db/read/spend.ts';
import type { Metrics } from './metrics-schemas.ts';

type Depth = { depth: number; oldestSeconds: number };

export const dollars = (micros: number): number => micros / 1_000_000;

/** E-mails by where they stand: `queued` waits for a decision, `approved` was decided and is not out yet, `sent` left. */
export const outboxOf = (emails: Counts['emails']): Metrics['outbox'] => ({
  queued: emails.proposed,
  approved: emails.approved + emails.executing + emails.waiting,
  sent: emails.executed,
  rejected: emails.rejected,
});

export const costOf = (cost: Spend): Metrics['cost'] => ({
  todayUsd: dollars(cost.spentMicros),
  modelsTodayUsd: dollars(cost.modelMicros),
  reservedUsd: dollars(cost.reservedMicros),
  last7dUsd: dollars(cost.weekMicros),
  last30dUsd: dollars(cost.monthMicros),
  dailyLimitUsd: cost.limitMicros === null ? null : dollars(cost.limitMicros),
});

export const metricsOf = ({ open, emails, runs, recentRuns, cost }: Counts, queue: Depth): Metrics => ({
  queue: { ...queue, waiting: open.proposed },
  outbox: outboxOf(emails),
  runs,
  recentRuns: recentRuns.map(({ id, tool, proposalId, result, state, startedAt, milliseconds, costMicros }) => ({
    id,
    tool,
    proposalId,
    status: state,
    result,
    startedAt: startedAt.toISOString(),
    milliseconds,
    costUsd: dollars(costMicros),
  })),
  cost: costOf(cost),
});
