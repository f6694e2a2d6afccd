import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { RANGES, type Range, readSeries } from '../../db/read/series.ts';
import { json, problems } from '../answer.ts';
import { dashboardOf } from '../dashboard.ts';
import { DashboardSeries, DashboardStats } from '../dashboard-schemas.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, SIGNED_IN } from '../door.ts';
import { keepUntilHeard } from '../kept.ts';
import { dollars } from '../metrics.ts';

const tags = ['dashboard'];

const stats = createRoute({
  method: 'get',
  path: '/api/dashboard/stats',
  operationId: 'dashboardStats',
  summary: 'How things stand: what waits, runs, spend, what is next, connections',
  tags,
  ...asRole('viewer'),
  responses: { 200: json(DashboardStats, 'The numbers of now and of today (UTC)'), ...problems(...SIGNED_IN) },
});

const series = createRoute({
  method: 'get',
  path: '/api/dashboard/series',
  operationId: 'dashboardSeries',
  summary: 'Runs by result and spend over time',
  tags,
  ...asRole('viewer'),
  request: { query: z.object({ range: z.enum(['24h', '7d', '30d']).default('24h') }) },
  responses: { 200: json(DashboardSeries, 'Equal pieces of time, oldest first'), ...problems(...SIGNED_IN, 'invalid_input') },
});

/** The numbers of the dashboard, in one answer, and its chart. */
export const dashboardRoutes = ({ heart, health, signals }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const statsNow = keepUntilHeard(signals, async (projectId) => dashboardOf(heart, await health(), projectId));
  const seriesNow = keepUntilHeard(signals, async (key) => {
    const [range, projectId] = JSON.parse(key) as [Range, string]; // written below
    const buckets = await readSeries(heart.database.db, { projectId, range, now: new Date() });
    const { bucketSeconds } = RANGES[range];
    const told = buckets.map(({ at, actionMicros, modelMicros, ...counts }) => ({
      at: at.toISOString(),
      ...counts,
      actionsUsd: dollars(actionMicros),
      modelsUsd: dollars(modelMicros),
    }));
    return { range, bucketSeconds, buckets: told };
  });

  app.openapi(stats, async (c) => c.json(await statsNow(c.get('actor').projectId), 200));
  app.openapi(series, async (c) => {
    const { range } = c.req.valid('query');
    return c.json(await seriesNow(JSON.stringify([range, c.get('actor').projectId])), 200);
  });
  return app;
};
