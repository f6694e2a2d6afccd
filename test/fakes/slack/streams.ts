import { problemsOfBlocks } from './limits.ts';
import { type Json, type Message, SlackError, type State, text } from './state.ts';

const list = (value: unknown): Json[] => (Array.isArray(value) ? value : []);
const STATUS = ['pending', 'in_progress', 'complete', 'error'];

/** What Slack would refuse of a chunk, and what this project never sends: words that Slack would read as mark-up. */
const problemsOf = (chunk: Json): string[] => {
  switch (chunk.type) {
    case 'blocks':
      return problemsOfBlocks(chunk.blocks, 50);
    case 'task_update': {
      const title = text(chunk.title);
      const fine =
        text(chunk.id) !== '' && title !== '' && title.length <= 256 && !/[<>]/.test(title) && STATUS.includes(text(chunk.status));
      return fine ? [] : ['task_update'];
    }
    default:
      return [`chunk ${String(chunk.type)}`];
  }
};

const take = (state: State, message: Message, { method, chunks }: { method: string; chunks: unknown }): void => {
  const all = list(chunks);
  const problems = all.flatMap(problemsOf);
  if (all.length === 0) problems.push('no chunks');
  for (const { type, blocks, id, title, status } of all) {
    if (type === 'blocks') message.blocks.push(...list(blocks));
    if (type === 'task_update') message.tasks = { ...message.tasks, [text(id)]: { title: text(title), status: text(status) } };
  }
  if (message.blocks.length > 50) problems.push(`${message.blocks.length} blocks in one stream`);
  if (problems.length === 0) return;
  state.violations.push(...problems.map((problem) => `${method}: ${problem}`));
  throw new SlackError('invalid_chunks');
};

const streaming = (state: State, args: Json): Message => {
  const message = state.messages.find(({ ts, channel }) => ts === args.ts && channel === args.channel);
  if (!message) throw new SlackError('message_not_found');
  if (!message.streaming) throw new SlackError('message_not_in_streaming_state');
  return message;
};

const sessionOf = (state: State, args: { channel: unknown; thread: unknown }) => {
  const key = `${text(args.channel)} ${text(args.thread)}`;
  const session = state.sessions.get(key) ?? { statuses: [] as string[] };
  state.sessions.set(key, session);
  return session as { statuses: string[]; title?: string };
};

/** Answers that grow, and the sessions of an agent, as Slack has them. `add` puts a message of the bot's into its channel. */
export const streamMethods = (add: (state: State, args: Json, more?: Partial<Message>) => Message) => ({
  'chat.startStream': (state: State, args: Json): Json => {
    if (text(args.thread_ts) === '') throw new SlackError('invalid_arguments');
    const direct = text(args.channel).startsWith('D');
    if (!direct && (text(args.recipient_user_id) === '' || text(args.recipient_team_id) === ''))
      throw new SlackError('missing_recipient_user_id');
    const message = add(state, { channel: args.channel, thread_ts: args.thread_ts }, { streaming: true });
    take(state, message, { method: 'chat.startStream', chunks: args.chunks });
    return { ts: message.ts, channel: message.channel };
  },
  'chat.appendStream': (state: State, args: Json): Json => {
    const message = streaming(state, args);
    take(state, message, { method: 'chat.appendStream', chunks: args.chunks });
    return { ts: message.ts, channel: message.channel };
  },
  'chat.stopStream': (state: State, args: Json): Json => {
    const message = streaming(state, args);
    message.streaming = false;
    if (args.metadata) message.metadata = args.metadata;
    return { ts: message.ts, channel: message.channel };
  },
  'agents.sessions.setStatus': (state: State, args: Json): Json => {
    const { status, title } = args;
    if (
      text(args.thread_ts) === '' ||
      !['active', 'processing', 'suspended', 'closed'].includes(text(status)) ||
      text(title).length > 200
    ) {
      state.violations.push(`agents.sessions.setStatus: ${String(status)}, title of ${text(title).length}`);
      throw new SlackError('invalid_arguments');
    }
    const session = sessionOf(state, { channel: args.channel_id, thread: args.thread_ts });
    session.statuses.push(text(status));
    if (title) session.title ??= text(title);
    return { status: text(status) };
  },
  'assistant.threads.setSuggestedPrompts': (state: State, args: Json): Json => {
    const prompts = list(args.prompts);
    if (prompts.length < 1 || prompts.length > 4 || prompts.some(({ title, message }) => !text(title) || !text(message)))
      state.violations.push('assistant.threads.setSuggestedPrompts: prompts');
    state.prompts.set(text(args.channel_id), prompts);
    return {};
  },
});
