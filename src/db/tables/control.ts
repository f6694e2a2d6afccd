import { sql } from 'drizzle-orm';
import { bigint, boolean, customType, index, integer, jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { people, projects } from './people.ts';
import { at, wilco } from './schema.ts';

/** Versions of the policy document; the newest is in force. */
export const policies = wilco.table(
  'policies',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    version: integer('version').notNull(),
    document: jsonb('document').notNull(),
    /** The proposal that put it in force; null for the one that ships. */
    proposalId: uuid('proposal_id'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.version] })],
);

/** Pause and kill. `epoch` rises with each change; a worker acknowledges an epoch when it obeys it. */
export const switches = wilco.table('switches', {
  projectId: text('project_id')
    .primaryKey()
    .references(() => projects.id),
  paused: boolean('paused').notNull().default(false),
  killed: boolean('killed').notNull().default(false),
  epoch: integer('epoch').notNull().default(0),
  changedBy: uuid('changed_by').references(() => people.id),
  reason: text('reason'),
  changedAt: at('changed_at').notNull().defaultNow(),
  /** When the last kill was lifted: what a schedule had due before then does not run. */
  liftedAt: at('lifted_at'),
});

/** Pause and kill of one agent (`agent:note-taker`) or of one domain (`domain:publishing`), beside the switch of everything. */
export const stops = wilco.table(
  'stops',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    scope: text('scope').notNull(),
    paused: boolean('paused').notNull().default(false),
    killed: boolean('killed').notNull().default(false),
    changedBy: uuid('changed_by').references(() => people.id),
    reason: text('reason'),
    changedAt: at('changed_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.scope] })],
);

/**
 * What was spent and what is promised in one period by one spender: `project` or `agent:<key>`; a day (`2026-11-21`) or a month (`2026-11`), in
 * UTC. Rows exist only while a limit is set.
 */
export const budgetUse = wilco.table(
  'budget_use',
  {
    projectId: text('project_id').notNull(),
    spender: text('spender').notNull(),
    period: text('period').notNull(),
    reservedMicros: bigint('reserved_micros', { mode: 'number' }).notNull().default(0),
    spentMicros: bigint('spent_micros', { mode: 'number' }).notNull().default(0),
    reservedTokens: bigint('reserved_tokens', { mode: 'number' }).notNull().default(0),
    spentTokens: bigint('spent_tokens', { mode: 'number' }).notNull().default(0),
    /** What people granted on top of the limit, for this period alone. */
    grantedMicros: bigint('granted_micros', { mode: 'number' }).notNull().default(0),
    grantedTokens: bigint('granted_tokens', { mode: 'number' }).notNull().default(0),
    /** The highest share of a limit that people were told of, in percent. */
    toldPercent: integer('told_percent').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.spender, t.period] })],
);

/**
 * What one effect, or one call of a model, was promised out of which period of which spender: written with the promise and gone when it is
 * settled, so that nothing is given back twice, or out of another's share.
 */
export const budgetPromises = wilco.table(
  'budget_promises',
  {
    /** The id of the effect, or of the model call. */
    holder: uuid('holder').notNull(),
    projectId: text('project_id').notNull(),
    spender: text('spender').notNull(),
    period: text('period').notNull(),
    micros: bigint('micros', { mode: 'number' }).notNull(),
    tokens: bigint('tokens', { mode: 'number' }).notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.holder, t.spender, t.period] }), index('budget_promises_age').on(t.at)],
);

export const workers = wilco.table('workers', {
  id: uuid('id').primaryKey(),
  roles: text('roles').notNull(),
  host: text('host').notNull(),
  pid: integer('pid').notNull(),
  startedAt: at('started_at').notNull().defaultNow(),
  heartbeatAt: at('heartbeat_at').notNull().defaultNow(),
  stoppedAt: at('stopped_at'),
  acknowledgedEpoch: integer('acknowledged_epoch').notNull().default(0),
});

const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/** The one append-only record: timelines, the activity feed and live updates are views of it. The database refuses changes to it. */
export const events = wilco.table(
  'events',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** The transaction that wrote it: readers go only below the oldest one still open, so none is missed. */
    xid: xid8('xid').notNull().default(sql`pg_current_xact_id()`),
    projectId: text('project_id').notNull(),
    at: at('at').notNull().defaultNow(),
    /** noun.verb in the past, e.g. `proposal.approved`. */
    kind: text('kind').notNull(),
    threadId: text('thread_id'),
    proposalId: uuid('proposal_id'),
    taskId: uuid('task_id'),
    personId: uuid('person_id'),
    /** Codes, numbers, ids; never what somebody wrote. */
    data: jsonb('data').$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [index('events_order').on(t.xid, t.id), index('events_task').on(t.taskId, t.id), index('events_proposal').on(t.proposalId, t.id)],
);

export const eventSeals = wilco.table('event_seals', {
  /** The place in the chain, without gaps. */
  seq: bigint('seq', { mode: 'number' }).primaryKey(),
  eventId: bigint('event_id', { mode: 'number' }).notNull().unique(),
  hash: text('hash').notNull(),
  sealedAt: at('sealed_at').notNull().defaultNow(),
});
