import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createEgress, type EgressOptions, type Outgoing } from '../../src/tools/egress/client.ts';
import { canonicalUrl, readPlace, readTarget } from '../../src/tools/egress/target.ts';
import { type FakeHttp, startFakeHttp, startTrap } from '../fakes/http.ts';
import { hostileUrls, leadsAway, NAMES } from './hostile-urls.ts';

let trap: Awaited<ReturnType<typeof startTrap>>;
let friend: FakeHttp;
beforeAll(async () => {
  trap = await startTrap();
  friend = await startFakeHttp();
});
afterEach(() => {
  friend.answer((_request, response) => response.end('ok'));
  friend.heard.length = 0;
});
afterAll(async () => {
  await trap.stop();
  await friend.stop();
});

const lookup = async (host: string): Promise<readonly string[]> => NAMES[host] ?? ['127.0.0.1'];

/** Sends it with every place allowed that anybody could mean by it: what then holds is the address alone. */
const send = (url: string, more: Partial<Outgoing> = {}, options: EgressOptions = {}) => {
  const target = readTarget(url);
  const allowed = target.ok ? [target.value.place] : [];
  const egress = createEgress({ lookup, timeoutMs: 2000, ...options });
  const outgoing = {
    method: 'GET',
    url,
    headers: {},
    allowed,
    signal: new AbortController().signal,
    beforeDispatch: async () => undefined,
  };
  return egress.send({ ...outgoing, ...more });
};
const toFriend = (path: string, more: Partial<Outgoing> = {}, options: EgressOptions = {}) =>
  send(`http://${friend.place}${path}`, more, { openPrivate: new Set([friend.place]), ...options });

test('[egress] of more than 300 hostile addresses none reaches this machine, though the policy allows their hosts', async () => {
  const urls = hostileUrls(trap.port);
  expect(urls.length).toBeGreaterThanOrEqual(300);
  const dispatched: string[] = [];
  const reached: string[] = [];
  for (const url of urls) {
    const answer = await send(url, { beforeDispatch: async () => void dispatched.push(url) });
    if (answer.ok || !answer.error.notDispatched) reached.push(url);
  }
  expect({ dispatched, reached, hits: trap.hits() }).toEqual({ dispatched: [], reached: [], hits: 0 });
});

test('the trap springs for whoever does connect', async () => {
  const before = trap.hits();
  const answer = await send(`http://127.0.0.1:${trap.port}/`, {}, { openPrivate: new Set([`127.0.0.1:${trap.port}`]) });
  expect(answer).toMatchObject({ ok: true, value: { status: 200 } });
  expect(trap.hits()).toBe(before + 1);
});

test('[egress] a name that answers a public address and then a private one is asked once, and only what it answered is connected to', async () => {
  const before = trap.hits();
  let asked = 0;
  const rebinding = async () => {
    asked += 1;
    // Nobody listens there: a packet to it goes out, or finds no way out, and no answer comes in time.
    return asked === 1 ? ['1.2.3.4'] : ['127.0.0.1'];
  };
  const answer = await send(`http://rebind.example:${trap.port}/`, {}, { lookup: rebinding, timeoutMs: 300 });
  expect(answer).toMatchObject({ ok: false, error: { notDispatched: true } });
  expect({ asked, hits: trap.hits() }).toEqual({ asked: 1, hits: before });
});

test('[egress] an answer that leads elsewhere is an answer, and nobody follows it', async () => {
  const before = trap.hits();
  const answers = leadsAway(trap.port);
  for (const { status, headers } of answers) {
    friend.answer((_request, response) => response.writeHead(status, headers).end());
    const answer = await toFriend('/start', { headers: { authorization: 'Bearer canary' } });
    expect(answer).toMatchObject({ ok: true, value: { status } });
  }
  expect(friend.heard).toHaveLength(answers.length);
  expect(trap.hits()).toBe(before);
});

test('[egress] a host that the policy does not name is refused before its name is looked up', async () => {
  let asked = 0;
  const counting = async () => {
    asked += 1;
    return ['127.0.0.1'];
  };
  const near = [
    'api.example.com.evil.example',
    'xapi.example.com',
    'example.com',
    'api.example.com:8080',
    'api.example.co',
    'API.EXAMPLE.COM.evil',
  ];
  for (const host of near) {
    const answer = await send(`http://${host}/`, { allowed: ['api.example.com'] }, { lookup: counting });
    expect(answer, host).toMatchObject({ ok: false, error: { code: 'host_not_allowed', notDispatched: true } });
  }
  expect(asked).toBe(0);
  for (const same of ['API.example.COM', 'api.example.com.', 'api.example.com:80', 'api。example。com'])
    expect(await send(`http://${same}/`, { allowed: ['api.example.com'] }), same).toMatchObject({
      ok: false,
      error: { code: 'address_private' },
    });
});

test('a request arrives as it was written, with the host that was asked for', async () => {
  const sent = await toFriend('/hook?x=1', { method: 'POST', headers: { 'x-one': 'two' }, body: '{"a":"ä"}' });
  expect(sent).toMatchObject({ ok: true, value: { status: 200, body: { complete: true } } });
  expect(friend.heard).toMatchObject([
    {
      method: 'POST',
      url: '/hook?x=1',
      body: '{"a":"ä"}',
      headers: { host: friend.place, 'x-one': 'two', 'user-agent': 'Wilco', connection: 'close' },
    },
  ]);
});

test('a header cannot break out of its line', async () => {
  const answer = await toFriend('/', { headers: { 'x-one': 'two\r\nx-three: four' } });
  expect(answer).toMatchObject({ ok: false, error: { code: 'request_invalid', notDispatched: true } });
  expect(friend.heard).toEqual([]);
});

test('every request goes over a connection of its own', async () => {
  const ports = new Set<number | undefined>();
  friend.answer((request, response) => {
    ports.add(request.socket.remotePort);
    response.writeHead(200, { connection: 'keep-alive' }).end('ok');
  });
  for (let i = 0; i < 5; i += 1) await toFriend('/');
  expect(ports.size).toBe(5);
});

test('an answer is read up to the limit, packed or not, and one that breaks off keeps its status', async () => {
  const limit = { largest: 1000 };
  friend.answer((_request, response) => response.end(randomBytes(5000)));
  expect(await toFriend('/', {}, limit)).toMatchObject({ ok: true, value: { status: 200, body: { complete: false } } });
  friend.answer((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000))));
  expect(await toFriend('/', {}, { largest: 10_000 })).toMatchObject({ ok: true, value: { status: 200, body: undefined } });
  friend.answer((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello')));
  const small = await toFriend('/', {}, limit);
  expect(small.ok && small.value.body?.bytes.toString()).toBe('hello');
  friend.answer((_request, response) => {
    response.writeHead(201, { 'content-length': 100 }).write('half');
    setTimeout(() => response.destroy(), 20);
  });
  expect(await toFriend('/')).toMatchObject({ ok: true, value: { status: 201, body: { complete: false } } });
});

test('what is lost after the first byte is not said to be undone; what never connected is', async () => {
  friend.answer((request) => request.socket.destroy());
  expect(await toFriend('/')).toMatchObject({ ok: false, error: { code: 'reply_lost', notDispatched: false } });
  friend.answer(() => undefined);
  expect(await toFriend('/', {}, { timeoutMs: 150 })).toMatchObject({
    ok: false,
    error: { code: 'reply_timed_out', notDispatched: false },
  });
  friend.answer((request) => request.socket.end('garbage\r\n\r\n'));
  expect(await toFriend('/')).toMatchObject({ ok: false, error: { code: 'reply_lost', notDispatched: false } });
  const closed = await startFakeHttp();
  await closed.stop();
  const nobody = await send(`http://${closed.place}/`, {}, { openPrivate: new Set([closed.place]) });
  expect(nobody).toMatchObject({ ok: false, error: { code: 'connect_failed', notDispatched: true } });
  const plain = await send(`https://${friend.place}/`, {}, { openPrivate: new Set([friend.place]) });
  expect(plain).toMatchObject({ ok: false, error: { code: 'tls_failed', notDispatched: true } });
  const nowhere = await send('https://nowhere.example/', {}, { lookup: async () => Promise.reject(new Error('ENOTFOUND')) });
  expect(nowhere).toMatchObject({ ok: false, error: { code: 'host_unknown', notDispatched: true } });
  const never = await send('https://slow.example/', {}, { lookup: () => new Promise(() => undefined), timeoutMs: 50 });
  expect(never).toMatchObject({ ok: false, error: { code: 'connect_timed_out', notDispatched: true } });
});

test('the last look before the first byte can still stop it, and nothing was sent then', async () => {
  class Stopped extends Error {}
  const stop = async () => Promise.reject(new Stopped());
  await expect(toFriend('/', { beforeDispatch: stop })).rejects.toBeInstanceOf(Stopped);
  const open = connect(friend.port, '127.0.0.1');
  await new Promise((ready) => open.once('connect', ready));
  open.destroy();
  expect(friend.heard).toEqual([]);
});

test('an address has one spelling, and reads the same in it', () => {
  const same: Record<string, string> = {
    'HTTPS://Api.Example.COM': 'https://api.example.com/',
    'https://api.example.com.:443/a/../b#part': 'https://api.example.com/b',
    'http://bücher.example/': 'http://xn--bcher-kva.example/',
    'http://2130706433/': 'http://127.0.0.1/',
    'https://[2606:4700:0:0::1111]/': 'https://[2606:4700::1111]/',
    'https://api.example.com/?key=secret:crm': 'https://api.example.com/?key=secret:crm',
  };
  for (const [written, shown] of Object.entries(same)) {
    expect(canonicalUrl(written)).toBe(shown);
    expect(canonicalUrl(shown)).toBe(shown);
  }
});

test('a policy names a host, and its port where that is not the usual one; patterns and paths are none', () => {
  const places: Record<string, string> = {
    'API.example.com': 'api.example.com',
    'api.example.com.': 'api.example.com',
    'api.example.com:443': 'api.example.com',
    'api.example.com:80': 'api.example.com',
    'api.example.com:8443': 'api.example.com:8443',
    'bücher.example': 'xn--bcher-kva.example',
    '[2606:4700::1111]:8080': '[2606:4700::1111]:8080',
  };
  for (const [written, place] of Object.entries(places)) expect(readPlace(written)).toEqual({ ok: true, value: place });
  const refused = [
    '*.example.com',
    '*',
    '*.com',
    '*.co.uk',
    'api.*.com',
    'https://api.example.com',
    'api.example.com/x',
    'a b.example',
    'x@y.example',
    '',
    'a..b',
    '.',
    'a:b',
  ];
  for (const written of refused) expect(readPlace(written).ok, written).toBe(false);
});
