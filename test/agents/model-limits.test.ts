import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createMeter, type Limits } from '../../src/agents/meter.ts';
import { highestCost } from '../../src/agents/model/prices.ts';
import type { Asker } from '../../src/agents/router.ts';
import { readCounts } from '../../src/db/read/metrics.ts';
import { createRig, type Rig, unique } from '../dispatch/rig.ts';
import { type BotRig, createBotRig, NO_LIMITS } from '../fakes/model/bot.ts';
import { fakeModel } from '../fakes/model/door.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.stop());
beforeEach(async () => {
  await rig.sql('delete from wilco.model_calls');
  await rig.sql('delete from wilco.budget_use');
  await rig.sql('delete from wilco.budget_promises');
  await rig.policy({ dailyLimitMicros: null });
});

const MODEL = 'claude-sonnet-5-5';
const PRICES = { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 };
const USED = { inputTokens: 1000, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 100 };
const HIGHEST = highestCost(2000, 500, PRICES);

const asker = (personId: string | null = rig.owner.personId): Asker => ({
  projectId: 'default',
  personId,
  name: 'Ana',
  role: 'operator',
  threadId: 'room:general:feed',
  messageId: unique(),
});

const begin = (limits: Partial<Limits> = {}, by = asker(), model = MODEL) =>
  createMeter(rig.database, { ...NO_LIMITS, ...limits }).begin({ by, provider: 'anthropic', model, characters: 2000, maxTokens: 500 });

const days = () =>
  rig.sql<{ reserved: number; spent: number }>('select reserved_micros::int as reserved, spent_micros::int as spent from wilco.budget_use');

test('of many calls at once no more than the limit of a minute are made, each person counted apart', async () => {
  const began = await Promise.all(Array.from({ length: 30 }, () => begin({ perMinute: 20 })));
  expect(began.filter((one) => one.ok).length).toBeLessThanOrEqual(20);
  const other = await rig.person(`Tom ${unique()}`, 'operator');
  expect((await begin({ perMinute: 20 }, asker(other.personId))).ok).toBe(true);
  expect((await begin({ perMinute: 20 }, asker(null))).ok).toBe(true);
});

test('one after the other exactly the limit is reached, and what was refused does not count', async () => {
  const codes: string[] = [];
  for (let at = 0; at < 6; at += 1) {
    const began = await begin({ perMinute: 4 });
    codes.push(began.ok ? 'ok' : began.error.code);
  }
  expect(codes).toEqual(['ok', 'ok', 'ok', 'ok', 'minute', 'minute']);
  expect(await rig.sql('select 1 from wilco.model_calls')).toHaveLength(4);
  await rig.sql(`update wilco.model_calls set at = now() - interval '61 seconds'`);
  expect((await begin({ perMinute: 4 })).ok).toBe(true);
});

test('a day has its limits of calls and of tokens', async () => {
  const first = await begin({ perDay: 1 });
  if (first.ok) await first.value.end('ok', USED);
  expect(await begin({ perDay: 1 })).toMatchObject({ error: { code: 'day' } });
  expect(await begin({ tokensPerDay: 1100 })).toMatchObject({ error: { code: 'tokens' } });
  expect((await begin({ tokensPerDay: 1101 })).ok).toBe(true);
});

test('[budget] the most that a call can cost is set aside before it, and what it cost is settled after it', async () => {
  await rig.policy({ dailyLimitMicros: HIGHEST * 2 });
  const [one, two, three] = [await begin(), await begin(), await begin()];
  expect([one.ok, two.ok]).toEqual([true, true]);
  expect(three).toMatchObject({ ok: false, error: { code: 'budget' } });
  expect(await days()).toEqual([{ reserved: HIGHEST * 2, spent: 0 }]);
  if (one.ok) await one.value.end('ok', USED);
  if (two.ok) await two.value.end('timeout', undefined);
  expect(await days()).toEqual([{ reserved: 0, spent: 3000 }]);
  expect((await readCounts(rig.database.db, 'default')).cost.spentMicros).toBe(3000);
});

test('[budget] without a limit no row is touched, and a model of unknown price costs nothing that anybody could know', async () => {
  const free = await begin();
  if (free.ok) await free.value.end('ok', USED);
  expect(await days()).toEqual([]);
  await rig.policy({ dailyLimitMicros: 1 });
  const unknown = await begin({}, asker(), 'nobody-knows-me');
  if (unknown.ok) await unknown.value.end('ok', USED);
  expect(await rig.sql(`select cost_micros, unit_prices from wilco.model_calls where model = 'nobody-knows-me'`)).toEqual([
    { cost_micros: '0', unit_prices: null },
  ]);
});

test('over a limit the grammar answers and says so, and the model is not asked', async () => {
  const model = fakeModel();
  const bot: BotRig = await createBotRig(model, { limits: { perMinute: 1 } });
  try {
    await bot.say('what is this?');
    const { messages } = await bot.say('create a task to rest');
    expect(model.asked).toHaveLength(1);
    expect(messages.map(({ text, proposalId }) => [text, proposalId !== null])).toEqual([
      ['create a task to rest', false],
      ['', true],
      ['Answered without the model: you have asked it as often as one person may in a minute.', false],
    ]);
  } finally {
    await bot.stop();
  }
});
