import type { Api } from './api.ts';
import { mentions } from './text.ts';

const MOST_KEPT = 5000;

class NotTold extends Error {
  override name = 'NotTold';
}

/**
 * Which threads are conversations with the bot: those that began by calling for it, or with words of its own. Slack is asked once for each
 * thread; a first message that is edited later does not change what its thread is.
 */
export const createThreads = (api: Api) => {
  const kept = new Map<string, boolean>();
  const keep = (key: string, ours: boolean): boolean => {
    kept.set(key, ours);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return ours;
  };
  return {
    async isOurs({ channel, threadTs, botUserId }: { channel: string; threadTs: string; botUserId: string }): Promise<boolean> {
      const key = `${channel}/${threadTs}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const read = await api.call({ method: 'conversations.replies', channel }, (client) =>
        client.conversations.replies({ channel, ts: threadTs, limit: 1 }),
      );
      if (read.ok) {
        const first = read.value.messages?.find(({ ts }) => ts === threadTs);
        return keep(key, first !== undefined && (first.user === botUserId || mentions(first.text ?? '', botUserId)));
      }
      if (read.error.code === 'gone' || read.error.code === 'refused') return keep(key, false);
      // The message is not taken in now, and comes again.
      throw new NotTold(read.error.code);
    },
  };
};
