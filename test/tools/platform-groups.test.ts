import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readGroups } from '../../src/db/groups.ts';
import { linkWorkspace } from '../../src/db/identities.ts';
import { groups } from '../../src/db/tables/people.ts';
import { ok } from '../../src/result.ts';
import type { FindGroups, PlatformGroup } from '../../src/tools/platform-groups.ts';
import { createTools } from '../../src/tools/registry.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { createToolRig, refusalOf, type ToolRig } from './rig.ts';

let rig: ToolRig;
let there: Record<string, PlatformGroup[] | undefined>;
beforeAll(async () => {
  rig = await createToolRig();
  await linkWorkspace(rig.database.db, { platform: 'slack', workspace: 'T1', projectId: 'default' });
  await linkWorkspace(rig.database.db, { platform: 'discord', workspace: '100', projectId: 'default' });
  for (const name of ['Ana', 'Ben']) await rig.person(name, 'admin');
});
afterAll(() => rig.drop());
beforeEach(async () => {
  there = { 'slack/T1': [{ id: 'S1', name: '@finance' }], 'discord/100': [{ id: '77', name: '@Legal' }] };
  await rig.database.db.delete(groups);
});

const findGroups: FindGroups = async ({ platform, workspace, written }) =>
  there[`${platform}/${workspace}`]?.filter(({ id, name }) => id === written || name.toLowerCase() === `@${written.toLowerCase()}`);
const tools = createTools({ home: '/nowhere', post: async () => ok({ threadId: 't', messageId: 'm' }), findGroups });
const named = (name: string): Tool => {
  const found = tools.find((tool) => tool.name === name);
  if (!found) throw new Error(name);
  return found;
};
const ctx = () => ({ db: rig.database.db, projectId: 'default', timeZone: 'UTC' });
const complete = async (tool: Tool, said: Record<string, unknown>) => (await tool.complete?.(said, ctx())) ?? said;
const run = async (name: string, said: Record<string, unknown>) => rig.run(named(name), await complete(named(name), said));
const look = async (name: string, said: Record<string, unknown>) => rig.preview(named(name), await complete(named(name), said));
const finance = async () => (await readGroups(rig.database.db, 'default')).find(({ key }) => key === 'finance');
const TIED = { group: 'finance', platform: 'slack', workspace: 'T1', group_id: 'S1', platform_group: '@finance' };

test.for(['@finance', 'finance', 'FINANCE', 'S1', '<!subteam^S1>', '<!subteam^S1|@anything>'])(
  '%s is found on the platform, and the card names it as it is called there',
  async (written) => {
    expect(await complete(named('tie_group'), { group: 'finance', platform_group: written })).toEqual(TIED);
  },
);

test('a role of Discord is found by its mark, and two groups of one name are asked about', async () => {
  const tie = named('tie_group');
  expect(await complete(tie, { group: 'legal', platform_group: '<@&77>' })).toMatchObject({
    platform: 'discord',
    workspace: '100',
    group_id: '77',
  });
  there['discord/100']?.push({ id: '78', name: '@finance' });
  const unsure = await complete(tie, { group: 'finance', platform_group: '@finance' });
  expect(refusalOf(tie, unsure)).toContain("whether it is Slack's or Discord's");
  expect(await complete(tie, { group: 'finance', platform_group: '@finance', platform: 'discord' })).toMatchObject({ group_id: '78' });
  expect(refusalOf(tie, await complete(tie, { group: 'x', platform_group: '@nobody' }))).toContain('No group of that name was found');
});

test('[power] a tie says on its card what becomes of the list and of power, and takes the list away', async () => {
  await run('set_group', { person: 'Ana', group: 'finance' });
  const { changes } = await look('tie_group', { group: 'finance', platform_group: '@finance' });
  expect(changes.join('\n')).toContain('@finance (S1)');
  expect(changes.join('\n')).toContain('Whoever may change @finance on Slack changes who may approve');
  expect(changes.join('\n')).toContain('Ana would be of it: that list no longer counts');
  expect(await run('tie_group', { group: 'finance', platform_group: '@finance' })).toMatchObject({ ok: true });
  expect(await finance()).toMatchObject({ people: [], tie: { platform: 'slack', workspace: 'T1', remoteId: 'S1', name: '@finance' } });
  for (const tool of ['set_group', 'leave_group'])
    expect(await run(tool, { person: 'Ana', group: 'finance' })).toMatchObject({ ok: false, error: { code: 'group_refused' } });
  const undo = await named('tie_group').undo?.({ input: TIED, data: {} }, ctx());
  expect(undo).toEqual({ ok: true, tool: 'untie_group', input: { group: 'finance' } });
  expect(await run('untie_group', { group: 'finance' })).toMatchObject({ ok: true });
  expect(await finance()).toMatchObject({ people: [{ name: 'Ana' }], tie: null });
  expect(await named('tie_group').undo?.({ input: TIED, data: {} }, ctx())).toMatchObject({ ok: false });
  expect(await run('untie_group', { group: 'finance' })).toMatchObject({ ok: false });
});

test('[power] a name that is not that of the id, a group that is gone, a platform that does not answer and a foreign workspace block the card', async () => {
  const why = async (more: Record<string, string> = {}) => (await look('tie_group', { ...TIED, ...more })) as { blocked?: { why: string } };
  expect((await why()).blocked).toBeUndefined();
  expect((await why({ platform_group: '@ceo' })).blocked?.why).toContain('Slack calls S1 @finance and not @ceo');
  expect((await why({ group_id: 'S9' })).blocked?.why).toContain('no such group');
  expect((await why({ workspace: 'T9' })).blocked?.why).toContain('does not belong to this project');
  expect(await run('tie_group', { ...TIED, workspace: 'T9' })).toMatchObject({ ok: false, error: { code: 'group_refused' } });
  there['slack/T1'] = undefined;
  expect((await why()).blocked?.why).toContain('could not be asked');
});

test('[power] no platform comes between people and the way to change the policy back', async () => {
  for (const person of ['Ana', 'Ben']) await run('set_group', { person, group: 'finance' });
  await run('set_rule', { rule: 'x', tools: 'set_rule, remove_rule, set_approvals, set_group', role: 'admin', group: 'finance' });
  expect(await run('tie_group', { group: 'finance', platform_group: '@finance' })).toMatchObject({
    ok: false,
    error: { code: 'group_refused', message: expect.stringContaining('Nobody could change the policy back') },
  });
  await run('remove_rule', { rule: 'x' });
  expect(await run('tie_group', { group: 'finance', platform_group: '@finance' })).toMatchObject({ ok: true });
  const back = { rule: 'x', tools: 'set_rule, remove_rule, set_approvals, set_group', role: 'admin', group: 'finance' };
  expect(await run('set_rule', back)).toMatchObject({ ok: false });
});

test('a group that is gone takes its tie with it, and comes back as a list', async () => {
  await run('tie_group', { group: 'finance', platform_group: '@finance' });
  expect(await run('remove_group', { group: 'finance' })).toMatchObject({ ok: true });
  await run('set_group', { person: 'Ana', group: 'finance' });
  expect(await finance()).toMatchObject({ people: [{ name: 'Ana' }], tie: null });
});
