import { Counter, Gauge, Registry } from 'prom-client';
import type { Health } from '../bot/commands/deps.ts';
import type { Gauges } from '../db/read/gauges.ts';
import type { Counts } from '../db/read/metrics.ts';
import { dollars, metricsOf } from './metrics.ts';

/** What a scrape reads. All of it is in the tables, so every process tells the same. */
export type Scraped = { counts: Counts; gauges: Gauges; health: Health; switches: readonly { paused: boolean; killed: boolean }[] };

type Row = { labels: Record<string, string>; value: number };
type Series = { name: string; help: string; labels?: readonly string[]; rows: readonly Row[] };

const one = (value: number): Row[] => [{ labels: {}, value }];
const each = <Item>(items: readonly Item[], row: (item: Item) => Row): Row[] => items.map(row);
const entries = (label: string, counted: Record<string, number>): Row[] =>
  Object.entries(counted).map(([name, value]) => ({ labels: { [label]: name }, value }));

const gaugesOf = ({ counts, gauges, health, switches }: Scraped): Series[] => {
  const { outbox, cost } = metricsOf(counts, health.queue);
  const mode = (name: string): Row => ({ labels: { mode: name }, value: health.mode === name ? 1 : 0 });
  const thrown = (name: 'paused' | 'killed'): Row => ({ labels: { state: name }, value: switches.some((all) => all[name]) ? 1 : 0 });
  return [
    { name: 'wilco_mode', help: 'How it is: 1 for the mode that holds', labels: ['mode'], rows: ['live', 'backup', 'offline'].map(mode) },
    { name: 'wilco_switch', help: '1 while it is paused or killed', labels: ['state'], rows: [thrown('paused'), thrown('killed')] },
    {
      name: 'wilco_workers',
      help: 'Processes that live, by their roles',
      labels: ['roles'],
      rows: each(gauges.workers, ({ roles, count }) => ({ labels: { roles }, value: count })),
    },
    {
      name: 'wilco_surface_up',
      help: '1 while a surface works',
      labels: ['surface'],
      rows: each(health.surfaces, ({ name, ok }) => ({ labels: { surface: name }, value: ok ? 1 : 0 })),
    },
    { name: 'wilco_queue_depth', help: 'Jobs that wait or are being worked on', rows: one(health.queue.depth) },
    { name: 'wilco_queue_oldest_seconds', help: 'Age of the oldest job that waits', rows: one(health.queue.oldestSeconds) },
    { name: 'wilco_proposals', help: 'Proposals by state', labels: ['state'], rows: entries('state', gauges.proposals) },
    { name: 'wilco_outbox', help: 'E-mails by where they stand', labels: ['state'], rows: entries('state', outbox) },
    { name: 'wilco_seal_lag_seconds', help: 'Age of the oldest event that is not sealed', rows: one(gauges.sealLagSeconds) },
    {
      name: 'wilco_feed_lag_seconds',
      help: 'Age of the oldest event that an open transaction keeps from being told',
      rows: one(gauges.feedLagSeconds),
    },
    { name: 'wilco_approvals_waiting', help: 'Proposals that wait for a decision', rows: one(counts.open.proposed) },
    { name: 'wilco_cost_today_dollars', help: 'Spent today (UTC), models included, in US dollars', rows: one(cost.todayUsd) },
    { name: 'wilco_cost_models_today_dollars', help: 'Spent on models today (UTC), in US dollars', rows: one(cost.modelsTodayUsd) },
    { name: 'wilco_cost_7_days_dollars', help: 'Spent within the last 7 days, in US dollars', rows: one(cost.last7dUsd) },
    { name: 'wilco_cost_30_days_dollars', help: 'Spent within the last 30 days, in US dollars', rows: one(cost.last30dUsd) },
    { name: 'wilco_cost_reserved_dollars', help: 'Promised to what is running, in US dollars', rows: one(cost.reservedUsd) },
    {
      name: 'wilco_cost_daily_limit_dollars',
      help: 'What may be spent in a day, in US dollars; absent without a limit',
      rows: cost.dailyLimitUsd === null ? [] : one(cost.dailyLimitUsd),
    },
  ];
};

const TOKENS = ['input', 'cacheRead', 'cacheWrite', 'output'] as const;
const KIND = { input: 'input', cacheRead: 'cache_read', cacheWrite: 'cache_write', output: 'output' } as const;

const countersOf = ({ counts, gauges }: Scraped): Series[] => {
  const of = ({ provider, model, outcome }: Gauges['models'][number]) => ({ provider, model, outcome });
  const tokens = gauges.models.flatMap((use) => {
    const { provider, model } = use;
    return TOKENS.map((kind): Row => ({ labels: { provider, model, kind: KIND[kind] }, value: use[kind] }));
  });
  return [
    { name: 'wilco_runs_total', help: 'Runs by result', labels: ['result'], rows: entries('result', counts.runs) },
    {
      name: 'wilco_decisions_total',
      help: 'Decisions by kind',
      labels: ['kind'],
      rows: each(gauges.decisions, ({ kind, count }) => ({ labels: { kind }, value: count })),
    },
    {
      name: 'wilco_model_calls_total',
      help: 'Calls of models by outcome',
      labels: ['provider', 'model', 'outcome'],
      rows: each(gauges.models, (use) => ({ labels: of(use), value: use.calls })),
    },
    {
      name: 'wilco_model_seconds_total',
      help: 'Time that calls of models took',
      labels: ['provider', 'model', 'outcome'],
      rows: each(gauges.models, (use) => ({ labels: of(use), value: use.milliseconds / 1000 })),
    },
    { name: 'wilco_model_tokens_total', help: 'Tokens of models by kind', labels: ['provider', 'model', 'kind'], rows: tokens },
    {
      name: 'wilco_model_cost_dollars_total',
      help: 'What calls of models cost, in US dollars',
      labels: ['provider', 'model', 'outcome'],
      rows: each(gauges.models, (use) => ({ labels: of(use), value: dollars(use.costMicros) })),
    },
  ];
};

/** What the tables say, as Prometheus reads it. */
export const prometheusText = (scraped: Scraped): Promise<string> => {
  const registry = new Registry();
  const made = (series: Series) => ({ name: series.name, help: series.help, labelNames: series.labels ?? [], registers: [registry] });
  for (const series of gaugesOf(scraped)) {
    const gauge = new Gauge(made(series));
    for (const { labels, value } of series.rows) gauge.set(labels, value);
  }
  for (const series of countersOf(scraped)) {
    const counter = new Counter(made(series));
    for (const { labels, value } of series.rows) counter.inc(labels, value);
  }
  return registry.metrics();
};

export const PROMETHEUS_TEXT = Registry.PROMETHEUS_CONTENT_TYPE;
