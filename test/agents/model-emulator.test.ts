import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openModel } from '../../src/agents/model/open.ts';
import { configOf, DIALECTS, type Dialect } from '../fakes/model/dialects.ts';
import { ANA, chainOver } from '../fakes/model/rig.ts';
import { ask } from './ask.ts';

// The same behaviour from an emulator that others wrote: it knows how each provider answers without our having told it.
const mock = new LLMock({ port: 0 });
const task = (title: string) => ({ name: 'create_task', arguments: JSON.stringify({ title }) });

beforeAll(async () => {
  mock.onMessage(/several/, { toolCalls: [task('one'), task('two')] });
  mock.onMessage(/plants/, { toolCalls: [task('water the plants')] });
  mock.onMessage(/wrong/, { toolCalls: [{ name: 'create_task', arguments: '{"priority":77}' }] });
  mock.onMessage(/unknown/, { toolCalls: [{ name: 'launch_rocket', arguments: '{}' }] });
  mock.onMessage(/broken/, { content: 'a text that breaks off in the middle of it all' }, { latency: 30, truncateAfterChunks: 2 });
  mock.onMessage(/.*/, { content: 'Which day do you mean?' });
  await mock.start();
});
afterAll(() => mock.stop());
beforeEach(() => {
  mock.clearChaos();
  mock.clearRequests();
});

describe.for(DIALECTS)('$provider', (dialect) => {
  const chain = async (timeoutMs = 5000) =>
    chainOver(await openModel(configOf(dialect as Dialect, mock.url, { model: 'm', timeoutMs })), { timeoutMs });
  const route = async (text: string, timeoutMs?: number) => (await chain(timeoutMs)).router.route(ask(text, { by: ANA }));

  test('a text grows while it comes', async () => {
    const heard: string[] = [];
    const answered = await (await chain()).router.route(ask('hello there', { by: ANA, onText: (delta) => heard.push(delta) }));
    expect(answered).toEqual({ kind: 'text', say: 'Which day do you mean?', model: 'm' });
    expect(heard.length).toBeGreaterThan(1);
    expect(heard.join('')).toBe('Which day do you mean?');
  });

  test('one call, and several at once', async () => {
    expect(await route('the plants look dry')).toMatchObject({
      kind: 'calls',
      calls: [{ tool: 'create_task', input: { title: 'water the plants' } }],
    });
    expect(await route('several things')).toMatchObject({
      kind: 'calls',
      calls: [{ input: { title: 'one' } }, { input: { title: 'two' } }],
    });
  });

  test('wrong arguments and unknown actions become questions', async () => {
    expect(await route('something wrong')).toMatchObject({ kind: 'missing', tool: 'create_task' });
    expect(await route('an unknown thing')).toMatchObject({ kind: 'suggest' });
  });

  test.for([
    { chaos: { rateLimitRate: 1 }, why: /is rate-limited until \d\d:\d\d/ },
    { chaos: { dropRate: 1 }, why: /is overloaded/ },
    { chaos: { malformedRate: 1 }, why: /cannot be read/ },
    { chaos: { disconnectRate: 1 }, why: /cannot be reached/ },
    { chaos: { latencyMs: 20_000 }, why: /did not answer in time/, timeoutMs: 1000 },
  ])('under $chaos the grammar answers', async ({ chaos, why, timeoutMs }) => {
    mock.setChaos(chaos);
    const answered = await route('create a task to water the plants', timeoutMs);
    expect(answered).toMatchObject({ kind: 'calls', notice: expect.stringMatching(why) });
  });

  test('a stream that breaks off is no answer', async () => {
    const answered = await route('create a task to mend the broken door');
    expect(answered).toMatchObject({ kind: 'calls', notice: expect.stringMatching(/cannot be reached/) });
  });
});
