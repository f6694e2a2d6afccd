import { desc } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PolicyDocument, SHIPPED_POLICY } from '../../src/db/policy-document.ts';
import { policies } from '../../src/db/tables/control.ts';
import { projects } from '../../src/db/tables/people.ts';
import { ok } from '../../src/result.ts';
import { createTools } from '../../src/tools/registry.ts';
import { setBudget } from '../../src/tools/set-budget.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { createToolRig, refusalOf, type ToolRig } from './rig.ts';

let rig: ToolRig;
beforeEach(async () => {
  rig = await createToolRig();
});
afterEach(() => rig.drop());

const tools = createTools({ home: '/nowhere', post: async () => ok({ threadId: 't', messageId: 'm' }) });
const named = (name: string): Tool => {
  const found = tools.find((tool) => tool.name === name);
  if (!found) throw new Error(name);
  return found;
};
const setApprovals = named('set_approvals');

const newest = async () => {
  const [row] = await rig.database.db.select().from(policies).orderBy(desc(policies.version)).limit(1);
  if (!row) throw new Error('no policy');
  return { version: row.version, proposalId: row.proposalId, document: PolicyDocument.parse(row.document) };
};
const putPolicy = async (version: number, document: PolicyDocument) => {
  await rig.database.db.insert(policies).values({ projectId: 'default', version, document });
};
const ask = (approvals: number, role: 'approver' | 'admin' | 'owner' = 'approver') => ({
  kind: 'ask' as const,
  approvals,
  role,
  selfApproval: false,
});
const RULE = (tool: string, approvals: number) => ({ id: `tool-${tool}`, match: { tools: [tool] }, outcome: ask(approvals) });

test("a tool's rule is the next version, and the proposal that made it is on record", async () => {
  const before = await rig.lastEvent();
  const done = await rig.run(setApprovals, { tool: 'send_message', approvals: 2, role: 'admin' });
  expect(done).toMatchObject({
    ok: true,
    value: { summary: 'send_message now asks 2 people who are an admin or above', data: { version: 2 } },
  });
  const now = await newest();
  expect(now.document).toEqual({
    ...SHIPPED_POLICY,
    rules: [{ id: 'tool-send_message', match: { tools: ['send_message'] }, outcome: ask(2, 'admin') }],
  });
  expect(await rig.eventsSince(before)).toMatchObject([
    { kind: 'policy.changed', proposalId: now.proposalId, data: { version: 2, rule: 'tool-send_message', approvals: 2, role: 'admin' } },
  ]);
});

test('a second rule for the same tool takes the place of the first', async () => {
  await rig.run(setApprovals, { tool: 'send_message', approvals: 2, role: 'approver' });
  await rig.run(setApprovals, { tool: 'file_write', approvals: 3, role: 'approver' });
  await rig.run(setApprovals, { tool: 'send_message', approvals: 1, role: 'owner' });
  const { version, document } = await newest();
  expect(version).toBe(4);
  expect(document.rules).toEqual([RULE('file_write', 3), { ...RULE('send_message', 1), outcome: ask(1, 'owner') }]);
});

test('all is everything without a rule of its own', async () => {
  await rig.run(setApprovals, { tool: 'send_message', approvals: 2, role: 'approver' });
  expect(await rig.run(setApprovals, { tool: 'all', approvals: 3, role: 'approver' })).toMatchObject({
    ok: true,
    value: { summary: 'Every action without a rule of its own now asks 3 people who are an approver or above' },
  });
  expect((await newest()).document).toEqual({ ...SHIPPED_POLICY, rules: [RULE('send_message', 2)], otherwise: ask(3) });
});

test('a new rule stands before what asks and behind what refuses', async () => {
  const refuseHigh = { id: 'no-high', match: { risks: ['high' as const] }, outcome: { kind: 'refuse' as const, reason: 'never' } };
  const refuseOther = { id: 'no-files', match: { tools: ['file_write'] }, outcome: { kind: 'refuse' as const, reason: 'never' } };
  const askMed = { id: 'med', match: { risks: ['med' as const] }, outcome: ask(2) };
  await putPolicy(2, { ...SHIPPED_POLICY, rules: [refuseHigh, askMed, refuseOther] });
  await rig.run(setApprovals, { tool: 'send_message', approvals: 1, role: 'approver' });
  expect((await newest()).document.rules.map(({ id }) => id)).toEqual(['no-high', 'tool-send_message', 'med', 'no-files']);
});

test('a preview says what was and what will be, and warns of what nobody could approve', async () => {
  expect(await rig.preview(setApprovals, { tool: 'send_message', approvals: 2, role: 'admin' })).toEqual({
    changes: [
      'Approvals for send_message: no rule of its own → 2 × admin or above',
      'Only one person here is an admin or above now; 2 would have to approve',
    ],
    reversible: 'Can be undone by another change of the policy; what was approved meanwhile stands',
  });
  await rig.run(setApprovals, { tool: 'send_message', approvals: 1, role: 'approver' });
  expect((await rig.preview(setApprovals, { tool: 'send_message', approvals: 1, role: 'owner' })).changes).toEqual([
    'Approvals for send_message: 1 × approver or above → 1 × owner or above',
  ]);
  expect((await rig.preview(setApprovals, { tool: 'all', approvals: 1, role: 'admin' })).changes).toEqual([
    'Approvals for everything without a rule of its own: 1 × approver or above → 1 × admin or above',
    'What changes power keeps asking an admin',
    '1 rule for single actions stays as before',
  ]);
});

test('an action that is not there gets no rule', async () => {
  expect(await rig.run(setApprovals, { tool: 'launch', approvals: 1, role: 'admin' })).toMatchObject({
    ok: false,
    error: { code: 'tool_unknown', notDispatched: true },
  });
  expect((await rig.preview(setApprovals, { tool: 'launch', approvals: 1, role: 'admin' })).changes).toEqual([
    'Would be refused: There is no action called launch.',
  ]);
});

test('a rule that would lock the changes of power for good is refused', async () => {
  const alone = { tool: 'set_approvals', approvals: 2, role: 'admin' };
  expect(await rig.run(setApprovals, alone)).toMatchObject({ ok: false, error: { code: 'nobody_could_approve', notDispatched: true } });
  expect((await rig.run(setApprovals, { ...alone, approvals: 1 })).ok).toBe(true);
  await rig.database.db.update(projects).set({ solo: false });
  await rig.person('Ada', 'admin');
  // Two admins are enough for two approvals only while one of them may approve what they asked for.
  expect(await rig.run(setApprovals, alone)).toMatchObject({ ok: false, error: { code: 'nobody_could_approve' } });
  await rig.person('Ben', 'admin');
  expect((await rig.run(setApprovals, alone)).ok).toBe(true);
});

test('loosening a change of power below admins is said on the card', async () => {
  await rig.database.db.update(projects).set({ solo: false });
  await rig.person('Ana', 'approver');
  expect((await rig.preview(setApprovals, { tool: 'set_role', approvals: 1, role: 'approver' })).changes).toContain(
    'This action changes power: people who are not admins could then approve it',
  );
});

test('of two changes from the same version at once, one is written and the other is told', async () => {
  for (let round = 0; round < 10; round++) {
    const { version } = await newest();
    const both = await Promise.all([
      rig.run(setApprovals, { tool: 'send_message', approvals: 2, role: 'approver' }),
      rig.run(setBudget, { daily_limit_usd: round }),
    ]);
    const written = both.filter((done) => done.ok).length;
    expect((await newest()).version).toBe(version + written);
    expect(written).toBeGreaterThan(0);
    for (const done of both) if (!done.ok) expect(done.error).toMatchObject({ code: 'policy_changed', notDispatched: true });
  }
});

test('a policy that is full takes no more rules', async () => {
  const rules = Array.from({ length: 200 }, (_, index) => RULE(`t${index}`, 1));
  await putPolicy(2, { ...SHIPPED_POLICY, rules });
  expect(await rig.run(setApprovals, { tool: 'send_message', approvals: 1, role: 'admin' })).toMatchObject({
    ok: false,
    error: { code: 'policy_full' },
  });
});

test('a project without a policy is told so', async () => {
  await rig.database.db.execute('alter table wilco.policies disable trigger all');
  await rig.database.db.delete(policies);
  const missing = { ok: false, error: { code: 'policy_missing', notDispatched: true } };
  expect(await rig.run(setApprovals, { tool: 'all', approvals: 1, role: 'admin' })).toMatchObject(missing);
  expect(await rig.run(setBudget, { daily_limit_usd: 1 })).toMatchObject(missing);
  expect((await rig.preview(setBudget, { daily_limit_usd: 1 })).changes[0]).toMatch(/^Would be refused/);
});

test('a daily limit is kept in millionths, exactly, and none lifts it', async () => {
  expect(await rig.run(setBudget, { daily_limit_usd: 9.29 })).toMatchObject({
    ok: true,
    value: { summary: 'The daily limit is now $9.29' },
  });
  expect((await newest()).document).toEqual({ ...SHIPPED_POLICY, dailyLimitMicros: 9_290_000 });
  expect((await rig.preview(setBudget, { daily_limit_usd: 'none' })).changes).toEqual(['Daily limit: $9.29 → none']);
  const before = await rig.lastEvent();
  expect(await rig.run(setBudget, { daily_limit_usd: 'none' })).toMatchObject({
    ok: true,
    value: { summary: 'There is no daily limit any more' },
  });
  expect((await newest()).document).toEqual(SHIPPED_POLICY);
  expect(await rig.eventsSince(before)).toMatchObject([{ kind: 'budget.changed', data: { version: 3, dailyLimitMicros: null } }]);
});

test('a limit of nothing says that nothing runs that costs', async () => {
  expect((await rig.preview(setBudget, { daily_limit_usd: 0 })).changes).toContain('Nothing that costs money runs under this limit');
});

test('every cent amount up to 100 dollars is an exact number of millionths', () => {
  for (let cents = 0; cents <= 10_000; cents++) expect(setBudget.input.safeParse({ daily_limit_usd: cents / 100 }).success).toBe(true);
});

test.each([-1, 0.001, 1_000_001, Number.NaN, Number.POSITIVE_INFINITY, '25', null, 'None'])(
  'a daily limit of %s is refused',
  (daily_limit_usd) => {
    expect(refusalOf(setBudget, { daily_limit_usd })).not.toBe('accepted');
  },
);

test.each([
  [{ tool: 'send message', approvals: 1, role: 'admin' }, 'Name an action, such as send_message, or all.'],
  [{ tool: 'all', approvals: 0, role: 'admin' }, 'Approvals are a whole number from 1 to 20.'],
  [{ tool: 'all', approvals: 21, role: 'admin' }, 'Approvals are a whole number from 1 to 20.'],
  [{ tool: 'all', approvals: 1.5, role: 'admin' }, 'Approvals are a whole number from 1 to 20.'],
  [{ tool: 'all', approvals: 1, role: 'viewer' }, 'Who approves is one of approver, admin, owner.'],
])('%j is refused with one sentence', (input, sentence) => {
  expect(refusalOf(setApprovals, input)).toBe(sentence);
});
