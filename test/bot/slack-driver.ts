import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { expect } from 'vitest';
import type { PaceSettings } from '../../src/bot/slack/pace.ts';
import { createSlack } from '../../src/bot/slack/slack.ts';
import type { Webhook } from '../../src/bot/webhook.ts';
import type { SlackConfig } from '../../src/config/slack.ts';
import { cancelTask } from '../../src/tools/cancel-task.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { setTeamChannel } from '../../src/tools/set-team-channel.ts';
import type { Tool } from '../../src/tools/tool.ts';
import type { WebEnv } from '../../src/web/deps.ts';
import { takeWebhook } from '../../src/web/take-webhook.ts';
import { PATIENCE_MS } from '../eventually.ts';
import { createPeople, httpTransport, socketTransport, type Transport } from '../fakes/slack/client.ts';
import { type SlackServer, startSlack } from '../fakes/slack/server.ts';
import { APP_TOKEN, BOT_TOKEN, BOT_USER, type Fault, type Json, type Message, SIGNING_SECRET } from '../fakes/slack/state.ts';
import type { FaultDriver, Mishap } from './contract-faults.ts';
import type { Came, Seen } from './contract-steps.ts';
import { type ChatRig, createChatRig } from './rig.ts';
import { buttonsIn, calledIn, fieldsOf, labelOf, wordsOf } from './slack-reading.ts';

export type Mode = 'http' | 'socket';

export type SlackDriver = FaultDriver & {
  rig: ChatRig;
  slack: SlackServer;
  surface: ReturnType<typeof createSlack>;
  transport: Transport;
  people: ReturnType<typeof createPeople>;
  /** Tells it as Slack does: again, until it is acknowledged. */
  insists(kind: 'events_api' | 'interactive', body: Json, first?: number): Promise<Json>;
  /** Where signed requests go; empty in socket mode. */
  address: string;
};

export const CHANNEL = 'C1';

/** The calls that put something there where others see it. */
const WRITES = new Set(['chat.postMessage', 'chat.update']);
const faultOf = (mishap: Mishap): Fault => {
  switch (mishap.kind) {
    case 'lost':
      return { kind: 'lost_after' };
    case 'unsent':
      return { kind: 'lost_before' };
    case 'unavailable':
      return { kind: 'status', status: 503 };
    case 'limited':
      return { kind: 'rate_limited', seconds: Math.ceil(mishap.seconds) }; // Slack tells of whole ones
    case 'held':
      return mishap;
  }
};

/** A server for signed requests, with the web side's own way of taking them. */
export const serve = async (webhook: Webhook): Promise<{ url: string; close(): void }> => {
  const app = new Hono<WebEnv>().post(webhook.path, takeWebhook(webhook));
  const server = createServer(getRequestListener(app.fetch));
  // A connection that rests is not closed just as it is to be used again.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // on TCP
  return { url: `http://127.0.0.1:${port}${webhook.path}`, close: () => void server.close() };
};

export type DriverSettings = { tools?: Tool[]; pace?: PaceSettings; reconnectMs?: number };

/** The contract's driver for Slack: the real client against the fake of its protocol, in either mode. */
export const slackDriver = async (mode: Mode, settings: DriverSettings = {}): Promise<SlackDriver> => {
  const { tools = [createTask, cancelTask, setTeamChannel], pace = { burst: 1000, perSecond: 1000 }, reconnectMs = 200 } = settings;
  const slack = await startSlack();
  const mounted: Webhook[] = [];
  const by: SlackConfig['by'] = mode === 'http' ? { kind: 'http', signingSecret: SIGNING_SECRET } : { kind: 'socket', appToken: APP_TOKEN };
  const config = { botToken: BOT_TOKEN, apiUrl: slack.apiUrl, by };
  const made: ReturnType<typeof createSlack>[] = [];
  const rig = await createChatRig(tools, ({ database, heart }) => {
    made.push(
      createSlack({
        config,
        database,
        log: heart.log,
        mount: (one) => mounted.push(one),
        pace,
        reconnectMs,
        publicUrl: 'https://wilco.test',
        signals: heart.signals,
        homeMs: 50,
      }),
    );
    return made;
  });
  const [surface] = made;
  if (!surface) throw new Error('no surface was made');
  const [webhook] = mounted;
  const door = webhook ? await serve(webhook) : undefined;
  const transport = door ? httpTransport(door.url, slack) : socketTransport(slack);
  const people = createPeople(slack);
  const shownIn = new WeakMap<Seen, Message>();

  const seen = (message: Message): Seen => {
    const one: Seen = {
      id: message.ts,
      where: `${message.channel}:${message.thread_ts ?? 'feed'}`,
      words: [wordsOf(message.blocks), ...Object.values(message.tasks ?? {}).map(({ title }) => title)].join('\n'),
      buttons: buttonsIn(message.blocks).map(labelOf),
      calls: calledIn(message.posted ?? message.blocks),
    };
    shownIn.set(one, structuredClone(message));
    return one;
  };

  const cameOfView = (user: string, id: string): Came => {
    const blocks = (slack.views.get(id)?.view.blocks ?? []) as Json[];
    if (blocks.some(({ type }) => type === 'input'))
      return { kind: 'form', fields: fieldsOf(blocks), submit: (values) => submits(user, id, values) };
    return {
      kind: 'private',
      words: wordsOf(blocks),
      buttons: buttonsIn(blocks).map(labelOf),
      pressed: (label) => pressIn(user, id, label),
    };
  };

  const whispered = (blocks: unknown): Came => ({
    kind: 'private',
    words: wordsOf(blocks),
    buttons: buttonsIn(blocks).map(labelOf),
    pressed: async () => ({ kind: 'nothing' }),
  });

  const submits = async (user: string, view: string, values: Record<string, string>): Promise<Came> => {
    const payload = await insists('interactive', people.submit(user, view, values));
    if (payload.response_action === 'errors') return { kind: 'invalid', problems: Object.values(payload.errors as Json).join('\n') };
    return payload.response_action === 'update' ? whispered((payload.view as Json).blocks) : { kind: 'nothing' };
  };

  /** As Slack tells it: again, until it is acknowledged. */
  const insists = async (kind: 'events_api' | 'interactive', body: Json, first = 0): Promise<Json> => {
    const late = performance.now() + PATIENCE_MS;
    for (let retry = first; performance.now() < late; retry += 1) {
      const { acked, payload } = await transport.send(kind, body, retry);
      if (acked) return payload;
      await sleep(50);
    }
    throw new Error('never acknowledged');
  };
  const said = (text: string): string => `<@${BOT_USER}> ${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}`;

  const turns: (Mishap | null)[] = [];
  slack.weather = (method) => {
    const next = WRITES.has(method) ? turns.shift() : undefined;
    return next ? faultOf(next) : undefined;
  };

  /** Sends a press so many times, and says what it showed to whoever pressed. */
  const tell = async (user: string, body: Json, at: { trigger: string; times: number }): Promise<Came> => {
    const before = slack.messages.length;
    await Promise.all(Array.from({ length: at.times }, (_, i) => insists('interactive', body, i)));
    await surface.settled();
    const view = slack.triggers.get(at.trigger)?.view;
    if (view) return cameOfView(user, view);
    const answer = slack.messages.slice(before).find(({ only }) => only === user);
    return answer ? whispered(answer.blocks) : { kind: 'nothing' };
  };

  const find = (blocks: unknown, label: string): Json => {
    const button = buttonsIn(blocks).find((one) => labelOf(one) === label);
    if (!button) throw new Error(`no ${label} there`);
    return button;
  };

  const pressIn = async (user: string, view: string, label: string): Promise<Came> => {
    const trigger = slack.trigger(user);
    const button = find(slack.views.get(view)?.view.blocks, label);
    const before = JSON.stringify(slack.views.get(view));
    const came = await tell(user, people.press(user, { view, button, trigger }), { trigger, times: 1 });
    return came.kind === 'nothing' && JSON.stringify(slack.views.get(view)) !== before ? cameOfView(user, view) : came;
  };

  const driver: SlackDriver = {
    rig,
    slack,
    surface,
    transport,
    people,
    insists,
    address: door?.url ?? '',
    async link(user, code) {
      const channel = `D${user}`;
      const before = slack.messages.length;
      await transport.send('events_api', people.message({ channel, user, text: `link ${code}` }));
      await surface.settled();
      return slack.messages
        .slice(before)
        .filter((one) => one.user === BOT_USER && one.channel === channel)
        .map((one) => wordsOf(one.blocks))
        .join('\n');
    },
    async says(user, text, { times = 1 } = {}) {
      const ts = slack.ts();
      const body = people.message({ channel: CHANNEL, user, text: said(text), ts });
      await Promise.all(Array.from({ length: times }, (_, i) => insists('events_api', body, i)));
      return ts;
    },
    async saysLate(user, text, before) {
      const ts = slack.ts();
      const body = people.message({ channel: CHANNEL, user, text: said(text), ts });
      await insists('events_api', before === 'deleted' ? people.deleted(CHANNEL, ts) : people.changed(CHANNEL, ts, said(before.edited)));
      await insists('events_api', body);
    },
    accountOf: (user) => user,
    mention: (user) => `<@${user}>`,
    async replies(user, ts, text) {
      await insists('events_api', people.message({ channel: CHANNEL, user, text, thread_ts: ts }));
    },
    async edits(_user, ts, text) {
      await insists('events_api', people.changed(CHANNEL, ts, said(text)));
    },
    async deletes(_user, ts) {
      await insists('events_api', people.deleted(CHANNEL, ts));
    },
    presses(user, { on, label, times = 1 }) {
      const message = shownIn.get(on);
      if (!message) throw new Error('not a message that was seen');
      const trigger = slack.trigger(user);
      const { channel, ts, thread_ts } = message;
      const body = people.press(user, { channel, ts, thread_ts, button: find(message.blocks, label), trigger });
      return tell(user, body, { trigger, times });
    },
    async command(user, line) {
      const text = line.replace(/^\//, '');
      const trigger = slack.trigger(user);
      const body = people.slash(user, { channel: CHANNEL, command: '/wilco', text, trigger });
      const before = slack.messages.length;
      const { payload } = await transport.send('slash_commands', body);
      await surface.settled();
      const later = slack.messages.slice(before).findLast(({ only }) => only === user);
      if (later) return whispered(later.blocks);
      const view = slack.triggers.get(trigger)?.view;
      if (view) return cameOfView(user, view);
      return payload.blocks ? whispered(payload.blocks) : { kind: 'nothing' };
    },
    async stops(user, ts) {
      await insists('events_api', people.stopped(user, { channel: CHANNEL, thread_ts: ts }));
    },
    weather: {
      writes: (next) => void turns.splice(0, turns.length, ...next),
      cut: () => slack.sockets().forEach((socket) => void socket.terminate()),
      away: () => slack.down(),
      back: () => slack.up(),
    },
    standing: () => slack.messages.filter((one) => one.user === BOT_USER && !one.only).map(seen),
    outsider(kind) {
      const id = `U${kind.toUpperCase()}`;
      const more = { guest: { is_restricted: true }, stranger: { team_id: 'T2' }, disabled: { deleted: true } }[kind];
      Object.assign(slack.user(id), more);
      return id;
    },
    group: {
      platform: 'slack',
      workspace: 'T1',
      id: 'S1',
      holds: (users) => void slack.groups.set('S1', [...users]),
      fails: () => slack.fault('usergroups.users.list', { kind: 'status', status: 500 }),
    },
    async stop() {
      await rig.stop();
      door?.close();
      await slack.stop();
      expect(slack.violations).toEqual([]);
    },
  };
  return driver;
};
