import { recent } from '../../recent.ts';
import { within } from '../../within.ts';
import type { Api } from './api.ts';
import { mentions } from './text.ts';

const MOST_KEPT = 5000;

class NotTold extends Error {
  override name = 'NotTold';
}

/** Nothing is acknowledged before it is known whose a thread is. */
const PATIENCE_MS = 1500;

type Thread = { channel: string; threadTs: string; botUserId: string };
const keyOf = ({ channel, threadTs }: Pick<Thread, 'channel' | 'threadTs'>): string => `${channel}/${threadTs}`;

export type Threads = {
  isOurs(thread: Thread): Promise<boolean>;
  /** What a thread is whose first message has just come. */
  begins(thread: Pick<Thread, 'channel' | 'threadTs'>, ours: boolean): void;
};

/**
 * Which threads are conversations with the bot: those that began by calling for it, or with words of its own. Whoever heard the first message
 * knows; of any other thread Slack is asked, once. A first message that is edited later does not change what its thread is. `hasSpoken`: whether
 * anything of the bot's stands in the thread.
 */
export const createThreads = (api: Api, hasSpoken: (thread: Thread) => Promise<boolean>): Threads => {
  const kept = recent<boolean>(MOST_KEPT);
  const asking = new Map<string, Promise<boolean | undefined>>();
  const keep = (key: string, ours: boolean): boolean => {
    kept.set(key, ours);
    return ours;
  };
  const read = async ({ channel, threadTs, botUserId }: Thread): Promise<boolean | undefined> => {
    const told = await api.call({ method: 'conversations.replies', channel }, (client) =>
      client.conversations.replies({ channel, ts: threadTs, limit: 1 }),
    );
    if (!told.ok) return told.error.code === 'gone' || told.error.code === 'refused' ? false : undefined;
    const first = told.value.messages?.find(({ ts }) => ts === threadTs);
    return first !== undefined && (first.user === botUserId || mentions(first.text ?? '', botUserId));
  };
  /** Undefined: Slack does not say at this moment. What it says later is known then. */
  const ask = async (thread: Thread): Promise<boolean | undefined> => {
    const key = keyOf(thread);
    const keeping = async () => {
      const ours = await read(thread);
      return ours === undefined ? undefined : keep(key, ours);
    };
    const asked = asking.get(key) ?? keeping().finally(() => asking.delete(key));
    asking.set(key, asked);
    return within(PATIENCE_MS, asked);
  };
  return {
    begins: (thread, ours) => void keep(keyOf(thread), ours),
    async isOurs(thread) {
      const ours = kept.get(keyOf(thread)) ?? (await ask(thread));
      if (ours !== undefined) return ours;
      // Where the bot has never said anything, it is what people say to one another. Elsewhere it is not taken in now, and comes again.
      if (await hasSpoken(thread)) throw new NotTold('nobody says whose thread it is');
      return false;
    },
  };
};
