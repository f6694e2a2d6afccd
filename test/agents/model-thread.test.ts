import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createBreaker } from '../../src/agents/breaker.ts';
import { createWatch } from '../../src/agents/watch.ts';
import { createHealth } from '../../src/bot/health.ts';
import type { Passing } from '../../src/db/signals.ts';
import { err, ok } from '../../src/result.ts';
import { type BotRig, createBotRig } from '../fakes/model/bot.ts';
import { fakeModel } from '../fakes/model/door.ts';

const model = fakeModel();
let rig: BotRig;
beforeAll(async () => {
  rig = await createBotRig(model);
});
afterAll(() => rig.stop());
beforeEach(() => {
  model.asked.length = 0;
  model.next(() => ({ text: 'Which one?' }));
});

const task = (input: object) => ({ calls: [{ name: 'create_task', input }] });
type Card = { id: string; state: string; revision: number; input_text: string };
const cardsIn = (threadId: string) =>
  rig.sql<Card>(`select p.id, p.state, p.revision, r.input_text from wilco.proposals p join wilco.revisions r on r.proposal_id = p.id and r.revision = p.revision
    where p.thread_id = '${threadId}' order by p.proposed_at`);

test('a call becomes a card, and what a model writes is marked as its', async () => {
  model.next(() => task({ title: 'water the plants' }));
  const { threadId, messages } = await rig.say('somebody should do something about those plants');
  expect(messages.map(({ authorKind, proposalId, text }) => [authorKind, proposalId !== null, text])).toEqual([
    ['person', false, 'somebody should do something about those plants'],
    ['wilco', true, ''],
  ]);
  expect(await cardsIn(threadId)).toMatchObject([{ state: 'proposed', revision: 1 }]);
  model.next(() => ({ text: 'Which plants do you mean?' }));
  const asked = await rig.say('and water them', { threadId });
  expect(asked.messages.at(-1)).toMatchObject({ text: 'Which plants do you mean?', authorName: 'claude-sonnet-5-5' });
});

test('the thread is the context: what was said, and the cards as they stand now', async () => {
  model.next(() => task({ title: 'paint the door' }));
  const { threadId } = await rig.say('the door needs paint');
  const [card] = await cardsIn(threadId);
  await rig.sql(`update wilco.proposals set state = 'withdrawn' where id = '${card?.id}'`);
  model.next(() => ({ text: 'Yes.' }));
  await rig.say('is it gone?', { threadId });
  const prompt = model.asked.at(-1)?.text ?? '';
  expect(prompt).toContain('the door needs paint');
  expect(prompt).toMatch(/"tool":"create_task".*paint the door.*"state":"withdrawn"/);
  expect(prompt).toContain('"name":"Owner"');
  await rig.say('something else');
  expect(model.asked.at(-1)?.text).not.toContain('paint');
});

test('a correction edits the card that waits, and says so', async () => {
  model.next(() => task({ title: 'call Ana', due_on: '2026-11-27' }));
  const { threadId } = await rig.say('create a task to call Ana on Friday');
  model.next(() => task({ title: 'call Ana', due_on: '2026-11-26' }));
  const { messages } = await rig.say('no, Thursday', { threadId });
  expect(messages.at(-1)?.text).toMatch(/changed the card above/);
  const cards = await cardsIn(threadId);
  expect(cards).toMatchObject([{ state: 'proposed', revision: 2, input_text: expect.stringContaining('2026-11-26') }]);
  // The same once more changes nothing.
  const again = await rig.say('no, Thursday', { threadId });
  expect(again.messages.at(-1)?.text).toMatch(/says so already/);
  expect(await cardsIn(threadId)).toMatchObject([{ revision: 2 }]);
});

test('a second wish of the same kind is a second card', async () => {
  model.next(() => task({ title: 'one' }));
  const { threadId } = await rig.say('a task: one');
  model.next(() => task({ title: 'two' }));
  await rig.say('and a task: two', { threadId });
  model.next(() => task({ title: 'three' }));
  await rig.say('no, also create a task: three', { threadId });
  expect((await cardsIn(threadId)).map(({ revision }) => revision)).toEqual([1, 1, 1]);
});

test("nobody's correction touches a card of somebody else, or one that is decided", async () => {
  const tom = await rig.person('Tom', 'operator');
  model.next(() => task({ title: 'mine' }));
  const { threadId } = await rig.say('a task of mine');
  model.next(() => task({ title: 'his' }));
  await rig.say('no, his', { threadId, actor: tom });
  expect((await cardsIn(threadId)).map(({ revision }) => revision)).toEqual([1, 1]);
  const [first] = await cardsIn(threadId);
  await rig.sql(`update wilco.proposals set state = 'withdrawn' where id = '${first?.id}'`);
  model.next(() => task({ title: 'mine after all' }));
  await rig.say('no, mine after all', { threadId });
  expect((await cardsIn(threadId)).map(({ revision }) => revision)).toEqual([1, 1, 1]);
});

test('a name is completed to the id behind it, as in a form', async () => {
  await rig.person('Vera', 'operator');
  model.next(() => ({ calls: [{ name: 'remove_person', input: { person: 'vera' } }] }));
  const { threadId } = await rig.say('remove Vera from the project: she has left us');
  const [card] = await rig.sql<{ tool: string }>(`select tool from wilco.proposals where thread_id = '${threadId}'`);
  expect(card).toEqual({ tool: 'remove_person' });
});

test('several names are completed together, or nothing is proposed', async () => {
  await rig.sql(`insert into wilco.tasks (project_id, title, priority) values ('default', 'alpha', 5), ('default', 'beta', 5)`);
  const cancel = (title: string) => ({ name: 'cancel_task', input: { title } });
  model.next(() => ({ calls: [cancel('alpha'), cancel('nothing like it')] }));
  const none = await rig.say('forget alpha and the other thing');
  expect(none.messages.at(-1)?.text).toMatch(/nothing by that name.*Nothing is done/);
  expect(await cardsIn(none.threadId)).toEqual([]);
  model.next(() => ({ calls: [cancel('alpha'), cancel('beta')] }));
  expect(await cardsIn((await rig.say('forget alpha and beta')).threadId)).toHaveLength(2);
});

test('a command that changes something is not run on the word of a model', async () => {
  model.next(() => ({ calls: [{ name: 'command__kill', input: {} }] }));
  const { messages } = await rig.say('stop it all, now');
  expect(messages.at(-1)?.card).toMatchObject({ actions: [{ verb: 'say', text: '/kill' }] });
  expect(await rig.sql('select 1 from wilco.switches where killed')).toEqual([]);
});

test('an answer grows in the room while it is written, at most ten times a second, and none of it is kept', async () => {
  const passed: Passing[] = [];
  const unhear = rig.signals.onPass((passing) => passed.push(passing));
  const before = await rig.sql<{ n: string }>('select count(*) as n from wilco.events');
  let told = 0;
  model.next((request) => {
    told += 1;
    request.onCall?.('create_task');
    return { text: 'a long answer '.repeat(2000) };
  });
  const { messageId } = await rig.say('tell me a story');
  unhear();
  expect(told).toBe(1);
  expect(passed.length).toBeLessThanOrEqual(2);
  for (const passing of passed) {
    expect(passing).toMatchObject({ kind: 'message.growing', data: { messageId, model: 'claude-sonnet-5-5' } });
    expect(Buffer.byteLength(JSON.stringify(passing))).toBeLessThan(7900);
  }
  const after = await rig.sql<{ n: string }>(
    `select count(*) as n from wilco.events where kind like '%growing%' or data::text like '%long answer%'`,
  );
  expect([after[0]?.n, before.length]).toEqual(['0', 1]);
});

test('each call is a row with its tokens, its cost and the prices of that day', async () => {
  model.next(() => ({ text: 'Yes.', usage: { inputTokens: 1000, cacheReadTokens: 2000, cacheWriteTokens: 100, outputTokens: 50 } }));
  const { messageId } = await rig.say('is that so?');
  expect(await rig.sql(`select * from wilco.model_calls where message_id = '${messageId}'`)).toMatchObject([
    {
      person_id: rig.owner.personId,
      provider: 'fake',
      model: 'claude-sonnet-5-5',
      outcome: 'ok',
      input_tokens: 1000,
      cache_read_tokens: 2000,
      cache_write_tokens: 100,
      output_tokens: 50,
      cost_micros: '2950',
      unit_prices: { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
    },
  ]);
});

test('the health of a model is written for every process, from calls and from looks', async () => {
  const { database, signals, queue } = rig;
  let well = true;
  let changes = 0;
  const port = { ...fakeModel(), check: async () => (well ? ok(null) : err({ code: 'network' as const })) };
  const watch = createWatch({ port, breaker: createBreaker(), database, log: rig.heart.log, changed: () => (changes += 1) });
  const health = () =>
    createHealth({ database, signals, queueDepth: queue.depth, modelMissing: null, model: port.model, surfaces: () => [] })();
  expect(await health()).toMatchObject({ mode: 'backup', model: { ok: false, okAt: null } });
  await rig.sql(`update wilco.workers set roles = 'worker'`);
  watch.start();
  await expect.poll(async () => (await health()).model?.ok).toBe(true);
  well = false;
  watch.heard({ code: 'rate_limit', retryAfterMs: 60_000 });
  await expect.poll(async () => (await health()).mode).toBe('backup');
  expect(await health()).toMatchObject({
    reason: expect.stringMatching(/rate-limited until \d\d:\d\d UTC/),
    model: { okAt: expect.any(Date) },
  });
  watch.heard(null);
  await expect.poll(async () => (await health()).mode).not.toBe('backup');
  await watch.stop();
  expect(changes).toBe(3);
  await rig.sql(`update wilco.connections set checked_at = now() - interval '3 minutes'`);
  expect(await health()).toMatchObject({ mode: 'backup', reason: expect.stringMatching(/not been checked lately/) });
});
