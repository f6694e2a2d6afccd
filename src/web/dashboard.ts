import type { Health } from '../bot/commands/deps.ts';
import { type ConnectionRow, type RunsToday, readDashboard, stateOfConnection, type Waiting } from '../db/read/dashboard.ts';
import type { RunRow } from '../db/read/recent-runs.ts';
import type { Heart } from '../dispatch/heart.ts';
import { visible } from '../dispatch/visible.ts';
import type { Connection, DashboardRun, DashboardStats } from './dashboard-schemas.ts';
import { costOf, dollars, outboxOf } from './metrics.ts';

type TitleOf = (tool: string) => string;

const titles =
  (heart: Heart): TitleOf =>
  (tool) =>
    visible(heart.tools.get(tool)?.title ?? tool);

const approvalsOf = ({ count, oldestAt, unsettled, items }: Waiting, titleOf: TitleOf): DashboardStats['approvals'] => ({
  waiting: count,
  oldestAt: oldestAt?.toISOString() ?? null,
  unsettled,
  items: items.map(({ id, threadId, tool, target, proposedByName, proposedAt }) => ({
    id,
    threadId,
    title: titleOf(tool),
    target: visible(target),
    proposedBy: visible(proposedByName),
    proposedAt: proposedAt.toISOString(),
  })),
});

const runsOf = (today: RunsToday): DashboardStats['runsToday'] => {
  const ended = today.success + today.failed + today.killed + today.skipped;
  return { ...today, successRate: ended === 0 ? null : today.success / ended };
};

const runOf = (run: RunRow, titleOf: TitleOf): DashboardRun => ({
  id: run.id,
  proposalId: run.proposalId,
  threadId: run.threadId,
  title: titleOf(run.tool),
  target: visible(run.target),
  result: run.result,
  status: run.state,
  startedAt: run.startedAt.toISOString(),
  milliseconds: run.milliseconds,
  costUsd: dollars(run.costMicros),
});

const connectionOf = (row: ConnectionRow): Connection => ({
  name: visible(row.name),
  state: stateOfConnection(row),
  detail: visible(row.detail),
  latencyMs: row.latencyMs,
  checkedAt: row.checkedAt.toISOString(),
  okAt: row.okAt?.toISOString() ?? null,
});

/** What of Wilco itself can be seen by asking: it answers, or there would be no answer. Rows of the table follow. */
const connectionsOf = (health: Health, rows: readonly ConnectionRow[]): Connection[] => {
  const at = health.checkedAt.toISOString();
  const ok = { state: 'ok', latencyMs: null, checkedAt: at, okAt: at } as const;
  const { depth, oldestSeconds } = health.queue;
  const waits = depth === 0 ? 'Empty.' : `${depth} ${depth === 1 ? 'job' : 'jobs'}, the oldest ${Math.round(oldestSeconds)} s.`;
  const workers = health.workers === 0 ? 'None is alive: approved work waits until one is.' : `${health.workers} alive.`;
  const seen = rows.find((row) => row.name === 'workers');
  const workersOk = health.workers > 0 ? ok : ({ ...ok, state: 'down', okAt: seen?.okAt?.toISOString() ?? null } as const);
  return [
    { name: 'database', detail: `PostgreSQL ${visible(health.databaseVersion)}.`, ...ok },
    { name: 'queue', detail: waits, ...ok },
    { name: 'workers', detail: workers, ...workersOk },
    ...health.surfaces.map((surface) => ({
      name: visible(surface.name),
      ...ok,
      state: surface.ok ? ('ok' as const) : ('down' as const),
      okAt: surface.ok ? at : null,
      detail: surface.ok ? 'Connected.' : 'Not connected. The log says why.',
    })),
    ...rows.filter((row) => row.name !== 'workers' && !health.surfaces.some(({ name }) => name === row.name)).map(connectionOf),
  ];
};

/** Everything that the dashboard shows, read at once. */
export const dashboardOf = async (heart: Heart, health: Health, projectId: string): Promise<DashboardStats> => {
  const titleOf = titles(heart);
  const { waiting, emails, today, spend, models, recent, next, connections } = await readDashboard(heart.database.db, projectId);
  const { costMicros, ...use } = models;
  return {
    at: new Date().toISOString(),
    approvals: approvalsOf(waiting, titleOf),
    queue: health.queue,
    outbox: outboxOf(emails),
    runsToday: runsOf(today),
    cost: costOf(spend),
    modelsToday: { ...use, costUsd: dollars(costMicros) },
    workers: health.workers,
    recentRuns: recent.map((run) => runOf(run, titleOf)),
    next: next.map(({ tool, name, nextAt, ...row }) => ({
      ...row,
      name: visible(name),
      title: tool === null ? null : titleOf(tool),
      nextAt: nextAt.toISOString(),
    })),
    connections: connectionsOf(health, connections),
  };
};
