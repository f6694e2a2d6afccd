import { randomUUID } from 'node:crypto';
import { problemsOfMessage, problemsOfView } from './limits.ts';
import { BOT_USER, type Json, type Message, SlackError, type State, TEAM, text, type View } from './state.ts';
import { streamMethods } from './streams.ts';

type Method = (state: State, args: Json) => Json;

const checked = (state: State, method: string, problems: string[]): void => {
  if (problems.length === 0) return;
  state.violations.push(...problems.map((problem) => `${method}: ${problem}`));
  throw new SlackError('invalid_blocks');
};

const inert = (state: State, args: Json, { method, keys }: { method: string; keys: readonly string[] }): void => {
  for (const key of keys) if (String(args[key]) !== 'false') state.violations.push(`${method}: ${key} is not false`);
  if (args.parse !== 'none') state.violations.push(`${method}: parse is not none`);
};

const blocksOf = (args: Json): Json[] => (Array.isArray(args.blocks) ? args.blocks : []);

const add = (state: State, args: Json, more: Partial<Message> = {}): Message => {
  const message: Message = {
    channel: text(args.channel),
    ts: state.ts(),
    ...(args.thread_ts ? { thread_ts: text(args.thread_ts) } : {}),
    user: BOT_USER,
    text: text(args.text),
    blocks: blocksOf(args),
    posted: blocksOf(args),
    ...(args.metadata ? { metadata: args.metadata } : {}),
    edited: 0,
    ...more,
  };
  state.messages.push(message);
  return message;
};

const shown = ({
  channel: _channel,
  only: _only,
  edited: _edited,
  streaming: _streaming,
  tasks: _tasks,
  posted: _posted,
  ...message
}: Message): Json => ({
  type: 'message',
  ...message,
});

const page = (messages: Message[], args: Json): Json => {
  const limit = Number(args.limit ?? 100);
  const from = Number(args.cursor || 0);
  const has_more = messages.length > from + limit;
  const some = messages.slice(from, from + limit).map((message) => {
    const { metadata, ...rest } = shown(message);
    return String(args.include_all_metadata) === 'true' ? { ...rest, metadata } : rest;
  });
  return { messages: some, has_more, response_metadata: { next_cursor: has_more ? String(from + limit) : '' } };
};

const spend = (state: State, args: Json): string => {
  const trigger = state.triggers.get(text(args.trigger_id));
  if (!trigger) throw new SlackError('invalid_trigger_id');
  if (trigger.until < Date.now()) throw new SlackError('expired_trigger_id');
  if (trigger.used) throw new SlackError('exchanged_trigger_id');
  trigger.used = true;
  return trigger.user;
};

/** Slack takes the id of a person for their direct conversation where something is posted, and nowhere else. */
const channelOf = (state: State, { channel }: Json, posting = false): string => {
  const id = text(channel);
  if (posting && /^[UW]/.test(id)) return `D${id}`;
  if (/^D[UW]/.test(id) || state.channels.has(id)) return id;
  throw new SlackError(/^C/.test(id) ? 'not_in_channel' : 'channel_not_found');
};

const openView =
  (method: string) =>
  (state: State, args: Json): Json => {
    const user = spend(state, args);
    const view = args.view as Json;
    checked(state, method, problemsOfView(view));
    const opened: View = { id: `V${state.next()}`, user, hash: randomUUID(), view };
    state.views.set(opened.id, opened);
    const trigger = state.triggers.get(text(args.trigger_id));
    if (trigger) trigger.view = opened.id;
    return { view: { id: opened.id, ...view } };
  };

const METHODS: Record<string, Method> = {
  ...streamMethods(add),
  'auth.test': () => ({ team_id: TEAM, user_id: BOT_USER, bot_id: 'B1', url: 'https://test.slack.com/', team: 'Test', user: 'wilco' }),
  'users.info': (state, args) => {
    const user = state.users.get(text(args.user));
    if (!user) throw new SlackError('user_not_found');
    return { user };
  },
  'usergroups.users.list': (state, args) => {
    const users = state.groups.get(text(args.usergroup));
    const disabled = state.handles.get(text(args.usergroup))?.disabled === true;
    if (!users || (disabled && String(args.include_disabled) !== 'true')) throw new SlackError('no_such_subteam');
    return { users };
  },
  'usergroups.list': (state, args) => ({
    usergroups: [...state.handles]
      .filter(([, { disabled }]) => !disabled || String(args.include_disabled) === 'true')
      .map(([id, { handle, disabled = false, external = false }]) => {
        const date_delete = disabled ? 1_700_000_000 : 0;
        return { id, team_id: TEAM, handle, name: `The ${handle}`, is_usergroup: true, is_external: external, date_delete };
      }),
  }),
  'conversations.list': (state, args) => {
    const all = [...state.channels]
      .map((id) => ({ id, name: id.toLowerCase(), is_member: true }))
      .concat({ id: 'C9', name: 'lobby', is_member: false });
    const from = Number(args.cursor || 0);
    return { channels: all.slice(from, from + 1), response_metadata: { next_cursor: from + 1 < all.length ? String(from + 1) : '' } };
  },
  'conversations.open': (_state, args) => ({ channel: { id: `D${text(args.users)}` } }),
  'chat.postMessage': (state, args) => {
    inert(state, args, { method: 'chat.postMessage', keys: ['unfurl_links', 'unfurl_media', 'mrkdwn', 'link_names'] });
    checked(state, 'chat.postMessage', problemsOfMessage(args));
    const { ts, channel } = add(state, { ...args, channel: channelOf(state, args, true) });
    return { ts, channel };
  },
  'chat.postEphemeral': (state, args) => {
    inert(state, args, { method: 'chat.postEphemeral', keys: ['link_names'] });
    checked(state, 'chat.postEphemeral', problemsOfMessage(args));
    channelOf(state, args);
    return { message_ts: add(state, args, { only: text(args.user) }).ts };
  },
  'chat.update': (state, args) => {
    inert(state, args, { method: 'chat.update', keys: ['link_names'] });
    checked(state, 'chat.update', problemsOfMessage(args));
    channelOf(state, args);
    const message = state.messages.find(({ ts, channel }) => ts === args.ts && channel === args.channel);
    if (!message) throw new SlackError('message_not_found');
    if (message.user !== BOT_USER || message.only) throw new SlackError('cant_update_message');
    if (message.streaming) throw new SlackError('streaming_state_conflict');
    if (args.metadata) message.metadata = args.metadata;
    delete message.tasks;
    message.text = text(args.text);
    message.blocks = blocksOf(args);
    message.edited += 1;
    return { ts: message.ts, channel: message.channel };
  },
  'conversations.history': (state, args) => {
    channelOf(state, args);
    const here = state.messages.filter(
      ({ channel, thread_ts, ts, only }) =>
        channel === args.channel && !only && (!thread_ts || thread_ts === ts) && Number(ts) > Number(args.oldest ?? 0),
    );
    return page([...here].reverse(), args);
  },
  'conversations.replies': (state, args) => {
    channelOf(state, args);
    const here = state.messages.filter(
      ({ channel, thread_ts, ts, only }) => channel === args.channel && !only && (ts === args.ts || thread_ts === args.ts),
    );
    if (here.length === 0) throw new SlackError('thread_not_found');
    // The first message of the thread is told however old it is.
    return page(
      here.filter(({ ts }) => ts === args.ts || Number(ts) > Number(args.oldest ?? 0)),
      args,
    );
  },
  'views.open': openView('views.open'),
  'views.push': openView('views.push'),
  'views.update': (state, args) => {
    const view = args.view as Json;
    checked(state, 'views.update', problemsOfView(view));
    const open = state.views.get(text(args.view_id));
    if (!open) throw new SlackError('not_found');
    open.view = view;
    return { view: { id: open.id, ...view } };
  },
  'views.publish': (state, args) => {
    const view = args.view as Json;
    checked(state, 'views.publish', problemsOfView(view));
    const user = text(args.user_id);
    state.homes.set(user, view);
    state.views.set(`H${user}`, { id: `H${user}`, user, hash: randomUUID(), view });
    return { view };
  },
};

/** One call of the Web API, as Slack answers it. */
export const answerCall = (state: State, method: string, args: Json): Json => {
  if (state.revoked) return { ok: false, error: 'token_revoked' };
  const run = METHODS[method];
  if (!run) {
    state.violations.push(`${method} is not a method that the fake knows`);
    return { ok: false, error: 'unknown_method' };
  }
  try {
    return { ok: true, ...run(state, args) };
  } catch (error) {
    if (error instanceof SlackError) return { ok: false, error: error.code };
    throw error;
  }
};

/** What comes to an address for an answer: for the eyes of one person, whether the app is in the channel or not. */
export const answerHook = (state: State, address: { key: string; user: string; channel: string }, body: Json): boolean => {
  const { key, user, channel } = address;
  const times = (state.answered.get(key) ?? 0) + 1;
  state.answered.set(key, times);
  const problems = problemsOfMessage(body);
  if (body.response_type !== 'ephemeral' || body.replace_original !== false) problems.push('an answer that others see');
  if (times > 5) problems.push('a sixth answer');
  state.violations.push(...problems.map((problem) => `response_url: ${problem}`));
  if (problems.length === 0) add(state, { ...body, channel }, { only: user });
  return problems.length === 0;
};
