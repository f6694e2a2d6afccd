import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
beforeAll(async () => {
  rig = await createWebRig({ logLevel: 'trace' });
});
afterAll(() => rig.stop());

const random = (length: number) => randomBytes(length).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, length);

/** Sixty, in the shapes of real ones and in none. */
const canaries = Array.from({ length: 60 }, (_, i) => {
  const shapes = [
    `sk-ant-${random(40)}`,
    `xoxb-${random(30)}`,
    `ghp_${random(36)}`,
    `AKIA${random(16).toUpperCase()}`,
    `wilco_${random(43)}`,
    `hunter2-${random(12)}`,
  ];
  return shapes[i % shapes.length] ?? '';
});

/** Each way in that a secret could take: the parts of a request, on routes that answer, refuse, break and do not exist. */
const ways: ((secret: string) => Promise<Response>)[] = [
  (secret) => rig.ask('/api/me', { as: secret }),
  (secret) => rig.ask('/api/me', { cookie: secret }),
  (secret) =>
    rig.ask('/api/me', {
      headers: { authorization: `Bearer ${secret}`, 'x-client-id': secret, 'user-agent': secret, referer: `http://x/${secret}` },
    }),
  (secret) => rig.ask('/api/me', { headers: { host: `${secret}.example` } }),
  (secret) => rig.ask('/api/me', { as: rig.ownerKey, headers: { origin: `http://${secret}.example` } }),
  (secret) => rig.ask(`/api/me?token=${secret}`, { as: rig.ownerKey }),
  (secret) => rig.ask(`/${secret}`),
  (secret) => rig.ask(`/api/${secret}`, { as: rig.ownerKey }),
  (secret) => rig.ask(`/t/${secret}#${secret}`),
  (secret) => rig.ask(`/api/approvals/${secret}`, { as: rig.ownerKey }),
  (secret) => rig.ask(`/api/approvals?status=${secret}`, { as: rig.ownerKey }),
  (secret) => rig.ask(`/api/approvals?cursor=${secret}`, { as: rig.ownerKey }),
  (secret) => rig.ask(`/api/threads/${secret}`, { as: rig.ownerKey }),
  (secret) => rig.ask('/api/sign-in', { json: { token: secret, name: secret } }),
  (secret) => rig.ask('/api/sign-in/look', { json: { token: secret } }),
  (secret) => rig.ask('/api/room/messages', { as: rig.ownerKey, json: { text: secret, threadId: secret } }),
  (secret) => rig.ask('/api/room/messages', { as: rig.ownerKey, json: { text: `keep ${secret}`, clientId: secret } }),
  (secret) =>
    rig.ask('/api/room/messages', { as: rig.ownerKey, raw: `{"text":"${secret}`, headers: { 'content-type': 'application/json' } }),
  (secret) => rig.ask('/api/room/messages', { as: rig.ownerKey, raw: secret, headers: { 'content-type': secret } }),
  (secret) => rig.ask('/api/tasks', { as: rig.ownerKey, json: { title: secret, [secret]: secret } }),
  (secret) => rig.ask('/api/tasks', { as: rig.ownerKey, json: { title: `plain ${secret}` } }),
  (secret) => rig.ask('/api/people', { as: rig.ownerKey, json: { name: secret, role: secret } }),
  (secret) =>
    rig.ask('/api/approvals/bulk', {
      as: rig.ownerKey,
      json: { approve: [{ id: secret, revision: 1, digest: secret }], reject: [{ id: secret, revision: 1, reason: secret }] },
    }),
  (secret) => rig.ask('/api/events', { as: rig.ownerKey, method: 'HEAD', headers: { 'last-event-id': secret } }),
];

test('[quiet] a link and a cookie that are handed out are not in the log, and no key is in an answer', async () => {
  const made = await rig.ask(`/api/people/${rig.installed.ownerId}/link`, { as: rig.ownerKey, json: {} });
  const { url } = (await made.json()) as { url: string };
  const token = url.split('#token=')[1] ?? '';
  const entered = await rig.ask('/api/sign-in', { json: { token } });
  const cookie = /wilco_session=([^;]+)/.exec(entered.headers.get('set-cookie') ?? '')?.[1] ?? '';
  expect(cookie).toHaveLength(43);
  for (const path of [
    '/api/me',
    '/api/people',
    '/admin/metrics',
    '/metrics',
    '/api/events/export',
    '/status',
    '/openapi.json',
    '/api/approvals',
    '/api/threads',
  ]) {
    const text = await (await rig.ask(path, { as: rig.ownerKey })).text();
    for (const secret of [rig.ownerKey, token, cookie]) expect(text.includes(secret), path).toBe(false);
  }
  const log = rig.lines.join('');
  for (const secret of [rig.ownerKey, token, cookie]) expect(log.includes(secret)).toBe(false);
});

test('[quiet] of sixty secrets sent by every way in, none is in the log', async () => {
  for (const secret of canaries) for (const way of ways) await way(secret);
  expect(rig.lines.length).toBeGreaterThan(canaries.length * ways.length - 1);
  const log = rig.lines.join('');
  expect(canaries.filter((secret) => log.toLowerCase().includes(secret.toLowerCase()))).toEqual([]);
});

test('[quiet] an error that nobody expected says nothing of what it was about, in answer or log', async () => {
  const secret = `hunter2-${random(20)}`;
  // The driver's own error quotes the query with its parameters.
  await rig.sql('alter table wilco.messages rename to messages_away');
  const lines = rig.lines.length;
  const answer = await rig.problem('/api/room/messages', { as: rig.ownerKey, json: { text: secret } });
  await rig.sql('alter table wilco.messages_away rename to messages');
  expect(answer).toMatchObject({ status: 500, code: 'internal' });
  expect(answer.body.detail).toMatch(/under the id [0-9a-f-]{36}\.$/);
  const logged = rig.lines.slice(lines).map((line) => JSON.parse(line) as { msg: string; id?: string; code?: string; frames?: string[] });
  const crashed = logged.filter((line) => line.msg === 'request.crashed');
  expect(crashed).toHaveLength(1);
  expect(answer.body.detail).toContain(crashed[0]?.id);
  expect(crashed[0]?.code).toBe('42P01');
  expect(crashed[0]?.frames?.length).toBeGreaterThan(0);
  expect(rig.lines.slice(lines).join('')).not.toContain(secret);
  expect(JSON.stringify(answer.body)).not.toContain(secret);
});

test("a client's name for itself comes back as it was, and only if it is one", async () => {
  const good = await rig.ask('/status', { headers: { 'x-client-id': 'deploy-bot:7' } });
  expect(good.headers.get('x-client-id')).toBe('deploy-bot:7');
  for (const bad of ['x'.repeat(65), 'a b', 'a"b', '<script>', 'ä'])
    expect((await rig.ask('/status', { headers: { 'x-client-id': bad } })).headers.get('x-client-id'), bad).toBeNull();
});
