import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
beforeAll(async () => {
  rig = await createWebRig({ solo: true });
});
afterAll(() => rig.stop());

test('every budget is listed with what counts against it, in dollars or tokens, and when it begins anew', async () => {
  const Budgets = z.object({ items: z.array(z.record(z.string(), z.unknown())) });
  expect(await rig.read('/api/budgets', Budgets)).toEqual({ items: [] });
  const day = { dayMicros: null, monthMicros: null, dayTokens: null, monthTokens: 1000 };
  await rig.policy({ dailyLimitMicros: 5_000_000, limits: { agents: { 'note-taker': day } } });
  const { items } = await rig.read('/api/budgets', Budgets);
  const shared = {
    granted: 0,
    used: 0,
    reserved: 0,
    percent: 0,
    period: expect.any(String),
    resetsAt: expect.stringMatching(/T00:00:00.000Z$/),
  };
  expect(items).toEqual([
    { ...shared, spender: 'project', per: 'day', unit: 'usd', limit: 5, left: 5 },
    { ...shared, spender: 'agent:note-taker', per: 'month', unit: 'tokens', limit: 1000, left: 1000 },
  ]);
});
