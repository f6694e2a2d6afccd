import { boolean, index, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core';
import { people } from './people.ts';
import { at, wilco } from './schema.ts';

/** The health of each outside system, as the process that uses it last found it. No row, or an old one: unknown. */
export const connections = wilco.table('connections', {
  /** `model`, `smtp`, `slack`, … */
  name: text('name').primaryKey(),
  ok: boolean('ok').notNull(),
  /** One sentence for people; what to do when it is not well. */
  detail: text('detail').notNull(),
  latencyMs: integer('latency_ms'),
  checkedAt: at('checked_at').notNull().defaultNow(),
  okAt: at('ok_at'),
});

/** Browsers that asked to be told. */
export const pushSubscriptions = wilco.table(
  'push_subscriptions',
  {
    endpoint: text('endpoint').primaryKey(),
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id),
    /** `server` is the public key that the browser was given: only who holds its other half can push. */
    keys: jsonb('keys').$type<{ p256dh: string; auth: string; server: string }>().notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    failedAt: at('failed_at'),
  },
  (t) => [index('push_subscriptions_person').on(t.personId)],
);
