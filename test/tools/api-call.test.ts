import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { SHIPPED_POLICY } from '../../src/db/policy-document.ts';
import { createSecretStore } from '../../src/db/secrets.ts';
import { policies } from '../../src/db/tables/control.ts';
import { apiCall } from '../../src/tools/api-call.ts';
import { createEgress } from '../../src/tools/egress/client.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { type FakeHttp, startFakeHttp } from '../fakes/http.ts';
import { createToolRig, refusalOf, type ToolRig } from './rig.ts';

let rig: ToolRig;
let friend: FakeHttp;
let tool: Tool;
const secrets = createSecretStore(randomBytes(32));
const CANARY = 'canary "42" & more/ä';

beforeAll(async () => {
  rig = await createToolRig();
  friend = await startFakeHttp();
  tool = apiCall({ egress: createEgress({ openPrivate: new Set([friend.place]), timeoutMs: 500 }), secrets });
  const document = { ...SHIPPED_POLICY, allowedHosts: ['api.example.com', friend.place] };
  await rig.database.db.insert(policies).values({ projectId: 'default', version: 2, document });
  await secrets.set(rig.database, { projectId: 'default', name: 'crm-key', personId: null }, CANARY);
});
afterEach(() => {
  friend.heard.length = 0;
  friend.answer((_request, response) => response.end('ok'));
});
afterAll(async () => {
  await friend.stop();
  await rig.drop();
});

const parsed = (input: object) => tool.input.parse({ url: `http://${friend.place}/hook`, ...input });
const run = (input: object) => rig.run(tool, { url: `http://${friend.place}/hook`, ...input });
const blocked = (input: object) => tool.blocked?.(parsed(input), { db: rig.database.db, projectId: 'default' });

test('a call arrives as it stands on the card, and the answer comes back', async () => {
  friend.answer((_request, response) => response.writeHead(201, { 'content-type': 'application/json' }).end('{"id": 7}'));
  const done = await run({ method: 'POST', headers: 'X-Team: blue\n\nAccept: application/json', body: '{"a": 1}' });
  expect(done).toEqual({
    ok: true,
    value: { summary: `POST ${friend.place} answered 201. The answer:\n{"id": 7}`, data: { status: 201, bytes: 9, complete: true } },
  });
  expect(friend.heard).toMatchObject([
    {
      method: 'POST',
      url: '/hook',
      body: '{"a": 1}',
      headers: { 'x-team': 'blue', accept: 'application/json', 'content-type': 'application/json' },
    },
  ]);
});

test('the card says where it goes, what goes along, and what to look at twice', async () => {
  const { changes } = await rig.preview(tool, {
    url: 'http://xn--pple-43d.com/',
    method: 'POST',
    headers: 'authorization: Bearer secret:crm-key',
    body: 'hi',
  });
  expect(changes).toEqual([
    'Sends one POST request to xn--pple-43d.com',
    'Sends along: user-agent: Wilco, accept: */*, content-type: text/plain; charset=utf-8',
    'Puts in the value of secret:crm-key, for xn--pple-43d.com to read',
    'Goes unencrypted: whoever is on the way can read and change it',
    'Look closely: xn--pple-43d.com reads as аpple.com, written with Cyrillic letters, mixing writing systems: it may imitate another name',
  ]);
});

test('risk follows from the method, the secret and the host alone', () => {
  const risks: [object, string][] = [
    [{}, 'low'],
    [{ method: 'HEAD' }, 'low'],
    [{ method: 'POST' }, 'med'],
    [{ method: 'PUT' }, 'med'],
    [{ method: 'PATCH' }, 'med'],
    [{ method: 'DELETE' }, 'high'],
    [{ url: 'https://api.example.com/?key=secret:crm-key' }, 'med'],
    [{ url: 'http://api.example.com/?key=secret:crm-key' }, 'high'],
    [{ url: 'https://xn--pple-43d.com/' }, 'high'],
  ];
  for (const [input, risk] of risks) expect(tool.risk(parsed(input)), JSON.stringify(input)).toBe(risk);
});

test('[blocked] a host that is not allowed, an address inside and a secret without a value are named, with the way out', async () => {
  expect(await blocked({})).toBeUndefined();
  expect(await blocked({ url: 'https://new.example.com:8443/x' })).toEqual({
    why: 'Requests to new.example.com:8443 are not allowed yet. An admin can allow this host; that is a card of its own.',
    say: '/allow_host new.example.com:8443',
  });
  expect(await blocked({ url: 'http://169.254.169.254/latest' })).toMatchObject({
    why: expect.stringContaining('WILCO_EGRESS_PRIVATE=169.254.169.254'),
  });
  expect(await blocked({ url: 'http://2130706433:9/' })).not.toHaveProperty('say');
  const missing = await blocked({ url: 'https://new.example.com/', headers: 'authorization: secret:nobody', body: undefined });
  expect(missing?.why).toMatch(/not allowed yet.*The secret nobody has no value.*npm run secret -- set nobody/s);
});

test('[secret] a value goes in where its name stood, written for its place, and comes back nowhere', async () => {
  friend.answer((_request, response, { headers, url, body }) =>
    response.end(JSON.stringify({ headers, url, body, basic: Buffer.from(`:${CANARY}`).toString('base64') })),
  );
  const header = 'plain-42';
  await secrets.set(rig.database, { projectId: 'default', name: 'plain', personId: null }, header);
  const done = await run({
    url: `http://${friend.place}/hook?key=secret:crm-key&b=2`,
    method: 'POST',
    headers: 'Authorization: Bearer secret:plain',
    body: '{"token": "secret:crm-key"}',
  });
  expect(friend.heard).toMatchObject([
    {
      url: `/hook?key=${encodeURIComponent(CANARY)}&b=2`,
      headers: { authorization: `Bearer ${header}` },
      body: JSON.stringify({ token: CANARY }).replace(':', ': '),
    },
  ]);
  const said = JSON.stringify(done);
  for (const spelling of [
    CANARY,
    JSON.stringify(CANARY).slice(1, -1),
    encodeURIComponent(CANARY),
    header,
    Buffer.from(`:${CANARY}`).toString('base64'),
  ])
    expect(said).not.toContain(spelling);
  expect(said).toContain('Bearer secret:plain');
  friend.answer((_request, response) =>
    response.writeHead(302, { location: `http://elsewhere.example/?k=${encodeURIComponent(CANARY)}` }).end(),
  );
  expect(JSON.stringify(await run({ body: 'secret:crm-key', method: 'PUT' }))).not.toContain('canary');
});

test('a secret that would break out of its header is not sent', async () => {
  await secrets.set(rig.database, { projectId: 'default', name: 'broken', personId: null }, 'a\r\nx-evil: 1');
  expect(await run({ headers: 'x-key: secret:broken' })).toMatchObject({
    ok: false,
    error: { code: 'request_invalid', notDispatched: true },
  });
  expect(friend.heard).toEqual([]);
});

test('[outcome] a refusal is failed, a failure over there is unknown, and a redirect is not followed', async () => {
  const outcomes: [string, number, boolean | 'ok'][] = [
    ['POST', 204, 'ok'],
    ['POST', 400, true],
    ['POST', 404, true],
    ['POST', 429, true],
    ['POST', 500, false],
    ['POST', 503, false],
    ['GET', 302, true],
    ['POST', 302, false],
    ['POST', 307, true],
    ['DELETE', 308, true],
  ];
  for (const [method, status, expected] of outcomes) {
    friend.answer((_request, response) => response.writeHead(status, { location: 'http://elsewhere.example/' }).end());
    const done = await run({ method });
    expect(done.ok ? 'ok' : done.error.notDispatched, `${method} ${status}`).toBe(expected);
  }
  friend.answer((request) => request.socket.destroy());
  expect(await run({})).toMatchObject({ ok: false, error: { code: 'reply_lost', notDispatched: false } });
});

test('only the beginning of an answer is brought back, and only where it is text', async () => {
  friend.answer((_request, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(50_000)));
  const long = await run({});
  expect(long.ok && long.value.summary.length).toBeLessThan(2200);
  friend.answer((_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.alloc(3)));
  expect(await run({})).toMatchObject({
    ok: true,
    value: { summary: `GET ${friend.place} answered 200. The answer is 3 bytes of image/png.` },
  });
});

test('what is no call is refused with a sentence', () => {
  const refusals: [object, RegExp][] = [
    [{ url: 'ftp://api.example.com/' }, /beginning with https/],
    [{ url: 'https://user:pass@api.example.com/' }, /no place in an address/],
    [{ url: 'https://api.example.com/secret:crm-key' }, /in a header, in the body or behind/],
    [{ headers: 'Host: evil.example' }, /host is written by Wilco itself/],
    [{ headers: 'Transfer-Encoding: chunked' }, /written by Wilco itself/],
    [{ headers: 'no colon' }, /one header a line/],
    [{ headers: 'a: 1\nA: 2' }, /twice/],
    [{ headers: 'a: 1\rb: 2' }, /cannot hold/],
    [{ body: 'x' }, /carry no body/],
    [{ method: 'TRACE' }, /A method is one of/],
    [{ extra: 1 }, /.+/],
  ];
  for (const [input, sentence] of refusals)
    expect(refusalOf(tool, { url: 'https://api.example.com/', ...input }), JSON.stringify(input)).toMatch(sentence);
});
