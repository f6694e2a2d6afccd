import { bigint, index, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core';
import { projects } from './people.ts';
import { at, wilco } from './schema.ts';

/** Prices in US dollars for a million tokens, as they stood when the call was made. */
export type UnitPrices = { input: number; output: number; cacheRead: number; cacheWrite: number };

/** One call of a model. Counts and codes; never what was said. */
export const modelCalls = wilco.table(
  'model_calls',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    personId: uuid('person_id'),
    agentKey: text('agent_key'),
    threadId: text('thread_id'),
    messageId: uuid('message_id'),
    /** The agent's run that asked. */
    runId: uuid('run_id'),
    provider: text('provider').notNull(),
    model: text('model').notNull(),
    /** `ok`, or the code of what went wrong. */
    outcome: text('outcome').notNull(),
    /** Tokens that were neither read from nor written to a cache. */
    inputTokens: integer('input_tokens').notNull().default(0),
    cacheReadTokens: integer('cache_read_tokens').notNull().default(0),
    cacheWriteTokens: integer('cache_write_tokens').notNull().default(0),
    outputTokens: integer('output_tokens').notNull().default(0),
    costMicros: bigint('cost_micros', { mode: 'number' }).notNull().default(0),
    unitPrices: jsonb('unit_prices').$type<UnitPrices>(),
    durationMs: integer('duration_ms').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (t) => [
    index('model_calls_recent').on(t.projectId, t.at),
    index('model_calls_person').on(t.personId, t.at),
    index('model_calls_agent').on(t.projectId, t.agentKey, t.at),
  ],
);
