import { recent } from '../../recent.ts';
import { within } from '../../within.ts';
import type { Api } from './api.ts';

/** So long it counts that the app is in a channel; where it is not is looked up each time, for an invitation is a moment's work. */
const FRESH_MS = 300_000;
/** Whoever pressed waits for this before they hear anything. */
const PATIENCE_MS = 1500;
const MOST_KEPT = 5000;

export type Places = {
  /** The direct conversation with somebody; undefined: Slack did not name it in this time. */
  direct(userId: string, patienceMs?: number): Promise<string | undefined>;
  /** Told in passing, and never another. */
  isDirect(userId: string, channel: string): void;
  /** Whether the app can write there. Where Slack does not say in time it is taken to be so: what cannot be posted is on record as such. */
  isIn(channel: string): Promise<boolean>;
  /** The app was found not to be there. */
  left(channel: string): void;
};

/** Where the app may speak: the conversations with single people, and the channels that it is in. */
export const createPlaces = (api: Api): Places => {
  const conversations = recent<string>(MOST_KEPT);
  const joined = recent<number>(MOST_KEPT);
  const open = async (userId: string): Promise<string | undefined> => {
    const opened = await api.call({ method: 'conversations.open', channel: userId }, (client) =>
      client.conversations.open({ users: userId }),
    );
    const channel = opened.ok ? opened.value.channel?.id : undefined;
    if (channel !== undefined) conversations.set(userId, channel);
    return channel;
  };
  /** One message is read, or refused: this takes no scope that is not there for other reasons. */
  const look = async (channel: string): Promise<boolean> => {
    const read = await api.call({ method: 'conversations.history', channel }, (client) =>
      client.conversations.history({ channel, limit: 1 }),
    );
    if (read.ok) joined.set(channel, performance.now() + FRESH_MS);
    return read.ok || read.error.code !== 'gone';
  };
  return {
    direct: async (userId, patienceMs = PATIENCE_MS) => conversations.get(userId) ?? (await within(patienceMs, open(userId))),
    isDirect: (userId, channel) => conversations.set(userId, channel),
    async isIn(channel) {
      return (joined.get(channel) ?? 0) > performance.now() || (await within(PATIENCE_MS, look(channel))) !== false;
    },
    left: (channel) => void joined.delete(channel),
  };
};
