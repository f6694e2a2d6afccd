import { createHmac } from 'node:crypto';
import type { Acked, SlackServer } from './server.ts';
import { BOT_USER, type Json, SIGNING_SECRET, TEAM } from './state.ts';

/** How what people do reaches the app: by signed requests, or through its sockets. */
export type Transport = { send(kind: 'events_api' | 'interactive' | 'slash_commands', body: Json, retry?: number): Promise<Acked> };

const form = (body: Json): string =>
  new URLSearchParams(Object.entries(body).map(([key, value]): [string, string] => [key, String(value)])).toString();

export const signed = (
  body: string,
  more: { type: string; at?: number; secret?: string },
): { body: string; headers: Record<string, string> } => {
  const at = String(more.at ?? Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', more.secret ?? SIGNING_SECRET)
    .update(`v0:${at}:${body}`)
    .digest('hex');
  return { body, headers: { 'content-type': more.type, 'x-slack-request-timestamp': at, 'x-slack-signature': `v0=${signature}` } };
};

const FORM = 'application/x-www-form-urlencoded';

const written = (kind: string, body: Json): string => {
  if (kind === 'events_api') return JSON.stringify(body);
  return form(kind === 'interactive' ? { payload: JSON.stringify(body) } : body);
};

/** Slack gives an endpoint three seconds, here more, and counts every other answer than 200 as none. */
export const httpTransport = (url: string, server?: { ackMs: number }): Transport => ({
  async send(kind, body, retry = 0) {
    const text = written(kind, body);
    const request = signed(text, { type: kind === 'events_api' ? 'application/json' : FORM });
    const retried = retry > 0 ? { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'http_timeout' } : {};
    const response = await fetch(url, {
      method: 'POST',
      body: request.body,
      headers: { ...request.headers, ...retried },
      signal: AbortSignal.timeout(server?.ackMs ?? 15_000),
    }).catch(() => undefined);
    const answer = (await response?.text()) ?? '';
    return { acked: response?.status === 200, payload: answer.startsWith('{') ? JSON.parse(answer) : {} };
  },
});

export const socketTransport = (server: SlackServer): Transport => ({
  send: (kind, body, retry) => server.envelope(kind, body, retry),
});

export type Told = { channel: string; user: string; text: string; ts?: string; thread_ts?: string; more?: Json };

/** What one input of a modal says once it is filled in. */
const entered = ({ element }: Json, value: string): Json => {
  const { type } = element as Json;
  const chosen = value === '' ? null : value;
  if (type === 'datepicker') return { type, selected_date: chosen };
  if (type === 'static_select') return { type, selected_option: chosen === null ? null : { value } };
  // Slack lets nothing but digits be typed there.
  if (type === 'number_input' && !/^-?\d*\.?\d*$/.test(value)) throw new Error(`${value} cannot be typed into a field for numbers`);
  if (type === 'users_select') return { type, selected_user: chosen };
  if (type === 'conversations_select') return { type, selected_conversation: chosen };
  return { type, value: chosen };
};

/** What people do in Slack, told as Slack tells it. */
export const createPeople = (server: SlackServer) => {
  const wrap = (event: Json): Json => ({
    type: 'event_callback',
    team_id: TEAM,
    api_app_id: 'A1',
    event_id: `Ev${server.next()}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [{ team_id: TEAM, user_id: BOT_USER, is_bot: true }],
    event,
  });
  /** Made for one press or command. */
  const hook = (user: string, channel: string): string => `${server.origin}/hooks/${server.next()}/${user}/${channel}`;
  const kindOf = (channel: string): string => (channel.startsWith('D') ? 'im' : 'channel');
  return {
    event: wrap,
    hook,
    message({ channel, user, text, ts = server.ts(), thread_ts, more = {} }: Told): Json {
      server.user(user);
      if (!server.messages.some((one) => one.ts === ts))
        server.messages.push({ channel, ts, user, text, blocks: [], edited: 0, ...(thread_ts ? { thread_ts } : {}) });
      const thread = thread_ts ? { thread_ts } : {};
      return wrap({ type: 'message', channel, channel_type: kindOf(channel), user, text, ts, event_ts: ts, ...thread, ...more });
    },
    changed(channel: string, ts: string, text: string): Json {
      const said = server.messages.find((one) => one.ts === ts);
      const previous = { type: 'message', user: said?.user, text: said?.text, ts };
      if (said) said.text = text;
      const message = { ...previous, text, edited: { user: said?.user, ts: server.ts() } };
      return wrap({
        type: 'message',
        subtype: 'message_changed',
        channel,
        channel_type: kindOf(channel),
        ts: server.ts(),
        message,
        previous_message: previous,
      });
    },
    deleted(channel: string, ts: string): Json {
      const said = server.messages.find((one) => one.ts === ts);
      const previous_message = { type: 'message', user: said?.user, text: said?.text, ts };
      return wrap({
        type: 'message',
        subtype: 'message_deleted',
        channel,
        channel_type: kindOf(channel),
        ts: server.ts(),
        deleted_ts: ts,
        previous_message,
      });
    },
    /** The button that Slack shows while a session is processing; streams are ended by Slack itself. */
    stopped(user: string, at: { channel: string; thread_ts: string }): Json {
      const open = server.messages.filter(
        ({ channel, thread_ts, streaming }) => streaming && channel === at.channel && thread_ts === at.thread_ts,
      );
      for (const message of open) message.streaming = false;
      return wrap({ type: 'agent_session_stopped', user, ...at, streaming_message_ts: open.map(({ ts }) => ts), event_ts: server.ts() });
    },
    press(
      user: string,
      at: { channel?: string; ts?: string; thread_ts?: string | undefined; view?: string; button: Json; trigger: string; url?: string },
    ): Json {
      server.user(user);
      const open = at.view === undefined ? undefined : server.views.get(at.view);
      const thread = at.thread_ts ? { thread_ts: at.thread_ts } : {};
      const container = open
        ? { type: 'view', view_id: at.view }
        : { type: 'message', message_ts: at.ts, channel_id: at.channel, is_ephemeral: false, ...thread };
      const place = open
        ? { view: { id: open.id, hash: open.hash, ...open.view } }
        : { channel: { id: at.channel }, response_url: hook(user, at.channel ?? ''), message: { ts: at.ts, ...thread } };
      const { action_id, value } = at.button;
      const action = { type: 'button', block_id: 'b', action_id, value, text: at.button.text, action_ts: server.ts() };
      return {
        type: 'block_actions',
        user: { id: user, team_id: TEAM },
        team: { id: TEAM },
        api_app_id: 'A1',
        trigger_id: at.trigger,
        container,
        ...place,
        actions: [action],
      };
    },
    submit(user: string, view: string, values: Record<string, string>): Json {
      const open = server.views.get(view);
      const blocks = Array.isArray(open?.view.blocks) ? (open.view.blocks as Json[]) : [];
      const inputs = blocks.filter(({ type }) => type === 'input');
      const state = {
        values: Object.fromEntries(
          inputs.map((block) => [block.block_id, { value: entered(block, values[String(block.block_id)] ?? '') }]),
        ),
      };
      return {
        type: 'view_submission',
        user: { id: user, team_id: TEAM },
        team: { id: TEAM },
        view: { id: view, hash: open?.hash, ...open?.view, state },
        response_urls: [],
      };
    },
    slash(user: string, at: { channel: string; command: string; text: string; trigger: string }): Json {
      server.user(user);
      const { channel, command, text, trigger } = at;
      return {
        command,
        text,
        user_id: user,
        channel_id: channel,
        team_id: TEAM,
        api_app_id: 'A1',
        trigger_id: trigger,
        response_url: hook(user, channel),
      };
    },
  };
};
