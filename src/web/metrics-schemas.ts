import { z } from '@hono/zod-openapi';
import { PROPOSAL_STATES, RUN_RESULTS } from '../db/states.ts';

const Time = z.iso.datetime();

/** In US dollars, models included; a day is one of UTC. What is not provably undone counts as spent. */
export const Cost = z
  .object({
    todayUsd: z.number(),
    modelsTodayUsd: z.number(),
    /** Promised to what runs now. */
    reservedUsd: z.number(),
    last7dUsd: z.number(),
    last30dUsd: z.number(),
    dailyLimitUsd: z.number().nullable(),
  })
  .openapi('Cost');

/** E-mails: waiting for a decision, decided and not out yet, sent, rejected. */
export const Outbox = z.object({ queued: z.int(), approved: z.int(), sent: z.int(), rejected: z.int() }).openapi('Outbox');

export const Metrics = z
  .object({
    queue: z.object({ depth: z.int(), oldestSeconds: z.number(), waiting: z.int() }),
    outbox: Outbox,
    runs: z.object({ success: z.int(), failed: z.int(), killed: z.int(), skipped: z.int() }),
    recentRuns: z.array(
      z.object({
        id: z.string(),
        tool: z.string(),
        proposalId: z.string(),
        /** How its proposal stands now. */
        status: z.enum(PROPOSAL_STATES),
        result: z.enum(RUN_RESULTS).nullable(),
        startedAt: Time,
        milliseconds: z.number().nullable(),
        costUsd: z.number(),
      }),
    ),
    cost: Cost,
  })
  .openapi('Metrics');
export type Metrics = z.output<typeof Metrics>;
