import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openModel } from '../../src/agents/model/open.ts';
import { configOf, DIALECTS, type Dialect } from '../fakes/model/dialects.ts';
import { type Behave, events, type RawServer, rawServer, status } from '../fakes/model/raw-server.ts';
import { ANA, chainOver } from '../fakes/model/rig.ts';
import { ask } from './ask.ts';

let server: RawServer;
beforeAll(async () => {
  server = await rawServer(status(500));
});
afterAll(() => server.stop());
beforeEach(() => {
  server.received.length = 0;
});

const ORDER = 'create a task to water the plants';
/** What the grammar makes of the same words: Backup answered. */
const BY_GRAMMAR = { kind: 'calls', calls: [{ tool: 'create_task', input: { title: 'water the plants' } }] };

const route = async (dialect: Dialect, behave: Behave, options: { timeoutMs?: number; text?: string; model?: string } = {}) => {
  server.behave(behave);
  const { timeoutMs = 5000, text = ORDER, model = 'm' } = options;
  const chain = chainOver(await openModel(configOf(dialect, server.url, { timeoutMs, model })), { timeoutMs });
  const began = performance.now();
  const answered = await chain.router.route(ask(text, { by: ANA }));
  return { answered, chain, ms: performance.now() - began };
};

/** As much of an answer as this share of its frames, and then the end, or a cut. */
const part =
  (frames: readonly string[], share: number, cut: 'end' | 'reset'): Behave =>
  (answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.write(frames.slice(0, Math.max(1, Math.floor(frames.length * share))).join(''), () => {
      if (cut === 'end') answer.end();
      else setTimeout(() => answer.socket?.resetAndDestroy(), 20);
    });
  };

const garbage =
  (body: string, type = 'text/event-stream'): Behave =>
  (answer) => {
    answer.writeHead(200, { 'content-type': type });
    answer.end(body);
  };

const endless: Behave = async (answer) => {
  answer.writeHead(200, { 'content-type': 'text/event-stream' });
  const piece = `data: ${'x'.repeat(65_000)}\n\n`;
  for (let sent = 0; sent < 160 && !answer.destroyed; sent += 1) await new Promise((resolve) => answer.write(piece, resolve));
  answer.end();
};

const drip =
  (frames: readonly string[]): Behave =>
  async (answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const frame of frames) {
      if (answer.destroyed) return;
      answer.write(frame);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    answer.end();
  };

const call = (dialect: Dialect, raw: string, stop: 'calls' | 'length' = 'calls') =>
  events(dialect.say({ calls: [{ name: 'create_task', raw }], stop }));

type Case = { what: string; behave: (dialect: Dialect) => Behave; code: string; requests?: number; timeoutMs?: number };

const CASES: Case[] = [
  { what: '429 that says when to come back', behave: () => status(429, { 'retry-after': '60' }), code: 'rate_limit', requests: 1 },
  { what: '429 that passes too late', behave: () => status(429, { 'retry-after': '1' }), code: 'rate_limit', requests: 2 },
  { what: '500', behave: () => status(500), code: 'overloaded', requests: 2 },
  { what: '529', behave: () => status(529), code: 'overloaded', requests: 2 },
  { what: '401', behave: () => status(401), code: 'auth', requests: 1 },
  { what: '404 for its model', behave: () => status(404), code: 'invalid_request', requests: 1 },
  { what: 'an error page', behave: () => garbage('<html>oops</html>', 'text/html'), code: 'bad_output' },
  { what: 'garbage for events', behave: () => garbage('data: {"a":\n\ndata: ]\n\n'), code: 'bad_output' },
  { what: 'bytes that are no text', behave: () => garbage('\u0000\u0001\uFFFD'), code: 'bad_output' },
  { what: 'nothing at all', behave: () => garbage(''), code: 'bad_output' },
  { what: '10 MB', behave: () => endless, code: 'bad_output' },
  { what: 'a redirect', behave: () => status(302, { location: 'http://127.0.0.1:1/' }), code: 'network' },
  { what: 'an answer cut short', behave: (dialect) => part(dialect.say({ text: 'x'.repeat(99) }), 0.5, 'end'), code: 'network' },
  {
    what: 'a connection reset in mid-answer',
    behave: (dialect) => part(dialect.say({ text: 'x'.repeat(99) }), 0.5, 'reset'),
    code: 'network',
  },
  { what: 'a connection reset at once', behave: () => (answer) => void answer.socket?.resetAndDestroy(), code: 'network', requests: 2 },
  { what: 'half a call', behave: (dialect) => call(dialect, '{"title":"wat'), code: 'bad_output' },
  { what: 'a call that lost its end to the limit', behave: (dialect) => call(dialect, '{"title":"water"}', 'length'), code: 'bad_output' },
  { what: 'an empty answer', behave: (dialect) => events(dialect.say({})), code: 'bad_output' },
  { what: 'silence', behave: () => () => undefined, code: 'timeout', timeoutMs: 600 },
  { what: 'a drip', behave: (dialect) => drip(dialect.say({ text: 'x'.repeat(99) })), code: 'timeout', timeoutMs: 600 },
];

describe.for(DIALECTS)('$provider', (dialect) => {
  test.for(CASES)('for $what the grammar answers in time and says why', async ({ behave, code, requests, timeoutMs = 5000 }) => {
    const { answered, chain, ms } = await route(dialect, behave(dialect), { timeoutMs });
    expect(answered).toMatchObject(BY_GRAMMAR);
    expect(answered.notice).toMatch(/^Answered without the model: it /);
    expect(answered.model).toBeUndefined();
    expect(chain.meter.ended.map(({ outcome }) => outcome)).toEqual([code]);
    expect(chain.heard.map((error) => error?.code)).toEqual([code]);
    // Generous to a busy machine: what it rules out is an answer that waits for the model.
    expect(ms).toBeLessThan(timeoutMs + 20_000);
    if (requests !== undefined) expect(server.received.length).toBe(requests);
    // Codes and ids, and nothing of what was said.
    expect(chain.lines.join('')).not.toMatch(/water|plants/);
  });

  test('what passes within two seconds is tried again, once', async () => {
    const said = events(dialect.say({ text: 'Which plants?' }));
    const { answered } = await route(dialect, (answer, received, nth) =>
      nth === 1 ? status(429, { 'retry-after': '1' })(answer, received, nth) : said(answer, received, nth),
    );
    expect(answered).toEqual({ kind: 'text', say: 'Which plants?', model: 'm' });
    expect(server.received.length).toBe(2);
  });

  test('what was shown in part is not asked for again', async () => {
    await route(dialect, part(dialect.say({ text: 'x'.repeat(99) }), 0.5, 'reset'));
    expect(server.received.length).toBe(1);
  });

  test('a refusal is said, and not passed on', async () => {
    const { answered, chain } = await route(dialect, events(dialect.say({ stop: 'refusal', text: 'no' })));
    expect(answered).toMatchObject({ kind: 'text', say: expect.stringMatching(/declined/) });
    expect(chain.meter.ended.map(({ outcome }) => outcome)).toEqual(['refusal']);
  });

  test('when nobody waits any more, it stops at once and answers nothing', async () => {
    server.behave(() => undefined);
    const chain = chainOver(await openModel(configOf(dialect, server.url)));
    const given = new AbortController();
    setTimeout(() => given.abort(new Error('the job is lost')), 50);
    await expect(chain.router.route(ask(ORDER, { by: ANA, signal: given.signal }))).rejects.toThrow('the job is lost');
    expect(chain.meter.ended.map(({ outcome }) => outcome)).toEqual(['aborted']);
    expect(chain.heard).toEqual([]);
  });

  test('an answer of several actions becomes all of them', async () => {
    const calls = ['roses', 'tulips', 'lilies'].map((title) => ({ name: 'create_task', input: { title } }));
    const { answered } = await route(dialect, events(dialect.say({ calls })));
    expect(answered).toMatchObject({ kind: 'calls', calls: calls.map(({ input }) => ({ tool: 'create_task', input })) });
  });

  test('text and the names of actions are heard while they come', async () => {
    const heard: string[] = [];
    server.behave(
      events(dialect.say({ text: 'A moment', calls: [{ name: 'create_task', input: { title: 'a' } }, { name: 'evil\u202e' }] })),
    );
    const chain = chainOver(await openModel(configOf(dialect, server.url)));
    await chain.router.route(ask(ORDER, { by: ANA, onText: (delta) => heard.push(delta), onCall: (name) => heard.push(`→ ${name}`) }));
    expect(heard.filter((one) => !one.startsWith('→')).join('')).toBe('A moment');
    expect(heard.filter((one) => one.startsWith('→'))).toEqual(['→ create_task']);
  });

  test('a text longer than any answer is cut', async () => {
    const { answered } = await route(dialect, events(dialect.say({ text: 'long '.repeat(4000) })));
    expect(answered.kind === 'text' && answered.say.length).toBe(4001);
  });

  test('nothing is printed, whatever the library thinks of it', async () => {
    const printed: string[] = [];
    const write = process.stderr.write.bind(process.stderr);
    const { log, warn, error } = console;
    const keep = (...args: unknown[]) => void printed.push(args.join(' '));
    Object.assign(console, { log: keep, warn: keep, error: keep });
    process.stderr.write = ((text: string) => printed.push(text) > 0) as typeof process.stderr.write;
    try {
      await route(dialect, events(dialect.say({ text: 'Yes.' })));
      await route(dialect, status(500));
      await route(dialect, garbage('data: {"a":\n\n'));
    } finally {
      process.stderr.write = write;
      Object.assign(console, { log, warn, error });
    }
    expect(printed).toEqual([]);
  });
});
