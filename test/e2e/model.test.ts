import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { launch, makeHome, removeHome, startWilco, type Wilco } from './start.ts';

let home: string;
let wilco: Wilco;
let mock: LLMock;

const emulator = async (port = 0): Promise<LLMock> => {
  const made = new LLMock({ port });
  made.onMessage(/dusty/, { toolCalls: [{ name: 'create_task', arguments: JSON.stringify({ title: 'dust the shelves' }) }] });
  made.onMessage(/thirsty/, {
    toolCalls: [{ name: 'create_task', arguments: JSON.stringify({ title: 'water the plants', priority: 8 }) }],
  });
  made.onMessage(/.*/, { content: 'Which day do you mean?' });
  await made.start();
  return made;
};

const LIMIT_MS = 4000;

beforeAll(async () => {
  home = await makeHome();
  mock = await emulator();
  wilco = await startWilco(home, { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: mock.url, LLM_TIMEOUT_MS: String(LIMIT_MS) });
});
afterAll(async () => {
  await wilco.stop();
  await mock.stop();
  await removeHome(home);
});

type Message = { author: { kind: string }; text: string; writtenBy: string | null; proposalId?: string; card?: { title: string } };

/** Says something in a new thread; answers what came back. */
const say = async (text: string): Promise<Message[]> => {
  const sent = await wilco.api('POST', '/api/room/messages', { text });
  expect(sent.status).toBe(202);
  return eventually(async () => {
    const { body } = await wilco.api('GET', `/api/threads/${encodeURIComponent(String(sent.body.threadId))}`);
    const messages = body.messages as (Message & { status: string })[];
    return messages[0]?.status === 'processed' && messages.slice(1);
  });
};

const modeIs = (mode: string) =>
  eventually(async () => {
    const { body } = await wilco.api('GET', '/status');
    return body.mode === mode && body;
  });

test('a sentence that only a model understands becomes a card, and its words are marked', async () => {
  expect(await modeIs('live')).toMatchObject({ reason: null, model: { name: 'claude-sonnet-5-5', ok: true, okAt: expect.any(String) } });
  expect(await say('those plants look thirsty to me')).toMatchObject([{ proposalId: expect.any(String), text: '', writtenBy: null }]);
  expect(await say('and then?')).toMatchObject([{ text: 'Which day do you mean?', writtenBy: 'claude-sonnet-5-5' }]);
});

test('when the model dies, the grammar answers in time and says so; when it is back, so is the mode', async () => {
  const port = mock.port;
  await mock.stop();
  const began = performance.now();
  const answered = await say('create a task to mend the door');
  expect(performance.now() - began).toBeLessThan(LIMIT_MS + 20_000);
  expect(answered).toMatchObject([
    { proposalId: expect.any(String) },
    { text: 'Answered without the model: it cannot be reached.', writtenBy: null },
  ]);
  expect(await modeIs('backup')).toMatchObject({
    reason: expect.stringMatching(/cannot be reached/),
    model: { ok: false, okAt: expect.any(String) },
  });
  const [card] = await say('/status');
  expect(JSON.stringify(card?.card)).toMatch(/does not answer, last well at \d\d:\d\d UTC/);
  mock = await emulator(port);
  expect(await modeIs('live')).toMatchObject({ model: { ok: true } });
  expect(await say('the shelves are dusty')).toMatchObject([{ proposalId: expect.any(String) }]);
});

test('nothing of what was said or answered is in the log', () => {
  expect(wilco.output()).not.toMatch(/thirsty|Which day|test-key/);
});

test('half a configuration stops the start with a sentence', async () => {
  const { child, output } = launch({ WILCO_HOME: home, LLM_PROVIDER: 'openai', LLM_MODEL: 'm' });
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(1);
  expect(output()).toMatch(/OPENAI_API_KEY/);
});
