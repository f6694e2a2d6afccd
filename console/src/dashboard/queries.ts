import { queryOptions } from '@tanstack/react-query';
import type { DashboardSeries, DashboardStats } from '../../../src/web/dashboard-schemas.ts';
import { get } from '../api/call.ts';

export type Range = DashboardSeries['range'];

/** Connections are looked at each half minute; while something waits in the queue its age is what one looks at. */
const CHECK_MS = 30_000;
const QUEUE_MS = 3000;

export const statsQuery = queryOptions({
  queryKey: ['dashboard', 'stats'],
  queryFn: ({ signal }) => get<DashboardStats>('/api/dashboard/stats', signal),
  refetchInterval: ({ state }) => ((state.data?.queue.depth ?? 0) > 0 ? QUEUE_MS : CHECK_MS),
});

export const seriesQuery = (range: Range) =>
  queryOptions({
    queryKey: ['dashboard', 'series', range],
    queryFn: ({ signal }) => get<DashboardSeries>(`/api/dashboard/series?range=${range}`, signal),
    placeholderData: (before) => before,
  });
