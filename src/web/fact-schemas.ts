import { z } from '@hono/zod-openapi';

export const FactInfo = z
  .object({
    id: z.string(),
    text: z.string(),
    /** The one agent that is told it; null: all of them. */
    agentKey: z.string().nullable(),
    by: z.string().nullable(),
    /** An agent asked for it, and this was approved. */
    proposalId: z.string().nullable(),
    at: z.iso.datetime(),
  })
  .openapi('Fact');
export type FactInfo = z.output<typeof FactInfo>;
