import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { BOT_USER, type Json } from '../fakes/slack/state.ts';
import { createSteps, order, type Seen, type Steps, until } from './contract-steps.ts';
import { CHANNEL, type SlackDriver, slackDriver } from './slack-driver.ts';
import { buttonsIn, wordsOf } from './slack-reading.ts';

let driver: SlackDriver;
let steps: Steps;
beforeAll(async () => {
  driver = await slackDriver('http');
  steps = createSteps(driver);
  await steps.linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(() => driver.stop());

const say = async (text: string, more: { channel?: string; thread_ts?: string; user?: string } = {}): Promise<string> => {
  const body = driver.people.message({ channel: CHANNEL, user: 'U1', text, ...more });
  expect(await driver.transport.send('events_api', body)).toMatchObject({ acked: true });
  await driver.surface.settled();
  return String((body.event as Json).ts);
};

test('called by name in a channel it answers in a thread, which then needs no name again', async () => {
  const ts = await say(`<@${BOT_USER}> ${order('first in the thread')}`);
  expect((await steps.cardOf('first in the thread')).where).toBe(`${CHANNEL}:${ts}`);
  await say(order('second in the thread'), { thread_ts: ts });
  expect((await steps.cardOf('second in the thread')).where).toBe(`${CHANNEL}:${ts}`);
});

test('what people say to one another is not answered, changed or not', async () => {
  const ts = await say(order('among ourselves'));
  await say(order('among ourselves, below'), { thread_ts: ts });
  await driver.transport.send('events_api', driver.people.changed(CHANNEL, ts, order('among ourselves, changed')));
  await say(`<@${BOT_USER}> ${order('after the chatter')}`);
  await steps.cardOf('after the chatter');
  expect(driver.standing().filter(({ words }) => words.includes('among ourselves'))).toEqual([]);
});

test('in a direct conversation it answers without a name, in a thread of each order', async () => {
  const ts = await say(order('between us'), { channel: 'DU1' });
  expect((await steps.cardOf('between us')).where).toBe(`DU1:${ts}`);
});

test('the same words told as a message and as a mention are one message', async () => {
  const ts = driver.slack.ts();
  const text = `<@${BOT_USER}> ${order('told in two ways')}`;
  const message = driver.people.message({ channel: CHANNEL, user: 'U1', text, ts });
  const mention = driver.people.event({ ...(message.event as Json), type: 'app_mention' });
  await Promise.all([driver.transport.send('events_api', mention), driver.transport.send('events_api', message)]);
  await steps.cardOf('told in two ways');
  await say(`<@${BOT_USER}> ${order('behind those')}`);
  await steps.cardOf('behind those');
  expect(driver.standing().filter(({ words, buttons }) => words.includes('told in two ways') && buttons.length > 0)).toHaveLength(1);
});

test('a stranger is told why nothing happens, and only they see it', async () => {
  await say(`<@${BOT_USER}> ${order('by nobody')}`, { user: 'U66' });
  const told = driver.slack.messages.filter(({ only }) => only === 'U66').map(({ blocks }) => wordsOf(blocks));
  expect(told).toEqual([expect.stringContaining('I do not know you here yet')]);
});

test('Slack’s marks are read as what people wrote', async () => {
  await say(`<@${BOT_USER}> create a task "R&amp;D &lt;b&gt; at <https://example.com/a?b=1|example.com>"`);
  const card = await until(driver, ({ words }) => words.includes('R&D <b>'));
  expect(card.words).toContain('R&D <b> at example.com (https://example.com/a?b=1)');
});

test('whatever somebody writes stands on the card as they wrote it, and mentions nobody', async () => {
  for (const title of ['<!channel> <@U1> & <https://x.test|y>', ':tada: *b* _i_ ~s~ `c`', '&lt;!here&gt; &amp;amp;', 'Risk: Low']) {
    await driver.says('U1', order(title));
    const card = await until(driver, ({ words }) => words.includes(`Title: ${title}`));
    expect(card.buttons).toContain('Approve');
  }
});

test('a command stands behind /wilco with or without its slash, and other words are a message', async () => {
  expect(await driver.command('U1', 'status')).toMatchObject({ kind: 'private', words: expect.stringContaining('Running') });
  expect(await driver.command('U1', '')).toMatchObject({ kind: 'private', words: expect.stringContaining('approvals') });
  expect(await driver.command('U1', order('by command'))).toEqual({ kind: 'nothing' });
  expect((await steps.cardOf('by command')).where).toBe(`${CHANNEL}:feed`);
});

test('a message becomes words of whoever chose its shortcut, in its thread', async () => {
  const ts = await say('the bell <b>rings</b> "twice"\nsecond line');
  const shortcut = (user: string, callback_id: string) => {
    driver.slack.user(user);
    const message = { type: 'message', user: 'U5', ts, text: 'the bell &lt;b&gt; rings "twice"\nsecond line' };
    return {
      type: 'message_action',
      callback_id,
      trigger_id: driver.slack.trigger(user),
      user: { id: user },
      team: { id: 'T1' },
      channel: { id: CHANNEL },
      message_ts: ts,
      message,
    };
  };
  expect(await driver.transport.send('interactive', shortcut('U1', 'make_task'))).toMatchObject({ acked: true });
  const card = await steps.cardOf('the bell <b> rings ’twice’');
  expect(card.where).toBe(`${CHANNEL}:${ts}`);
  await driver.transport.send('interactive', shortcut('U66', 'make_task'));
  await driver.surface.settled();
  expect(driver.slack.messages.filter(({ only, thread_ts }) => only === 'U66' && thread_ts === undefined)).not.toEqual([]);
  expect(await driver.transport.send('interactive', shortcut('U1', 'of_another_app'))).toMatchObject({ acked: true });
});

test('words that are written into the form of the global shortcut are said in the direct conversation', async () => {
  const asks = async (user: string, text: string) => {
    driver.slack.user(user);
    const trigger = driver.slack.trigger(user);
    const body = { type: 'shortcut', callback_id: 'ask_wilco_anywhere', trigger_id: trigger, user: { id: user }, team: { id: 'T1' } };
    expect(await driver.transport.send('interactive', body)).toMatchObject({ acked: true });
    await driver.surface.settled();
    return driver.transport.send('interactive', driver.people.submit(user, driver.slack.triggers.get(trigger)?.view ?? '', { text }));
  };
  expect(await asks('U1', order('from anywhere'))).toMatchObject({ acked: true, payload: { response_action: 'clear' } });
  expect((await steps.cardOf('from anywhere')).where).toBe('DU1:feed');
  const refused = await asks('U66', order('from nowhere'));
  expect(wordsOf(refused.payload)).toContain('I do not know you here yet');
});

test('/approvals says the same as /wilco approvals', async () => {
  const slash = (command: string) =>
    driver.people.slash('U1', { channel: CHANNEL, command, text: '', trigger: driver.slack.trigger('U1') });
  const { payload } = await driver.transport.send('slash_commands', slash('/approvals'));
  expect(wordsOf(payload.blocks)).toContain('Create a task');
});

test('what is too long for a message is opened in full, and approved from there', async () => {
  await driver.says('U1', order('a long one'));
  const edited = async (card: Seen, description: string): Promise<void> => {
    const form = await driver.presses('U1', { on: card, label: 'Edit' });
    if (form.kind !== 'form') throw new Error(`no form: ${form.kind}`);
    expect(await form.submit({ ...form.fields, description })).toEqual({ kind: 'nothing' });
  };
  // Each of these is two characters as it is sent, and the card shows both: what stands now and what stood before.
  await edited(await steps.onRecord(steps.cardOf('a long one')), '"'.repeat(2500));
  await edited(await steps.cardOf('""""'), '\\'.repeat(2500));
  const card = await until(driver, ({ words, buttons }) => words.includes('too long') && buttons.includes('Open in full'));
  expect(card.buttons).not.toContain('Approve');
  const full = await driver.presses('U1', { on: card, label: 'Open in full' });
  if (full.kind !== 'private') throw new Error(`not shown: ${full.kind}`);
  expect(full.words.match(/\\/g)?.length).toBeGreaterThanOrEqual(2500);
  expect(full.words.match(/"/g)?.length).toBeGreaterThanOrEqual(2500);
  expect(full.buttons).toContain('Approve');
  expect(await full.pressed('Approve')).toMatchObject({ kind: 'private', words: expect.stringContaining('Done') });
  await until(driver, ({ id, words }) => id === card.id && words.includes('Done'));
});

test('whether somebody is in a user group is asked of Slack each time, and where it does not say nobody knows', async () => {
  const { slack, surface } = driver;
  slack.groups.set('S1', ['U1', 'U2']);
  const isIn = (userId: string, groupId = 'S1', workspace = 'T1') => surface.can.group?.({ workspace, groupId, userId });
  slack.user('U2');
  slack.user('U3');
  expect([await isIn('U1'), await isIn('U2'), await isIn('U3')]).toEqual([true, true, false]);
  slack.groups.set('S1', ['U1']);
  expect(await isIn('U2')).toBe(false);
  expect([await isIn('U1', 'S1', 'T2'), await isIn('U1', 'S9')]).toEqual([undefined, undefined]);
  slack.fault('usergroups.users.list', { kind: 'lost_before' });
  expect(await isIn('U1')).toBeUndefined();
  slack.fault('users.info', { kind: 'lost_before' });
  expect(await isIn('U1')).toBeUndefined();
});

test.for([{ deleted: true }, { is_restricted: true }, { team_id: 'T2' }])(
  'an account that is %j now is in no user group that still lists it',
  async (more) => {
    const { slack, surface } = driver;
    Object.assign(slack.user('U7'), { deleted: false, is_restricted: false, team_id: 'T1' });
    slack.groups.set('S1', ['U7']);
    const isIn = () => surface.can.group?.({ workspace: 'T1', groupId: 'S1', userId: 'U7' });
    expect(await isIn()).toBe(true);
    Object.assign(slack.user('U7'), more);
    expect(await isIn()).toBe(false);
  },
);

test('user groups are found by handle or id; one that is disabled, or of another organisation, is not, and holds nobody', async () => {
  const { slack, surface } = driver;
  slack.handles.set('S1', { handle: 'finance' });
  slack.handles.set('S2', { handle: 'finance', external: true });
  slack.handles.set('S3', { handle: 'legal', disabled: true });
  slack.groups.set('S3', ['U1']);
  const called = (written: string, workspace = 'T1') => surface.can.groups?.({ workspace, written });
  for (const written of ['finance', 'Finance', 'S1']) expect(await called(written)).toEqual([{ id: 'S1', name: '@finance' }]);
  expect([await called('legal'), await called('S2'), await called('finance', 'T2')]).toEqual([[], [], undefined]);
  expect(await surface.can.group?.({ workspace: 'T1', groupId: 'S3', userId: 'U1' })).toBeUndefined();
  slack.fault('usergroups.list', { kind: 'lost_before' });
  expect(await called('finance')).toBeUndefined();
});

test('one person alone is written to in their direct conversation', async () => {
  expect(await driver.surface.can.direct?.('T1', 'U1')).toEqual({ surface: 'slack', channel: 'T1.DU1', thread: 'feed' });
  expect(await driver.surface.can.direct?.('T2', 'U1')).toBeUndefined();
});

test('somebody’s own page holds what waits for them, and is made anew by what they press there', async () => {
  const opened = (user: string) => driver.people.event({ type: 'app_home_opened', user, channel: `D${user}`, tab: 'home' });
  const home = (user: string) => driver.slack.homes.get(user)?.blocks;
  for (const user of ['U1', 'U66']) expect(await driver.transport.send('events_api', opened(user))).toMatchObject({ acked: true });
  await driver.surface.settled();
  expect(wordsOf(home('U66'))).toContain('Settings → Connections');
  expect(buttonsIn(home('U66'))).toEqual([]);
  expect(wordsOf(home('U1'))).toContain('first in the thread');
  for (const words of ['Running', 'Runs today', 'Agents']) expect(wordsOf(home('U1'))).toContain(words);
  expect(buttonsIn(home('U1')).map(wordsOf)).toEqual(expect.arrayContaining(['Pause', 'Kill']));
  const button = buttonsIn(home('U1')).find((one) => wordsOf(one) === 'Withdraw') ?? {};
  const press = driver.people.press('U1', { view: 'HU1', button, trigger: driver.slack.trigger('U1') });
  expect(await driver.transport.send('interactive', press)).toMatchObject({ acked: true });
  await driver.surface.settled();
  expect(wordsOf(home('U1'))).not.toContain('first in the thread');
  const pause = buttonsIn(home('U1')).find((one) => wordsOf(one) === 'Pause') ?? {};
  const by = driver.people.press('U1', { view: 'HU1', button: pause, trigger: driver.slack.trigger('U1') });
  expect(await driver.transport.send('interactive', by)).toMatchObject({ acked: true });
  await eventually(async () => (await driver.rig.sql<{ paused: boolean }>('select paused from wilco.switches'))[0]?.paused);
  await driver.transport.send('events_api', opened('U1'));
  await driver.surface.settled();
  expect(buttonsIn(home('U1')).map(wordsOf)).toContain('Resume');
  expect(await driver.command('U1', '/resume')).toMatchObject({ kind: 'private' });
});

test('somebody’s own page changes before their eyes when something is decided elsewhere', async () => {
  const opened = driver.people.event({ type: 'app_home_opened', user: 'U1', channel: 'DU1', tab: 'home' });
  await driver.transport.send('events_api', opened);
  await driver.surface.settled();
  const words = () => wordsOf(driver.slack.homes.get('U1')?.blocks);
  expect(words()).toContain('second in the thread');
  await driver.presses('U1', { on: await steps.onRecord(steps.cardOf('second in the thread')), label: 'Withdraw' });
  await eventually(() => !words().includes('second in the thread'));
});

test('somebody’s own page that Slack asked to wait for shows what is so after the wait', async () => {
  await driver.says('U1', order('gone meanwhile'));
  const card = await steps.onRecord(steps.cardOf('gone meanwhile'));
  driver.slack.fault('views.publish', { kind: 'rate_limited', seconds: 2 });
  const opened = driver.people.event({ type: 'app_home_opened', user: 'U1', channel: 'DU1', tab: 'home' });
  await driver.transport.send('events_api', opened);
  await eventually(() => driver.slack.faults.get('views.publish')?.length === 0);
  await driver.presses('U1', { on: card, label: 'Withdraw' });
  await driver.surface.settled();
  await eventually(() => !wordsOf(driver.slack.homes.get('U1')?.blocks).includes('gone meanwhile'));
});

test('a file that comes with a message is read from Slack with the token, and from nowhere else', async () => {
  driver.slack.files.set('F1', { body: 'line one', type: 'text/plain' });
  const file = (address: string) => ({ name: 'notes.txt', mimetype: 'text/plain', size: 8, url_private_download: address });
  const here = `${new URL(driver.slack.apiUrl).origin}/files/F1`;
  const body = (ts: string, address: string) =>
    driver.people.message({
      channel: CHANNEL,
      user: 'U1',
      text: `<@${BOT_USER}> ${order(`with ${ts}`)}`,
      ts,
      more: { subtype: 'file_share', files: [file(address)] },
    });
  const [good, bad] = [driver.slack.ts(), driver.slack.ts()];
  await driver.transport.send('events_api', body(good, here));
  await driver.transport.send('events_api', body(bad, 'https://evil.example/steal'));
  await driver.surface.settled();
  await steps.cardOf(`with ${good}`);
  expect(
    await driver.rig.sql(
      `select 1 from wilco.attachments a join wilco.messages m on m.id = a.message_id where m.text like '%with ${good}%'`,
    ),
  ).toHaveLength(1);
  const told = driver.slack.messages.filter(({ only }) => only === 'U1').map(({ blocks }) => wordsOf(blocks));
  expect(told).toContainEqual(expect.stringContaining('could not be fetched'));
});
