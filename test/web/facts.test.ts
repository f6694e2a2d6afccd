import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FactInfo } from '../../src/web/fact-schemas.ts';
import { page } from '../../src/web/schemas.ts';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
beforeAll(async () => {
  rig = await createWebRig();
});
afterAll(() => rig.stop());

const Kept = z.object({ id: z.string(), known: z.boolean() });
const facts = (query = '') => rig.read(`/api/facts${query}`, page(FactInfo));

test('facts are added, filtered, searched, paged and deleted', async () => {
  const add = (text: string, agentKey?: string) =>
    rig.read('/api/facts', Kept, { json: { text, ...(agentKey ? { agentKey } : {}) }, status: 201 });
  for (let i = 0; i < 5; i += 1) await add(`Fact number ${i}`);
  const own = await add('Write short', 'note-taker');
  expect(await add('write SHORT', 'note-taker')).toEqual({ id: own.id, known: true });
  const first = await facts('?limit=4');
  const rest = await facts(`?limit=4&cursor=${first.next}`);
  expect([...first.items, ...rest.items].map(({ text }) => text)).toEqual([
    'Write short',
    ...[4, 3, 2, 1, 0].map((i) => `Fact number ${i}`),
  ]);
  expect((await facts('?agent=common')).items).toHaveLength(5);
  expect((await facts('?agent=note-taker')).items).toMatchObject([{ text: 'Write short', by: 'Owner', agentKey: 'note-taker' }]);
  expect((await facts('?q=NUMBER+3')).items).toMatchObject([{ text: 'Fact number 3' }]);
  await rig.read(`/api/facts/${own.id}`, z.object({ removed: z.literal(true) }), { method: 'DELETE' });
  expect(await rig.problem(`/api/facts/${own.id}`, { as: rig.ownerKey, method: 'DELETE' })).toMatchObject({
    status: 404,
    code: 'fact_missing',
  });
});

test('[memory] a secret, an unknown agent, several lines and another project are refused, and a viewer reads alone', async () => {
  const viewer = await rig.keyOf(await rig.person('Vera', 'viewer'));
  const as = rig.ownerKey;
  const code = async (json: unknown, key = as) => (await rig.problem('/api/facts', { as: key, json })).code;
  expect(await code({ text: 'xoxb-1234567890-abcdefghij' })).toBe('secret_literal');
  expect(await code({ text: 'x', agentKey: 'nobody' })).toBe('agent_missing');
  expect(await code({ text: 'one\ntwo' })).toBe('invalid_input');
  expect(await code({ text: ' ' })).toBe('invalid_input');
  expect(await code({ text: 'x' }, viewer)).toBe('not_allowed');
  await rig.database.db.execute(`insert into wilco.projects (id, name, time_zone) values ('other', 'Other', 'UTC')`);
  const { rows } = await rig.database.db.execute<{ id: string }>(
    `insert into wilco.facts (project_id, text) values ('other', 'theirs') returning id`,
  );
  expect((await rig.problem(`/api/facts/${rows[0]?.id}`, { as, method: 'DELETE' })).code).toBe('fact_missing');
  expect((await facts('?q=theirs')).items).toEqual([]);
  expect((await rig.problem('/api/facts?cursor=nonsense', { as })).code).toBe('bad_cursor');
});
