import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '../../src/web/schemas.ts';
import { startWeb, type Web } from '../../src/web/server.ts';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
let web: Web;
let url: string;

const start = async (port = 0): Promise<Web> => {
  let address = '';
  const started = await startWeb({ ...rig.deps, publicUrl: () => address }, { host: '127.0.0.1', port });
  if (!started.ok) throw new Error(started.error.message);
  address = `http://127.0.0.1:${started.value.port}`;
  return started.value;
};

beforeAll(async () => {
  rig = await createWebRig();
  web = await start();
  url = `http://127.0.0.1:${web.port}`;
});
afterAll(async () => {
  await web.stop();
  await rig.stop();
});

/** What comes back over a plain connection until it is closed or the time is up. */
const raw = (write: (socket: Socket) => void, ms = 20_000): Promise<{ text: string; closedAfter: number | undefined }> =>
  new Promise((resolve) => {
    const began = performance.now();
    const socket = connect(web.port, '127.0.0.1');
    let text = '';
    const done = (closedAfter?: number) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, closedAfter });
    };
    const timer = setTimeout(() => done(), ms);
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => done(performance.now() - began));
    socket.on('connect', () => write(socket));
  });

const bodyOf = (text: string): Problem => Problem.parse(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)));

test('the real server answers, and knows its own address whatever its port', async () => {
  expect((await fetch(`${url}/status`)).status).toBe(200);
  expect((await fetch(`http://localhost:${web.port}/status`)).status).toBe(200);
  const evil = await raw((socket) => socket.write('GET /api/me HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n'));
  expect(evil.text).toMatch(/^HTTP\/1\.1 421 /);
  const absolute = await raw((socket) =>
    socket.write(`GET http://evil.example/status HTTP/1.1\r\nhost: 127.0.0.1:${web.port}\r\nconnection: close\r\n\r\n`),
  );
  expect(absolute.text).toMatch(/^HTTP\/1\.1 421 /);
});

test('what cannot be read as a request is answered as a problem', async () => {
  const garbage = await raw((socket) => socket.write('HELLO\r\n\r\n'));
  expect(garbage.text).toMatch(/^HTTP\/1\.1 400 /);
  expect(bodyOf(garbage.text)).toMatchObject({ code: 'bad_request' });
  const large = await raw((socket) =>
    socket.write(`GET /status HTTP/1.1\r\nhost: 127.0.0.1:${web.port}\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`),
  );
  expect(bodyOf(large.text)).toMatchObject({ status: 431, code: 'headers_too_large' });
  for (const head of ['GET /status HTTP/1.1', 'GET /%zz HTTP/1.1\r\nhost: 127.0.0.1:1', 'GET //evil.example/%00 HTTP/1.1\r\nhost: a b'])
    expect((await raw((socket) => socket.write(`${head}\r\nconnection: close\r\n\r\n`))).text, head).toMatch(/^HTTP\/1\.1 4\d\d /);
});

test('whoever sends headers a byte at a time, or nothing at all, is cut off', async () => {
  const drip = raw((socket) => {
    const dripping = setInterval(() => socket.write('x'), 200);
    socket.on('close', () => clearInterval(dripping));
    socket.write(`GET /status HTTP/1.1\r\nhost: 127.0.0.1:${web.port}\r\nx-slow: `);
  });
  const silent = raw(() => undefined);
  const [dripped, said] = await Promise.all([drip, silent]);
  expect(bodyOf(dripped.text)).toMatchObject({ status: 408, code: 'request_too_slow' });
  expect(dripped.closedAfter).toBeLessThan(60_000);
  expect(said.closedAfter).toBeLessThan(60_000);
});

test('two hundred slow senders keep nobody else waiting', async () => {
  const slow = Array.from({ length: 200 }, () => {
    const socket = connect(web.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST /api/room/messages HTTP/1.1\r\nhost: 127.0.0.1:${web.port}\r\nx-api-key: ${rig.ownerKey}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
    );
    return socket;
  });
  await sleep(200);
  for (let i = 0; i < 20; i += 1) expect((await fetch(`${url}/api/me`, { headers: { 'x-api-key': rig.ownerKey } })).status).toBe(200);
  for (const socket of slow) socket.destroy();
});

test('a chunked body beyond the limit is cut, however it is sent', async () => {
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const { text } = await raw((socket) => {
    socket.write(
      `POST /api/room/messages HTTP/1.1\r\nhost: 127.0.0.1:${web.port}\r\nx-api-key: ${rig.ownerKey}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    for (let i = 0; i < 64; i += 1) socket.write(chunk);
  }, 3000);
  expect(text).toMatch(/^HTTP\/1\.1 413 /);
  const declared = await raw(
    (socket) =>
      socket.write(
        `POST /api/room/messages HTTP/1.1\r\nhost: 127.0.0.1:${web.port}\r\nx-api-key: ${rig.ownerKey}\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n`,
      ),
    3000,
  );
  expect(declared.text).toMatch(/^HTTP\/1\.1 413 /);
});

test('bodies of every kind arrive whole over the real server', async () => {
  const headers = { 'x-api-key': rig.ownerKey, 'content-type': 'application/json' };
  const text = `ä €  ${'z'.repeat(200_000)}`;
  const sent = await fetch(`${url}/api/room/messages`, { method: 'POST', headers, body: JSON.stringify({ text }) });
  expect(sent.status).toBe(202);
  const { messageId } = (await sent.json()) as { messageId: string };
  const [row] = await rig.sql<{ text: string }>(`select text from wilco.messages where id = '${messageId}'`);
  expect(row?.text).toBe(text);
  expect((await fetch(`${url}/api/system/resume`, { method: 'POST', headers: { 'x-api-key': rig.ownerKey } })).status).toBe(200);
  expect((await fetch(`${url}/api/system/resume`, { method: 'POST', headers })).status).toBe(200);
});

test('a client that hangs up in mid-body is not an error of ours', async () => {
  const before = rig.lines.length;
  for (let i = 0; i < 10; i += 1)
    await raw((socket) => {
      socket.write(
        `POST /api/room/messages HTTP/1.1\r\nhost: 127.0.0.1:${web.port}\r\nx-api-key: ${rig.ownerKey}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"text":`,
      );
      setTimeout(() => socket.destroy(), 30);
    });
  await sleep(200);
  expect(rig.lines.slice(before).filter((line) => line.includes('crashed'))).toEqual([]);
});

test('a port that is taken, and an address that is not ours, are sentences', async () => {
  const taken = await startWeb(rig.deps, { host: '127.0.0.1', port: web.port });
  expect(taken).toMatchObject({ ok: false, error: { code: 'port_in_use' } });
  const elsewhere = await startWeb(rig.deps, { host: '192.0.2.1', port: 0 });
  expect(elsewhere).toMatchObject({ ok: false, error: { code: 'address_not_usable' } });
});

test('stopping ends streams and kept connections, lets what is under way finish, and frees the port', async () => {
  const other = await start();
  const at = `http://127.0.0.1:${other.port}`;
  const stream = await fetch(`${at}/api/events`, { headers: { 'x-api-key': rig.ownerKey } });
  const reader = stream.body?.getReader();
  expect((await reader?.read())?.done).toBe(false);
  const idle = connect(other.port, '127.0.0.1');
  idle.on('error', () => undefined);
  idle.write(`GET /status HTTP/1.1\r\nhost: 127.0.0.1:${other.port}\r\n\r\n`);
  await sleep(200);
  const under = fetch(`${at}/api/people`, { headers: { 'x-api-key': rig.ownerKey } });
  await sleep(2);
  const began = performance.now();
  const stopped = other.stop();
  expect((await under).status).toBe(200);
  await Promise.all([stopped, other.stop()]);
  expect(performance.now() - began).toBeLessThan(15_000);
  for (;;) {
    const read = await reader?.read().catch(() => undefined);
    if (!read || read.done) break;
  }
  const again = await start(other.port);
  await again.stop();
});
