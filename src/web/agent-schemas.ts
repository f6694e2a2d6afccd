import { z } from '@hono/zod-openapi';
import { AGENT_STATUSES } from '../agents/status.ts';
import { AGENT_RUN_STATES, AUTONOMY_LEVELS } from '../db/states.ts';
import { AgentInfo } from './schemas.ts';

/** An agent with how it stands now. Money in millionths of a US dollar. */
export const AgentRow = AgentInfo.extend({
  domain: z.string(),
  /** What follows from everything there is: runs, pauses, the model, the workers. */
  status: z.enum(AGENT_STATUSES),
  /** Why it stands so, in a sentence, where that needs one. */
  why: z.string().nullable(),
  autonomy: z.object({ level: z.enum(AUTONOMY_LEVELS), why: z.string() }),
  /** It comes with Wilco; what was changed of it is kept beside that. */
  shipped: z.boolean(),
  /** Of the runs of the last 30 days that came to an end by themselves, the share that is done, from 0 to 1; null: there were none. */
  successRate: z.number().nullable(),
  finishedRuns: z.int(),
  /** Of today, in UTC: its models, and the actions that it proposed. */
  costMicros: z.number(),
  now: z.object({ runId: z.string(), goal: z.string(), state: z.enum(AGENT_RUN_STATES) }).nullable(),
  queuedRuns: z.int(),
  /** Its cards that wait for a decision. */
  waitingCards: z.int(),
}).openapi('Agent');
export type AgentRow = z.output<typeof AgentRow>;

export const AgentDetail = AgentRow.extend({
  config: z.object({
    prompt: z.string(),
    /** As it is configured; `autonomy` above says how far it goes under the policy. */
    autonomy: z.enum(AUTONOMY_LEVELS),
    /** Null: the one that is set up. */
    model: z.string().nullable(),
    maxSteps: z.int(),
    concurrency: z.int(),
  }),
}).openapi('AgentDetail');
export type AgentDetail = z.output<typeof AgentDetail>;

export const AgentRestarted = z.object({ restarted: z.int(), agent: AgentDetail }).openapi('AgentRestarted');

export const AgentCostDay = z
  .object({ day: z.iso.date(), modelMicros: z.number(), actionMicros: z.number(), tokens: z.number(), runs: z.int() })
  .openapi('AgentCostDay');
export type AgentCostDay = z.output<typeof AgentCostDay>;

/** Something that an agent may be given: to look up at once, or to propose. */
export const Grant = z.object({ name: z.string(), kind: z.enum(['act', 'look']), title: z.string(), summary: z.string() }).openapi('Grant');
export type Grant = z.output<typeof Grant>;

/** Loose: the action's own schema says what is right, and names what is not. */
const given = {
  name: z.string().optional(),
  summary: z.string().optional(),
  prompt: z.string().optional(),
  domain: z.string().optional(),
  tools: z
    .array(z.string())
    .optional()
    .openapi({ description: 'Names of actions, or `["all"]` for every one but those that change power.' }),
  model: z.string().optional().openapi({ description: 'Another model of the same provider; `usual` for the one that is set up.' }),
  maxSteps: z.number().optional(),
  concurrency: z.number().optional(),
};

export const NewAgent = z.object({
  ...given,
  key: z.string().optional().openapi({
    description: 'Of the catalogue it takes that agent into work; else a key that is free. Drafted from the prompt when left out.',
  }),
  autonomy: z
    .string()
    .optional()
    .openapi({ description: 'manual, copilot (when left out) or autopilot, which is inert until a rule is signed.' }),
});

export const AgentChanges = z.object(given);
