import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AgentRow } from '../../../src/web/agent-schemas.ts';
import type { Approval, ApprovalPage, CommandInfo, Me, Person, Status, Thread, ThreadRow, ToolInfo } from '../../../src/web/schemas.ts';
import type { Task, TaskDetail, TaskEvent } from '../../../src/web/task-schemas.ts';
import { get } from './call.ts';

export type Page<Item> = { items: Item[]; next: string | null };

const STATUS_EVERY_MS = 30_000;
const at = (path: string, cursor: string | null): string =>
  cursor === null ? path : `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
const id = encodeURIComponent;

/** A list that is read page by page. */
export const list = <Item, Answer extends Page<Item> = Page<Item>>(key: readonly string[], path: string) =>
  infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => get<Answer>(at(path, pageParam), signal),
    initialPageParam: null as string | null, // widens the literal: later pages have a cursor
    getNextPageParam: (last) => last.next,
  });

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => get<Me>('/api/me', signal), staleTime: 60_000 });

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => get<Status>('/status', signal),
  refetchInterval: STATUS_EVERY_MS,
  retry: false,
});

export const threadsQuery = list<ThreadRow>(['threads'], '/api/threads');
export const waitingQuery = list<Approval, ApprovalPage>(['approvals', 'proposed'], '/api/approvals?status=proposed');
/** How many wait for the viewer's own decision. */
export const mineQuery = queryOptions({
  queryKey: ['approvals', 'mine'],
  queryFn: ({ signal }) => get<ApprovalPage>('/api/approvals?mine=1&limit=1', signal),
});
export const tasksQuery = (status: string, assignee: string) => {
  const asked = new URLSearchParams({ ...(status === '' ? {} : { status }), ...(assignee === '' ? {} : { assignee }) }).toString();
  return list<Task>(['tasks', status, assignee], asked === '' ? '/api/tasks' : `/api/tasks?${asked}`);
};
export const peopleQuery = list<Person>(['people'], '/api/people');

/** Newest page first; each page in ascending order; `next` leads to older ones. */
export const threadQuery = (threadId: string) =>
  infiniteQueryOptions({
    queryKey: ['thread', threadId],
    queryFn: ({ pageParam, signal }) => get<Thread>(at(`/api/threads/${id(threadId)}`, pageParam), signal),
    initialPageParam: null as string | null, // as above
    getNextPageParam: (last) => last.next,
  });

export const approvalQuery = (proposalId: string) =>
  queryOptions({
    queryKey: ['approval', proposalId],
    queryFn: ({ signal }) => get<Approval>(`/api/approvals/${id(proposalId)}`, signal),
  });

export const taskQuery = (taskId: string) =>
  queryOptions({ queryKey: ['task', taskId], queryFn: ({ signal }) => get<TaskDetail>(`/api/tasks/${id(taskId)}`, signal) });

/** Newest page first, each in ascending order; `type` empty: everything. */
export const timelineQuery = (taskId: string, type: string) =>
  list<TaskEvent>(['task', taskId, 'events', type], `/api/tasks/${id(taskId)}/events${type === '' ? '' : `?type=${id(type)}`}`);

export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: ({ signal }) => get<{ items: AgentRow[] }>('/api/agents', signal),
});

export const toolsQuery = queryOptions({
  queryKey: ['tools'],
  queryFn: ({ signal }) => get<{ items: ToolInfo[] }>('/api/tools', signal),
  staleTime: 300_000,
});
export const commandsQuery = queryOptions({
  queryKey: ['commands'],
  queryFn: ({ signal }) => get<{ items: CommandInfo[] }>('/api/commands', signal),
  staleTime: 300_000,
});
