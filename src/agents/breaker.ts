import type { ModelError } from './model/port.ts';

const FAILURES = 3;
const COOLDOWN_MS = 30_000;

/** Keeps a model that fails from being asked for a while. */
export type Breaker = {
  /** Until when it is not asked, and why; undefined when it may be. */
  open(): { until: number; error: ModelError } | undefined;
  failed(error: ModelError): void;
  /** `asked`: a real call went well. A mere look says only that the other side is there, and lifts no limit that it set. */
  went(well: 'asked' | 'looked'): void;
};

/** Three failures in a row, or a word of the other side on when to come back, and it rests; then one failure is enough to rest again. */
export const createBreaker = (now: () => number = Date.now): Breaker => {
  let failures = 0;
  let rest: { until: number; error: ModelError } | undefined;
  return {
    open: () => (rest && rest.until > now() ? rest : undefined),
    failed(error) {
      failures += 1;
      if (failures < FAILURES && error.retryAfterMs === undefined) return;
      failures = Math.max(failures, FAILURES);
      rest = { until: now() + (error.retryAfterMs ?? COOLDOWN_MS), error };
    },
    went(well) {
      if (well === 'looked' && rest && (rest.error.code === 'rate_limit' || rest.error.code === 'bad_output')) return;
      if (well === 'asked') failures = 0;
      rest = undefined;
    },
  };
};
