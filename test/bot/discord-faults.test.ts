import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { effectsWithoutDecision } from '../dispatch/rig.ts';
import { eventually } from '../eventually.ts';
import { ROOM } from '../fakes/discord/world.ts';
import { createSteps, order, type Seen, type Steps, until } from './contract-steps.ts';
import { type DiscordDriver, discordDriver } from './discord-driver.ts';

let driver: DiscordDriver;
let steps: Steps;
beforeAll(async () => {
  driver = await discordDriver();
  steps = createSteps(driver);
  await steps.linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(async () => {
  expect(await effectsWithoutDecision(driver.rig)).toBe(0);
  await driver.stop();
});
beforeEach(() => {
  driver.fake.faults.length = 0;
});

const standingWith = (title: string): Seen[] => driver.standing().filter(({ words }) => words.includes(title) && words.includes('Risk'));
const comesTrue = async (what: () => boolean): Promise<void> => {
  await eventually(what);
  expect(what()).toBe(true);
};

test('a message whose answer was lost stands once', async () => {
  driver.fake.faults.push({ on: /^POST \/channels\/\d+\/messages$/, kind: 'lost', times: 2 });
  await steps.asked('lost answer');
  expect(standingWith('lost answer')).toHaveLength(1);
});

test('a message whose answer was lost stands once, long after Discord has forgotten the nonce', async () => {
  driver.fake.faults.push({ on: /^POST \/channels\/\d+\/messages$/, kind: 'lost' });
  driver.fake.memory.nonces = false;
  await steps.asked('forgotten nonce');
  driver.fake.memory.nonces = true;
  expect(standingWith('forgotten nonce')).toHaveLength(1);
});

test('a thread is opened once, though the answer to that was lost', async () => {
  driver.fake.faults.push({ on: /^POST \/channels\/\d+\/messages\/\d+\/threads$/, kind: 'lost' });
  const seen = await steps.asked('lost thread');
  expect(seen.where).not.toBe(ROOM);
  expect(driver.fake.world.channels.get(seen.where)).toMatchObject({ type: 11, parent_id: ROOM, name: order('lost thread') });
});

test('a wire that breaks before anything is done costs nothing but time', async () => {
  driver.fake.faults.push({ on: /^POST \/channels/, kind: 'unsent', times: 2 });
  await steps.asked('broken wire');
  expect(standingWith('broken wire')).toHaveLength(1);
});

test('a short limit is waited out, a long one is waited out without holding a worker, and a 502 is tried again', async () => {
  driver.fake.faults.push({ on: /^POST \/channels\/\d+\/messages$/, kind: 'limited', seconds: 0.5 });
  await steps.asked('limited shortly');
  driver.fake.faults.push({ on: /^POST \/channels\/\d+\/messages$/, kind: 'limited', seconds: 6 });
  await steps.asked('limited for long');
  driver.fake.faults.push({ on: /^POST \/channels\/\d+\/messages$/, kind: 'status', status: 502 });
  await steps.asked('bad gateway');
  for (const title of ['limited shortly', 'limited for long', 'bad gateway']) expect(standingWith(title)).toHaveLength(1);
});

test('a global limit holds everything back and loses nothing', async () => {
  driver.fake.faults.push({ on: /^POST \/channels/, kind: 'limited', seconds: 0.5, global: true });
  await steps.asked('limited everywhere');
  expect(standingWith('limited everywhere')).toHaveLength(1);
});

test('what is refused for good is on record, and the thread goes on', async () => {
  driver.fake.faults.push({ on: /^POST \/channels\/\d+\/messages$/, kind: 'refused', code: 50_035 });
  driver.speaks('U1', order('refused card'));
  await eventually(async () => (await driver.rig.sql(`select 1 from wilco.events where kind = 'delivery.failed'`)).length !== 0);
  expect(await driver.rig.sql(`select 1 from wilco.events where kind = 'delivery.failed'`)).toHaveLength(1);
  await steps.asked('after the refused one');
});

test('told to come back, the client resumes, and what happened meanwhile is heard once', async () => {
  const before = driver.fake.gateway.knobs.identifies;
  driver.fake.gateway.op7();
  await comesTrue(() => !driver.fake.gateway.connected());
  driver.speaks('U1', order('during op 7'));
  await steps.cardOf('during op 7');
  expect(await steps.proposals('during op 7')).toHaveLength(1);
  expect(driver.fake.gateway.knobs.identifies).toBe(before);
  expect(driver.fake.gateway.knobs.resumes).toBeGreaterThan(0);
});

test('when the wire is cut, messages and presses that came meanwhile are replayed', async () => {
  const seen = await steps.asked('cut wire');
  driver.fake.gateway.cut();
  await comesTrue(() => !driver.fake.gateway.connected());
  driver.speaks('U1', order('during the cut'));
  expect(await driver.presses('U1', { on: seen, label: 'Approve' })).toEqual({ kind: 'nothing' });
  await steps.cardOf('during the cut');
  await until(driver, ({ id, words }) => id === seen.id && words.includes('Done'));
  expect(driver.surface.health().ok).toBe(true);
});

test('a session that is worth nothing any more is made anew, and what was missed is read', async () => {
  const before = driver.fake.gateway.knobs.identifies;
  await steps.asked('before op 9');
  driver.fake.gateway.invalidate();
  driver.speaks('U1', order('during op 9'));
  await steps.cardOf('during op 9');
  expect(await steps.proposals('during op 9')).toHaveLength(1);
  expect(driver.fake.gateway.knobs.identifies).toBe(before + 1);
});

test('what was written while nobody listened is read after a new start, and answered once', async () => {
  await steps.asked('before the stop');
  const direct = driver.fake.world.directWith(driver.fake.world.userCalled('U1').id);
  driver.speaks('U1', order('in private'), { channel: direct.id, named: false });
  expect((await steps.cardOf('in private')).where).toBe(direct.id);
  await steps.delivered();
  await driver.halt();
  const thread = driver.standing().find(({ words }) => words.includes('before the stop'))?.where ?? '';
  driver.speaks('U1', order('missed in the channel'));
  driver.speaks('U1', order('missed in a thread'), { channel: thread, named: false });
  driver.speaks('U1', order('missed in private'), { channel: direct.id, named: false });
  await driver.resume();
  for (const title of ['missed in the channel', 'missed in a thread', 'missed in private']) {
    await steps.cardOf(title);
    expect(await steps.proposals(title)).toHaveLength(1);
  }
  await driver.halt();
  await driver.resume();
  await steps.asked('after both stops');
  for (const title of ['before the stop', 'missed in private']) expect(await steps.proposals(title)).toHaveLength(1);
});

test('while Discord is away nothing is lost, and it is found again', async () => {
  await driver.fake.down();
  await comesTrue(() => !driver.surface.health().ok);
  await sleep(1200);
  await driver.fake.up();
  await driver.well();
  driver.speaks('U1', order('after the outage'));
  await steps.cardOf('after the outage');
});

test('a message that cannot be stored now is taken as soon as it can be, and in its order', async () => {
  driver.broken.times = 3;
  driver.speaks('U1', order('stored late'));
  driver.speaks('U1', order('stored after that'));
  await steps.cardOf('stored late');
  await steps.cardOf('stored after that');
  expect([await steps.proposals('stored late'), await steps.proposals('stored after that')].map(({ length }) => length)).toEqual([1, 1]);
});

test('a press that cannot be taken says so, and did nothing', async () => {
  const seen = await steps.asked('not taken');
  driver.broken.times = 1;
  expect(await driver.presses('U1', { on: seen, label: 'Withdraw' })).toMatchObject({
    kind: 'private',
    words: expect.stringContaining('nothing was done'),
  });
  expect(await driver.presses('U1', { on: seen, label: 'Withdraw' })).toEqual({ kind: 'nothing' });
});

test('a press whose three seconds are over did nothing: whoever pressed was told that it failed', async () => {
  const seen = await steps.asked('too late');
  driver.fake.interactions.knobs.lateBy = 16_000;
  const late = driver.presses('U1', { on: seen, label: 'Approve' });
  await comesTrue(() => driver.fake.requests.at(-1)?.endsWith('/callback') === true);
  driver.fake.interactions.knobs.lateBy = 0;
  expect(await late).toEqual({ kind: 'nothing' });
  expect(await steps.stateOf('too late')).toBe('proposed');
});

test('a card is edited by the bot’s own hand, so it comes right after the token of its interaction is gone', async () => {
  const seen = await steps.asked('old token');
  driver.fake.interactions.knobs.lateBy = 0;
  expect(await driver.presses('U1', { on: seen, label: 'Approve' })).toEqual({ kind: 'nothing' });
  driver.fake.interactions.knobs.lateBy = 16 * 60_000;
  await until(driver, ({ id, words }) => id === seen.id && words.includes('Done'));
  driver.fake.interactions.knobs.lateBy = 0;
});

test('a card in a thread that has gone to rest is still brought up to date', async () => {
  const seen = await steps.asked('resting');
  const thread = driver.fake.world.channels.get(seen.where);
  if (!thread) throw new Error('no thread');
  thread.archived = true;
  expect(await driver.presses('U1', { on: seen, label: 'Withdraw' })).toEqual({ kind: 'nothing' });
  await until(driver, ({ id, words }) => id === seen.id && words.includes('Withdrawn'));
});

test('an edit that comes before its message is what counts, and one that was deleted before it came never does', async () => {
  const { fake } = driver;
  await driver.halt();
  const changed = driver.speaks('U1', order('original words'));
  const gone = driver.speaks('U1', order('gone at once'));
  await driver.resume();
  await steps.delivered();
  expect(changed.id).not.toBe(gone.id);
  await steps.cardOf('original words');
  // Discord does not reorder; what a reader of two sources could see is told by hand.
  const message = {
    ...fake.world.put({ ...changed, id: fake.world.snowflake(), content: changed.content.replace('original', 'edited') }),
    guild_id: '100000000000000001',
    member: fake.world.memberOf('100000000000000001', changed.author.id),
  };
  fake.gateway.dispatch('MESSAGE_UPDATE', { ...message, edited_timestamp: new Date().toISOString() });
  fake.gateway.dispatch('MESSAGE_CREATE', { ...message, content: message.content.replace('edited', 'unedited') });
  await steps.cardOf('edited words');
  const early = fake.world.put({ ...changed, id: fake.world.snowflake(), content: changed.content.replace('original', 'taken back') });
  fake.gateway.dispatch('MESSAGE_DELETE', { id: early.id, channel_id: ROOM, guild_id: message.guild_id });
  fake.gateway.dispatch('MESSAGE_CREATE', { ...message, ...early });
  await steps.asked('after the taken back');
  expect(await driver.rig.sql(`select 1 from wilco.messages where text like '%unedited words%' or text like '%taken back words%'`)).toEqual(
    [],
  );
});

test('nulls where Discord promises objects end nothing', async () => {
  const { gateway } = driver.fake;
  for (const kind of [
    'MESSAGE_CREATE',
    'MESSAGE_UPDATE',
    'MESSAGE_DELETE',
    'INTERACTION_CREATE',
    'THREAD_CREATE',
    'CHANNEL_UPDATE',
    'GUILD_MEMBER_UPDATE',
    'GUILD_DELETE',
    'GUILD_CREATE',
  ]) {
    gateway.dispatch(kind, { id: null, channel_id: null, author: null, member: null, guild_id: null, data: null, user: null });
    gateway.dispatch(kind, null as never);
  }
  gateway.knobs.nulls = true;
  gateway.invalidate();
  driver.speaks('U1', order('among nulls'));
  await steps.cardOf('among nulls');
  gateway.knobs.nulls = false;
});
