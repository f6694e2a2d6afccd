import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { createRoster } from '../../src/agents/roster.ts';
import { agents } from '../../src/db/tables/agents.ts';
import { ok } from '../../src/result.ts';
import { grantsIn, keyIn, nameIn, recurrenceIn } from '../../src/tools/agents/draft.ts';
import { createReads } from '../../src/tools/reads/registry.ts';
import { createTools } from '../../src/tools/registry.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { createToolRig, refusalOf, type ToolRig } from './rig.ts';

const tools = createTools({ home: '.', post: async () => ok({ threadId: '', messageId: '' }), shipped: AGENTS });
const tool = (name: string): Tool => {
  const found = tools.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
};
const [deploy, change, retire] = ['deploy_agent', 'change_agent', 'retire_agent'].map(tool) as [Tool, Tool, Tool];

let rig: ToolRig;
beforeAll(async () => {
  rig = await createToolRig();
});
afterAll(() => rig.database.close());

const at = () => ({ db: rig.database.db, projectId: 'default', timeZone: 'UTC' });
const filled = (one: Tool, input: Record<string, unknown>): Promise<Record<string, unknown>> =>
  one.complete?.(input, at()) ?? Promise.resolve(input);
const member = async (key: string) =>
  (await createRoster(rig.database.db, AGENTS).members('default')).find(({ agent }) => agent.key === key);
const WATCHER = { key: 'watcher', name: 'Watcher', summary: 'Watches', prompt: 'watches the tasks', tools: ['create_task'] };
const READ_NAMES = createReads(async () => []).map(({ name }) => name);
const CLIENT = {
  words: 'watches failed payments every hour and drafts a mail to the customer',
  known: { find: (name: string) => tools.find((one) => one.name === name), reads: ['read_document'] },
};

test('a description becomes a draft that follows from its words alone: a name, a key, the tools that it names and what may be read', async () => {
  expect(await filled(deploy, { prompt: CLIENT.words })).toEqual({
    key: 'failed-payments-watcher',
    name: 'Failed payments watcher',
    summary: 'Watches failed payments every hour and drafts a mail to the customer',
    prompt: CLIENT.words,
    tools: [...READ_NAMES, 'create_task', 'send_email'].sort(),
  });
  expect(grantsIn('thinks about life', CLIENT.known)).toEqual(['create_task', 'read_document']);
  expect(keyIn(nameIn('replies to mentions'))).toBe('replier');
  expect(keyIn('…')).toBe('agent');
});

test.each([
  ['watches payments every hour and more', 'every hour'],
  ['reports each Monday', 'each Monday'],
  ['checks every weekday at 9, then reports', 'every weekday at 9'],
  ['answers every question', undefined],
  ['keeps the notes', undefined],
])('in "%s" it is said to look %s', (words, often) => {
  expect(recurrenceIn(words, new Date())).toBe(often);
});

test('the card of a deployment says what it may use, how far it goes, and what is to be scheduled next', async () => {
  const input = await filled(deploy, { prompt: CLIENT.words });
  const preview = await deploy.preview(deploy.input.parse(input), at());
  expect(preview.changes.join('\n')).toContain('read_thread, send_email');
  expect(preview.changes.join('\n')).toContain('a heartbeat is scheduled next');
  expect(preview.next).toContain('failed-payments-watcher');
  expect(preview.next).toContain('every hour');
  expect((await deploy.preview(deploy.input.parse(WATCHER), at())).next).toBeUndefined();
});

test.each([
  [{ ...WATCHER, tools: ['set_role'] }, 'no agent can be given it'],
  [{ ...WATCHER, tools: ['deploy_agent'] }, 'no agent can be given it'],
  [{ ...WATCHER, tools: ['fly_away'] }, 'There is no action called fly_away here.'],
  [{ ...WATCHER, tools: ['all', 'create_task'] }, 'not both'],
  [{ ...WATCHER, prompt: 'x'.repeat(8001) }, 'at most 8,000 characters'],
  [{ ...WATCHER, prompt: ' ' }, 'Say what the agent is to do.'],
  [{ ...WATCHER, key: 'Pay Watcher' }, 'small letters'],
  [{ ...WATCHER, key: 'wilco' }, 'Nobody can be called that'],
  [{ ...WATCHER, max_steps: 0 }, 'Steps are a whole number'],
  [{ ...WATCHER, concurrency: 99 }, 'Runs at a time'],
  [{ ...WATCHER, autonomy: 'boss' }, 'How far it goes'],
])('a configuration that does not hold is refused in words [grants]: %#', (input, why) => {
  expect(refusalOf(deploy, input)).toContain(why);
});

test('an agent is deployed once; its key is then taken', async () => {
  expect(await rig.run(deploy, WATCHER)).toMatchObject({ ok: true, value: { summary: expect.stringContaining('@watcher is at work') } });
  expect(await member('watcher')).toMatchObject({
    state: 'active',
    shipped: false,
    agent: { tools: ['create_task'], autonomy: 'copilot' },
  });
  expect(await rig.run(deploy, WATCHER)).toMatchObject({ ok: false, error: { code: 'agent_there', notDispatched: true } });
  expect(await deploy.blocked?.(deploy.input.parse(WATCHER), at())).toMatchObject({ why: expect.stringContaining('here already') });
  expect(await rig.run(deploy, { ...WATCHER, key: 'dispatcher' })).toMatchObject({ ok: false, error: { code: 'agent_there' } });
});

test('one of the catalogue is taken into work by its key alone, and only what differs from it is kept', async () => {
  const input = await filled(deploy, { key: '@Clip' });
  expect(deploy.input.parse(input)).toMatchObject({ key: 'clip', domain: 'content', autonomy: 'copilot' });
  expect((await member('clip'))?.state).toBe('planned');
  expect(await rig.run(deploy, { ...input, max_steps: 5 })).toMatchObject({ ok: true });
  expect(await member('clip')).toMatchObject({ state: 'active', shipped: true, agent: { maxSteps: 5 } });
  const [row] = await rig.database.db.select().from(agents).where(eq(agents.key, 'clip'));
  expect(row?.config).toEqual({ maxSteps: 5 });
});

test('a change shows before and after, keeps the rest, and is taken back to exactly what was before', async () => {
  const asked = await filled(change, { key: 'watcher', prompt: 'watches the documents', tools: ['edit_doc'], name: 'Reader' });
  const input = change.input.parse(asked);
  const preview = await change.preview(input, at());
  expect(preview.changes).toEqual(
    expect.arrayContaining(['Name: Watcher → Reader', 'May use from now on: edit_doc', 'May no longer use: create_task']),
  );
  expect(preview.difference).toBe('- watches the tasks\n+ watches the documents');
  const done = await rig.run(change, asked);
  expect(await member('watcher')).toMatchObject({ agent: { name: 'Reader', summary: 'Watches', tools: ['edit_doc'] } });
  if (!done.ok) throw new Error(done.error.code);
  const back = await change.undo?.({ input, data: done.value.data ?? {} }, at());
  if (!back?.ok) throw new Error(back?.why);
  expect(await rig.run(tool(back.tool), back.input)).toMatchObject({ ok: true });
  expect(await member('watcher')).toMatchObject({ agent: { name: 'Watcher', prompt: 'watches the tasks', tools: ['create_task'] } });
  expect(await change.undo?.({ input, data: done.value.data ?? {} }, at())).toMatchObject({
    ok: false,
    why: expect.stringContaining('changed since'),
  });
});

test('a change that was made from another configuration than the one in force is refused', async () => {
  const stale = await filled(change, { key: 'watcher', name: 'Too late' });
  await rig.run(change, await filled(change, { key: 'watcher', name: 'In between' }));
  expect(await rig.run(change, stale)).toMatchObject({ ok: false, error: { code: 'agent_changed', notDispatched: true } });
  expect(await change.blocked?.(change.input.parse(stale), at())).toMatchObject({ why: expect.stringContaining('changed after') });
});

test.each([
  [{ key: 'watcher' }, 'Say what is to change'],
  [{ key: 'watcher', tools: ['set_budget'] }, 'no agent can be given it'],
  [{ key: 'watcher', name: 'two\nlines' }, 'line break'],
])('a change of nothing, or to what nobody may have, is refused: %#', (input, why) => {
  expect(refusalOf(change, input)).toContain(why);
});

test('retiring ends it, its undo deploys it as it was, and the dispatcher stays', async () => {
  const before = (await member('watcher'))?.agent;
  const done = await rig.run(retire, { key: 'watcher' });
  if (!done.ok) throw new Error(done.error.code);
  expect(await createRoster(rig.database.db, AGENTS).find('default', 'watcher')).toBeUndefined();
  const back = await retire.undo?.({ input: { key: 'watcher' }, data: done.value.data ?? {} }, at());
  if (!back?.ok) throw new Error(back?.why);
  expect(await rig.run(tool(back.tool), back.input)).toMatchObject({ ok: true });
  expect((await member('watcher'))?.agent).toEqual(before);
  expect(await rig.run(retire, { key: 'dispatcher' })).toMatchObject({ ok: false, error: { code: 'agent_needed' } });
  expect(await rig.run(retire, { key: 'nobody' })).toMatchObject({ ok: false, error: { code: 'agent_missing' } });
});

test('a stored configuration that does not hold stops nobody else: the agent is broken until it is written anew, and more than is known is left alone', async () => {
  await rig.run(deploy, { ...WATCHER, key: 'drifter' });
  const set = (config: Record<string, unknown>) => rig.database.db.update(agents).set({ config }).where(eq(agents.key, 'drifter'));
  await set({ name: 'Drifter', summary: 'Drifts', prompt: 'Drift.', tools: [], later: { version: 9 } });
  expect(await member('drifter')).toMatchObject({ broken: false, agent: { name: 'Drifter', maxSteps: 12 } });
  await set({ name: 7, prompt: null, tools: 'everything', autonomy: 'god' });
  expect(await member('drifter')).toMatchObject({ broken: true, agent: { key: 'drifter', autonomy: 'manual', tools: [] } });
  expect((await member('dispatcher'))?.broken).toBe(false);
  const part = await filled(change, { key: 'drifter', name: 'Drifter' });
  expect(await rig.run(change, part)).toMatchObject({ ok: false, error: { code: 'agent_unreadable' } });
  expect(await rig.run(change, { ...part, summary: 'Drifts', prompt: 'Drift.', tools: [] })).toMatchObject({ ok: true });
  expect(await member('drifter')).toMatchObject({ broken: false, agent: { name: 'Drifter' } });
});
