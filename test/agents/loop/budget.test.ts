import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createMeter } from '../../../src/agents/meter.ts';
import { PolicyDocument, SHIPPED_POLICY } from '../../../src/db/policy-document.ts';
import { askForMore } from '../../../src/dispatch/ask-for-more.ts';
import { ok } from '../../../src/result.ts';
import { grantBudget } from '../../../src/tools/grant-budget.ts';
import { defineRead } from '../../../src/tools/read.ts';
import { effectsWithoutDecision } from '../../dispatch/rig.ts';
import { NO_LIMITS } from '../../fakes/model/bot.ts';
import { call } from '../../fakes/model/converser.ts';
import { fakeTools } from '../../fakes/tools.ts';
import { createLoopRig, type LoopRig } from './rig.ts';

const look = defineRead({ name: 'look', summary: 'Looks', input: z.strictObject({}), run: async () => ok('There.') });

let rig: LoopRig;
beforeAll(async () => {
  rig = await createLoopRig({ reads: [look], tools: (outside) => [...fakeTools(outside), grantBudget] });
  const limits = { ...NO_LIMITS, prices: rig.deps.prices };
  rig.agents({ meter: createMeter(rig.database, limits, (over, { threadId }) => askForMore(rig.heart, over, threadId)) });
});
afterAll(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});

const dollars = (dayMicros: number) =>
  rig.policy(PolicyDocument.parse({ ...SHIPPED_POLICY, limits: { agents: { scribe: { dayMicros } } } }));
const used = { inputTokens: 0, outputTokens: 8000, cacheReadTokens: 0, cacheWriteTokens: 0 };

test('[budget] a run stops in the middle when its agent has nothing left, asks on a card, and goes on where it stood when that is granted', async () => {
  await dollars(110_000);
  rig.model.next([
    { calls: [call('look')], usage: used },
    { calls: [call('done', { words: 'Kept.' })], usage: used },
  ]);
  const id = await rig.begin();
  const stopped = await rig.until(id, 'parked');
  expect(stopped).toMatchObject({ errorCode: 'budget', steps: 1 });
  expect(stopped.problem).toMatch(
    /^The budget of scribe for this day has \$0\.03 of \$0\.11 left, and this may need \$0\.0\d; it begins anew on \d+ \w+ \d{4}, 00:00 UTC\.$/,
  );
  expect(rig.model.asked).toHaveLength(1);
  const [card] = await rig.sql<{ id: string; revision: number; digest: string; input: string; thread: string }>(`
    select p.id, p.revision, r.digest, r.input_text as input, p.thread_id as thread from wilco.proposals p
    join wilco.revisions r on r.proposal_id = p.id where p.tool = 'grant_budget'`);
  if (!card) throw new Error('nobody was asked for more');
  expect(JSON.parse(card.input)).toMatchObject({ who: 'scribe', per: 'day', usd: 2 });
  expect(await rig.approve(rig.owner, card)).toMatchObject({ ok: true });
  expect(await rig.until(id, 'done')).toMatchObject({ outcome: 'Kept.', errorCode: null });
  expect(rig.model.asked).toHaveLength(2);
  const [use] = await rig.sql(
    `select reserved_micros::int as reserved, spent_micros::int as spent from wilco.budget_use where spender = 'agent:scribe'`,
  );
  expect(use).toEqual({ reserved: 0, spent: 160_000 });
});

test('[budget] under a budget of zero a model is never asked, and the run says so', async () => {
  await dollars(0);
  await rig.sql(`delete from wilco.budget_use`);
  rig.model.asked.length = 0;
  const id = await rig.begin();
  expect(await rig.until(id, 'parked')).toMatchObject({
    errorCode: 'budget',
    problem: 'The budget of scribe for this day is zero, so nothing runs that costs anything.',
  });
  expect(rig.model.asked).toHaveLength(0);
});
