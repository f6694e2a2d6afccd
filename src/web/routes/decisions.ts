import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type DecisionFilters, listDecisions, OUTCOMES, readDecision } from '../../db/read/decisions.ts';
import { isUuid } from '../../db/read/place.ts';
import { DECISION_KINDS } from '../../db/states.ts';
import { decisionCard } from '../../dispatch/decision-card.ts';
import { json, problem, problems } from '../answer.ts';
import { decisionDetail, decisionInfo } from '../decision.ts';
import { exportDecisions } from '../decision-export.ts';
import { DecisionDetail, DecisionInfo } from '../decision-schemas.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, SIGNED_IN } from '../door.ts';
import { page } from '../schemas.ts';
import { IdParam, ListQuery } from './list-query.ts';

const tags = ['decisions'];
const Moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

const Filters = z.object({
  agent: z.string().max(60).optional().openapi({ description: 'The key of the agent that proposed it.' }),
  person: z.string().max(120).optional().openapi({ description: 'The name or the id of whoever decided.' }),
  tool: z.string().max(80).optional(),
  kind: z.enum(DECISION_KINDS).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  from: Moment.optional().openapi({ description: 'From this moment on, or from the beginning of this day (UTC).' }),
  to: Moment.optional().openapi({ description: 'Before this moment, or until the end of this day (UTC).' }),
  q: z.string().max(300).optional().openapi({ description: 'Words, or beginnings of words, of the target and of the arguments.' }),
});

const list = createRoute({
  method: 'get',
  path: '/api/decisions',
  operationId: 'listDecisions',
  summary: 'Every decision, the newest first: of people, and of autopilot rules that people signed',
  tags,
  ...asRole('viewer'),
  request: { query: ListQuery.extend(Filters.shape) },
  responses: { 200: json(page(DecisionInfo), 'A page of decisions'), ...problems(...SIGNED_IN, 'bad_cursor', 'invalid_input') },
});

const JSON_LINES: string = 'application/x-ndjson'; // as a literal its name would pass for JSON, of which this is many
const CSV: string = 'text/csv';
const BODY = { schema: z.string() };

const exported = createRoute({
  method: 'get',
  path: '/api/decisions/export',
  operationId: 'exportDecisions',
  summary: 'The decision log as JSON lines, which verify-log can check, or as CSV',
  tags,
  ...asRole('admin'),
  request: { query: Filters.extend({ format: z.enum(['jsonl', 'csv']).default('jsonl') }) },
  responses: {
    200: { description: 'The log', content: { [JSON_LINES]: BODY, [CSV]: BODY } },
    ...problems(...SIGNED_IN, 'invalid_input'),
  },
});

const one = createRoute({
  method: 'get',
  path: '/api/decisions/{id}',
  operationId: 'getDecision',
  summary: 'A decision with the card that was shown, the votes, the reasons and what came of it',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam },
  responses: { 200: json(DecisionDetail, 'The decision'), ...problems(...SIGNED_IN, 'decision_missing') },
});

const DAY_MS = 86_400_000;
const isDay = (text: string): boolean => !text.includes('T');

const filtersOf = ({ q, from, to, ...rest }: z.output<typeof Filters>): DecisionFilters => ({
  ...rest,
  words: q,
  from: from === undefined ? undefined : new Date(from),
  to: to === undefined ? undefined : new Date(new Date(to).getTime() + (isDay(to) ? DAY_MS : 0)),
});

/** Who decided what, on what grounds, and what came of it. */
export const decisionRoutes = ({ heart, log }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { db } = heart.database;

  app.openapi(list, async (c) => {
    const { cursor, limit, ...query } = c.req.valid('query');
    const found = await listDecisions(db, { ...filtersOf(query), projectId: c.get('actor').projectId, cursor, limit });
    if (!found.ok) return problem(c, found.error);
    return c.json({ items: found.value.items.map((row) => decisionInfo(row, heart)), next: found.value.next }, 200);
  });

  app.openapi(exported, (c) => {
    const { format, ...query } = c.req.valid('query');
    const type = format === 'csv' ? `${CSV}; charset=utf-8` : JSON_LINES;
    const headers = { 'content-type': type, 'content-disposition': `attachment; filename="wilco-decisions.${format}"` };
    if (c.req.method === 'HEAD') return c.body(null, 200, headers);
    const { projectId } = c.get('actor');
    return c.body(exportDecisions({ db, log }, { projectId, format, filters: filtersOf(query) }), 200, headers);
  });

  app.openapi(one, async (c) => {
    const { id } = c.req.valid('param');
    const row = isUuid(id) ? await readDecision(db, c.get('actor').projectId, id) : undefined;
    if (!row) return problem(c, { code: 'decision_missing' });
    return c.json(decisionDetail(row, heart, await decisionCard(db, row, heart.tools.get(row.tool))), 200);
  });

  return app;
};
