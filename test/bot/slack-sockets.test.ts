import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { BOT_USER, type Json } from '../fakes/slack/state.ts';
import { createSteps, until } from './contract-steps.ts';
import { CHANNEL, type SlackDriver, slackDriver } from './slack-driver.ts';

let driver: SlackDriver;
beforeAll(async () => {
  driver = await slackDriver('socket');
  await createSteps(driver).linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(() => driver.stop());

const bothUp = () => eventually(() => driver.slack.sockets().length === 2 && driver.surface.health().detail === '2 of 2 sockets connected');
const message = (title: string): Json =>
  driver.people.message({ channel: CHANNEL, user: 'U1', text: `<@${BOT_USER}> create a task "${title}"` });
const send = (title: string) => driver.transport.send('events_api', message(title));

/** As Slack does: what is not acknowledged comes again. */
const insist = (title: string): Promise<Json> => driver.insists('events_api', message(title));

test('two sockets are open, and either one hears', async () => {
  await bothUp();
  for (const title of ['heard by one', 'heard by the other']) {
    expect(await send(title)).toMatchObject({ acked: true });
    await until(driver, ({ words }) => words.includes(title));
  }
});

test('Slack refreshes one connection after the other: every event is heard at its first telling', async () => {
  for (const [i, reason] of ['warning', 'refresh_requested', 'refresh_requested'].entries()) {
    await bothUp();
    driver.slack.refresh(reason);
    for (const title of [`at once after refresh ${i}`, `again after refresh ${i}`]) {
      expect(await send(title)).toMatchObject({ acked: true });
      await until(driver, ({ words }) => words.includes(title));
    }
  }
  await bothUp();
});

test('both connections are cut: they come back, and nothing is told twice', async () => {
  await bothUp();
  for (const socket of driver.slack.sockets()) socket.terminate();
  await eventually(() => driver.slack.sockets().length > 0);
  await insist('after the cut');
  await until(driver, ({ words }) => words.includes('after the cut'));
  expect(await driver.rig.sql(`select 1 from wilco.messages where author_kind = 'person' and text like '%after the cut%'`)).toHaveLength(1);
});

test('Slack is away altogether: that is said, and it is back when Slack is', async () => {
  await bothUp();
  await driver.slack.down();
  await eventually(() => !driver.surface.health().ok);
  await sleep(1500);
  await driver.slack.up();
  await bothUp();
  await insist('after the outage');
  await until(driver, ({ words }) => words.includes('after the outage'));
});

test('the app token is refused while a connection is coming back: the process lives, and connects when it holds again', async () => {
  await bothUp();
  driver.slack.fault(
    'apps.connections.open',
    { kind: 'error', error: 'invalid_auth' },
    { kind: 'rate_limited', seconds: 1 },
    { kind: 'status', status: 500 },
  );
  for (const socket of driver.slack.sockets()) socket.terminate();
  await eventually(() => driver.slack.faults.get('apps.connections.open')?.length === 0);
  await bothUp();
});

test('frames that mean nothing are let pass', async () => {
  await bothUp();
  for (const socket of driver.slack.sockets()) {
    socket.send('no json');
    socket.send(JSON.stringify({ type: 'something_new' }));
    socket.send(
      JSON.stringify({ type: 'events_api', envelope_id: 'e', payload: { type: 'event_callback' }, accepts_response_payload: false }),
    );
  }
  expect(await send('after the noise')).toMatchObject({ acked: true });
});
