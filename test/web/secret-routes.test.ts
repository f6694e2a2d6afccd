import { randomBytes } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { page, Secret } from '../../src/web/schemas.ts';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
let admin: string;
beforeAll(async () => {
  rig = await createWebRig({ logLevel: 'trace' });
  admin = await rig.keyOf(await rig.person('Ada', 'admin'));
});
afterAll(() => rig.stop());

const CANARY = `canary-${randomBytes(12).toString('hex')}`;

test('[secret] an admin gives a secret its value, and it comes out nowhere', async () => {
  const kept = await rig.read('/api/secrets/crm-key', Secret, { as: admin, method: 'PUT', json: { value: CANARY } });
  expect(kept.name).toBe('crm-key');
  const { items } = await rig.read('/api/secrets', page(Secret), { as: admin });
  expect(items.map(({ name }) => name)).toEqual(['crm-key']);
  expect((await rig.deps.secrets.read(rig.database.db, 'default', ['crm-key'])).get('crm-key')).toBe(CANARY);
  const said = JSON.stringify([kept, items]) + rig.lines.join('') + (await (await rig.ask('/api/events/export', { as: admin })).text());
  expect(said).not.toContain(CANARY);
});

test('only a person who is an admin may see names, set and remove', async () => {
  const operator = await rig.keyOf(await rig.person('Olga', 'approver'));
  for (const [path, method] of [
    ['/api/secrets', 'GET'],
    ['/api/secrets/crm-key', 'PUT'],
    ['/api/secrets/crm-key', 'DELETE'],
  ] as const) {
    const json = method === 'PUT' ? { json: { value: 'x' } } : {};
    expect(await rig.problem(path, { as: operator, method, ...json })).toMatchObject({ status: 403, code: 'not_allowed' });
    expect(await rig.problem(path, { as: null, method, ...json })).toMatchObject({ status: 401 });
  }
  const service = await rig.serviceKey('owner');
  expect(await rig.problem('/api/secrets/x', { as: service, method: 'PUT', json: { value: 'x' } })).toMatchObject({ code: 'not_allowed' });
});

test('what cannot be a secret is refused, and one that is not there cannot be removed', async () => {
  expect(await rig.problem('/api/secrets/Bad%20Name', { as: admin, method: 'PUT', json: { value: 'x' } })).toMatchObject({ status: 422 });
  expect(await rig.problem('/api/secrets/fine', { as: admin, method: 'PUT', json: { value: '' } })).toMatchObject({ status: 422 });
  expect(await rig.problem('/api/secrets/nobody', { as: admin, method: 'DELETE' })).toMatchObject({ status: 404, code: 'secret_missing' });
  expect(await rig.read('/api/secrets/crm-key', z.object({ removed: z.boolean() }), { as: admin, method: 'DELETE' })).toEqual({
    removed: true,
  });
});
