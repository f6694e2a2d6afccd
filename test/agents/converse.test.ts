import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConverseRequest, Turn } from '../../src/agents/model/converse.ts';
import { openConverser } from '../../src/agents/model/open-converser.ts';
import type { Offer } from '../../src/agents/model/port.ts';
import { configOf, DIALECTS, type Dialect } from '../fakes/model/dialects.ts';
import { events, type RawServer, rawServer, status } from '../fakes/model/raw-server.ts';

const schema = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'], additionalProperties: false };
const offers: Offer[] = [{ name: 'note', description: 'Writes a note', schema, strict: false, core: true }];
const TURNS: Turn[] = [
  { role: 'told', text: 'Keep the minutes.' },
  { role: 'model', text: 'I look.', calls: [{ id: 'call_0_0', name: 'note', input: { text: 'a' } }] },
  { role: 'results', results: [{ id: 'call_0_0', name: 'note', text: 'It is a card now.' }] },
];
const request = (more: Partial<ConverseRequest> = {}): ConverseRequest => ({
  model: null,
  system: 'Be brief.',
  turns: TURNS,
  offers,
  maxTokens: 700,
  signal: AbortSignal.timeout(8000),
  ...more,
});

let raw: RawServer;
const mock = new LLMock({ port: 0 });
beforeAll(async () => {
  raw = await rawServer(status(500));
  mock.onMessage(/minutes/, { toolCalls: [{ name: 'note', arguments: '{"text":"from the emulator"}' }] });
  await mock.start();
});
afterAll(async () => {
  await raw.stop();
  await mock.stop();
});

describe.for(DIALECTS)('$provider', (one) => {
  const dialect = one as Dialect;
  const over = (url: string) => openConverser(configOf(dialect, url, { model: 'm-1' }));
  const answering = async (frames: readonly string[]) => {
    raw.received.length = 0;
    raw.behave(events(frames));
    return (await over(raw.url)).converse(request());
  };

  test('earlier calls and their answers are sent as such, with a limit, and nothing else is decided for us', async () => {
    const usage = { inputTokens: 10, cacheReadTokens: 5, outputTokens: 3 };
    const said = await answering(dialect.say({ text: 'Hm.', calls: [{ name: 'note', input: { text: 'b' } }], usage }));
    expect(said).toMatchObject({ ok: true, value: { text: 'Hm.', calls: [{ name: 'note', input: { text: 'b' } }], cut: false, usage } });
    const [sent, ...more] = raw.received;
    expect(more).toEqual([]);
    expect(sent?.path).toBe(dialect.path);
    const body = JSON.stringify(sent?.body);
    for (const part of ['Be brief.', 'Keep the minutes.', 'I look.', 'call_0_0', 'It is a card now.']) expect(body).toContain(part);
    expect(sent?.body).toMatchObject({ max_tokens: 700, stream: true, model: 'm-1' });
  });

  test('a call that lost its end, or is no object, comes without arguments; so does the last of an answer that was cut', async () => {
    const half = await answering(
      dialect.say({
        calls: [
          { name: 'note', raw: '{"text":"b' },
          { name: 'note', raw: '[1]' },
        ],
      }),
    );
    expect(half).toMatchObject({
      ok: true,
      value: {
        calls: [
          { name: 'note', input: undefined },
          { name: 'note', input: undefined },
        ],
      },
    });
    const cut = await answering(dialect.say({ calls: [{ name: 'note', input: { text: 'pay 1' } }], stop: 'length' }));
    expect(cut).toMatchObject({ ok: true, value: { cut: true, calls: [{ name: 'note', input: undefined }] } });
  });

  test('a name that was never offered is handed on as it was called', async () => {
    expect(await answering(dialect.say({ calls: [{ name: 'launch', input: {} }] }))).toMatchObject({
      ok: true,
      value: { calls: [{ name: 'launch' }] },
    });
  });

  test('what fails has its code, and is asked once', async () => {
    const codeAt = async (code: number) => {
      raw.received.length = 0;
      raw.behave(status(code));
      const answered = await (await over(raw.url)).converse(request());
      expect(raw.received).toHaveLength(1);
      return answered.ok ? 'ok' : answered.error.code;
    };
    expect([await codeAt(401), await codeAt(429), await codeAt(500), await codeAt(400)]).toEqual([
      'auth',
      'rate_limit',
      'overloaded',
      'invalid_request',
    ]);
    expect(await answering(dialect.say({ text: 'I will not.', stop: 'refusal' }))).toMatchObject({ ok: false, error: { code: 'refusal' } });
    expect(await answering(dialect.say({ text: 'half of it' }).slice(0, 3))).toMatchObject({ ok: false, error: { code: 'network' } });
    const gone = AbortSignal.abort(new Error('stopped'));
    expect(await (await over(raw.url)).converse(request({ signal: gone }))).toMatchObject({ ok: false, error: { code: 'aborted' } });
  });

  test('an emulator that others wrote is understood', async () => {
    const said = await (await over(mock.url)).converse(request({ turns: TURNS.slice(0, 1) }));
    expect(said).toMatchObject({ ok: true, value: { calls: [{ name: 'note', input: { text: 'from the emulator' } }] } });
  });
});

test('Claude keeps the rules and the last turn for the next step', async () => {
  const [claude] = DIALECTS;
  if (!claude) throw new Error('no dialect');
  raw.received.length = 0;
  raw.behave(events(claude.say({ text: 'ok' })));
  await (await openConverser(configOf(claude, raw.url))).converse(request());
  const body = raw.received[0]?.body as { system: { cache_control?: object }[]; messages: { content: { cache_control?: object }[] }[] };
  expect(body.system.at(-1)?.cache_control).toEqual({ type: 'ephemeral' });
  expect(body.messages.at(-1)?.content.at(-1)?.cache_control).toEqual({ type: 'ephemeral' });
});
