import { createBreaker } from '../../../src/agents/breaker.ts';
import { createFallback } from '../../../src/agents/fallback.ts';
import { createGrammar } from '../../../src/agents/grammar.ts';
import type { Meter } from '../../../src/agents/meter.ts';
import { createModelRouter } from '../../../src/agents/model/model-router.ts';
import type { ModelError, ModelPort, ModelUsage } from '../../../src/agents/model/port.ts';
import type { Asker, Router } from '../../../src/agents/router.ts';
import { createLog } from '../../../src/log.ts';
import { ok } from '../../../src/result.ts';

export const ANA: Asker = { projectId: 'default', personId: null, name: 'Ana', role: 'operator', threadId: 't', messageId: 'm' };

/** A meter that lets everything pass and keeps what it was told. */
export const openMeter = (): Meter & { ended: { outcome: string; usage: ModelUsage | undefined }[] } => {
  const ended: { outcome: string; usage: ModelUsage | undefined }[] = [];
  return {
    ended,
    begin: async () =>
      ok({
        async end(outcome, usage) {
          ended.push({ outcome, usage });
        },
      }),
  };
};

export type Chain = { router: Router; heard: (ModelError | null)[]; meter: ReturnType<typeof openMeter>; lines: string[] };

/** The whole chain over a port: breaker, model, grammar; with the log and everything else that it tells. */
export const chainOver = (port: ModelPort, options: { timeoutMs?: number; now?: () => number } = {}): Chain => {
  const heard: (ModelError | null)[] = [];
  const lines: string[] = [];
  const meter = openMeter();
  const router = createFallback({
    model: createModelRouter(port),
    backup: createGrammar(),
    breaker: createBreaker(options.now),
    meter,
    timeoutMs: options.timeoutMs ?? 5000,
    log: createLog('debug', { write: (line: string) => lines.push(line) }),
    heard: (error) => heard.push(error),
  });
  return { router, heard, meter, lines };
};
