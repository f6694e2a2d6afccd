import { afterAll, beforeAll, expect, test } from 'vitest';
import { signed } from '../fakes/slack/client.ts';
import { BOT_USER, TEAM } from '../fakes/slack/state.ts';
import { CHANNEL, type SlackDriver, slackDriver } from './slack-driver.ts';

let driver: SlackDriver;
beforeAll(async () => {
  driver = await slackDriver('http');
});
afterAll(() => driver.stop());

const JSON_TYPE = 'application/json';
const send = (request: { body: string; headers: Record<string, string> }) => fetch(driver.address, { method: 'POST', ...request });
const said = () => JSON.stringify(driver.people.message({ channel: CHANNEL, user: 'U1', text: `<@${BOT_USER}> hello` }));
const now = () => Math.floor(Date.now() / 1000);

test('Slack hears its own challenge back, when it is signed', async () => {
  const challenge = signed(JSON.stringify({ type: 'url_verification', challenge: 'abc' }), { type: JSON_TYPE });
  expect(await (await send(challenge)).json()).toEqual({ challenge: 'abc' });
  expect((await send({ ...challenge, headers: { 'content-type': JSON_TYPE } })).status).toBe(401);
});

test.for([
  { name: 'with another secret', make: () => signed(said(), { type: JSON_TYPE, secret: 'another' }) },
  { name: 'six minutes old', make: () => signed(said(), { type: JSON_TYPE, at: now() - 360 }) },
  { name: 'from six minutes ahead', make: () => signed(said(), { type: JSON_TYPE, at: now() + 360 }) },
  { name: 'changed by one letter', make: () => ({ ...signed(said(), { type: JSON_TYPE }), body: said().replace('hello', 'hullo') }) },
])('a request signed $name is refused', async ({ make }) => {
  const calls = driver.slack.calls.length;
  expect((await send(make())).status).toBe(401);
  expect(driver.slack.calls.length).toBe(calls);
});

test('each flipped bit of a signature is refused', async () => {
  const good = signed(said(), { type: JSON_TYPE });
  const signature = good.headers['x-slack-signature'] ?? '';
  for (let i = 3; i < signature.length; i += 1) {
    const flipped = `${signature.slice(0, i)}${signature[i] === '0' ? '1' : '0'}${signature.slice(i + 1)}`;
    expect((await send({ ...good, headers: { ...good.headers, 'x-slack-signature': flipped } })).status).toBe(401);
  }
});

test('what no Slack would send is acknowledged and does nothing, however it is signed', async () => {
  for (const body of ['{}', '{"type":"event_callback"}', '{"type":"block_actions","actions":[]}', '{"__proto__":{"type":"x"}}'])
    expect((await send(signed(body, { type: JSON_TYPE }))).status).toBe(200);
  for (const body of ['', 'null', '[1]', 'no json']) expect((await send(signed(body, { type: JSON_TYPE }))).status).toBe(400);
});

test('an event of another workspace that has the same app is none of ours', async () => {
  const body = {
    ...driver.people.message({ channel: CHANNEL, user: 'U1', text: `<@${BOT_USER}> hello` }),
    team_id: 'T2',
    authorizations: [{ team_id: 'T2' }],
  };
  const before = driver.slack.callsTo('users.info').length;
  expect((await send(signed(JSON.stringify(body), { type: JSON_TYPE }))).status).toBe(200);
  expect(driver.slack.callsTo('users.info').length).toBe(before);
  expect(TEAM).not.toBe('T2');
});

// Last: whoever sends that much is cut off, with whatever else the connection was to carry.
test('more than a mebibyte is refused before it is looked at', async () => {
  const large = signed('x'.repeat(1024 * 1024 + 1), { type: JSON_TYPE });
  expect((await send(large)).status).toBe(413);
});
