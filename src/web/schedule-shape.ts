import { z } from '@hono/zod-openapi';
import { PROPOSAL_STATES, SCHEDULE_STATES } from '../db/states.ts';

const Time = z.iso.datetime();

export const Schedule = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.enum(SCHEDULE_STATES),
    /** The one form of when: a cron line of five fields, an interval with its beginning, or a moment. */
    scheduleExpr: z.string(),
    timeZone: z.string(),
    /** The same as one would say it. */
    inWords: z.string(),
    nextAt: Time.nullable(),
    lastAt: Time.nullable(),
    /** How many occurrences have been made. */
    occurrences: z.int(),
    /** What runs each time, exactly as it was approved; null where instructions are read anew. */
    action: z.object({ tool: z.string(), input: z.record(z.string(), z.unknown()) }).nullable(),
    instructions: z.string(),
    targetAgentKey: z.string().nullable(),
    /** Where its cards and reports are. */
    threadId: z.string(),
    /** The proposal that made it. */
    proposalId: z.string(),
    createdBy: z.string(),
    createdAt: Time,
    /** The last occurrence of an exact action. */
    last: z.object({ proposalId: z.string(), status: z.enum(PROPOSAL_STATES), summary: z.string().nullable() }).nullable(),
  })
  .openapi('Schedule');
export type Schedule = z.output<typeof Schedule>;
