import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { allLimits, type Limit, limitsFor, perOf, readPeriods, resetOf } from '../../src/db/budgets.ts';
import { openDatabase } from '../../src/db/client.ts';
import { PolicyDocument, SHIPPED_POLICY, type SpendingLimits } from '../../src/db/policy-document.ts';
import { reserveBudget, settleBudget } from '../../src/dispatch/budget.ts';
import { sayOver } from '../../src/dispatch/over.ts';
import { sweepBudgets } from '../../src/dispatch/sweep-budgets.ts';
import { atOnce, createRig, effectsWithoutDecision, type Rig } from './rig.ts';

const DOLLAR = 1_000_000;

let rig: Rig;
beforeAll(async () => {
  rig = await createRig({ max: 20 });
});
afterEach(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  for (const table of ['budget_use', 'budget_promises']) await rig.sql(`delete from wilco.${table}`);
  await rig.tamper(`delete from wilco.model_calls`);
  await rig.tamper(`update wilco.runs set started_at = started_at - interval '70 days'`);
  await rig.policy({});
});
afterAll(() => rig.stop());

const documentOf = (limits: { project?: Partial<SpendingLimits>; agents?: Record<string, Partial<SpendingLimits>> }): PolicyDocument =>
  PolicyDocument.parse({ ...SHIPPED_POLICY, limits });

const spend = (what: { agent?: string | null; micros?: number; tokens?: number }, document: PolicyDocument, database = rig.database) => {
  const { agent = null, micros = 0, tokens = 0 } = what;
  const holder = randomUUID();
  const spending = { holder, projectId: 'default', agentKey: agent, micros, tokens };
  return database.transaction(async (tx) => ({ holder, came: await reserveBudget(tx.db, spending, document) }));
};
const settle = (holder: string, micros: number, tokens = 0) =>
  rig.database.transaction((tx) => settleBudget(tx.db, holder, { micros, tokens }));

type Line = { spender: string; period: string; reserved: number; spent: number; tokens: number };
const lines = () =>
  rig.sql<Line>(`select spender, period, reserved_micros::int as reserved, spent_micros::int as spent,
    (reserved_tokens + spent_tokens)::int as tokens from wilco.budget_use order by spender, period`);
const [DAY, MONTH] = [new Date().toISOString().slice(0, 10), new Date().toISOString().slice(0, 7)];

test('[budget] of a thousand at once, through two pools, against budgets for a hundred a hundred are promised, by day and by month, and nobody waits for ever', async () => {
  const other = openDatabase(rig.url, { max: 20, onIdleError: () => undefined });
  try {
    const document = documentOf({
      project: { dayMicros: 100 * DOLLAR, monthMicros: 120 * DOLLAR },
      agents: { one: { dayMicros: 70 * DOLLAR, monthTokens: 1_000_000 }, two: { monthMicros: 60 * DOLLAR } },
    });
    const began = await atOnce(
      Array.from({ length: 1000 }, (_, at) => at),
      40,
      async (at) => {
        const agent = at % 3 === 0 ? null : at % 3 === 1 ? 'one' : 'two';
        const made = await spend({ agent, micros: DOLLAR, tokens: 10 }, document, at % 2 === 0 ? rig.database : other);
        // Some end while others begin: both lock the same rows.
        if (made.came.ok && at % 2 === 0) await settle(made.holder, DOLLAR, 10);
        return made;
      },
    );
    expect(began.filter(({ came }) => came.ok)).toHaveLength(100);
    for (const { spender, period, reserved, spent } of await lines()) {
      const most = spender === 'project' ? 100 : spender === 'agent:one' ? 70 : 60;
      expect([spender, period, reserved + spent <= most * DOLLAR]).toEqual([spender, period, true]);
      if (spender === 'project') expect(reserved + spent).toBe(100 * DOLLAR);
    }
  } finally {
    await other.close();
  }
});

test('[budget] the tightest of all limits decides, and what is refused is promised nowhere', async () => {
  const document = documentOf({ project: { dayMicros: 10, monthMicros: 12 }, agents: { one: { dayMicros: 9, monthMicros: 100 } } });
  const first = await spend({ agent: 'one', micros: 8 }, document);
  expect(first.came).toEqual({ ok: true, value: true });
  const refused = await spend({ agent: 'one', micros: 2 }, document);
  expect(refused.came).toMatchObject({
    ok: false,
    error: { spender: 'agent:one', period: DAY, kind: 'micros', limit: 9, used: 8, wanted: 2 },
  });
  expect((await spend({ micros: 3 }, document)).came).toMatchObject({ ok: false, error: { spender: 'project', period: DAY, limit: 10 } });
  await settle(first.holder, 8);
  await rig.sql(`update wilco.budget_use set spent_micros = 0 where length(period) = 10`);
  expect((await spend({ micros: 5 }, document)).came).toMatchObject({ ok: false, error: { period: MONTH, limit: 12, used: 8 } });
  expect((await lines()).map(({ reserved }) => reserved)).toEqual([0, 0, 0, 0]);
});

test('[budget] the older daily limit and the day of the project count together: the lower one holds', () => {
  const at = (dailyLimitMicros: number | null, dayMicros: number | null) =>
    limitsFor({ ...documentOf({ project: { dayMicros } }), dailyLimitMicros }, null)[0]?.micros ?? null;
  expect([at(5, 9), at(9, 5), at(5, null), at(null, 5), at(null, null)]).toEqual([5, 5, 5, 5, null]);
});

test('[budget] where nothing is limited no row is touched, for an agent as for the project', async () => {
  const document = documentOf({ agents: { one: { dayMicros: 5 } } });
  expect((await spend({ agent: 'two', micros: 8, tokens: 100 }, document)).came).toEqual({ ok: true, value: false });
  expect((await spend({ micros: 8, tokens: 100 }, document)).came).toEqual({ ok: true, value: false });
  expect(await lines()).toEqual([]);
});

test('[budget] tokens count by themselves, for a model that has no price', async () => {
  const document = documentOf({ agents: { local: { dayTokens: 1000 } } });
  const first = await spend({ agent: 'local', tokens: 700 }, document);
  expect(first.came.ok).toBe(true);
  const over = await spend({ agent: 'local', tokens: 400 }, document);
  expect(over.came).toMatchObject({ ok: false, error: { kind: 'tokens', limit: 1000, used: 700, wanted: 400 } });
  await settle(first.holder, 0, 150);
  expect((await spend({ agent: 'local', tokens: 400 }, document)).came.ok).toBe(true);
  expect(await lines()).toMatchObject([{ spender: 'agent:local', tokens: 550 }]);
});

test('[budget] a budget of zero lets nothing run that uses anything, and says so plainly', async () => {
  const document = documentOf({ agents: { mute: { dayMicros: 0 } } });
  const refused = await spend({ agent: 'mute', tokens: 10 }, document);
  expect(refused.came.ok === false && sayOver(refused.came.error)).toBe(
    'The budget of mute for this day is zero, so nothing runs that costs anything.',
  );
  expect((await spend({ agent: 'mute' }, document)).came).toEqual({ ok: true, value: false });
});

test('[budget] what was promised before midnight or the end of a month is settled there, and the new period begins with nothing', async () => {
  const document = documentOf({ project: { dayMicros: 10, monthMicros: 10 } });
  const late = await spend({ micros: 10 }, document);
  for (const table of ['budget_use', 'budget_promises'])
    await rig.sql(`update wilco.${table} set period = case when length(period) = 10 then '2026-10-31' else '2026-10' end`);
  expect((await spend({ micros: 10 }, document)).came.ok).toBe(true);
  await settle(late.holder, 7);
  expect(await lines()).toEqual([
    { spender: 'project', period: '2026-10', reserved: 0, spent: 7, tokens: 0 },
    { spender: 'project', period: '2026-10-31', reserved: 0, spent: 7, tokens: 0 },
    { spender: 'project', period: MONTH, reserved: 10, spent: 0, tokens: 0 },
    { spender: 'project', period: DAY, reserved: 10, spent: 0, tokens: 0 },
  ]);
});

test.each([
  ['2026-11-21', '2026-11-22T00:00:00.000Z'],
  ['2026-11-30', '2026-12-01T00:00:00.000Z'],
  ['2026-12-31', '2027-01-01T00:00:00.000Z'],
  ['2028-02-28', '2028-02-29T00:00:00.000Z'],
  ['2026-11', '2026-12-01T00:00:00.000Z'],
  ['2026-12', '2027-01-01T00:00:00.000Z'],
])('the budget of %s begins anew at %s', (period, anew) => {
  expect(resetOf(period).toISOString()).toBe(anew);
});

test('[budget] settling twice gives nothing back twice', async () => {
  const document = documentOf({ project: { dayMicros: 10 } });
  const [one, two] = [await spend({ micros: 4 }, document), await spend({ micros: 6 }, document)];
  await Promise.all([settle(one.holder, 3), settle(one.holder, 3), settle(one.holder, 3)]);
  expect(await lines()).toMatchObject([{ reserved: 6, spent: 3 }]);
  await settle(two.holder, 0);
  expect(await lines()).toMatchObject([{ reserved: 0, spent: 3 }]);
});

test('[budget] what a process that died had promised to a call of a model is given back, and only that', async () => {
  const document = documentOf({ project: { dayMicros: 10 } });
  const [dead, alive] = [await spend({ micros: 4 }, document), await spend({ micros: 3 }, document)];
  for (const { holder } of [dead, alive])
    await rig.sql(
      `insert into wilco.model_calls (id, project_id, provider, model, outcome, duration_ms) values ('${holder}', 'default', 'x', 'x', 'started', 0)`,
    );
  await rig.sql(`update wilco.budget_promises set at = now() - interval '16 minutes' where holder = '${dead.holder}'`);
  await Promise.all([sweepBudgets(rig.database), sweepBudgets(rig.database)]);
  expect(await lines()).toMatchObject([{ reserved: 3, spent: 0 }]);
  expect(await rig.sql(`select outcome from wilco.model_calls order by outcome`)).toEqual([{ outcome: 'lost' }, { outcome: 'started' }]);
  await settle(dead.holder, 4);
  expect(await lines()).toMatchObject([{ reserved: 3, spent: 0 }]);
});

test('[budget] a limit that is set in the middle of a month counts what was spent before', async () => {
  await rig.sql(`insert into wilco.model_calls (project_id, agent_key, provider, model, outcome, duration_ms, cost_micros, input_tokens)
    values ('default', 'one', 'x', 'x', 'ok', 0, 5, 100), ('default', 'two', 'x', 'x', 'ok', 0, 3, 50)`);
  const document = documentOf({ project: { monthMicros: 10 }, agents: { one: { monthMicros: 10 } } });
  expect((await spend({ agent: 'one', micros: 3 }, document)).came).toMatchObject({ error: { spender: 'project', used: 8 } });
  expect((await spend({ agent: 'one', micros: 2 }, document)).came.ok).toBe(true);
  const [use] = await readPeriods(rig.database.db, 'default', [{ spender: 'agent:one', per: 'month' }]);
  expect(use).toMatchObject({ spentMicros: 5, spentTokens: 100, reservedMicros: 2 });
});

type Open = { holder: string; micros: number; tokens: number };
type Step =
  | { do: 'spend'; agent: string | null; micros: number; tokens: number }
  | { do: 'settle'; part: number }
  | { do: 'grant'; micros: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('spend' as const), agent: fc.constantFrom('one', 'two', null), micros: fc.nat(40), tokens: fc.nat(40) }),
  fc.record({ do: fc.constant('settle' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ do: fc.constant('grant' as const), micros: fc.nat(30) }),
);

const take = async (one: Step, open: Open[], document: PolicyDocument): Promise<void> => {
  if (one.do === 'grant') await rig.sql(`update wilco.budget_use set granted_micros = granted_micros + ${one.micros}`);
  if (one.do === 'settle') {
    const first = open.shift();
    if (first) await settle(first.holder, Math.floor(first.micros * one.part), Math.floor(first.tokens * one.part));
  }
  if (one.do !== 'spend') return;
  const { holder, came } = await spend(one, document);
  if (came.ok && came.value) open.push({ holder, micros: one.micros, tokens: one.tokens });
};

/** How much more is promised and spent than may be, of each kind; and what is promised, which is never less than nothing. */
const beyond = async (limits: readonly Limit[]): Promise<number[]> => {
  const uses = await readPeriods(rig.database.db, 'default', limits);
  return uses.flatMap((use) => {
    const limit = limits.find(({ spender, per }) => spender === use.spender && per === perOf(use.period));
    return [
      use.reservedMicros + use.spentMicros - (limit?.micros ?? Number.POSITIVE_INFINITY) - use.grantedMicros,
      use.reservedTokens + use.spentTokens - (limit?.tokens ?? Number.POSITIVE_INFINITY) - use.grantedTokens,
      -use.reservedMicros,
      -use.reservedTokens,
    ];
  });
};

test('[budget] whatever is begun, settled and granted in whatever order, what is promised and spent never exceeds limit and grant', async () => {
  const document = documentOf({
    project: { dayMicros: 60, monthMicros: 90, dayTokens: 80 },
    agents: { one: { dayMicros: 50 }, two: { monthTokens: 45 } },
  });
  const limits = allLimits(document);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      for (const table of ['budget_use', 'budget_promises']) await rig.sql(`delete from wilco.${table}`);
      const open: Open[] = [];
      for (const one of steps) {
        await take(one, open, document);
        expect(Math.max(...(await beyond(limits)))).toBeLessThanOrEqual(0);
      }
    }),
    { numRuns: 40 },
  );
});
