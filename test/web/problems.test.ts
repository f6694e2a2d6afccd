import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHealth } from '../../src/bot/health.ts';
import { openDatabase } from '../../src/db/client.ts';
import { createApp } from '../../src/web/app.ts';
import type { WebDeps } from '../../src/web/deps.ts';
import { PROBLEM_CODES, STATUS, sentenceOf } from '../../src/web/problems.ts';
import { Problem, Status } from '../../src/web/schemas.ts';
import { createWebRig, PUBLIC_URL, type WebRig } from './rig.ts';

let rig: WebRig;
beforeAll(async () => {
  rig = await createWebRig();
});
afterAll(() => rig.stop());

test('every code has a status and a sentence of its own that a person can read', () => {
  expect(PROBLEM_CODES.length).toBeGreaterThan(45);
  for (const code of PROBLEM_CODES) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(STATUS[code]).toBeGreaterThanOrEqual(400);
    expect(sentenceOf(code), code).toMatch(/^[A-Z].{10,}\.$/);
  }
  const sentences = PROBLEM_CODES.map(sentenceOf);
  expect(new Set(sentences).size).toBe(sentences.length);
});

test('what is not there is a problem, in JSON, under the API and elsewhere', async () => {
  for (const path of ['/nothing', '/api/nothing', '/api/approvals/x/nothing', '/admin', '/assets/none.js'])
    expect(await rig.problem(path, { as: rig.ownerKey }), path).toMatchObject({ status: 404, code: 'not_found' });
  const missing: [string, string][] = [
    ['/api/approvals/nothing', 'proposal_missing'],
    ['/api/approvals/00000000-0000-4000-8000-000000000000', 'proposal_missing'],
    ['/api/threads/nothing', 'thread_missing'],
    ["/api/threads/room:'x:y", 'thread_missing'],
    ['/api/tasks/nothing', 'task_missing'],
    ['/api/tasks/00000000-0000-4000-8000-000000000000', 'task_missing'],
  ];
  for (const [path, code] of missing) expect(await rig.problem(path, { as: rig.ownerKey }), path).toMatchObject({ status: 404, code });
  expect(
    await rig.problem('/api/room/messages', { as: rig.ownerKey, json: { text: 'x', threadId: 'room:conversations:none' } }),
  ).toMatchObject({ code: 'thread_missing' });
  expect(await rig.problem('/api/tasks/nothing/events', { as: rig.ownerKey, json: { text: 'x' } })).toMatchObject({ code: 'task_missing' });
  for (const verb of ['approve', 'reject', 'edit', 'withdraw', 'retry', 'settle'])
    expect(
      await rig.problem(`/api/approvals/nothing/${verb}`, {
        as: rig.ownerKey,
        json: { revision: 1, digest: 'x', reason: 'x', params: {}, outcome: 'leave' },
      }),
      verb,
    ).toMatchObject({ status: 404, code: 'proposal_missing' });
});

test('a wrong query or body names its fields; a wrong cursor is told so', async () => {
  for (const path of ['/api/approvals', '/api/threads', '/api/tasks', '/api/people'])
    for (const cursor of [
      'x',
      'AAAA',
      Buffer.from('1~x').toString('base64url'),
      Buffer.from("1~'; drop table x").toString('base64url'),
      Buffer.from('99999999999999999999~x').toString('base64url'),
    ]) {
      const answer = await rig.ask(`${path}?cursor=${cursor}`, { as: rig.ownerKey });
      expect([200, 400], `${path} ${cursor}`).toContain(answer.status);
      if (path !== '/api/threads') expect(Problem.parse(await answer.json()).code).toBe('bad_cursor');
    }
  expect((await rig.problem('/api/approvals?status=maybe', { as: rig.ownerKey })).body.fields).toMatchObject([{ name: 'status' }]);
  for (const limit of ['0', '201', '-1', 'x', '1.5', '1e9'])
    expect((await rig.problem(`/api/threads?limit=${limit}`, { as: rig.ownerKey })).body.fields, limit).toMatchObject([{ name: 'limit' }]);
  const approving = await rig.problem('/api/approvals/x/approve', { as: rig.ownerKey, json: {} });
  expect(approving).toMatchObject({ status: 422, code: 'invalid_input' });
  expect(approving.body.fields?.map((field) => field.name)).toEqual(['revision', 'digest']);
  const many = await rig.problem('/api/approvals/bulk', { as: rig.ownerKey, json: { approve: Array.from({ length: 5000 }, () => ({})) } });
  expect(many.status).toBe(422);
  expect(many.body.fields?.length).toBeLessThanOrEqual(50);
});

test('approving without the digest of what was shown, or with another, decides nothing', async () => {
  const { id, digest } = await rig.proposed(rig.owner, { text: 'exactly this' }, 'note_own');
  const as = await rig.keyOf(await rig.person('Ana', 'approver'));
  const path = `/api/approvals/${id}/approve`;
  expect(await rig.problem(path, { as, json: { revision: 1 } })).toMatchObject({ status: 422 });
  expect(await rig.problem(path, { as, json: { digest } })).toMatchObject({ status: 422 });
  expect(await rig.problem(path, { as, json: { revision: 1, digest: digest.toUpperCase() } })).toMatchObject({
    status: 409,
    code: 'digest_mismatch',
  });
  expect(await rig.problem(path, { as, json: { revision: 2, digest } })).toMatchObject({ status: 409, code: 'stale_revision' });
  expect(await rig.problem(path, { json: { revision: 1, digest } })).toMatchObject({ status: 401 });
  expect(await rig.stateOf(id)).toBe('proposed');
  const both = await Promise.all([1, 2, 3, 4, 5].map(() => rig.ask(path, { as, json: { revision: 1, digest } })));
  expect(both.map((answer) => answer.status).sort()).toEqual([200, 409, 409, 409, 409]);
});

test('a secret in a task or a comment is refused before it is stored', async () => {
  const secret = `ghp_${'a1'.repeat(18)}`;
  expect(await rig.problem('/api/tasks', { as: rig.ownerKey, json: { title: `use ${secret}` } })).toMatchObject({
    status: 422,
    code: 'secret_literal',
  });
  const [task] = await rig.sql<{ id: string }>(
    `insert into wilco.tasks (project_id, title, priority) values ('default', 'A task', 5) returning id`,
  );
  expect(await rig.problem(`/api/tasks/${task?.id}/events`, { as: rig.ownerKey, json: { text: secret } })).toMatchObject({
    code: 'secret_literal',
  });
  expect(
    await rig.sql(
      `select 1 from wilco.threads where title like '%${secret}%' union select 1 from wilco.task_notes where text like '%${secret}%'`,
    ),
  ).toEqual([]);
});

const withDatabase = (url: string): WebDeps => {
  const database = openDatabase(url, { max: 2, onIdleError: () => undefined });
  const heart = { ...rig.heart, database };
  const health = createHealth({ database, signals: rig.signals, queueDepth: rig.queue.depth, modelMissing: null, surfaces: () => [] });
  return { ...rig.deps, heart, health, receive: { ...rig.deps.receive, database } };
};

test('while the database is away everything says so and nothing is lost, and the status still answers', async () => {
  const app = createApp(withDatabase('postgres://nobody@127.0.0.1:1/nothing'));
  for (const [path, init] of [
    ['/api/me', {}],
    ['/api/events', {}],
    ['/metrics', {}],
    ['/api/room/messages', { method: 'POST', body: '{"text":"keep me"}' }],
    ['/api/sign-in', { method: 'POST', body: '{"token":"x"}' }],
  ] as const) {
    const headers = { 'x-api-key': 'some-key-some-key-some-key', 'content-type': 'application/json' };
    const answer = await app.fetch(new Request(`${PUBLIC_URL}${path}`, { ...init, headers }));
    expect(answer.status, path).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    const body = Problem.parse(await answer.json());
    expect(body).toMatchObject({ code: 'database_down', detail: expect.stringMatching(/nothing is lost.*try again/i) });
  }
  const status = await app.fetch(new Request(`${PUBLIC_URL}/status`));
  expect(status.status).toBe(200);
  expect(Status.parse(await status.json())).toMatchObject({ mode: 'offline', database: { ok: false } });
  app.stop();
});

test('a database that takes connections and never answers does not hold the status up', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const address = silent.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const app = createApp(withDatabase(`postgres://nobody@127.0.0.1:${port}/nothing`));
  const began = performance.now();
  const answers = await Promise.all(Array.from({ length: 50 }, () => app.fetch(new Request(`${PUBLIC_URL}/status`))));
  expect(performance.now() - began).toBeLessThan(20_000);
  for (const answer of answers) expect(Status.parse(await answer.json()).mode).toBe('offline');
  app.stop();
  silent.close();
});

test('asking for the status in a loop asks the database four times a second at most', async () => {
  let looks = 0;
  const app = createApp({
    ...rig.deps,
    health: () => {
      looks += 1;
      return rig.deps.health();
    },
  });
  const began = performance.now();
  for (let i = 0; i < 500; i += 1) await app.fetch(new Request(`${PUBLIC_URL}/status`));
  expect(looks).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - began) / 250));
  app.stop();
});

test('status says which of the two it is: no worker, or no model', async () => {
  const deps = {
    ...rig.deps,
    health: async () => ({ ...(await rig.deps.health()), mode: 'backup' as const, reason: 'No model is connected.', workers: 1 }),
  };
  const app = createApp(deps);
  const answer = await app.fetch(new Request(`${PUBLIC_URL}/status`));
  expect(Status.parse(await answer.json())).toMatchObject({ mode: 'backup', reason: 'No model is connected.', workers: 1 });
  app.stop();
});
