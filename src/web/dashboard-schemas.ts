import { z } from '@hono/zod-openapi';
import { PROPOSAL_STATES, RUN_RESULTS } from '../db/states.ts';
import { Cost, Outbox } from './metrics-schemas.ts';

const Time = z.iso.datetime();

/** Whether something outside, or a part of Wilco, was found well. Not looked at for longer than 90 seconds: nobody knows. */
export const Connection = z
  .object({
    name: z.string(),
    state: z.enum(['ok', 'down', 'unknown']),
    /** One sentence: what was found, or what to do. */
    detail: z.string(),
    latencyMs: z.int().nullable(),
    checkedAt: Time.nullable(),
    /** The last time that it was found well. */
    okAt: Time.nullable(),
  })
  .openapi('Connection');
export type Connection = z.output<typeof Connection>;

export const DashboardRun = z
  .object({
    id: z.string(),
    proposalId: z.string(),
    threadId: z.string(),
    title: z.string(),
    target: z.string(),
    result: z.enum(RUN_RESULTS).nullable(),
    status: z.enum(PROPOSAL_STATES),
    startedAt: Time,
    milliseconds: z.number().nullable(),
    costUsd: z.number(),
  })
  .openapi('DashboardRun');
export type DashboardRun = z.output<typeof DashboardRun>;

/** What the dashboard shows. Days are of UTC, as limits are. */
export const DashboardStats = z
  .object({
    at: Time,
    approvals: z.object({
      waiting: z.int(),
      oldestAt: Time.nullable(),
      /** Outcomes that nobody can tell and somebody has to settle. */
      unsettled: z.int(),
      items: z.array(
        z.object({ id: z.string(), threadId: z.string(), title: z.string(), target: z.string(), proposedBy: z.string(), proposedAt: Time }),
      ),
    }),
    queue: z.object({ depth: z.int(), oldestSeconds: z.number() }),
    outbox: Outbox,
    runsToday: z.object({
      success: z.int(),
      failed: z.int(),
      killed: z.int(),
      skipped: z.int(),
      running: z.int(),
      /** Of those that ended today, between 0 and 1; null while none has. */
      successRate: z.number().nullable(),
    }),
    cost: Cost,
    modelsToday: z.object({ calls: z.int(), failed: z.int(), inputTokens: z.number(), outputTokens: z.number(), costUsd: z.number() }),
    workers: z.int(),
    recentRuns: z.array(DashboardRun),
    next: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        /** The action; null: its instructions are read each time. */
        title: z.string().nullable(),
        nextAt: Time,
        timeZone: z.string(),
        proposalId: z.string(),
      }),
    ),
    connections: z.array(Connection),
  })
  .openapi('DashboardStats');
export type DashboardStats = z.output<typeof DashboardStats>;

export const DashboardSeries = z
  .object({
    range: z.enum(['24h', '7d', '30d']),
    bucketSeconds: z.int(),
    /** In order, without gaps; the last one has not ended. */
    buckets: z.array(
      z.object({
        at: Time,
        success: z.int(),
        failed: z.int(),
        killed: z.int(),
        skipped: z.int(),
        running: z.int(),
        actionsUsd: z.number(),
        modelsUsd: z.number(),
      }),
    ),
  })
  .openapi('DashboardSeries');
export type DashboardSeries = z.output<typeof DashboardSeries>;
