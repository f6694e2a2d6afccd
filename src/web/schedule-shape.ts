import { z } from '@hono/zod-openapi';
import { AGENT_RUN_STATES, PROPOSAL_STATES, SCHEDULE_OUTCOMES, SCHEDULE_STATES } from '../db/states.ts';

const Time = z.iso.datetime();

export const Schedule = z
  .object({
    id: z.string(),
    name: z.string(),
    /** `heartbeat`: an agent looks, reports and proposes, in nobody's name. */
    kind: z.enum(['job', 'heartbeat']),
    status: z.enum(SCHEDULE_STATES),
    /** The one form of when: a cron line of five fields, an interval with its beginning, or a moment. */
    scheduleExpr: z.string(),
    timeZone: z.string(),
    /** The same as one would say it. */
    inWords: z.string(),
    nextAt: Time.nullable(),
    lastAt: Time.nullable(),
    /** How many occurrences have been made; how often it was left out; how often a heartbeat found nothing new. */
    occurrences: z.int(),
    skipped: z.int(),
    quiet: z.int(),
    /** What came of the last time that it was due, as a code and in words; null before its first. */
    outcome: z.enum(SCHEDULE_OUTCOMES).nullable(),
    result: z.string().nullable(),
    /** What runs each time, exactly as it was approved; null where instructions are read anew. */
    action: z.object({ tool: z.string(), input: z.record(z.string(), z.unknown()) }).nullable(),
    instructions: z.string(),
    targetAgentKey: z.string().nullable(),
    /** What a heartbeat looks for news of; empty: everything that is not a heartbeat's own doing. */
    check: z.array(z.string()),
    missed: z.enum(['once', 'skip']),
    overlap: z.enum(['skip', 'queue']),
    /** Where its cards and reports are. */
    threadId: z.string(),
    /** The proposal that made it. */
    proposalId: z.string(),
    createdBy: z.string(),
    createdAt: Time,
    /** The last occurrence of an exact action. */
    last: z.object({ proposalId: z.string(), status: z.enum(PROPOSAL_STATES), summary: z.string().nullable() }).nullable(),
    /** The newest run of its agent. */
    lastRun: z.object({ id: z.string(), status: z.enum(AGENT_RUN_STATES), problem: z.string().nullable() }).nullable(),
  })
  .openapi('Schedule');
export type Schedule = z.output<typeof Schedule>;

export const Preset = z
  .object({
    key: z.string(),
    name: z.string(),
    summary: z.string(),
    scheduleExpr: z.string(),
    inWords: z.string(),
    action: z.object({ tool: z.string(), input: z.record(z.string(), z.unknown()) }),
  })
  .openapi('SchedulePreset');
export type Preset = z.output<typeof Preset>;
