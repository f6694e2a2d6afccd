import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import type { Fault, Json } from '../fakes/slack/state.ts';
import { createSteps, order, type Steps, until } from './contract-steps.ts';
import { CHANNEL, type SlackDriver, slackDriver } from './slack-driver.ts';
import { buttonsIn, wordsOf } from './slack-reading.ts';

/** A channel that the app was never invited to. */
const ELSEWHERE = 'C404';

let driver: SlackDriver;
let steps: Steps;
beforeAll(async () => {
  driver = await slackDriver('http');
  steps = createSteps(driver);
  await steps.linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(() => driver.stop());

const privately = (user: string, from: number) =>
  driver.slack.messages
    .slice(from)
    .filter(({ only, channel }) => only === user || channel === `D${user}`)
    .map(({ blocks }) => wordsOf(blocks));
const slash = (text: string, { channel = CHANNEL, trigger = driver.slack.trigger('U1') } = {}) =>
  driver.transport.send('slash_commands', driver.people.slash('U1', { channel, command: '/wilco', text, trigger }));
const press = async (button: Json, at: Json = {}) => {
  const trigger = driver.slack.trigger('U1');
  const body = driver.people.press('U1', { channel: CHANNEL, ts: driver.slack.ts(), button, trigger, ...at });
  const answer = await driver.transport.send('interactive', body);
  await driver.surface.settled();
  return { ...answer, view: driver.slack.triggers.get(trigger)?.view };
};
/** The last button of this name that somebody was given. */
const lastButton = (label: string): Json => {
  const all = driver.slack.messages.flatMap(({ blocks }) => buttonsIn(blocks)).filter((one) => wordsOf(one) === label);
  const last = all.at(-1);
  if (!last) throw new Error(`no ${label}`);
  return last;
};

test('an order from a channel that the app is not in has its card in the direct conversation, and says how to invite it', async () => {
  const { payload } = await slash(order('unseen'), { channel: ELSEWHERE });
  expect(wordsOf(payload.blocks)).toContain('/invite @Wilco');
  const card = await steps.onRecord(steps.cardOf('unseen'));
  expect(card.where).toBe('DU1:feed');
  expect(await driver.presses('U1', { on: card, label: 'Approve' })).toEqual({ kind: 'nothing' });
  await until(driver, ({ id, words }) => id === card.id && words.includes('Done'));
});

test('a command there is answered as everywhere, and its form stays with whoever opened it', async () => {
  expect(wordsOf((await slash('status', { channel: ELSEWHERE })).payload.blocks)).toContain('Running');
  const trigger = driver.slack.trigger('U1');
  await slash('/pause-agent', { channel: ELSEWHERE, trigger });
  await driver.surface.settled();
  expect(driver.slack.triggers.get(trigger)?.view).toBeDefined();
});

test('a message there becomes a task by its menu, with the card in the direct conversation', async () => {
  const trigger = driver.slack.trigger('U1');
  const before = driver.slack.messages.length;
  const body = {
    type: 'message_action',
    callback_id: 'make_task',
    trigger_id: trigger,
    user: { id: 'U1' },
    channel: { id: ELSEWHERE },
    response_url: driver.people.hook('U1', ELSEWHERE),
    message: { type: 'message', user: 'U5', ts: driver.slack.ts(), text: 'said among others' },
  };
  expect(await driver.transport.send('interactive', body)).toMatchObject({ acked: true });
  await driver.surface.settled();
  expect((await steps.cardOf('said among others')).where).toBe('DU1:feed');
  expect(privately('U1', before)).toContainEqual(expect.stringContaining('/invite @Wilco'));
});

test('once it was invited there it answers there', async () => {
  driver.slack.channels.add('C405');
  await slash(order('seen'), { channel: 'C405' });
  expect((await steps.cardOf('seen')).where).toBe('C405:feed');
});

test.for(['in a channel of the app', 'in any other'])(
  'a form of a command that Slack would not open any more is offered by a button: %s',
  async (how) => {
    const channel = how === 'in a channel of the app' ? CHANNEL : ELSEWHERE;
    const before = driver.slack.messages.length;
    driver.slack.triggerMs = -1;
    await slash('/pause-agent', { channel });
    await driver.surface.settled();
    driver.slack.triggerMs = 15_000;
    expect(privately('U1', before)).toEqual([expect.stringContaining('took too long')]);
    const { view } = await press(lastButton('Open it'), { channel });
    expect(driver.slack.views.get(view ?? '')?.view).toMatchObject({ callback_id: 'command.pause-agent' });
  },
);

test('a form for words that Slack would not open any more is offered in the direct conversation', async () => {
  const before = driver.slack.messages.length;
  driver.slack.triggerMs = -1;
  const body = { type: 'shortcut', callback_id: 'ask_wilco_anywhere', trigger_id: driver.slack.trigger('U1'), user: { id: 'U1' } };
  await driver.transport.send('interactive', body);
  await driver.surface.settled();
  driver.slack.triggerMs = 15_000;
  expect(privately('U1', before)).toEqual([expect.stringContaining('took too long')]);
  const { view } = await press(lastButton('Open it'), { channel: 'DU1' });
  expect(driver.slack.views.get(view ?? '')?.view).toMatchObject({ callback_id: 'ask_wilco_anywhere' });
});

test('what is pressed on somebody’s own page is answered in their direct conversation, and stands there', async () => {
  await driver.transport.send('events_api', driver.people.event({ type: 'app_home_opened', user: 'U1', channel: 'DU1', tab: 'home' }));
  await driver.surface.settled();
  const home = () => buttonsIn(driver.slack.homes.get('U1')?.blocks).map(wordsOf);
  const button = buttonsIn(driver.slack.homes.get('U1')?.blocks).find((one) => wordsOf(one) === 'Pause') ?? {};
  await press(button, { view: 'HU1' });
  await eventually(async () => (await driver.rig.sql<{ paused: boolean }>('select paused from wilco.switches'))[0]?.paused);
  const sent = `select 1 from wilco.deliveries where thread_id = 'slack:T1.DU1:feed' and state = 'sent'`;
  await eventually(async () => (await driver.rig.sql(sent)).length > 0);
  expect(driver.slack.callsTo('chat.postMessage').map(({ args }) => args.channel)).not.toContain('U1');
  expect(home()).not.toEqual([]);
  await slash('/resume');
});

test('a form that is told of twice runs its command once, and is answered twice', async () => {
  const [task] = await driver.rig.sql<{ id: string }>(`select id from wilco.tasks where title = 'unseen'`);
  const trigger = driver.slack.trigger('U1');
  await slash('/comment', { trigger });
  await driver.surface.settled();
  const view = driver.slack.triggers.get(trigger)?.view ?? '';
  const [field = ''] = ((driver.slack.views.get(view)?.view.blocks ?? []) as Json[]).flatMap(({ type, block_id }) =>
    type === 'input' ? [String(block_id)] : [],
  );
  const body = driver.people.submit('U1', view, { [field]: `${task?.id} it rings at nine` });
  const send = () => driver.transport.send('interactive', body);
  const [first, second] = await Promise.all([send(), send()]);
  expect([second, await send()]).toEqual([first, first]);
  expect(await driver.rig.sql(`select 1 from wilco.task_notes where text = 'it rings at nine'`)).toHaveLength(1);
});

test('what Slack asks to wait for, twice, is said after the waits, and nothing is lost', async () => {
  const card = await steps.asked('said late');
  driver.slack.user('U66');
  const wait: Fault = { kind: 'rate_limited', seconds: 1 };
  driver.slack.fault('chat.postEphemeral', wait, wait);
  const before = driver.slack.messages.length;
  await driver.presses('U66', { on: card, label: 'Approve' });
  await eventually(() => privately('U66', before).length > 0);
  expect(privately('U66', before)).toEqual([expect.stringContaining('I do not know you here yet')]);
});

/** Done at once, and answered much later. */
const slow = (): Fault => ({ kind: 'held', until: sleep(5000, undefined, { ref: false }) });

test('a Slack that takes long to say who somebody is keeps nobody waiting: a press is told to try again', async () => {
  const card = await steps.asked('pressed at a bad time');
  driver.slack.ackMs = 3000;
  try {
    driver.slack.user('U70');
    driver.slack.fault('users.info', slow());
    expect(await driver.presses('U70', { on: card, label: 'Approve' })).toMatchObject({ words: expect.stringContaining('Try again') });
  } finally {
    driver.slack.ackMs = 15_000;
  }
});

test('a command that takes long is acknowledged in time, and answered when it is done', async () => {
  const locked = await driver.rig.database.pool.connect();
  driver.slack.ackMs = 3000;
  const before = driver.slack.messages.length;
  try {
    await locked.query('begin; lock table wilco.switches');
    const { acked, payload } = await slash('/pause the bell');
    expect(acked).toBe(true);
    expect(wordsOf(payload.blocks)).toContain('On it');
    expect(privately('U1', before)).toEqual([]);
  } finally {
    driver.slack.ackMs = 15_000;
    await locked.query('commit');
    locked.release();
  }
  await driver.surface.settled();
  expect(privately('U1', before)).toEqual([expect.stringContaining('Paused')]);
  await slash('/resume');
});

test('what is too long for the answer to a command opens in full', async () => {
  await driver.rig.sql(
    `insert into wilco.facts (project_id, text) select id, 'fact ' || n || repeat(' and so on', 40) from wilco.projects, generate_series(1, 45) n`,
  );
  const trigger = driver.slack.trigger('U1');
  const { payload } = await slash('/facts', { trigger });
  await driver.surface.settled();
  expect(wordsOf(payload.blocks)).toContain('too long');
  const view = driver.slack.views.get(driver.slack.triggers.get(trigger)?.view ?? '')?.view;
  expect(wordsOf(view?.blocks)).toContain('fact 45 and so on');
});
