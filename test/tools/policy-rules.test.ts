import { desc, eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readGroups } from '../../src/db/groups.ts';
import { PolicyDocument, SHIPPED_POLICY } from '../../src/db/policy-document.ts';
import { resetPolicy } from '../../src/db/reset-policy.ts';
import { events, policies } from '../../src/db/tables/control.ts';
import { projects } from '../../src/db/tables/people.ts';
import { ok } from '../../src/result.ts';
import { createTools } from '../../src/tools/registry.ts';
import { inputOf, RuleInput, readRule } from '../../src/tools/rule-input.ts';
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
const ctx = () => ({ db: rig.database.db, projectId: 'default', timeZone: 'UTC' });
const run = async (name: string, said: Record<string, unknown>) => {
  const tool = named(name);
  return rig.run(tool, (await tool.complete?.(said, ctx())) ?? said);
};
const newest = async () => {
  const [row] = await rig.database.db.select().from(policies).orderBy(desc(policies.version)).limit(1);
  return { version: row?.version, document: PolicyDocument.parse(row?.document) };
};

test('a rule with conditions stands in the policy as it was written, and its input says it again', async () => {
  await rig.person('Ana', 'approver');
  await run('set_group', { person: 'Ana', group: 'Finance' });
  const said = { tools: 'send_email', group: 'finance', approvals: 2, where: 'to is at none of ours.example\ncc is given' };
  expect(await run('set_rule', said)).toMatchObject({
    ok: true,
    value: {
      summary:
        'Rule finance-send_email: send_email where to is at none of ours.example and cc is given → 2 people of finance with the role approver or above',
    },
  });
  const [rule] = (await newest()).document.rules;
  if (!rule) throw new Error('no rule');
  expect(rule.match).toEqual({
    tools: ['send_email'],
    where: [
      { field: 'to', is: 'domain_not_in', value: ['ours.example'] },
      { field: 'cc', is: 'present' },
    ],
  });
  expect(readRule(RuleInput.parse(inputOf(rule)))).toEqual(rule);
});

test('an amount is asked of an action that has one, and of no other', async () => {
  const quote = await named('set_rule').complete?.({ tools: 'draft_quote', group: 'finance', approvals: 2, over: 500 }, ctx());
  const email = await named('set_rule').complete?.({ tools: 'send_email', group: 'finance', approvals: 2, over: 500 }, ctx());
  expect(quote).toMatchObject({ where: expect.stringMatching(/^\w+ > 500$/), rule: 'finance-draft_quote-over-500' });
  expect(refusalOf(named('set_rule'), quote)).toBe('accepted');
  expect(refusalOf(named('set_rule'), email)).toBe('This action has no amount of its own. Say it as a condition: amount > 500.');
});

test.each([
  [{ rule: 'x', tools: 'all', where: 'amount is big' }, 'Not a condition: amount is big.'],
  [{ rule: 'x', tools: 'all', risks: 'huge' }, 'It is no rule as it stands.'],
  [{ rule: 'x', tools: 'all', approvals: 0 }, 'Approvals are a whole number from 1 to 20.'],
])('%j is refused with a sentence', (input, sentence) => {
  expect(refusalOf(named('set_rule'), input)).toContain(sentence);
});

test('a new rule stands behind what refuses and before what asks, and takes the place of its own name', async () => {
  await run('set_rule', { rule: 'a', tools: 'send_email' });
  await run('set_rule', { rule: 'never', tools: 'send_email', where: 'cc is given', refuse: 'no copies' });
  await run('set_rule', { rule: 'b', tools: 'send_email' });
  await run('set_rule', { rule: 'a', tools: 'send_email', approvals: 3 });
  expect((await newest()).document.rules.map(({ id }) => id)).toEqual(['never', 'b', 'a']);
  expect(await run('remove_rule', { rule: 'b' })).toMatchObject({ ok: true });
  expect(await run('remove_rule', { rule: 'b' })).toMatchObject({ ok: false, error: { code: 'policy_refused' } });
});

test.each([
  { rule: 'x', tools: 'set_rule', refuse: 'never' },
  { rule: 'x', tools: 'set_rule', approvals: 3, role: 'owner' },
  { rule: 'x', tools: 'set_approvals', group: 'finance', where: 'approvals > 1' },
])('a policy that would lock everybody out is refused on its card, at its approval and when it runs: %j', async (rule) => {
  await rig.database.db.update(projects).set({ solo: false });
  await rig.person('Second', 'owner');
  await rig.person('Ana', 'viewer');
  await run('set_group', { person: 'Ana', group: 'finance' });
  const tool = named('set_rule');
  const sentence = expect.stringContaining('Nobody could change the policy back.');
  expect(await rig.preview(tool, rule)).toMatchObject({ blocked: { why: sentence } });
  expect(await tool.blocked?.(tool.input.parse(rule), ctx())).toEqual({ why: sentence });
  expect(await rig.run(tool, rule)).toMatchObject({ ok: false, error: { message: sentence } });
  expect((await newest()).version).toBe(1);
});

test('nobody is taken out of a group that the policy can only be changed back with', async () => {
  await rig.person('Ana', 'admin');
  await run('set_group', { person: 'Ana', group: 'finance' });
  expect(
    await run('set_rule', { rule: 'x', tools: 'set_rule, remove_rule, set_approvals, set_group', role: 'admin', group: 'finance' }),
  ).toMatchObject({ ok: true });
  expect(await run('leave_group', { person: 'Ana', group: 'finance' })).toMatchObject({ ok: false, error: { code: 'group_refused' } });
  expect(await run('remove_group', { group: 'finance' })).toMatchObject({
    ok: false,
    error: { message: 'Rule x asks for finance. Change or remove that rule first.' },
  });
  await run('set_rule', { rule: 'x', tools: 'send_email' });
  expect(await run('leave_group', { person: 'Ana', group: 'finance' })).toMatchObject({ ok: true });
  expect(await readGroups(rig.database.db, 'default')).toEqual([{ key: 'finance', name: 'finance', people: [], tie: null }]);
  expect(await run('remove_group', { group: 'finance' })).toMatchObject({ ok: true });
});

test('whoever runs the program puts the shipped policy in force again, and the record says so', async () => {
  await run('set_expiry', { hours: 24 });
  expect(await resetPolicy(rig.database, 'default')).toBe(3);
  expect(await newest()).toEqual({ version: 3, document: SHIPPED_POLICY });
  const [event] = await rig.database.db.select().from(events).where(eq(events.kind, 'policy.changed')).orderBy(desc(events.id)).limit(1);
  expect(event).toMatchObject({ proposalId: null, data: { version: 3, via: 'command line', reset: true } });
});

test('quiet hours, expiry, ladder, content and platforms are set, shown and taken back by their own actions', async () => {
  await run('set_quiet_hours', { from: '22', to: '7:30' });
  await run('set_expiry', { hours: 24 });
  await run('set_ladder', { to: 'admins', minutes: 60 });
  await run('set_ladder', { to: 'approvers', minutes: 10 });
  await run('set_content', { entry: 'guarantee' });
  await run('set_content', { entry: '@rival.example' });
  await run('set_content', { change: 'allow', kind: 'link', entry: 'ours.example' });
  await run('set_platform', { platform: 'email', per_day: 50 });
  await run('set_platform', { platform: 'email', hashtags: 0 });
  expect((await newest()).document).toMatchObject({
    quietHours: { from: '22:00', to: '07:30' },
    expireAfterHours: 24,
    ladder: [
      { afterMinutes: 10, to: 'approvers' },
      { afterMinutes: 60, to: 'admins' },
    ],
    content: { words: ['guarantee'], blockedRecipients: ['@rival.example'], linkHosts: ['ours.example'], allowedRecipients: null },
    platforms: { email: { perDay: 50, hashtags: 0 } },
  });
  for (const [name, input] of [
    ['set_quiet_hours', { from: 'none' }],
    ['set_expiry', { hours: 'none' }],
    ['set_ladder', { to: 'admins', minutes: 'none' }],
    ['set_content', { change: 'unblock', kind: 'word', entry: 'Guarantee' }],
    ['set_content', { change: 'allow', kind: 'links', entry: 'all' }],
    ['set_platform', { platform: 'email', per_day: 'none', hashtags: 'none' }],
  ] as const)
    expect(await run(name, input)).toMatchObject({ ok: true });
  expect((await newest()).document).toMatchObject({
    quietHours: null,
    expireAfterHours: null,
    ladder: [{ to: 'approvers' }],
    platforms: {},
  });
  expect((await newest()).document.content).toMatchObject({ words: [], linkHosts: null });
  expect(refusalOf(named('set_quiet_hours'), { from: '22:00', to: '22:00' })).toContain('They cannot be the same.');
  expect(refusalOf(named('set_content'), { change: 'block', kind: 'link', entry: 'x' })).toContain('That cannot be said.');
});
