import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './problem.ts';

const TRIES = 2;

/** What the stream does not announce does not go stale: no polling, no refetch for a mere look. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (failures, thrown) => failures < TRIES && !(thrown instanceof ApiProblem && thrown.status >= 400 && thrown.status < 500),
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});
