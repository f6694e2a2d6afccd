import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { OPEN_THREADS, READ_HISTORY, SEND, SEND_IN_THREADS, VIEW } from '../fakes/discord/rest.ts';
import { type FakeChannel, GUILD, type Json, ROOM } from '../fakes/discord/world.ts';
import { createSteps, order, type Seen, type Steps, until } from './contract-steps.ts';
import { type DiscordDriver, discordDriver } from './discord-driver.ts';

const VOICE = '200000000000000009';

let driver: DiscordDriver;
let steps: Steps;
beforeAll(async () => {
  driver = await discordDriver({
    prepare: ({ world }) => void world.channels.set(VOICE, { id: VOICE, type: 2, guild_id: GUILD, name: 'talk' }),
  });
  steps = createSteps(driver);
  await steps.linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(() => driver.stop());

const channel = (id: string): FakeChannel => {
  const found = driver.fake.world.channels.get(id);
  if (!found) throw new Error('no such channel');
  return found;
};
afterEach(() => {
  const room = channel(ROOM);
  delete room.denied;
  delete room.full;
});
const direct = (): string => driver.fake.world.directWith(driver.fake.world.userCalled('U1').id).id;
/** Approved where it stands, it says there that it is done. */
const isDoneThere = async (seen: Seen): Promise<void> => {
  expect(await driver.presses('U1', { on: seen, label: 'Approve' })).toEqual({ kind: 'nothing' });
  await until(driver, ({ id, words }) => id === seen.id && words.includes('Done'));
};
const explained = (where: string, why: string): number =>
  driver
    .standing()
    .filter((one) => one.where === where && one.words.includes('No answer can stand in a thread there') && one.words.includes(why)).length;

test('where the bot may open no thread it answers below the message, says once why, and goes on there', async () => {
  channel(ROOM).denied = OPEN_THREADS;
  const asked = driver.speaks('U1', order('no threads'));
  const seen = await steps.onRecord(steps.cardOf('no threads'));
  expect(seen.where).toBe(ROOM);
  expect(driver.fake.world.messages.get(seen.id)?.message_reference).toEqual({ message_id: asked.id, fail_if_not_exists: false });
  await until(driver, ({ words }) => words.includes('lacks Create Public Threads'));
  await isDoneThere(seen);
  driver.speaks('U1', order('no threads again'));
  expect((await steps.onRecord(steps.cardOf('no threads again'))).where).toBe(ROOM);
  expect(explained(ROOM, 'lacks Create Public Threads')).toBe(1);
});

test.for([
  ['as many threads as the server may have are open', { full: true }],
  ['the bot may not write in threads', { denied: SEND_IN_THREADS }],
] as const)('where %s it answers in the channel', async ([what, closed]) => {
  Object.assign(channel(ROOM), closed);
  driver.speaks('U1', order(what));
  const seen = await steps.onRecord(steps.cardOf(what));
  expect(seen.where).toBe(ROOM);
  await isDoneThere(seen);
});

test('beside a call, where there are no threads, it answers in the channel', async () => {
  driver.speaks('U1', order('beside a call'), { channel: VOICE });
  const seen = await steps.onRecord(steps.cardOf('beside a call'));
  expect(seen.where).toBe(VOICE);
  await until(driver, ({ words }) => words.includes('has no threads'));
  await isDoneThere(seen);
});

test.for([
  ['may write nothing in a channel', SEND | SEND_IN_THREADS | OPEN_THREADS],
  ['may not read what was written', READ_HISTORY | SEND],
  ['does not see it any more', VIEW],
] as const)('where the bot %s whoever asked is answered alone', async ([what, denied]) => {
  channel(ROOM).denied = denied;
  driver.speaks('U1', order(`alone: ${what}`));
  const seen = await steps.onRecord(steps.cardOf(`alone: ${what}`));
  expect(seen.where).toBe(direct());
  await isDoneThere(seen);
});

test('in a thread that was locked the next answer comes into the channel', async () => {
  driver.speaks('U1', order('before the lock'));
  const { where } = await steps.onRecord(steps.cardOf('before the lock'));
  channel(where).locked = true;
  driver.speaks('U1', order('after the lock'), { channel: where, named: false });
  const seen = await steps.onRecord(steps.cardOf('after the lock'));
  expect(seen.where).toBe(ROOM);
  await until(driver, ({ words }) => words.includes('Manage Threads'));
  await isDoneThere(seen);
});

test('a card that stands in the channel is found there by the next process', async () => {
  channel(ROOM).full = true;
  driver.speaks('U1', order('after a new start'));
  const seen = await steps.onRecord(steps.cardOf('after a new start'));
  expect(seen.where).toBe(ROOM);
  await driver.halt();
  await driver.resume();
  await isDoneThere(seen);
});

test('whoever takes no direct messages is told by a reply in the channel that they are not known', async () => {
  const said = driver.speaks('Nemo:closed', 'create a task "by somebody"');
  const reply = await until(driver, ({ words, where }) => where === ROOM && words.includes('I do not know you here yet'));
  expect((driver.fake.world.messages.get(reply.id) as Json).message_reference).toMatchObject({ message_id: said.id });
});
