import { queryOptions } from '@tanstack/react-query';
import type { GroupInfo, PolicyInfo } from '../../../src/web/policy-schemas.ts';
import { get } from '../api/call.ts';

export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: ({ signal }) => get<PolicyInfo>('/api/policy', signal),
});

export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: ({ signal }) => get<{ items: GroupInfo[] }>('/api/groups', signal),
});
