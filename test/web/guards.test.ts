import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressesOf } from '../../src/web/addresses.ts';
import { measureJson } from '../../src/web/json-text.ts';
import { createWebRig, PUBLIC_URL, type WebRig } from './rig.ts';

let rig: WebRig;
let cookie: string;
beforeAll(async () => {
  rig = await createWebRig();
  cookie = await rig.cookieOf(rig.owner);
});
afterAll(() => rig.stop());

const SAME = { origin: PUBLIC_URL };

test('a name that is not ours is not answered to, whoever asks for whatever', async () => {
  const names = [
    'evil.example',
    'evil.example:3000',
    '127.0.0.1:3001',
    '127.0.0.1',
    'localhost.:3000',
    'localhost:3000.evil.example',
    '0.0.0.0:3000',
    '127.0.0.1:3000@evil.example',
    '',
  ];
  for (const host of names)
    for (const path of ['/', '/status', '/api/me', '/openapi.json', '/assets/x.js'])
      expect(await rig.problem(path, { as: rig.ownerKey, headers: { host } }), `${host} ${path}`).toMatchObject({
        status: 421,
        code: 'host_not_allowed',
      });
});

test('every name of this machine and the public one is answered to', async () => {
  for (const host of ['127.0.0.1:3000', 'localhost:3000', 'LOCALHOST:3000', '[::1]:3000'])
    expect((await rig.ask('/api/me', { as: rig.ownerKey, headers: { host } })).status, host).toBe(200);
  const behind = addressesOf({ host: '10.0.0.5', port: 3000 }, 'https://wilco.example.com');
  for (const host of ['wilco.example.com', 'wilco.example.com:443', 'Wilco.Example.com', '10.0.0.5:3000', '127.0.0.1:3000'])
    expect(behind.answersTo(host), host).toBe(true);
  for (const host of ['wilco.example.com:80', 'example.com', '10.0.0.6:3000', 'wilco.example.com.evil.example'])
    expect(behind.answersTo(host), host).toBe(false);
  const standard = addressesOf({ host: '127.0.0.1', port: 80 }, 'http://127.0.0.1');
  for (const host of ['localhost', '127.0.0.1:80', '127.0.0.1']) expect(standard.answersTo(host), host).toBe(true);
  expect(addressesOf({ host: '::1', port: 3000 }, 'http://[::1]:3000').answersTo('[::1]:3000')).toBe(true);
});

test('only pages of this very address may change anything', () => {
  const local = addressesOf({ host: '127.0.0.1', port: 3000 }, 'http://127.0.0.1:3000');
  expect(local.mayActFrom('http://127.0.0.1:3000', '127.0.0.1:3000')).toBe(true);
  expect(local.mayActFrom('http://localhost:3000', 'localhost:3000')).toBe(true);
  for (const origin of [
    'http://localhost:3000',
    'http://127.0.0.1:5173',
    'https://127.0.0.1:3001',
    'null',
    '',
    'http://evil.example',
    'http://127.0.0.1:3000.evil.example',
    'file://',
    'http://',
  ])
    if (origin !== 'http://localhost:3000') expect(local.mayActFrom(origin, '127.0.0.1:3000'), origin).toBe(false);
  expect(local.mayActFrom('http://localhost:3001', 'localhost:3000')).toBe(false);
  const secured = addressesOf({ host: '127.0.0.1', port: 443 }, 'https://wilco.example.com');
  expect(secured.mayActFrom('https://wilco.example.com', 'wilco.example.com')).toBe(true);
  expect(secured.mayActFrom('https://wilco.example.com', '127.0.0.1:443')).toBe(true);
  for (const origin of ['http://wilco.example.com', 'https://example.com', 'https://wilco.example.com:8443'])
    expect(secured.mayActFrom(origin, 'wilco.example.com'), origin).toBe(false);
});

test('a cookie changes nothing for a page elsewhere, nor for one that does not say where it is', async () => {
  const before = await rig.fingerprint();
  const refused = [
    {},
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:3001' },
    { origin: 'http://localhost:3000' },
    { origin: 'https://127.0.0.1:3000' },
    { ...SAME, host: 'localhost:3000', origin: 'http://localhost:3001' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ];
  for (const headers of refused)
    for (const path of ['/api/room/messages', '/api/system/kill', '/api/sign-out', '/api/people', '/nothing'])
      expect(await rig.problem(path, { cookie, json: { text: 'hello' }, headers }), `${JSON.stringify(headers)} ${path}`).toMatchObject({
        status: 403,
        code: 'origin_not_allowed',
      });
  expect(await rig.fingerprint()).toBe(before);
  expect((await rig.ask('/api/room/messages', { cookie, json: { text: 'hello' }, headers: SAME })).status).toBe(202);
});

test('a page elsewhere can neither read with a cookie nor sign anybody in', async () => {
  expect(await rig.problem('/api/me', { cookie, headers: { origin: 'http://evil.example' } })).toMatchObject({
    code: 'origin_not_allowed',
  });
  expect(await rig.problem('/api/sign-in', { json: { token: 'x' }, headers: { origin: 'http://evil.example' } })).toMatchObject({
    code: 'origin_not_allowed',
  });
  expect(await rig.problem('/api/sign-in', { json: { token: 'x' }, headers: { 'sec-fetch-site': 'cross-site' } })).toMatchObject({
    code: 'origin_not_allowed',
  });
  const answer = await rig.ask('/api/me', { cookie, headers: SAME });
  expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('a key needs no origin; one that is sent has to be ours', async () => {
  const json = { text: 'by a script' };
  expect((await rig.ask('/api/room/messages', { as: rig.ownerKey, json })).status).toBe(202);
  expect((await rig.ask('/api/room/messages', { as: rig.ownerKey, json, headers: SAME })).status).toBe(202);
  expect(await rig.problem('/api/room/messages', { as: rig.ownerKey, json, headers: { origin: 'http://evil.example' } })).toMatchObject({
    code: 'origin_not_allowed',
  });
});

test('every answer carries the headers that keep a browser in bounds', async () => {
  for (const path of ['/status', '/api/me', '/nothing', '/', '/openapi.json']) {
    const { headers } = await rig.ask(path);
    expect(headers.get('content-security-policy'), path).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('permissions-policy')).toContain('camera=()');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('strict-transport-security')).toBeNull();
  }
});

const as = () => rig.ownerKey;
const asJson = { 'content-type': 'application/json' };
const message = (bytes: number) => JSON.stringify({ text: 'x'.repeat(bytes - JSON.stringify({ text: '' }).length) });

const drip = (total: number): ReadableStream<Uint8Array> => {
  let left = total;
  return new ReadableStream({
    pull(controller) {
      const size = Math.min(left, 65_536);
      left -= size;
      if (size > 0) controller.enqueue(new Uint8Array(size).fill(0x20));
      else controller.close();
    },
  });
};

test('a body may be 1 MiB and not one byte more, whatever its length says', async () => {
  const path = '/api/room/messages';
  expect(await rig.problem(path, { as: as(), raw: message(1024 * 1024), headers: asJson })).toMatchObject({ code: 'message_too_long' });
  expect(await rig.problem(path, { as: as(), raw: message(1024 * 1024 + 1), headers: asJson })).toMatchObject({
    status: 413,
    code: 'body_too_large',
  });
  expect(await rig.problem(path, { as: as(), raw: drip(1024 * 1024 + 1), headers: asJson })).toMatchObject({
    status: 413,
    code: 'body_too_large',
  });
  expect(await rig.problem(path, { as: as(), raw: drip(10 * 1024 * 1024), headers: { ...asJson, 'content-length': '5' } })).toMatchObject({
    status: 413,
    code: 'body_too_large',
  });
  for (const other of ['/api/sign-in', '/api/sign-in/look', '/api/tasks', '/api/system/kill', '/api/approvals/bulk'])
    expect(await rig.problem(other, { as: as(), raw: drip(1024 * 1024 + 1), headers: asJson }), other).toMatchObject({
      status: 413,
      code: 'body_too_large',
    });
});

test('whoever is not signed in has no body read', async () => {
  let pulled = 0;
  const raw = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(1024));
    },
  });
  expect(await rig.problem('/api/room/messages', { raw, headers: asJson })).toMatchObject({ status: 401 });
  expect(pulled).toBeLessThan(3);
});

test('only JSON is taken', async () => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'application/json, text/plain',
    'application/json; charset=utf-16',
    'text/json',
    '',
  ])
    expect(
      await rig.problem('/api/room/messages', { as: as(), raw: '{"text":"a"}', headers: { 'content-type': type } }),
      type,
    ).toMatchObject({ status: 415, code: 'not_json' });
  for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8'])
    expect((await rig.ask('/api/room/messages', { as: as(), raw: '{"text":"a"}', headers: { 'content-type': type } })).status, type).toBe(
      202,
    );
});

test('what is not JSON, or not UTF-8, is told so', async () => {
  const bad: (string | Uint8Array<ArrayBuffer>)[] = [
    '{',
    '{"text":}',
    "{'text':'a'}",
    '{"text":"a"} more',
    'undefined',
    '{"text":"\u0000"}',
    '{"text":"\\x41"}',
    new Uint8Array([0x22, 0xff, 0xfe, 0x22]),
    new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]),
  ];
  for (const raw of bad)
    expect(await rig.problem('/api/room/messages', { as: as(), raw, headers: asJson }), String(raw)).toMatchObject({
      status: 400,
      code: 'bad_json',
    });
  for (const raw of ['"text"', '[]', 'null', '7', '{"text":7}', '{}'])
    expect(await rig.problem('/api/room/messages', { as: as(), raw, headers: asJson }), raw).toMatchObject({
      status: 422,
      code: 'invalid_input',
    });
});

test('NUL and half characters are refused wherever they stand', async () => {
  const escapes = ['\\u0000', '\\ud800', '\\udc00', 'a\\udfff\\ud800b'];
  for (const half of escapes)
    for (const raw of [`{"text":"${half}"}`, `{"text":"a","${half}":1}`, `{"text":"a","deep":[{"x":["${half}"]}]}`])
      expect(await rig.problem('/api/room/messages', { as: as(), raw, headers: asJson }), raw).toMatchObject({
        status: 400,
        code: 'text_unreadable',
      });
  expect((await rig.ask('/api/room/messages', { as: as(), raw: '{"text":"\\ud83d\\ude00"}', headers: asJson })).status).toBe(202);
});

test('deep and wide JSON is refused before it is parsed, and quickly', async () => {
  const deep = (levels: number) => `{"text":"a","x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  const wide = (keys: number) => `{"text":"a"${Array.from({ length: keys - 1 }, (_, i) => `,"k${i}":1`).join('')}}`;
  const path = '/api/room/messages';
  expect((await rig.ask(path, { as: as(), raw: deep(32), headers: asJson })).status).toBe(202);
  expect(await rig.problem(path, { as: as(), raw: deep(33), headers: asJson })).toMatchObject({ status: 400, code: 'json_too_deep' });
  expect((await rig.ask(path, { as: as(), raw: wide(10_000), headers: asJson })).status).toBe(202);
  expect(await rig.problem(path, { as: as(), raw: wide(10_001), headers: asJson })).toMatchObject({ status: 400, code: 'json_too_large' });
  expect(await rig.problem(path, { as: as(), raw: wide(100_000).slice(0, 1024 * 1024), headers: asJson })).toMatchObject({
    code: 'json_too_large',
  });
  expect(await rig.problem(path, { as: as(), raw: `{"text":[${'1,'.repeat(400_000)}1]}`, headers: asJson })).toMatchObject({
    code: 'json_too_large',
  });
  const began = performance.now();
  expect(measureJson('['.repeat(1024 * 1024))).toBe('json_too_deep');
  expect(measureJson(`"${'\\"'.repeat(500_000)}`)).toBeUndefined();
  expect(measureJson(`"${'[{:,'.repeat(200_000)}"`)).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(5000);
});

test('what a body says of prototypes and identities has no effect', async () => {
  const viewer = await rig.keyOf(await rig.person('Vera', 'viewer'));
  for (const raw of [
    '{"text":"a","__proto__":{"role":"owner"}}',
    '{"text":"a","actor":{"role":"owner"},"role":"owner","personId":"x","projectId":"other"}',
    '{"text":"a","constructor":{"prototype":{"role":"owner"}}}',
  ])
    expect(await rig.problem('/api/room/messages', { as: viewer, raw, headers: asJson })).toMatchObject({
      status: 403,
      code: 'not_allowed',
    });
  expect(({} as Record<string, unknown>).role).toBeUndefined();
});

test('twenty wrong links in a minute are enough from one address; right ones do not count', async () => {
  const other = await createWebRig();
  for (let i = 0; i < 5; i += 1) await other.cookieOf(other.owner);
  for (let i = 0; i < 20; i += 1)
    expect(await other.problem('/api/sign-in/look', { json: { token: `wrong ${i}` } })).toMatchObject({
      status: 404,
      code: 'link_unknown',
    });
  const blocked = await other.ask('/api/sign-in', { json: { token: 'wrong again' } });
  expect(blocked.status).toBe(429);
  expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0);
  await other.stop();
});
