import { Counter, Gauge, Registry } from 'prom-client';
import type { Counts } from '../db/read/metrics.ts';
import type { Metrics } from './schemas.ts';

type Depth = { depth: number; oldestSeconds: number };

const dollars = (micros: number): number => micros / 1_000_000;

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

/** The same numbers as Prometheus reads them. All are read from the tables at each scrape, so several processes tell the same. */
export const prometheusText = async (metrics: Metrics): Promise<string> => {
  const registry = new Registry();
  const gauge = (name: string, help: string, value: number) => new Gauge({ name, help, registers: [registry] }).set(value);
  const outbox = new Gauge({
    name: 'wilco_outbox',
    help: 'Proposals by what became of them',
    labelNames: ['state'],
    registers: [registry],
  });
  for (const [state, count] of Object.entries(metrics.outbox)) outbox.set({ state }, count);
  const runs = new Counter({ name: 'wilco_runs_total', help: 'Runs by result', labelNames: ['result'], registers: [registry] });
  for (const [result, count] of Object.entries(metrics.runs)) runs.inc({ result }, count);
  gauge('wilco_queue_depth', 'Jobs that wait or are being worked on', metrics.queue.depth);
  gauge('wilco_queue_oldest_seconds', 'Age of the oldest job that waits', metrics.queue.oldestSeconds);
  gauge('wilco_cost_today_dollars', 'Spent today (UTC), in US dollars', metrics.cost.todayUsd);
  gauge('wilco_cost_reserved_dollars', 'Promised to what is running, in US dollars', metrics.cost.reservedUsd);
  if (metrics.cost.dailyLimitUsd !== null)
    gauge('wilco_cost_daily_limit_dollars', 'What may be spent in a day, in US dollars', metrics.cost.dailyLimitUsd);
  return registry.metrics();
};

export const PROMETHEUS_TEXT = Registry.PROMETHEUS_CONTENT_TYPE;
