import { queryOptions } from '@tanstack/react-query';
import type { MyPreferences, NoticePage, PushInfo } from '../../../src/web/notification-schemas.ts';
import { get } from '../api/call.ts';

export const noticesQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: ({ signal }) => get<NoticePage>('/api/notifications?limit=30', signal),
});

export const preferencesQuery = queryOptions({
  queryKey: ['preferences'],
  queryFn: ({ signal }) => get<MyPreferences>('/api/me/preferences', signal),
});

export const pushQuery = queryOptions({
  queryKey: ['push'],
  queryFn: ({ signal }) => get<PushInfo>('/api/notifications/push', signal),
});
