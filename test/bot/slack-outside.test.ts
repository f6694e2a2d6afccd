import { once } from 'node:events';
import { createServer } from 'node:net';
import { createEmulator, type Emulator } from 'emulate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCOPES } from '../../src/bot/slack/manifest.ts';
import { createSlack } from '../../src/bot/slack/slack.ts';
import type { Webhook } from '../../src/bot/webhook.ts';
import { createLinkCode } from '../../src/db/identities.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { eventually } from '../eventually.ts';
import { httpTransport, type Transport } from '../fakes/slack/client.ts';
import { BOT_TOKEN, type Json, SIGNING_SECRET } from '../fakes/slack/state.ts';
import { order } from './contract-steps.ts';
import { type ChatRig, createChatRig } from './rig.ts';
import { serve } from './slack-driver.ts';
import { buttonsIn, wordsOf } from './slack-reading.ts';

/** Slack as others have built it, with none of our own ideas of it: the calls that it knows, each held to the scopes of our manifest. */
const TEAM = 'T000000001';
const CHANNEL = 'C000000001';
const OWNER = 'U000000001';
const BOT = 'U0WILCO0001';
const PERSONAL = 'xoxp-somebody';

let emulator: Emulator;
let rig: ChatRig;
let transport: Transport;
let door: { url: string; close(): void };
const made: ReturnType<typeof createSlack>[] = [];

/** One that was free a moment ago: the emulator takes none at random. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
};

const call = async (method: string, args: Record<string, string>, token = PERSONAL): Promise<Json> => {
  const response = await fetch(`${emulator.url}/api/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(args),
  });
  const answer = (await response.json()) as Json;
  if (answer.ok !== true) throw new Error(`${method}: ${JSON.stringify(answer)}`);
  return answer;
};

let told = 0;
const tell = async (event: Json): Promise<void> => {
  told += 1;
  const more = { team_id: TEAM, api_app_id: 'A0WILCO', authorizations: [{ team_id: TEAM, user_id: BOT, is_bot: true }] };
  const body = { type: 'event_callback', event_id: `Ev${told}`, event_time: Math.floor(Date.now() / 1000), ...more, event };
  expect(await transport.send('events_api', body)).toMatchObject({ acked: true });
};
/** Said in Slack, and told as Slack tells it. */
const says = async (channel: string, text: string): Promise<string> => {
  const { ts } = await call('chat.postMessage', { channel, text });
  const kind = channel.startsWith('D') ? 'im' : 'channel';
  await tell({ type: 'message', channel, channel_type: kind, user: OWNER, text, ts, event_ts: ts });
  return String(ts);
};
/** The first message of a thread that says this; not asked too often, for it counts. */
const below = (channel: string, ts: string, words: string): Promise<Json> =>
  eventually(async () => {
    const { messages } = await call('conversations.replies', { channel, ts });
    return (messages as Json[]).find(({ blocks }) => wordsOf(blocks).includes(words));
  }, 200);

/** A press on a button of a card, as Slack tells it. Slack alone makes triggers that open something. */
const press = async (user: string, at: { card: Json; thread: string; label: string; trigger?: string }): Promise<void> => {
  const { card, thread, label, trigger = 'none' } = at;
  const button = buttonsIn(card.blocks).find((one) => wordsOf(one) === label);
  if (!button) throw new Error(`no ${label} there`);
  const body = {
    ...{ type: 'block_actions', user: { id: user, team_id: TEAM }, team: { id: TEAM }, trigger_id: trigger, channel: { id: CHANNEL } },
    container: { type: 'message', message_ts: card.ts, channel_id: CHANNEL, is_ephemeral: false, thread_ts: thread },
    message: { ts: card.ts, thread_ts: thread },
    actions: [{ type: 'button', block_id: 'b', action_id: button.action_id, value: button.value, action_ts: card.ts }],
  };
  expect(await transport.send('interactive', body)).toMatchObject({ acked: true });
};

/** A press is held against what is on record as shown. */
const onRecord = (): Promise<true> =>
  eventually(async () => (await rig.sql(`select 1 from wilco.deliveries where state <> 'sent'`)).length === 0);

/** Something that is to be seen on a page of what is in there by now. */
const inspected = (tab: string, words: string): Promise<true> =>
  eventually(async () => (await (await fetch(`${emulator.url}/?tab=${tab}`)).text()).includes(words), 200);

beforeAll(async () => {
  emulator = await createEmulator({
    service: 'slack',
    port: await freePort(),
    seed: {
      slack: {
        strict_scopes: true,
        users: [{ name: 'bo' }],
        oauth_apps: [
          {
            ...{ client_id: '1.1', client_secret: 'none', app_id: 'A0WILCO', name: 'Wilco', redirect_uris: [] },
            ...{ bot_id: 'B0WILCO0001', bot_user_id: BOT, bot_name: 'wilco', scopes: [...SCOPES] },
          },
        ],
        tokens: [
          {
            ...{ token: BOT_TOKEN, type: 'bot', team_id: TEAM, user_id: BOT, scopes: [...SCOPES] },
            ...{ app_id: 'A0WILCO', bot_id: 'B0WILCO0001', bot_user_id: BOT },
          },
          { token: PERSONAL, type: 'user', user_id: OWNER },
        ],
      },
    },
  });
  await call('conversations.invite', { channel: CHANNEL, users: BOT });
  const mounted: Webhook[] = [];
  rig = await createChatRig([createTask], ({ database, heart }) => {
    const config = { botToken: BOT_TOKEN, apiUrl: `${emulator.url}/api/`, by: { kind: 'http' as const, signingSecret: SIGNING_SECRET } };
    made.push(createSlack({ config, database, log: heart.log, mount: (one) => mounted.push(one) }));
    return made;
  });
  const [webhook] = mounted;
  if (!webhook) throw new Error('nothing takes what Slack tells');
  door = await serve(webhook);
  transport = httpTransport(door.url);
});
afterAll(async () => {
  await rig.stop();
  door.close();
  await emulator.close();
});

test('by the scopes of its manifest it is told who somebody is, answers in their direct conversation, and is linked', async () => {
  expect(made[0]?.health()).toMatchObject({ ok: true });
  const { code } = await createLinkCode(rig.database.db, rig.installed.ownerId);
  const opened = await call('conversations.open', { users: OWNER }, BOT_TOKEN);
  const direct = String((opened.channel as Json).id);
  const ts = await says(direct, `link ${code}`);
  await below(direct, ts, 'Linked. You are');
});

test('an order in a channel has its card in a thread of it, and a press changes that card in place', async () => {
  const ts = await says(CHANNEL, `<@${BOT}> ${order('seen from outside')}`);
  const card = await below(CHANNEL, ts, 'Title: seen from outside');
  await onRecord();
  await press(OWNER, { card, thread: ts, label: 'Approve' });
  const line = await below(CHANNEL, ts, 'Task "seen from outside" created');
  const done = await below(CHANNEL, ts, 'Done');
  expect(done.ts).toBe(card.ts);
  expect(buttonsIn(done.blocks).map(wordsOf)).toEqual(['Undo']);
  expect(line.thread_ts).toBe(ts);
});

test('a no opens the form for its reason, and whoever is not known is told so for their eyes alone', async () => {
  const ts = await says(CHANNEL, `<@${BOT}> ${order('turned down')}`);
  const card = await below(CHANNEL, ts, 'Title: turned down');
  await onRecord();
  const { trigger_id } = await call('views.generateTriggerId', { user_id: OWNER }, BOT_TOKEN);
  await press(OWNER, { card, thread: ts, label: 'Reject', trigger: String(trigger_id) });
  await inspected('views', 'Create a task');
  const { members } = await call('users.list', {});
  const stranger = String((members as Json[]).find(({ name }) => name === 'bo')?.id);
  await call('conversations.invite', { channel: CHANNEL, users: stranger });
  await press(stranger, { card, thread: ts, label: 'Approve' });
  await inspected(`messages&channel=${CHANNEL}`, 'I do not know you here yet');
});

test('somebody’s own page is published', async () => {
  await tell({ type: 'app_home_opened', user: OWNER, channel: 'D1', tab: 'home' });
  await inspected('views', 'app home');
});
