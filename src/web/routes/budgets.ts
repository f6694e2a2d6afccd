import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { PERS } from '../../db/budgets.ts';
import { type BudgetLine, readBudgets } from '../../dispatch/budget-standing.ts';
import { json, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, SIGNED_IN } from '../door.ts';

/** Amounts are in US dollars or in tokens, as `unit` says. */
const Budget = z
  .object({
    /** `project`, or `agent:` and its key. */
    spender: z.string(),
    per: z.enum(PERS),
    /** The day or the month of now, in UTC. */
    period: z.string(),
    unit: z.enum(['usd', 'tokens']),
    limit: z.number(),
    /** On top of the limit, for this period alone. */
    granted: z.number(),
    used: z.number(),
    /** Promised to what runs now. */
    reserved: z.number(),
    left: z.number(),
    /** Used and reserved, of limit and grant. */
    percent: z.int(),
    resetsAt: z.iso.datetime(),
  })
  .openapi('Budget');

const list = createRoute({
  method: 'get',
  path: '/api/budgets',
  operationId: 'listBudgets',
  summary: 'Every budget of the project and of its agents, as it stands',
  tags: ['budgets'],
  ...asRole('viewer'),
  responses: { 200: json(z.object({ items: z.array(Budget) }), 'All budgets, the project’s first'), ...problems(...SIGNED_IN) },
});

const budgetOf = ({ kind, resetsAt, ...line }: BudgetLine): z.output<typeof Budget> => {
  const amount = (one: number): number => (kind === 'micros' ? one / 1_000_000 : one);
  const { limit, granted, used, reserved, left } = line;
  return {
    ...line,
    ...{ unit: kind === 'micros' ? ('usd' as const) : ('tokens' as const), limit: amount(limit), granted: amount(granted) },
    ...{ used: amount(used), reserved: amount(reserved), left: amount(left), resetsAt: resetsAt.toISOString() },
  };
};

/** What may be spent, and what was. */
export const budgetRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  app.openapi(list, async (c) => c.json({ items: (await readBudgets(heart.database.db, c.get('actor').projectId)).map(budgetOf) }, 200));
  return app;
};
