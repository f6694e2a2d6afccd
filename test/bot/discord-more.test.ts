import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { visible } from '../../src/dispatch/visible.ts';
import { ok } from '../../src/result.ts';
import { defineTool, field } from '../../src/tools/tool.ts';
import { eventually } from '../eventually.ts';
import { APP, type FakeMessage, GUILD, type Json, OTHER_GUILD, ROOM } from '../fakes/discord/world.ts';
import { createSteps, order, type Steps, until } from './contract-steps.ts';
import { type DiscordDriver, discordDriver } from './discord-driver.ts';
import { submitted } from './discord-modal.ts';
import { buttonsOf } from './discord-reading.ts';

const word = (title: string) =>
  z
    .string()
    .min(1, `Say the ${title}.`)
    .meta(field({ title, control: 'line', slot: 'words' }));

/** A tool with more fields than one modal holds. */
const book = defineTool({
  name: 'book_room',
  slash: 'book',
  title: 'Book a room',
  summary: 'Books a room',
  examples: ['book the room "Aurora"'],
  phrases: ['book the room {room}'],
  effect: 'write',
  replay: 'transactional',
  version: 1,
  account: 'this installation',
  input: z.strictObject({
    room: word('Room'),
    day: word('Day'),
    from: word('From'),
    till: word('Till'),
    who: word('Who'),
    seats: z
      .int()
      .min(1)
      .meta(field({ title: 'Seats', control: 'number' })),
    layout: z.enum(['rows', 'table']).meta(field({ title: 'Layout', control: 'choice' })),
  }),
  target: ({ room }) => room,
  risk: () => 'low',
  preview: async ({ room }) => ({ changes: [`Books ${room}`], reversible: 'Yes' }),
  execute: async ({ room }) => ok({ summary: `Booked ${room}` }),
});

let driver: DiscordDriver;
let steps: Steps;
beforeAll(async () => {
  driver = await discordDriver({ tools: [book], prepare: ({ gateway }) => Object.assign(gateway.knobs, { heartbeatMs: 400 }) });
  steps = createSteps(driver);
  await steps.linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(() => driver.stop());

const button = (messages: FakeMessage[]): string => String(messages.flatMap(buttonsOf)[0]?.custom_id);
const fill = (modal: Json, values: Record<string, string>): Json => ({ custom_id: modal.custom_id, components: submitted(modal, values) });

test('a form with more than five fields has pages, and nothing of an earlier one is lost', async () => {
  driver.speaks('U1', 'book the room "Aurora"');
  const asked = await until(driver, ({ buttons }) => buttons.includes('Fill in the rest'));
  const message = driver.fake.world.messages.get(asked.id);
  const press = { type: 3, channel_id: asked.where, message: { id: asked.id } };
  await steps.onRecord(asked);
  const first = await driver.interacts('U1', { ...press, data: { component_type: 2, custom_id: button(message ? [message] : []) } });
  if (first.kind !== 'modal') throw new Error(`no form: ${first.kind}`);
  expect((first.modal.components as Json[]).map(({ label }) => label)).toEqual(['Room', 'Day', 'From', 'Till', 'Who']);
  const values = { room: 'Borealis', day: 'Friday', from: '10', till: '11', who: 'Ana', seats: '8', layout: 'table' };
  const kept = await driver.interacts('U1', {
    type: 5,
    channel_id: asked.where,
    message: { id: asked.id },
    data: fill(first.modal, values),
  });
  if (kept.kind !== 'private') throw new Error(`not kept: ${kept.kind}`);
  const second = await driver.interacts('U1', { ...press, data: { component_type: 2, custom_id: button(kept.messages) } });
  if (second.kind !== 'modal') throw new Error(`no second page: ${second.kind}`);
  expect((second.modal.components as Json[]).map(({ label }) => label)).toEqual(['Seats', 'Layout']);
  expect(
    await driver.interacts('U1', { type: 5, channel_id: asked.where, message: { id: asked.id }, data: fill(second.modal, values) }),
  ).toEqual({ kind: 'nothing' });
  const card = await steps.cardOf('Borealis');
  for (const value of Object.values(values)) expect(card.words).toContain(value);
});

test('a connection that answers no heartbeat is a zombie: it is left, and the session goes on in another', async () => {
  const { knobs } = driver.fake.gateway;
  const before = knobs.resumes;
  knobs.zombie = true;
  await eventually(() => !driver.surface.health().ok);
  knobs.zombie = false;
  await eventually(() => knobs.resumes !== before);
  expect(knobs.resumes).toBeGreaterThan(before);
  driver.speaks('U1', order('after the zombie'));
  await until(driver, ({ words }) => words.includes('after the zombie') && words.includes('Risk'));
});

test('without its words a message in a thread is nobody’s business, and nobody is bothered about it', async () => {
  driver.speaks('U1', order('has a thread'));
  const { where } = await until(driver, ({ words }) => words.includes('has a thread') && words.includes('Risk'));
  const before = driver.standing().length;
  driver.speaks('U1', '', { channel: where, named: false });
  driver.speaks('U1', order('named there'), { channel: where });
  await until(driver, ({ words }) => words.includes('named there') && words.includes('Risk'));
  expect(driver.standing()).toHaveLength(before + 1);
});

test('bots and webhooks are nobody, whatever they say and whomever they name', async () => {
  const { world, gateway } = driver.fake;
  const base = {
    channel_id: ROOM,
    guild_id: GUILD,
    type: 0,
    mentions: [{ id: APP }],
    attachments: [],
    edited_timestamp: null,
    member: { roles: [] },
  };
  const author = { id: world.userCalled('U1').id, username: 'U1' };
  gateway.dispatch('MESSAGE_CREATE', {
    ...base,
    id: world.snowflake(),
    author: { ...author, bot: true },
    content: `<@${APP}> create a task "by a bot"`,
  });
  gateway.dispatch('MESSAGE_CREATE', {
    ...base,
    id: world.snowflake(),
    author,
    webhook_id: '5',
    content: `<@${APP}> create a task "by a hook"`,
  });
  driver.speaks('U1', order('by a person'));
  await until(driver, ({ words }) => words.includes('by a person') && words.includes('Risk'));
  expect(await driver.rig.sql(`select 1 from wilco.messages where text like '%by a bot%' or text like '%by a hook%'`)).toEqual([]);
});

test('whether somebody has a role is asked of Discord; where it does not say, and in another server, nobody knows', async () => {
  const { world, faults } = driver.fake;
  const { can } = driver.surface;
  const ana = world.join('Ana', { roles: ['77'] });
  const bob = world.join('Bob', { roles: ['78'] });
  const has = (userId: string, workspace = GUILD) => can.group?.({ workspace, groupId: '77', userId });
  expect([await has(ana.id), await has(bob.id)]).toEqual([true, false]);
  world.join('Ana', { roles: ['77'], communication_disabled_until: '2999-01-01T00:00:00Z' });
  expect(await has(ana.id)).toBe(false);
  world.members.get(GUILD)?.delete(ana.id);
  expect(await has(ana.id)).toBe(false);
  faults.push({ on: /^GET \/guilds\/\d+\/members\/\d+$/, kind: 'status', status: 403 });
  expect(await has(bob.id)).toBeUndefined();
  expect(await has(ana.id, OTHER_GUILD)).toBeUndefined();
});

test('roles are found by name or id, but not the one that everybody has', async () => {
  const { world } = driver.fake;
  const { can } = driver.surface;
  world.roles.get(GUILD)?.push({ id: '77', name: 'Finance' });
  const called = (written: string, workspace = GUILD) => can.groups?.({ workspace, written });
  for (const written of ['finance', '77']) expect(await called(written)).toEqual([{ id: '77', name: '@Finance' }]);
  expect([await called(GUILD), await called('@everyone'), await called('finance', OTHER_GUILD)]).toEqual([[], [], undefined]);
});

test('somebody is written to alone where they take it, and work is shown where it is done', async () => {
  const { world, requests } = driver.fake;
  const cleo = world.join('Cleo');
  const place = await driver.surface.can.direct?.(GUILD, cleo.id);
  expect(place).toEqual({ surface: 'discord', channel: `${GUILD}.${world.directWith(cleo.id).id}`, thread: 'direct' });
  // Discord says that somebody takes none only when something is sent: from then on nobody tries again for a while.
  const dan = world.join('Dan', { closed: true });
  const closed = await driver.surface.can.direct?.(GUILD, dan.id);
  if (!closed) throw new Error('not opened');
  const view = { author: visible('Wilco'), text: visible('hello'), card: null, failed: null, messageId: '' };
  expect(await driver.surface.post(closed, view, { key: 'to-dan', again: false, since: new Date() })).toMatchObject({
    ok: false,
    error: { code: 'refused' },
  });
  expect(await driver.surface.can.direct?.(GUILD, dan.id)).toBeUndefined();
  await driver.surface.can.working?.(
    { surface: 'discord', channel: `${GUILD}.${ROOM}`, thread: 'feed' },
    { busy: true, title: visible('a task'), by: cleo.id },
  );
  expect(requests).toContain(`POST /channels/${ROOM}/typing`);
});

test('whoever asks sees that somebody is at work, where they wrote, before the thread of the answer is there', async () => {
  const { requests } = driver.fake;
  const before = requests.length;
  const said = await driver.says('U1', order('seen at work'));
  await until(driver, ({ words }) => words.includes('seen at work'));
  const typed = requests.slice(before).filter((request) => request.endsWith('/typing'));
  expect(typed).toEqual([`POST /channels/${said}/typing`, `POST /channels/${ROOM}/typing`]);
});

test('when Discord is away at the start, Wilco goes on trying until it is there', async () => {
  const late = await discordDriver({
    prepare(fake) {
      void fake
        .down()
        .then(() => sleep(1500))
        .then(fake.up);
    },
  });
  expect(late.surface.health().ok).toBe(true);
  await late.stop();
});

test('in a direct message, too, one word stops the answer', async () => {
  const { world } = driver.fake;
  const { id } = world.directWith(world.userCalled('U1').id);
  driver.speaks('U1', `endlessly ${Array.from({ length: 16 }, (_, at) => `fern ${at}`).join('\n')}`, { channel: id, named: false });
  const begun = await until(driver, ({ words, where }) => where === id && words.includes('fern 1') && words.includes('is writing'));
  driver.speaks('U1', 'stop', { channel: id, named: false });
  await until(driver, (seen) => seen.id === begun.id && seen.words.includes('Stopped by'));
});
