import { setTimeout as sleep } from 'node:timers/promises';
import { err, type Result } from '../../result.ts';
import type { ModelError, ModelPort, ModelReply, ModelRequest } from './port.ts';

/** People wait: longer than this nobody is kept for a second try, and Backup answers instead. */
const LONGEST_WAIT_MS = 2000;
const SHORTEST_WAIT_MS = 250;

const MAY_PASS: ReadonlySet<string> = new Set(['rate_limit', 'overloaded', 'network'] satisfies ModelError['code'][]);

const waitOf = (error: ModelError): number | undefined => {
  if (!MAY_PASS.has(error.code)) return undefined;
  const wait = error.retryAfterMs ?? SHORTEST_WAIT_MS * (1 + Math.random());
  return wait <= LONGEST_WAIT_MS ? wait : undefined;
};

/** The one place that asks a second time: once, soon, and only while nothing of the answer was shown. */
export const askAgain = async (port: ModelPort, request: ModelRequest): Promise<Result<ModelReply, ModelError>> => {
  let shown = false;
  const watched: ModelRequest = {
    ...request,
    onText: (delta) => {
      shown = true;
      request.onText?.(delta);
    },
  };
  const first = await port.ask(watched);
  const wait = first.ok || shown || request.signal.aborted ? undefined : waitOf(first.error);
  if (first.ok || wait === undefined) return first;
  const waited = await sleep(wait, true, { signal: request.signal }).catch(() => false);
  return waited ? port.ask(request) : err(first.error);
};
