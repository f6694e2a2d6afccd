import type { Health } from './commands/deps.ts';

/** What waits in the queue, as a person reads it. */
export const queueWords = ({ depth, oldestSeconds }: Health['queue']): string =>
  depth === 0 ? 'empty' : `${depth} ${depth === 1 ? 'job' : 'jobs'}, the oldest ${Math.round(oldestSeconds)} s`;
