import { useMutation } from '@tanstack/react-query';
import type { MyPreferences } from '../../../src/web/notification-schemas.ts';
import { patch } from '../api/call.ts';
import { queryClient } from '../api/client.ts';
import { touch } from '../api/live.ts';
import { preferencesQuery } from './queries.ts';

export type PreferenceChange = Partial<Omit<MyPreferences, 'notify' | 'language'>> & { notify?: Partial<MyPreferences['notify']> };

/** Changes what is given and nothing else; every page that shows it hears of it. */
export const usePreferenceChange = () =>
  useMutation({
    // One after the other: the answer to an earlier change must not come over that to a later one.
    scope: { id: 'preferences' },
    mutationFn: (change: PreferenceChange) => patch<MyPreferences>('/api/me/preferences', change),
    onSuccess: async (now) => {
      // Nor a read that began before this change.
      await queryClient.cancelQueries({ queryKey: preferencesQuery.queryKey });
      queryClient.setQueryData(preferencesQuery.queryKey, now);
      touch(['me'], ['people']);
    },
  });
