import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { limitsFor } from '../../src/db/budgets.ts';
import { PolicyDocument, SHIPPED_POLICY, type SpendingLimits } from '../../src/db/policy-document.ts';
import { retry } from '../../src/dispatch/after.ts';
import { reserveBudget, settleBudget } from '../../src/dispatch/budget.ts';
import { tellPeople } from '../../src/dispatch/notices.ts';
import { sweepBudgets } from '../../src/dispatch/sweep-budgets.ts';
import { tellShares } from '../../src/dispatch/tell-shares.ts';
import { grantBudget } from '../../src/tools/grant-budget.ts';
import { fakeTools } from '../fakes/tools.ts';
import { createRig, effectsWithoutDecision, type Rig, unique } from './rig.ts';

const DOLLAR = 1_000_000;
const DAY = new Date().toISOString().slice(0, 10);

let rig: Rig;
beforeAll(async () => {
  rig = await createRig({ max: 20, tools: [...fakeTools({ calls: [] }), grantBudget] });
});
afterEach(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  for (const table of ['budget_use', 'budget_promises']) await rig.sql(`delete from wilco.${table}`);
  await rig.tamper(`update wilco.runs set started_at = started_at - interval '70 days'`);
  await rig.policy({});
});
afterAll(() => rig.stop());

const documentOf = (agents: Record<string, Partial<SpendingLimits>>): PolicyDocument =>
  PolicyDocument.parse({ ...SHIPPED_POLICY, limits: { agents } });

const spend = (micros: number, document: PolicyDocument) => {
  const holder = randomUUID();
  const spending = { holder, projectId: 'default', agentKey: 'one', micros, tokens: 0 };
  return rig.database.transaction(async (tx) => ({ holder, came: await reserveBudget(tx.db, spending, document) }));
};

test('[budget] at 50, 80 and 100 percent the team room and whoever may approve are told, each once in a period', async () => {
  const approver = await rig.person(`Ana ${unique()}`, 'approver');
  const operator = await rig.person(`Olaf ${unique()}`, 'operator');
  const document = documentOf({ one: { dayMicros: 100 } });
  const told = async () =>
    (
      await rig.sql<{ text: string }>(
        `select text from wilco.messages where thread_id = 'room:team:feed' and kind = 'system' order by created_at`,
      )
    ).map(({ text }) => text.slice(0, 5).trim());
  const use = async (micros: number) => {
    const { holder } = await spend(micros, document);
    await rig.database.transaction(async (tx) => {
      const uses = await settleBudget(tx.db, holder, { micros, tokens: 0 });
      await tellShares(tx, 'default', { limits: limitsFor(document, 'one'), uses });
    });
  };
  for (const micros of [49, 1, 20, 10, 10, 10]) await use(micros);
  expect(await told()).toEqual(['50 %', '80 %', '100 %']);
  await tellPeople({ db: rig.database.db, projectId: 'default' }, 'all');
  const heard = (who: string | null) =>
    rig.sql(`select data->>'percent' as percent from wilco.notifications where kind = 'cost' and person_id = '${who}'`);
  expect(await heard(approver.personId)).toEqual([{ percent: '100' }]);
  expect(await heard(operator.personId)).toEqual([]);
  await tellPeople({ db: rig.database.db, projectId: 'default' }, 'all');
  expect(await heard(approver.personId)).toHaveLength(1);
});

const grantCards = () =>
  rig.sql<{ id: string; state: string; input: string; thread_id: string; revision: number; digest: string }>(`
    select p.id, p.state, p.thread_id, r.input_text as input, r.revision, r.digest from wilco.proposals p
    join wilco.revisions r on r.proposal_id = p.id where p.tool = 'grant_budget' order by p.proposed_at`);

test('[budget] what a limit stops asks on a card for more, once; when that is granted the same action runs, and the policy is as it was', async () => {
  await rig.policy({ dailyLimitMicros: 3 * DOLLAR });
  const cards = [];
  for (const cents of [200, 400, 300]) {
    const card = await rig.proposed(rig.owner, { text: unique(), cents });
    await rig.approve(rig.owner, card);
    cards.push(card);
  }
  const [fits, stopped, also] = cards;
  if (!fits || !stopped || !also) throw new Error('three were made');
  expect([await rig.step(fits.id), await rig.step(stopped.id), await rig.step(also.id)]).toEqual(['settled', 'over_budget', 'over_budget']);
  const [asked, ...more] = await grantCards();
  expect(more).toEqual([]);
  expect(JSON.parse(asked?.input ?? '')).toEqual({ who: 'project', per: 'day', period: DAY, usd: 3 });
  const policies = await rig.sql('select max(version) from wilco.policies');
  if (!asked) throw new Error('nobody asked');
  expect(await rig.approve(rig.owner, asked)).toMatchObject({ ok: true });
  expect(await rig.step(asked.id)).toBe('settled');
  expect(await rig.sql('select max(version) from wilco.policies')).toEqual(policies);
  expect(await retry(rig.heart, rig.owner, stopped.id)).toMatchObject({ ok: true });
  expect(await rig.step(stopped.id)).toBe('settled');
  expect(await rig.stateOf(stopped.id)).toBe('executed');
  // What was granted is used up, too: only then it asks again.
  await retry(rig.heart, rig.owner, also.id);
  expect(await rig.step(also.id)).toBe('over_budget');
  expect(await grantCards()).toHaveLength(2);
});

test('[budget] a grant wakes the runs that stand still for that budget and no other, while others go on spending', async () => {
  const document = documentOf({ one: { dayMicros: 10 } });
  await rig.policy(document);
  const run = async (agent: string, code: string | null, state = 'parked') => {
    const [made] = await rig.sql<{
      id: string;
    }>(`insert into wilco.agent_runs (project_id, agent_key, trigger, state, goal, thread_id, actor_role, error_code)
      select 'default', '${agent}', 'message', '${state}', 'x', id, 'operator', ${code === null ? 'null' : `'${code}'`} from wilco.threads limit 1 returning id`);
    return made?.id ?? '';
  };
  const ids = [await run('one', 'budget'), await run('two', 'budget'), await run('one', null), await run('one', 'budget', 'cancelled')];
  const busy = Promise.all(Array.from({ length: 50 }, () => spend(1, document)));
  const card = await rig.proposed(rig.owner, { who: 'one', usd: 0.01 }, 'grant_budget');
  await rig.approve(rig.owner, card);
  expect(await rig.step(card.id)).toBe('settled');
  await busy;
  const states = await Promise.all(
    ids.map(async (id) => (await rig.sql<{ state: string }>(`select state from wilco.agent_runs where id = '${id}'`))[0]?.state),
  );
  expect(states).toEqual(['queued', 'parked', 'parked', 'cancelled']);
  expect((await spend(10_000 - 40, document)).came.ok).toBe(true);
  expect((await spend(51, document)).came.ok).toBe(false);
  await rig.tamper(`update wilco.agent_runs set updated_at = now() - interval '25 hours' where id = '${ids[1]}'`);
  await sweepBudgets(rig.database);
  expect(await rig.sql(`select state, error_code from wilco.agent_runs where id = '${ids[1]}'`)).toEqual([
    { state: 'queued', error_code: null },
  ]);
});

test('[budget] a grant for a day that is over grants nothing', async () => {
  await rig.policy(documentOf({ one: { dayMicros: 10 } }));
  const card = await rig.proposed(rig.owner, { who: 'one', usd: 5, period: '2026-01-01' }, 'grant_budget');
  await rig.approve(rig.owner, card);
  await rig.step(card.id);
  expect(await rig.sql(`select result->>'code' as code from wilco.proposals where id = '${card.id}'`)).toEqual([{ code: 'period_over' }]);
  expect(await rig.sql(`select sum(granted_micros)::int as granted from wilco.budget_use`)).toEqual([{ granted: null }]);
});

test('[budget] of a budget of zero nobody is asked for more', async () => {
  const before = (await grantCards()).length;
  await rig.policy({ dailyLimitMicros: 0 });
  const card = await rig.proposed(rig.owner, { text: unique(), cents: 1 });
  await rig.approve(rig.owner, card);
  expect(await rig.step(card.id)).toBe('over_budget');
  expect(await grantCards()).toHaveLength(before);
});
