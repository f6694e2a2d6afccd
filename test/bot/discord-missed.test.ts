import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createHeard } from '../../src/bot/discord/heard.ts';
import { eventually } from '../eventually.ts';
import { GUILD, ROOM } from '../fakes/discord/world.ts';
import { createSteps, order, type Steps, until } from './contract-steps.ts';
import { type DiscordDriver, discordDriver } from './discord-driver.ts';

let driver: DiscordDriver;
let steps: Steps;
beforeAll(async () => {
  driver = await discordDriver();
  steps = createSteps(driver);
  await steps.linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(() => driver.stop());
beforeEach(() => {
  driver.fake.faults.length = 0;
});

test('faults of Discord’s while it reads what it missed lose nothing', async () => {
  driver.speaks('U1', order('before the faults'));
  await steps.cardOf('before the faults');
  await driver.halt();
  driver.speaks('U1', order('missed among faults'));
  const on = /^GET \/channels\/\d+\/messages$/;
  driver.fake.faults.push({ on, kind: 'status', status: 502, times: 3 }, { on, kind: 'unsent', times: 1 });
  await driver.resume();
  driver.speaks('U1', order('after the faults'));
  await steps.cardOf('after the faults');
  await steps.cardOf('missed among faults');
  expect(await steps.proposals('missed among faults')).toHaveLength(1);
});

test('among thousands of words that were not for it, what was missed is found, and only that is read', async () => {
  for (let at = 0; at < 2200; at += 1) driver.speaks('U1', `chatter ${at}`, { named: false });
  driver.speaks('U1', order('after much chatter'), { channel: driver.fake.world.directWith(driver.fake.world.userCalled('U1').id).id });
  await steps.cardOf('after much chatter');
  await driver.halt();
  driver.speaks('U1', order('missed in a busy channel'));
  const before = driver.fake.requests.length;
  await driver.resume();
  await steps.cardOf('missed in a busy channel');
  const read = driver.fake.requests.slice(before).filter((line) => line === `GET /channels/${ROOM}/messages`);
  // Once for what was missed; the other may be the look for an earlier try at the answer.
  expect(read.length).toBeLessThanOrEqual(2);
});

test('a gap of many pages is read to its end', async () => {
  await driver.halt();
  for (let at = 0; at < 2200; at += 1) driver.speaks('U1', `missed chatter ${at}`, { named: false });
  driver.speaks('U1', order('behind many pages'));
  await driver.resume();
  await steps.cardOf('behind many pages');
});

test('what could not be stored before the process ended is read by the next one, although others were stored since', async () => {
  const direct = driver.fake.world.directWith(driver.fake.world.userCalled('U1').id);
  Object.assign(driver.broken, { times: 1000, of: 'never stored here' });
  driver.speaks('U1', order('never stored here'));
  await eventually(() => driver.broken.times < 1000);
  driver.speaks('U1', order('stored meanwhile'), { channel: direct.id, named: false });
  const thread = driver.standing().find(({ words }) => words.includes('before the faults'))?.where ?? '';
  driver.speaks('U1', order('stored in a thread meanwhile'), { channel: thread, named: false });
  await steps.cardOf('stored in a thread meanwhile');
  await steps.cardOf('stored meanwhile');
  await driver.halt();
  driver.broken.times = 0;
  await driver.resume();
  await steps.cardOf('never stored here');
  expect(await steps.proposals('stored meanwhile')).toHaveLength(1);
});

test('how far it was heard is on record, for each server and for direct messages', async () => {
  driver.speaks('U1', 'chatter that is counted', { named: false });
  const last = driver.speaks('U1', 'and more of it', { named: false });
  driver.speaks('U1', order('heard after that'));
  await steps.cardOf('heard after that');
  await driver.halt();
  const rows = await driver.rig.sql<{ part: string; remote_id: string }>(`select part, remote_id from wilco.heard order by part`);
  expect(rows.map(({ part }) => part)).toEqual([GUILD, 'direct']);
  expect(BigInt(rows[0]?.remote_id ?? 0)).toBeGreaterThan(BigInt(last.id));
  await driver.resume();
});

test('what was edited or deleted while nobody listened is seen afterwards, where its card still waits', async () => {
  const edited = driver.speaks('U1', order('edited meanwhile'));
  const { where } = await steps.cardOf('edited meanwhile');
  const gone = driver.speaks('U1', order('deleted meanwhile'), { channel: where, named: false });
  await steps.cardOf('deleted meanwhile');
  driver.speaks('U1', order('left as it was'), { channel: where, named: false });
  await steps.cardOf('left as it was');
  await driver.halt();
  const { world } = driver.fake;
  Object.assign(world.messages.get(edited.id) ?? {}, {
    content: edited.content.replace('edited meanwhile', 'changed since'),
    edited_timestamp: new Date().toISOString(),
  });
  world.messages.delete(gone.id);
  await driver.resume();
  await steps.cardOf('changed since');
  await until(driver, ({ words }) => words.includes('deleted meanwhile') && words.includes('was deleted'));
  await until(driver, ({ words }) => words.includes('edited meanwhile') && words.includes('Withdrawn'));
  expect((await steps.cardOf('left as it was')).buttons).toContain('Approve');
});

test('a position never passes what is still being taken, and what was missed is open until it was read', () => {
  const heard = createHeard();
  const gap = heard.catching('g');
  expect(heard.positions()).toEqual(new Map());
  const now = String((BigInt(Date.now() - 1_420_070_400_000) << 22n) - 5_000_000_000n);
  heard.load(new Map([['g', now]]));
  expect(gap.from()).toBe(now);
  const id = (more: bigint): string => String(BigInt(now) + more);
  const [first, second] = [heard.taking('g', id(10n)), heard.taking('g', id(20n))];
  second();
  expect(heard.positions().get('g')).toBe(now);
  gap.over();
  expect(heard.positions().get('g')).toBe(id(9n));
  first();
  expect(heard.positions().get('g')).toBe(id(20n));
});

test('what is older than a week is not gone back to', () => {
  const heard = createHeard();
  const gap = heard.catching('g');
  heard.load(new Map([['g', '5']]));
  const week = BigInt(Date.now() - 7 * 24 * 60 * 60_000 - 1_420_070_400_000) << 22n;
  expect(Number((BigInt(gap.from()) - week) >> 22n)).toBeLessThan(10_000);
});
