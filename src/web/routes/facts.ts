import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type FactRow, listFacts } from '../../db/read/facts.ts';
import { isUuid } from '../../db/read/place.ts';
import { forget, remember } from '../../dispatch/memory.ts';
import { visible, visibleBlock } from '../../dispatch/visible.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, SIGNED_IN, WITH_BODY } from '../door.ts';
import { FactInfo } from '../fact-schemas.ts';
import { page } from '../schemas.ts';
import { IdParam, ListQuery } from './list-query.ts';

const tags = ['memory'];

const Filters = ListQuery.extend({
  agent: z
    .string()
    .max(60)
    .optional()
    .openapi({ description: "An agent's key: only what is for it alone. `common`: only what is for all." }),
  q: z.string().max(300).optional().openapi({ description: 'Only those with all of these words.' }),
});

const list = createRoute({
  method: 'get',
  path: '/api/facts',
  operationId: 'listFacts',
  summary: 'What is remembered, the newest first',
  tags,
  ...asRole('viewer'),
  request: { query: Filters },
  responses: { 200: json(page(FactInfo), 'A page of facts'), ...problems(...SIGNED_IN, 'bad_cursor', 'invalid_input') },
});

const add = createRoute({
  method: 'post',
  path: '/api/facts',
  operationId: 'rememberFact',
  summary: 'Remember something, at once',
  tags,
  ...asRole('operator'),
  request: bodyOf(z.object({ text: z.string().max(10_000), agentKey: z.string().max(60).nullable().optional() })),
  responses: {
    201: json(z.object({ id: z.string(), known: z.boolean() }), 'It is remembered; `known` says that it was before'),
    ...problems(...SIGNED_IN, ...WITH_BODY, 'secret_literal', 'agent_missing', 'facts_full'),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/api/facts/{id}',
  operationId: 'forgetFact',
  summary: 'Delete a fact for good, together with the cards that listed it',
  tags,
  ...asRole('operator'),
  request: { params: IdParam },
  responses: { 200: json(z.object({ removed: z.boolean() }), 'It is gone'), ...problems(...SIGNED_IN, 'fact_missing') },
});

const factOf = ({ id, text, agentKey, personName, proposalId, createdAt }: FactRow): FactInfo => ({
  id,
  text: visibleBlock(text),
  agentKey,
  by: personName === null ? null : visible(personName),
  proposalId,
  at: createdAt.toISOString(),
});

/** What is remembered: people see all of it, add to it and delete from it. */
export const factRoutes = ({ heart, receive }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { database } = heart;

  app.openapi(list, async (c) => {
    const { agent, q: words, cursor, limit } = c.req.valid('query');
    const of = agent === undefined || agent === '' ? undefined : agent === 'common' ? ('common' as const) : { agent };
    const found = await listFacts(database.db, { projectId: c.get('actor').projectId, of, words, cursor, limit });
    return found.ok ? c.json({ items: found.value.items.map(factOf), next: found.value.next }, 200) : problem(c, found.error);
  });

  app.openapi(add, async (c) => {
    const actor = c.get('actor');
    const { text, agentKey = null } = c.req.valid('json');
    if (agentKey !== null && !(await receive.agents.find(actor.projectId, agentKey))) return problem(c, { code: 'agent_missing' });
    const kept = await remember(database, actor, { text, agentKey });
    return kept.ok ? c.json(kept.value, 201) : problem(c, kept.error);
  });

  app.openapi(remove, async (c) => {
    const { id } = c.req.valid('param');
    if (!isUuid(id)) return problem(c, { code: 'fact_missing' });
    const gone = await forget(database, c.get('actor'), id);
    return gone.ok ? c.json({ removed: true }, 200) : problem(c, gone.error);
  });

  return app;
};
