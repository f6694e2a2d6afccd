import { z } from '@hono/zod-openapi';
import { AGENT_RUN_STATES, AGENT_RUN_TRIGGERS, AGENT_STEP_KINDS, PROPOSAL_STATES } from '../db/states.ts';

const Time = z.iso.datetime();

/** One piece of work of an agent. */
export const AgentRun = z
  .object({
    id: z.string(),
    agent: z.string(),
    trigger: z.enum(AGENT_RUN_TRIGGERS),
    state: z.enum(AGENT_RUN_STATES),
    /** What it is to do, in the words of whoever asked. */
    goal: z.string(),
    threadId: z.string(),
    messageId: z.string().nullable(),
    taskId: z.string().nullable(),
    scheduleId: z.string().nullable(),
    /** The run that handed it over. */
    parentId: z.string().nullable(),
    /** In whose name; null: nobody ordered it. */
    orderedBy: z.string().nullable(),
    priority: z.int(),
    steps: z.int(),
    inputTokens: z.int(),
    outputTokens: z.int(),
    costUsd: z.number(),
    /** Its last words, and how sure it said it is. */
    outcome: z.string().nullable(),
    confidence: z.number().nullable(),
    /** Why it failed, waits or was cancelled: a code, and a sentence. */
    errorCode: z.string().nullable(),
    problem: z.string().nullable(),
    createdAt: Time,
    startedAt: Time.nullable(),
    finishedAt: Time.nullable(),
  })
  .openapi('AgentRun');
export type AgentRun = z.output<typeof AgentRun>;

/** One line of a run's trace. */
const AgentStep = z
  .object({
    seq: z.int(),
    kind: z.enum(AGENT_STEP_KINDS),
    tool: z.string().nullable(),
    text: z.string(),
    proposalId: z.string().nullable(),
    /** How that card stands now. */
    cardState: z.enum(PROPOSAL_STATES).nullable(),
    inputTokens: z.int(),
    outputTokens: z.int(),
    costUsd: z.number(),
    durationMs: z.int(),
    at: Time,
  })
  .openapi('AgentStep');
export type AgentStep = z.output<typeof AgentStep>;

export const AgentRunTrace = AgentRun.extend({ trace: z.array(AgentStep) }).openapi('AgentRunTrace');
export type AgentRunTrace = z.output<typeof AgentRunTrace>;
