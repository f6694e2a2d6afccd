import type { ModelConfig } from '../config/model.ts';
import type { Database } from '../db/client.ts';
import type { Log } from '../log.ts';
import { createBreaker } from './breaker.ts';
import { createFallback } from './fallback.ts';
import { createGrammar } from './grammar.ts';
import { createMeter, type Exhausted } from './meter.ts';
import { createModelRouter } from './model/model-router.ts';
import { openModel } from './model/open.ts';
import type { Router } from './router.ts';
import { createWatch } from './watch.ts';

export type StartRouter = {
  /** Null: the built-in grammar alone. */
  model: ModelConfig | null;
  database: Database;
  log: Log;
  /** Called when the model became well or ill. */
  changed(): void;
  /** Hears of a budget that does not allow a call. */
  exhausted: Exhausted;
};

/** The model with the grammar behind it, or the grammar alone. Whoever routes also looks after the model's health, until it is stopped. */
export const startRouter = async (start: StartRouter): Promise<{ router: Router; stop(): Promise<void> }> => {
  const { model, database, log, changed, exhausted } = start;
  const backup = createGrammar();
  if (!model) return { router: backup, stop: async () => undefined };
  const port = await openModel(model);
  const breaker = createBreaker();
  const watch = createWatch({ port, breaker, database, log, changed });
  watch.start();
  const meter = createMeter(database, model, exhausted);
  const { timeoutMs } = model;
  const router = createFallback({ model: createModelRouter(port), backup, breaker, meter, timeoutMs, log, heard: watch.heard });
  return { router, stop: watch.stop };
};
