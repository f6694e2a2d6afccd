import { randomUUID } from 'node:crypto';

/** A thread's id is `surface:channel:thread`; nobody else builds or splits one. */
export type ThreadAddress = { surface: string; channel: string; thread: string };

export const threadId = ({ surface, channel, thread }: ThreadAddress): string => `${surface}:${channel}:${thread}`;

export const splitThreadId = (id: string): ThreadAddress | undefined => {
  const [surface, channel, thread, ...more] = id.split(':');
  return surface && channel && thread && more.length === 0 ? { surface, channel, thread } : undefined;
};

/** Where the room keeps conversations with Wilco, beside its channels. */
export const CONVERSATIONS = 'conversations';

export const newConversation = (): string => threadId({ surface: 'room', channel: CONVERSATIONS, thread: randomUUID() });

/** A channel of the room is one long thread. */
export const channelThread = (channel: string): string => threadId({ surface: 'room', channel, thread: 'feed' });

/** A channel is where people talk; a conversation is with Wilco. */
export const isChannelThread = (id: string): boolean => splitThreadId(id)?.thread === 'feed';

/** Where somebody speaks with one agent alone: one thread for each pair, in a channel of the agent's own. */
export const agentThread = (agentKey: string, personId: string): string =>
  threadId({ surface: 'room', channel: `agent.${agentKey}`, thread: personId });

/** The agent that a thread is with; undefined for any other thread. */
export const agentOfThread = (id: string): string | undefined => {
  const address = splitThreadId(id);
  return address?.surface === 'room' && address.channel.startsWith('agent.') ? address.channel.slice('agent.'.length) : undefined;
};
