import { queryOptions } from '@tanstack/react-query';
import type { AgentRun, AgentRunTrace } from '../../../src/web/agent-run-schemas.ts';
import type { AgentCostDay, AgentDetail, Grant } from '../../../src/web/agent-schemas.ts';
import { get } from '../api/call.ts';
import { list } from '../api/queries.ts';

const at = (key: string): string => `/api/agents/${encodeURIComponent(key)}`;

export const agentQuery = (key: string) =>
  queryOptions({ queryKey: ['agents', key], queryFn: ({ signal }) => get<AgentDetail>(at(key), signal) });

export const costQuery = (key: string) =>
  queryOptions({
    queryKey: ['agents', key, 'cost'],
    queryFn: ({ signal }) => get<{ items: AgentCostDay[] }>(`${at(key)}/cost?days=30`, signal),
  });

/** What an agent may be given; it changes with the installation alone. */
export const grantsQuery = queryOptions({
  queryKey: ['grants'],
  queryFn: ({ signal }) => get<{ items: Grant[] }>('/api/grants', signal),
  staleTime: 300_000,
});

export const runsQuery = (key: string) => list<AgentRun>(['agents', key, 'runs'], `${at(key)}/runs?limit=8`);

export const runQuery = (runId: string) =>
  queryOptions({
    queryKey: ['agents', 'run', runId],
    queryFn: ({ signal }) => get<AgentRunTrace>(`/api/agent-runs/${encodeURIComponent(runId)}`, signal),
  });
