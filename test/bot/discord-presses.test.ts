import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureThread } from '../../src/db/talk.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { eventually } from '../eventually.ts';
import { APP, BOT_ROLE, GUILD, ROOM } from '../fakes/discord/world.ts';
import { type Came, createSteps, order, type Steps, until } from './contract-steps.ts';
import { type DiscordDriver, discordDriver } from './discord-driver.ts';

let driver: DiscordDriver;
let steps: Steps;
// As in the whole program, where the web side puts a `Response` of its own in the place of Node's.
getRequestListener(() => new Response());

beforeAll(async () => {
  driver = await discordDriver();
  steps = createSteps(driver);
  await steps.linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(() => driver.stop());
beforeEach(() => {
  driver.fake.faults.length = 0;
});

type Alone = Extract<Came, { kind: 'private' }>;
/** The card, for their eyes alone, from the list of what waits. */
const opened = async (title: string): Promise<Alone> => {
  const list = await driver.command('U1', '/approvals');
  if (list.kind !== 'private') throw new Error(`no list: ${list.kind}`);
  const page = await list.pressed('Open');
  if (page.kind !== 'private') throw new Error(`not opened: ${page.kind}`);
  expect(page.words).toContain(title);
  return page;
};

test('a press that Discord took and failed to say so is carried out', async () => {
  const seen = await steps.asked('taken and failed');
  driver.fake.faults.push({ on: /^POST \/interactions\/\d+\/\S+\/callback$/, kind: 'failed', status: 502 });
  expect(await driver.presses('U1', { on: seen, label: 'Approve' })).toEqual({ kind: 'nothing' });
  await until(driver, ({ id, words }) => id === seen.id && words.includes('Done'));
});

test('a press that somebody else answered is left to them', async () => {
  const seen = await steps.asked('answered by another');
  driver.fake.faults.push({ on: /^POST \/interactions\/\d+\/\S+\/callback$/, kind: 'refused', code: 40_060 });
  const before = driver.fake.requests.length;
  const press = driver.presses('U1', { on: seen, label: 'Approve' }).catch(() => undefined);
  await eventually(() => driver.fake.requests.slice(before).some((line) => line.endsWith('/callback')));
  await driver.command('U1', '/status');
  expect(driver.standing().find(({ id }) => id === seen.id)?.words).toContain('Waiting for approval');
  void press;
  expect(await driver.presses('U1', { on: seen, label: 'Withdraw' })).toEqual({ kind: 'nothing' });
});

test('approved on a page of their own, the page says so and loses its buttons', async () => {
  const seen = await steps.asked('approved on a page');
  const page = await opened('approved on a page');
  expect(await page.pressed('Approve')).toEqual({ kind: 'nothing' });
  await eventually(() => page.words.includes('Your approval is on record'));
  expect(page.buttons).toEqual([]);
  await until(driver, ({ id, words }) => id === seen.id && words.includes('Done'));
});

test('rejected by a form that was opened on a page of their own, the page says so, too', async () => {
  const seen = await steps.asked('rejected on a page');
  const page = await opened('rejected on a page');
  const form = await page.pressed('Reject');
  if (form.kind !== 'form') throw new Error(`no form: ${form.kind}`);
  expect(await form.submit({ reason: 'not today' })).toEqual({ kind: 'nothing' });
  await eventually(() => page.words.includes('Done. Its card shows what comes of it.'));
  expect(page.buttons).toEqual([]);
  await until(driver, ({ id, words }) => id === seen.id && words.includes('Rejected'));
});

test('what a moderator deletes is nobody’s decision: the card says that its message was deleted', async () => {
  const said = driver.speaks('U1', order('deleted by a moderator'));
  await steps.onRecord(steps.cardOf('deleted by a moderator'));
  await driver.deletes('U2', said.id);
  const seen = await until(driver, ({ words }) => words.includes('deleted by a moderator') && words.includes('was deleted'));
  expect(seen.buttons).toEqual([]);
  const [row] = await steps.proposals('by a moderator');
  expect(row?.state).toBe('void');
  expect(await driver.rig.sql(`select 1 from wilco.decisions where proposal_id = '${row?.id}'`)).toEqual([]);
});

test('the role that Discord made for the bot is its name, too, and another role is not', async () => {
  const { world, gateway } = driver.fake;
  const author = { id: world.userCalled('U1').id, username: 'U1' };
  const says = (content: string, roles: string[]): string => {
    const put = { channel_id: ROOM, author, content, type: 0, mentions: [], mention_roles: roles, attachments: [], edited_timestamp: null };
    const message = world.put({ ...put, components: [], flags: 0 });
    gateway.dispatch('MESSAGE_CREATE', { ...message, guild_id: GUILD, member: world.memberOf(GUILD, author.id) });
    return message.id;
  };
  says(`<@&77> ${order('for another role')}`, ['77']);
  const id = says(`<@&${BOT_ROLE}> ${order('for its role')}`, [BOT_ROLE]);
  const seen = await steps.onRecord(steps.cardOf('for its role'));
  expect(world.channels.get(seen.where)).toMatchObject({ id, name: order('for its role') });
  expect(await driver.rig.sql(`select text from wilco.messages where text like '%its role%' or text like '%another role%'`)).toEqual([
    { text: order('for its role') },
  ]);
  expect(APP).not.toBe(BOT_ROLE);
});

test('a thread is called by whole characters, however long the first line is', async () => {
  const said = driver.speaks('U1', `create a task "${'😀'.repeat(80)}"`);
  await until(driver, ({ words }) => words.includes('😀😀'));
  const name = driver.fake.world.channels.get(said.id)?.name ?? '';
  expect(name.isWellFormed()).toBe(true);
  expect(name.length).toBeLessThanOrEqual(80);
});

test('a form that cannot be made within Discord’s three seconds is offered with a button, which opens it', async () => {
  const { world, faults, interactions } = driver.fake;
  const direct = world.directWith(world.userCalled('U1').id);
  driver.speaks('U1', order('edited in private'), { channel: direct.id, named: false });
  const seen = await steps.onRecord(steps.cardOf('edited in private'));
  const message = world.messages.get(seen.id);
  if (!message) throw new Error('no such message');
  // Who it is has to be asked of the server, and that takes longer than a form may be waited for.
  const slow = Promise.withResolvers<void>();
  faults.push({ on: /^GET \/guilds\/\d+\/members\/\d+$/, kind: 'held', until: slow.promise });
  interactions.knobs.deadlineMs = 3000;
  const custom_id = /edit:[0-9a-f-]+:\d+/.exec(JSON.stringify(message.components))?.[0];
  const user = { id: world.userCalled('U1').id, username: 'U1' };
  const privately = { guild_id: undefined, member: undefined, user, channel_id: direct.id, message: { id: seen.id } };
  const press = driver.interacts('U1', { ...privately, type: 3, data: { component_type: 2, custom_id } });
  await sleep(2500);
  slow.resolve();
  const outcome = await press;
  if (outcome.kind !== 'private') throw new Error(`no button: ${outcome.kind}`);
  const go = /go:0:[^"]+/.exec(JSON.stringify(outcome.messages))?.[0];
  expect(JSON.stringify(outcome.messages)).toContain('Open it');
  expect(await driver.interacts('U1', { ...privately, type: 3, data: { component_type: 2, custom_id: go } })).toMatchObject({
    kind: 'modal',
  });
  interactions.knobs.deadlineMs = 15_000;
});

test('each line of a long list can be opened: the first by a button, the others from a list', async () => {
  const { heart, owner } = driver.rig;
  const threadId = `discord:${GUILD}.${ROOM}:${driver.fake.world.snowflake()}`;
  await ensureThread(heart.database.db, { id: threadId, projectId: owner.projectId, create: true, title: 'many' });
  for (let at = 0; at < 45; at += 1)
    expect(
      await propose(heart, owner, { threadId, tool: 'create_task', input: { title: `one of many, and a long title at that, ${at}` } }),
    ).toMatchObject({ ok: true });
  const list = await driver.interacts('U1', { type: 2, data: { id: '1', type: 1, name: 'approvals', options: [] } });
  if (list.kind !== 'private') throw new Error(`no list: ${list.kind}`);
  const options = [...JSON.stringify(list.messages).matchAll(/"label":"([^"]*)","value":"(open:[^"]+)"/g)];
  expect(options.length + 8).toBeGreaterThanOrEqual(45);
  const last = options.find(([, label]) => label?.includes('at that, 44'));
  const opened = await driver.interacts('U1', { type: 3, data: { component_type: 3, custom_id: 'pick:25', values: [last?.[2]] } });
  const came = driver.came('U1', opened, ROOM);
  expect(came).toMatchObject({
    kind: 'private',
    words: expect.stringContaining('at that, 44'),
    buttons: expect.arrayContaining(['Approve']),
  });
});

test('whether Wilco works or was paused stands beside its name, and is shown again when it connects anew', async () => {
  const says = () => JSON.stringify(driver.fake.gateway.knobs.presence ?? {});
  await eventually(() => says().includes('"live"'));
  const { command } = driver;
  expect(await command('U1', '/pause')).toBeDefined();
  await eventually(() => says().includes('paused') && says().includes('idle'));
  Object.assign(driver.fake.gateway.knobs, { presence: undefined });
  driver.fake.gateway.invalidate();
  await eventually(() => says().includes('paused'));
  await command('U1', '/resume');
  await eventually(() => says().includes('"live"'));
});
