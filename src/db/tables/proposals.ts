import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, primaryKey, real, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { AUTONOMY_LEVELS, DECIDERS, DECISION_KINDS, EFFECT_STATES, PROPOSAL_STATES, RISKS, RUN_RESULTS } from '../states.ts';
import { people, projects, role } from './people.ts';
import { at, wilco } from './schema.ts';
import { threads } from './talk.ts';

export const proposalState = wilco.enum('proposal_state', PROPOSAL_STATES);
export const risk = wilco.enum('risk', RISKS);
export const effectState = wilco.enum('effect_state', EFFECT_STATES);
export const runResult = wilco.enum('run_result', RUN_RESULTS);
export const decisionKind = wilco.enum('decision_kind', DECISION_KINDS);

export const proposals = wilco.table(
  'proposals',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    threadId: text('thread_id')
      .notNull()
      .references(() => threads.id),
    tool: text('tool').notNull(),
    state: proposalState('state').notNull().default('proposed'),
    revision: integer('revision').notNull().default(1),
    /** Counts the decisions to run it: 1 at the first approval, one more at each retry. */
    attempt: integer('attempt').notNull().default(0),
    /** The person whose words it came from. Null: a service key proposed it. */
    proposedBy: uuid('proposed_by').references(() => people.id),
    /** `person:<id>` or `key:<id>`: the identity that the digest is made over. */
    requester: text('requester').notNull(),
    /** Of the canonical input on show: the same action asked for again joins the card that waits. */
    inputHash: text('input_hash').notNull(),
    /** The message, and the place in it, that this was made from: a job that comes twice makes one card. */
    origin: text('origin').unique(),
    /** Who proposed, as a card says it: a name that cannot change afterwards. */
    proposedByName: text('proposed_by_name').notNull(),
    proposedAt: at('proposed_at').notNull().defaultNow(),
    decidedBy: uuid('decided_by').references(() => people.id),
    decidedAt: at('decided_at'),
    executedAt: at('executed_at'),
    /** What the person gave as a reason, or why it is void. */
    reason: text('reason'),
    replacedBy: uuid('replaced_by'),
    /** The executed proposal that this one takes back. */
    undoes: uuid('undoes'),
    /** The agent that proposed it; null: a person, through the dispatcher. */
    agentKey: text('agent_key'),
    /** As they stood when it was proposed: what policy goes by, together with the key. */
    agentDomain: text('agent_domain'),
    agentAutonomy: text('agent_autonomy', { enum: AUTONOMY_LEVELS }),
    /** It came of a heartbeat: people decide it, whatever a rule says. */
    agentHeartbeat: boolean('agent_heartbeat').notNull().default(false),
    /** The run that waits for what becomes of it. */
    agentRunId: uuid('agent_run_id'),
    /** The task that it is about, or that its agent works on: it stands in that task's timeline. */
    taskId: uuid('task_id'),
    /** How sure the agent says it is, from 0 to 1; and its reasons, in its own words. Never more than decoration. */
    confidence: real('confidence'),
    reasoning: text('reasoning'),
    /** Its card stands in a thread of an outside surface, too: each change of it is to be delivered there. Set by the database. */
    outside: boolean('outside').notNull().default(false),
    /** The tool's answer, or its error: { summary, data? } or { code, message }. */
    result: jsonb('result').$type<ProposalResult>(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [
    index('proposals_state').on(t.projectId, t.state, t.proposedAt, t.id),
    index('proposals_recent').on(t.projectId, t.proposedAt, t.id),
    index('proposals_thread').on(t.threadId),
    // At most one undo of a proposal waits, runs or stands; one that was turned down makes room for another.
    uniqueIndex('proposals_undoes')
      .on(t.undoes)
      .where(sql`${t.undoes} is not null and ${t.state} not in ('rejected', 'expired', 'withdrawn', 'void')`),
    index('proposals_agent').on(t.projectId, t.agentKey, t.proposedAt).where(sql`${t.agentKey} is not null`),
    index('proposals_agent_run').on(t.agentRunId).where(sql`${t.agentRunId} is not null`),
    index('proposals_task').on(t.taskId).where(sql`${t.taskId} is not null`),
    index('proposals_outbox').on(t.projectId, t.state).where(sql`${t.tool} = 'send_email'`),
    uniqueIndex('proposals_pending').on(t.projectId, t.requester, t.tool, t.inputHash).where(sql`${t.state} = 'proposed'`),
  ],
);

export type ProposalResult = { ok: true; summary: string; data?: Record<string, unknown> } | { ok: false; code: string; message: string };

/** It cannot be carried out as things stand; `why` says so, and `say` is what to write, or to press, to have that changed by its own proposal. */
export type Blocked = { why: string; say?: string };

/**
 * What a card lists under "What will change". While it is `blocked` nobody can approve it. `difference`: what becomes of a text, line by line,
 * each with its sign (`+ `, `- `, two spaces) in front. `next`: what is to be said when it is done, where that is half of what was asked for.
 */
export type Preview = { changes: string[]; reversible: string; difference?: string; blocked?: Blocked; next?: string };

/**
 * What an outside platform said of whoever decided for a group that it keeps: by which tie, for which account of theirs, and when. The account
 * was in the group then.
 */
export type GroupProof = {
  tie: string;
  group: string;
  platform: string;
  workspace: string;
  remoteId: string;
  name: string;
  account: string;
  askedAt: string;
};

/** The exact action that one card shows. `inputText` is its RFC 8785 text, and that text is what runs. */
export const revisions = wilco.table(
  'revisions',
  {
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposals.id),
    revision: integer('revision').notNull(),
    inputText: text('input_text').notNull(),
    toolHash: text('tool_hash').notNull(),
    account: text('account').notNull(),
    digest: text('digest').notNull(),
    risk: risk('risk').notNull(),
    target: text('target').notNull(),
    preview: jsonb('preview').$type<Preview>().notNull(),
    /** Estimated cost in millionths of a US dollar. */
    costMicros: bigint('cost_micros', { mode: 'number' }).notNull().default(0),
    /** The policy outcome that this revision was made under. */
    policyVersion: integer('policy_version').notNull(),
    ruleId: text('rule_id').notNull(),
    ruleHash: text('rule_hash').notNull(),
    approvalsNeeded: integer('approvals_needed').notNull(),
    approverRole: role('approver_role').notNull(),
    selfApproval: boolean('self_approval').notNull(),
    /** Whoever approves has to be of this group, too; null: any group. */
    approverGroup: text('approver_group'),
    decider: text('decider', { enum: DECIDERS }).notNull().default('people'),
    /** Why the policy asks this, in words: "amount > 500". Null: nothing more than the rule itself. */
    because: text('because'),
    editedBy: uuid('edited_by').references(() => people.id),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.proposalId, t.revision] }),
    // What the decision log is searched by. Bounded, since a file to be written may be longer than PostgreSQL takes for a text search.
    index('revisions_words').using(
      'gin',
      sql`to_tsvector('simple', ${t.target} || ' ' || replace(left(${t.inputText}, 20000), '\\n', ' '))`,
    ),
  ],
);

export const votes = wilco.table(
  'votes',
  {
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposals.id),
    revision: integer('revision').notNull(),
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id),
    /** The digest that the card which was pressed had on show. */
    shownDigest: text('shown_digest').notNull(),
    via: text('via').notNull(),
    /** Null: no platform was asked, or it says now that they are not of the group any more. */
    proof: jsonb('proof').$type<GroupProof>(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.proposalId, t.revision, t.personId] })],
);

/** Every decision that stands. An effect cannot be recorded without one. */
export const decisions = wilco.table(
  'decisions',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposals.id),
    revision: integer('revision').notNull(),
    kind: decisionKind('kind').notNull(),
    digest: text('digest').notNull(),
    /** The person whose vote completed it. */
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id),
    via: text('via').notNull(),
    reason: text('reason'),
    /** Of an autopilot decision: the rule that allowed it, in which version of the policy. `personId` is then who signed that rule. */
    ruleId: text('rule_id'),
    policyVersion: integer('policy_version'),
    /** Of a decision for a group that a platform keeps: what it said of this person. */
    proof: jsonb('proof').$type<GroupProof>(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [index('decisions_proposal').on(t.proposalId), index('decisions_recent').on(t.createdAt, t.id)],
);

/** Committed before the effect begins; unique on (proposal, occurrence, attempt), so no effect begins twice. */
export const effects = wilco.table(
  'effects',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposals.id),
    occurrence: integer('occurrence').notNull().default(0),
    attempt: integer('attempt').notNull(),
    decisionId: uuid('decision_id')
      .notNull()
      .references(() => decisions.id),
    digest: text('digest').notNull(),
    state: effectState('state').notNull().default('started'),
    workerId: uuid('worker_id').notNull(),
    /** The queue's job that carries it: only that job, or one whose worker is dead, may take it over. */
    jobId: text('job_id').notNull(),
    /** When a worker last said that the first byte is about to leave. */
    dispatchedAt: at('dispatched_at'),
    /** Rises each time a worker takes the effect over; every later write is held against it. */
    fence: integer('fence').notNull().default(1),
    idempotencyKey: text('idempotency_key').notNull(),
    costMicros: bigint('cost_micros', { mode: 'number' }).notNull().default(0),
    startedAt: at('started_at').notNull().defaultNow(),
    settledAt: at('settled_at'),
  },
  (t) => [
    unique('effects_once').on(t.proposalId, t.occurrence, t.attempt),
    index('effects_open').on(t.state, t.startedAt),
    index('effects_decision').on(t.decisionId),
  ],
);

export const runs = wilco.table(
  'runs',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    projectId: text('project_id').notNull(),
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposals.id),
    effectId: uuid('effect_id').references(() => effects.id),
    tool: text('tool').notNull(),
    result: runResult('result'),
    errorCode: text('error_code'),
    /** What it is expected to cost while it runs; afterwards what it did cost, which is nothing where it was provably not done. */
    costMicros: bigint('cost_micros', { mode: 'number' }).notNull().default(0),
    startedAt: at('started_at').notNull().defaultNow(),
    finishedAt: at('finished_at'),
  },
  (t) => [index('runs_recent').on(t.projectId, t.startedAt), index('runs_proposal').on(t.proposalId), unique('runs_effect').on(t.effectId)],
);
