import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { mintApiKey } from '../../db/access.ts';
import { type KeyRow, listKeys } from '../../db/read/keys.ts';
import { ROLES, roleAtLeast } from '../../db/states.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { visible } from '../../dispatch/visible.ts';
import { bodyOf, json, problem, problems, type Trouble } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { proposeAlone } from '../propose-alone.ts';
import { ApiKey, Approval, page } from '../schemas.ts';
import { IdParam } from './list-query.ts';

const tags = ['keys'];

const list = createRoute({
  method: 'get',
  path: '/api/keys',
  operationId: 'listKeys',
  summary: 'API keys that work or wait for their secret to be fetched',
  tags,
  ...asRole('admin'),
  responses: { 200: json(page(ApiKey), 'All of them'), ...problems(...SIGNED_IN) },
});

const create = createRoute({
  method: 'post',
  path: '/api/keys',
  operationId: 'proposeKey',
  summary: 'Propose a key; its secret is fetched once it is approved',
  tags,
  ...asRole('viewer'),
  request: bodyOf(z.object({ name: z.string(), kind: z.enum(['service', 'personal']).default('service') })),
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES) },
});

const mint = createRoute({
  method: 'post',
  path: '/api/keys/{id}/secret',
  operationId: 'fetchKeySecret',
  summary: 'The secret of a key that you asked for and that was approved: once',
  tags,
  ...asRole('operator'),
  request: { params: IdParam, ...bodyOf(z.object({})) },
  responses: {
    200: json(z.object({ key: z.string() }), 'The key; it is shown this once'),
    ...problems(...SIGNED_IN, ...WITH_BODY, 'key_missing', 'wrong_state'),
  },
});

const revoke = createRoute({
  method: 'delete',
  path: '/api/keys/{id}',
  operationId: 'proposeRevocation',
  summary: 'Propose to revoke a key',
  tags,
  ...asRole('admin'),
  request: { params: IdParam },
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...HEART_CODES, 'key_missing') },
});

const Role = z.enum(ROLES);

const keyOf = ({ id, name, personId, person, maxRole, createdAt, pending }: KeyRow): ApiKey => ({
  id,
  name: visible(name),
  kind: personId === null ? 'service' : 'personal',
  person: person === null ? null : visible(person),
  role: Role.parse(maxRole),
  createdAt: createdAt.toISOString(),
  waiting: pending,
});

/** Whoever came in with less than the key may do would leave with more: the person alone is not enough. */
const problemWithMint = (key: KeyRow, actor: Actor): Trouble<'not_allowed' | 'wrong_state'> | undefined => {
  const theirs = actor.personId !== null && key.createdBy === actor.personId && roleAtLeast(actor.role, Role.parse(key.maxRole));
  if (!theirs) return { code: 'not_allowed', message: 'Only whoever asked for this key can fetch its secret.' };
  return key.pending ? undefined : { code: 'wrong_state', message: 'Its secret was fetched already. Revoke it and create another.' };
};

/** With what programs come in. Keys come and go by proposals; only the secret is handed over here, to whoever asked, once. */
export const keyRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { database } = heart;
  const find = async ({ projectId }: Actor, id: string) => (await listKeys(database.db, projectId)).find((key) => key.id === id);

  app.openapi(list, async (c) => {
    const keys = await listKeys(database.db, c.get('actor').projectId);
    return c.json({ items: keys.map(keyOf), next: null }, 200);
  });

  app.openapi(create, async (c) => {
    const input = c.req.valid('json');
    const proposed = await proposeAlone(heart, c.get('actor'), { tool: 'create_api_key', input, title: `Create the key ${input.name}` });
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  app.openapi(mint, async (c) => {
    const actor = c.get('actor');
    const key = await find(actor, c.req.valid('param').id);
    if (!key || actor.personId === null) return problem(c, { code: 'key_missing' });
    const wrong = problemWithMint(key, actor);
    if (wrong) return problem(c, wrong);
    const secret = await mintApiKey(database, { projectId: actor.projectId, keyId: key.id, personId: actor.personId });
    return secret ? c.json({ key: secret }, 200) : problem(c, { code: 'wrong_state', message: 'Its secret was fetched a moment ago.' });
  });

  app.openapi(revoke, async (c) => {
    const actor = c.get('actor');
    const key = await find(actor, c.req.valid('param').id);
    if (!key) return problem(c, { code: 'key_missing' });
    const wish = { tool: 'revoke_api_key', input: { name: key.name, key_id: key.id }, title: `Revoke the key ${key.name}` };
    const proposed = await proposeAlone(heart, actor, wish);
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  return app;
};
