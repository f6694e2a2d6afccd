import { z } from '@hono/zod-openapi';
import { AGENT_STATES, MESSAGE_KINDS, MESSAGE_STATES, PROPOSAL_STATES, RISKS, ROLES } from '../db/states.ts';
import type { Card } from '../dispatch/card.ts';
import { PROBLEM_CODES } from './problems.ts';

/** Every shape that the HTTP API answers or takes: routes, the OpenAPI document and the console read these. Times are ISO 8601, UTC. */
const Time = z.iso.datetime();

const CardShape = z
  .custom<Card>((value) => typeof value === 'object' && value !== null)
  .openapi({ type: 'object', description: 'A card as plain data: title, status, facts, arguments, changes, notes, table, actions.' });

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    /** Stable, snake_case; docs/guides/errors.md lists them. */
    code: z.string().openapi('ProblemCode', { enum: [...PROBLEM_CODES] }),
    detail: z.string(),
    fields: z.array(z.object({ name: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem');
export type Problem = z.output<typeof Problem>;

export const Person = z.object({ id: z.string(), name: z.string(), role: z.enum(ROLES), joined: z.boolean() }).openapi('Person');
export type Person = z.output<typeof Person>;

export const Me = z
  .object({
    person: Person,
    project: z.object({ id: z.string(), name: z.string(), solo: z.boolean(), timeZone: z.string() }),
    /** Sentences for an empty start; each can be sent as it is. */
    examples: z.array(z.string()),
  })
  .openapi('Me');
export type Me = z.output<typeof Me>;

export const Invitation = z.object({ name: z.string(), role: z.enum(ROLES), invited: z.boolean(), expiresAt: Time }).openapi('Invitation');
export type Invitation = z.output<typeof Invitation>;

export const Secret = z.object({ name: z.string(), updatedAt: Time }).openapi('Secret');
export type Secret = z.output<typeof Secret>;

export const Approval = z
  .object({
    id: z.string(),
    threadId: z.string(),
    revision: z.int(),
    digest: z.string(),
    actionType: z.string(),
    params: z.record(z.string(), z.unknown()),
    riskLevel: z.enum(RISKS),
    requiresApproval: z.boolean(),
    status: z.enum(PROPOSAL_STATES),
    proposedBy: z.string(),
    proposedAt: Time,
    approvedBy: z.array(z.string()),
    approvedAt: Time.nullable(),
    executedAt: Time.nullable(),
    executionResult: z.record(z.string(), z.unknown()).nullable(),
    /** Seconds since it was proposed; counts only while it waits. */
    ageSeconds: z.number(),
    card: CardShape,
    /** The same card with every argument whole, however long. */
    fullCard: CardShape.optional(),
    /** Whether the caller may decide it now, and if not the code of why not. */
    you: z.object({ mayApprove: z.boolean(), mayEdit: z.boolean(), mayWithdraw: z.boolean(), why: z.string().nullable() }),
  })
  .openapi('Approval');
export type Approval = z.output<typeof Approval>;

export const Message = z
  .object({
    id: z.string(),
    author: z.object({ kind: z.enum(['person', 'wilco', 'agent', 'system']), name: z.string(), personId: z.string().nullable() }),
    text: z.string(),
    /** What came with it. */
    files: z.array(z.object({ name: z.string(), size: z.int() })),
    /** The model that wrote the text; null: it is ours, or a person's. */
    writtenBy: z.string().nullable(),
    card: CardShape.optional(),
    /** With it the card is a proposal's; decide by /api/approvals. */
    proposalId: z.string().optional(),
    /** What it is: a line of talk, or a post for the team. */
    kind: z.enum(MESSAGE_KINDS),
    /** The agent that it is for, or that wrote it; null: the dispatcher. */
    agentKey: z.string().nullable(),
    /** What a person made of a post; null: it is open. */
    resolved: z.object({ as: z.enum(['dismissed', 'promoted']), by: z.string(), at: Time }).nullable(),
    status: z.enum(MESSAGE_STATES),
    /** A sentence, when `status` is failed: `POST /api/messages/:id/retry` tries again. */
    problem: z.string().nullable(),
    at: Time,
  })
  .openapi('Message');
export type Message = z.output<typeof Message>;

export const ThreadRow = z
  .object({
    id: z.string(),
    /** `conversations`, or the name of a channel such as `general`. */
    channel: z.string(),
    title: z.string(),
    lastMessageAt: Time,
    /** Proposals in it that wait for a decision. */
    waiting: z.int(),
  })
  .openapi('ThreadRow');
export type ThreadRow = z.output<typeof ThreadRow>;

export const Thread = ThreadRow.extend({ messages: z.array(Message), next: z.string().nullable() }).openapi('Thread');
export type Thread = z.output<typeof Thread>;

export const DocumentVersion = z
  .object({
    version: z.int(),
    content: z.string(),
    /** Null: a service key asked for it. */
    changedBy: z.string().nullable(),
    proposalId: z.string().nullable(),
    changedAt: Time,
  })
  .openapi('DocumentVersion');
export type DocumentVersion = z.output<typeof DocumentVersion>;

export const DocumentInfo = DocumentVersion.extend({
  id: z.string(),
  docType: z.string(),
  /** Null: the project's own. */
  agentKey: z.string().nullable(),
}).openapi('Document');
export type DocumentInfo = z.output<typeof DocumentInfo>;

export const Status = z
  .object({
    mode: z.enum(['live', 'backup', 'offline']),
    /** Why it is not live, in a sentence. */
    reason: z.string().nullable(),
    checkedAt: Time,
    version: z.string(),
    database: z.object({ ok: z.boolean(), version: z.string(), embedded: z.boolean() }),
    queue: z.object({ depth: z.int(), oldestSeconds: z.number() }),
    workers: z.int(),
    surfaces: z.array(z.object({ name: z.string(), ok: z.boolean() })),
    /** The model that routes, as it was last found; null: the built-in grammar routes. */
    model: z
      .object({ name: z.string(), ok: z.boolean(), detail: z.string(), checkedAt: Time.nullable(), okAt: Time.nullable() })
      .nullable(),
    paused: z.boolean(),
    killed: z.boolean(),
  })
  .openapi('Status');
export type Status = z.output<typeof Status>;

/** What pause, resume, kill and unkill prove. */
export const SwitchAnswer = z
  .object({
    paused: z.boolean(),
    killed: z.boolean(),
    epoch: z.int(),
    /** Workers that obeyed by now, and those that have not said so within the time that was waited. */
    acknowledged: z.array(z.string()),
    unacknowledged: z.array(z.string()),
    /** Effects whose first byte had left already: they cannot be called back. */
    alreadyDispatched: z.array(z.object({ proposalId: z.string(), tool: z.string() })),
    /** Approved but not started, now void. */
    voided: z.int(),
    /** Jobs that wait until the pause ends. */
    held: z.int(),
    /** Runs of agents that a kill ended, and those that a pause holds. */
    runsCancelled: z.int(),
    runsHeld: z.int(),
  })
  .openapi('SwitchAnswer');
export type SwitchAnswer = z.output<typeof SwitchAnswer>;

export const ToolInfo = z
  .object({
    name: z.string(),
    slash: z.string(),
    title: z.string(),
    summary: z.string(),
    effect: z.enum(['read', 'write']),
    replay: z.string(),
    examples: z.array(z.string()),
    /** JSON Schema; each property carries `title`, `control` (line, text, date, number, channel, choice). */
    input: z.record(z.string(), z.unknown()),
  })
  .openapi('Tool');
export type ToolInfo = z.output<typeof ToolInfo>;

export const CommandInfo = z
  .object({ name: z.string(), summary: z.string(), usage: z.string(), changes: z.boolean(), input: z.record(z.string(), z.unknown()) })
  .openapi('Command');
export type CommandInfo = z.output<typeof CommandInfo>;

/** The data of one server-sent event named `wilco`; its `id` resumes the stream. An event named `reset` says: read everything anew. */
export const StreamEvent = z
  .object({
    kind: z.string(),
    threadId: z.string().nullable(),
    proposalId: z.string().nullable(),
    taskId: z.string().nullable(),
    personId: z.string().nullable(),
    at: Time,
    data: z.record(z.string(), z.unknown()),
  })
  .openapi('StreamEvent');
export type StreamEvent = z.output<typeof StreamEvent>;

/** A page of a list: `next` is the cursor of the following page, or null. */
export const page = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), next: z.string().nullable() });

/** A page of proposals. `total`: of what waits, how many there are on all pages; null for the rest, which is not counted. */
export const ApprovalPage = page(Approval).extend({ total: z.int().nullable() });
export type ApprovalPage = z.output<typeof ApprovalPage>;

/** One line of a bulk decision: the proposal as it stands afterwards, and the problem where its decision was refused. */
export const BulkAnswer = z
  .object({
    items: z.array(
      z.object({ id: z.string(), verb: z.enum(['approve', 'reject']), approval: Approval.nullable(), problem: Problem.nullable() }),
    ),
  })
  .openapi('BulkAnswer');
export type BulkAnswer = z.output<typeof BulkAnswer>;

/** What is said of an agent wherever one is named; agent-schemas.ts has the rest. */
export const AgentInfo = z.object({
  key: z.string(),
  name: z.string(),
  summary: z.string(),
  /** The names of the actions that it may propose; null: all. */
  tools: z.array(z.string()).nullable(),
  state: z.enum(AGENT_STATES),
  /** Messages that wait for it. */
  queued: z.int(),
  /** Where you speak with it alone; made by the first message. Null for a service key. */
  threadId: z.string().nullable(),
});
export type AgentInfo = z.output<typeof AgentInfo>;

export const Accepted = z.object({ messageId: z.string(), threadId: z.string() }).openapi('Accepted');

/** Shown once: whoever has the address can sign in with it until it is used or expires. */
export const SignInLink = z.object({ url: z.string(), expiresAt: Time }).openapi('SignInLink');

export const ApiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    /** A service key proposes and never decides; a personal one acts as its person. */
    kind: z.enum(['service', 'personal']),
    person: z.string().nullable(),
    role: z.enum(ROLES),
    createdAt: Time,
    /** Its secret was not fetched yet, so nobody can use it. */
    waiting: z.boolean(),
  })
  .openapi('ApiKey');
export type ApiKey = z.output<typeof ApiKey>;
