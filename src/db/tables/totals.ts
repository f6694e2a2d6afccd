import { bigint, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { projects } from './people.ts';
import { at, wilco } from './schema.ts';

/**
 * What an hour that has ended came to, so that a month is 720 rows and not a million runs. Runs and model calls are the truth: the database
 * strikes an hour out when one of its runs changes later, and it is counted anew.
 */
export const hourTotals = wilco.table(
  'hour_totals',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    /** When the hour begins, in whole hours since 1970. */
    hour: at('hour').notNull(),
    success: integer('success').notNull(),
    failed: integer('failed').notNull(),
    killed: integer('killed').notNull(),
    skipped: integer('skipped').notNull(),
    running: integer('running').notNull(),
    actionMicros: bigint('action_micros', { mode: 'number' }).notNull(),
    reservedMicros: bigint('reserved_micros', { mode: 'number' }).notNull(),
    modelCalls: integer('model_calls').notNull(),
    modelFailed: integer('model_failed').notNull(),
    inputTokens: bigint('input_tokens', { mode: 'number' }).notNull(),
    outputTokens: bigint('output_tokens', { mode: 'number' }).notNull(),
    modelMicros: bigint('model_micros', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.hour] })],
);
