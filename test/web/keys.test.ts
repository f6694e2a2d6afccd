import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../src/dispatch/actor.ts';
import { ApiKey, Approval, Me, page } from '../../src/web/schemas.ts';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
let ada: Actor;
let adas: string;
let bob: string;
beforeAll(async () => {
  rig = await createWebRig();
  ada = await rig.person('Ada', 'admin');
  adas = await rig.keyOf(ada);
  bob = await rig.keyOf(await rig.person('Bob', 'admin'));
});
afterAll(() => rig.stop());

const Secret = z.object({ key: z.string() });

/** A key that Ada asked for and Bob approved. */
const created = async (name: string, kind: 'service' | 'personal'): Promise<ApiKey> => {
  const wish = await rig.read('/api/keys', Approval, { as: adas, json: { name, kind }, status: 202 });
  expect(wish).toMatchObject({ actionType: 'create_api_key', status: 'proposed', riskLevel: 'high' });
  await rig.read(`/api/approvals/${wish.id}/approve`, Approval, { as: bob, json: { revision: wish.revision, digest: wish.digest } });
  expect(await rig.step(wish.id)).toBe('settled');
  const { items } = await rig.read('/api/keys', page(ApiKey), { as: adas });
  return ApiKey.parse(items.find((key) => key.name === name));
};

test('a key is proposed, approved, and its secret fetched once by whoever asked for it', async () => {
  const key = await created('deploy-bot', 'service');
  expect(key).toMatchObject({ kind: 'service', person: null, role: 'operator', waiting: true });
  const path = `/api/keys/${key.id}/secret`;
  expect(await rig.problem(path, { as: bob, json: {} })).toMatchObject({ status: 403, code: 'not_allowed' });
  const both = await Promise.all([1, 2, 3].map(() => rig.ask(path, { as: adas, json: {} })));
  expect(both.map((answer) => answer.status).sort()).toEqual([200, 409, 409]);
  const given = both.find((answer) => answer.status === 200);
  const { key: secret } = Secret.parse(await given?.json());
  expect(await rig.read('/api/tasks', Approval, { as: secret, json: { title: 'by the bot' }, status: 202 })).toMatchObject({
    proposedBy: 'deploy-bot',
  });
  expect(await rig.problem(path, { as: adas, json: {} })).toMatchObject({ status: 409, code: 'wrong_state' });
  const everywhere = await rig.fingerprint();
  expect(everywhere).not.toContain(secret);
  expect(rig.lines.join('')).not.toContain(secret);
});

test('[person] nobody leaves with a key that may do more than what they came in with', async () => {
  const key = await created('my laptop', 'personal');
  expect(key).toMatchObject({ kind: 'personal', person: 'Ada', role: 'admin' });
  const path = `/api/keys/${key.id}/secret`;
  for (const lesser of ['viewer', 'operator', 'approver'] as const)
    expect(await rig.problem(path, { as: await rig.keyOf(ada, lesser), json: {} }), lesser).toMatchObject({
      status: 403,
      code: 'not_allowed',
    });
  expect(await rig.problem(path, { as: await rig.serviceKey('owner'), json: {} })).toMatchObject({ status: 404, code: 'key_missing' });
  const { key: secret } = await rig.read(path, Secret, { as: adas, json: {} });
  expect((await rig.read('/api/me', Me, { as: secret })).person).toMatchObject({ name: 'Ada', role: 'admin' });
});

test('a key is revoked by a proposal, and then stops working', async () => {
  const key = await created('short-lived', 'personal');
  const { key: secret } = await rig.read(`/api/keys/${key.id}/secret`, Secret, { as: adas, json: {} });
  const wish = await rig.read(`/api/keys/${key.id}`, Approval, { as: adas, method: 'DELETE', status: 202 });
  expect(wish).toMatchObject({ actionType: 'revoke_api_key', params: { name: 'short-lived', key_id: key.id } });
  expect((await rig.ask('/api/me', { as: secret })).status).toBe(200);
  await rig.read(`/api/approvals/${wish.id}/approve`, Approval, { as: bob, json: { revision: 1, digest: wish.digest } });
  await rig.step(wish.id);
  expect(await rig.problem('/api/me', { as: secret })).toMatchObject({ status: 401, code: 'key_unknown' });
  expect(await rig.problem(`/api/keys/${key.id}`, { as: adas, method: 'DELETE' })).toMatchObject({ status: 404, code: 'key_missing' });
});

test('keys are shown to admins alone, and never with what opens the door', async () => {
  expect(await rig.problem('/api/keys', { as: await rig.keyOf(await rig.person('Ana', 'approver')) })).toMatchObject({
    status: 403,
    code: 'not_allowed',
  });
  const text = await (await rig.ask('/api/keys', { as: adas })).text();
  expect(text).toContain('deploy-bot');
  expect(text).not.toMatch(/hash|wilco_/i);
});
