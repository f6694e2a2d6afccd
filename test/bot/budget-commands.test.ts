import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { createRoster } from '../../src/agents/roster.ts';
import { createCommands } from '../../src/bot/commands/registry.ts';
import { type PolicyDocument, SpendingLimits } from '../../src/db/policy-document.ts';
import { ensureThread } from '../../src/db/talk.ts';
import { newConversation } from '../../src/db/thread-id.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { policyInForce } from '../../src/dispatch/propose.ts';
import { createTools } from '../../src/tools/registry.ts';
import { createRig, effectsWithoutDecision, type Rig } from '../dispatch/rig.ts';

let rig: Rig;
let operator: Actor;
let viewer: Actor;
let commands: ReturnType<typeof createCommands>;
const threadId = newConversation();
beforeAll(async () => {
  const post = async () => ({ ok: true, value: { threadId: 't', messageId: 'm' } }) as const;
  const tools = createTools({ home: '/nowhere', post });
  rig = await createRig({ tools: [...tools] });
  const receive = { database: rig.database, enqueueRoute: async () => undefined, agents: createRoster(rig.database.db, AGENTS) };
  commands = createCommands({ heart: rig.heart, tools, health: () => Promise.reject(new Error('not asked here')), receive });
  operator = await rig.person('Olaf', 'operator');
  viewer = await rig.person('Vera', 'viewer');
  await rig.database.transaction(({ db }) => ensureThread(db, { id: threadId, projectId: 'default', create: true, title: 'Test' }));
});
afterEach(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.policy({});
  await rig.sql('delete from wilco.budget_use');
});
afterAll(() => rig.stop());

const run = async (name: string, what: string | undefined, actor: Actor) => {
  const command = commands.find((one) => one.name === name);
  if (!command) throw new Error(`no ${name}`);
  return command.run(what === undefined ? {} : { what }, actor, { threadId });
};
const said = async (what: string, actor: Actor = operator): Promise<string> => {
  const came = await run('budget', what, actor);
  return came.ok ? came.value.notes.join(' ') : `${came.error.code}: ${came.error.message}`;
};
const document = async (): Promise<PolicyDocument> => (await policyInForce(rig.database.db, 'default')).document;
const cards = () =>
  rig.sql<{ input: string }>(`select r.input_text as input from wilco.revisions r join wilco.proposals p on p.id = r.proposal_id
  where p.tool = 'set_budget' and p.state = 'proposed' order by p.proposed_at`);
const limits = (more: Partial<SpendingLimits>) => SpendingLimits.parse(more);

test('an operator lowers a budget at once; raising it is for an admin, on a card', async () => {
  expect(await said('note-taker 5 a day')).toBe('none → $5.00. It holds at once.');
  expect(await said('note-taker $2.50 a day')).toBe('$5.00 → $2.50. It holds at once.');
  expect((await document()).limits.agents).toEqual({ 'note-taker': limits({ dayMicros: 2_500_000 }) });
  expect(await said('note-taker 2.50 a day')).toBe('It is $2.50 already; nothing was changed.');
  expect(await said('note-taker 3 a day')).toMatch(/^not_allowed: /);
  expect(await said('note-taker none a day')).toMatch(/^not_allowed: /);
  expect(await said('note-taker 3 a day', rig.owner)).toBe('$2.50 → $3.00 would raise it, so its card waits for an admin.');
  expect(await said('note-taker none', rig.owner)).toMatch(/its card waits/);
  expect((await cards()).map(({ input }) => JSON.parse(input))).toEqual([
    { who: 'note-taker', per: 'day', usd: 3 },
    { who: 'note-taker', per: 'day', usd: 'none' },
  ]);
  expect((await document()).limits.agents).toEqual({ 'note-taker': limits({ dayMicros: 2_500_000 }) });
});

test('tokens, months and the project are written the same way, and the older words still set the daily limit', async () => {
  expect(await said('note-taker 50,000 tokens a month')).toBe('none → 50,000 tokens. It holds at once.');
  expect(await said('project 100 a month')).toBe('none → $100.00. It holds at once.');
  expect(await said('25')).toBe('none → $25.00. It holds at once.');
  expect(await document()).toMatchObject({
    dailyLimitMicros: 25_000_000,
    limits: { project: { dayMicros: null, monthMicros: 100_000_000 }, agents: { 'note-taker': { monthTokens: 50_000 } } },
  });
});

test('whoever only reads lowers nothing, and an agent that is not here has no budget', async () => {
  expect(await said('note-taker 1 a day', viewer)).toMatch(/^not_allowed: /);
  expect(await said('nobody 1 a day')).toMatch(/^agent_missing: /);
  for (const line of ['note-taker', 'note-taker lots', 'note-taker 1 a week', '-5', 'note-taker 1.5 tokens', '1e9 a day'])
    expect(await said(line)).toMatch(/^invalid_input: /);
});

test('each spender is shown with limit, use, promise, what is left and its share', async () => {
  const none = await run('budgets', undefined, viewer);
  expect(none.ok && none.value.title).toBe('No budgets are set');
  await said('project 10 a day');
  await said('note-taker 1000 tokens a month');
  await rig.sql(`insert into wilco.budget_use (project_id, spender, period, spent_micros, reserved_micros, granted_micros)
    values ('default', 'project', to_char(now() at time zone 'utc', 'YYYY-MM-DD'), 4000000, 2000000, 2000000)`);
  const shown = await run('budget', undefined, operator);
  expect(shown.ok && shown.value.table?.rows.map(({ cells }) => cells.join(' | '))).toEqual([
    'the project | day | $10.00 + $2.00 granted | $4.00 | $2.00 | $6.00 | 50 %',
    'note-taker | month | 1,000 tokens | 0 tokens | 0 tokens | 1,000 tokens | 0 %',
  ]);
});

test('set_budget sets and takes back a budget of an agent, and refuses what names two limits or none', async () => {
  const tool = rig.heart.tools.get('set_budget');
  for (const input of [{}, { usd: 1, tokens: 5 }, { daily_limit_usd: 1, who: 'note-taker' }, { who: 'note-taker' }])
    expect(tool?.input.safeParse(input).success).toBe(false);
  const card = await rig.proposed(rig.owner, { who: 'note-taker', per: 'month', usd: 7 }, 'set_budget');
  await rig.approve(rig.owner, card);
  expect(await rig.step(card.id)).toBe('settled');
  expect((await document()).limits.agents).toEqual({ 'note-taker': limits({ monthMicros: 7_000_000 }) });
  const [row] = await rig.sql<{ input: string; data: Record<string, unknown> }>(
    `select r.input_text as input, p.result->'data' as data from wilco.proposals p join wilco.revisions r on r.proposal_id = p.id where p.id = '${card.id}'`,
  );
  const back = await tool?.undo?.(
    { input: JSON.parse(row?.input ?? ''), data: row?.data ?? {} },
    { db: rig.database.db, projectId: 'default' },
  );
  expect(back).toEqual({ ok: true, tool: 'set_budget', input: { who: 'note-taker', per: 'month', usd: 'none' } });
});
