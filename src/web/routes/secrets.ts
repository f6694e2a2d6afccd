import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { KeptSecret } from '../../db/secrets.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, SIGNED_IN, WITH_BODY } from '../door.ts';
import { page, Secret } from '../schemas.ts';

const tags = ['secrets'];
const NameParam = z.object({ name: z.string().max(300) });

const list = createRoute({
  method: 'get',
  path: '/api/secrets',
  operationId: 'listSecrets',
  summary: 'The names of the secrets that are kept; their values come out nowhere',
  tags,
  ...asRole('admin'),
  responses: { 200: json(page(Secret), 'All of them'), ...problems(...SIGNED_IN) },
});

const set = createRoute({
  method: 'put',
  path: '/api/secrets/{name}',
  operationId: 'setSecret',
  summary: 'Give a secret its value, or another one; actions use it as secret:name',
  tags,
  ...asRole('admin'),
  request: { params: NameParam, ...bodyOf(z.object({ value: z.string() })) },
  responses: { 200: json(Secret, 'It is kept, encrypted'), ...problems(...SIGNED_IN, ...WITH_BODY) },
});

const remove = createRoute({
  method: 'delete',
  path: '/api/secrets/{name}',
  operationId: 'removeSecret',
  summary: 'Remove a secret; what uses it is blocked from then on',
  tags,
  ...asRole('admin'),
  request: { params: NameParam },
  responses: { 200: json(z.object({ removed: z.boolean() }), 'It is gone'), ...problems(...SIGNED_IN, 'secret_missing') },
});

const shown = ({ name, updatedAt }: KeptSecret): Secret => ({ name, updatedAt: updatedAt.toISOString() });

/** Secrets by name. A value goes in here or on the command line, never through a message: those stand in threads and on cards. */
export const secretRoutes = ({ heart, secrets }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { database } = heart;
  const find = async (projectId: string, name: string) => (await secrets.list(database.db, projectId)).find((one) => one.name === name);

  app.openapi(list, async (c) => {
    const kept = await secrets.list(database.db, c.get('actor').projectId);
    return c.json({ items: kept.map(shown), next: null }, 200);
  });

  app.openapi(set, async (c) => {
    const { projectId, personId } = c.get('actor');
    const { name } = c.req.valid('param');
    const kept = await secrets.set(database, { projectId, name, personId }, c.req.valid('json').value);
    if (!kept.ok) return problem(c, { code: 'invalid_input', message: kept.error.message });
    const found = await find(projectId, name);
    return c.json(shown(found ?? { name, updatedAt: new Date() }), 200);
  });

  app.openapi(remove, async (c) => {
    const { projectId, personId } = c.get('actor');
    const removed = await secrets.remove(database, { projectId, name: c.req.valid('param').name, personId });
    return removed ? c.json({ removed }, 200) : problem(c, { code: 'secret_missing' });
  });

  return app;
};
