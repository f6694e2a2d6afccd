import { Routes } from 'discord.js';
import { z } from 'zod';
import { isFinal } from './errors.ts';
import type { Channel } from './incoming.ts';
import { Message } from './incoming.ts';
import type { Link } from './link.ts';

const PAGE = 100;
/** Ten thousand messages of one channel; whoever wrote before those was not heard, and that is said. */
const MOST_PAGES = 100;

/** Discord's ids are numbers that rise with time. */
export const laterOf = (a: string, b: string): string => (a.length === b.length ? (a > b ? a : b) : a.length > b.length ? a : b);

const isLater = (a: string, b: string): boolean => a !== b && laterOf(a, b) === a;

/** Those of the channels in which something was written after this message. */
export const withNews = (channels: readonly Channel[], after: string): string[] =>
  channels.flatMap(({ id, last_message_id: last }) => (last && isLater(last, after) ? [id] : []));

/** One page of what was written in a channel after a message, oldest first. */
const pageAfter = async (link: Link, channelId: string, after: string): Promise<{ read: Message[]; isLast: boolean; to: string }> => {
  const query = new URLSearchParams({ after, limit: String(PAGE) });
  const raw = z.array(z.unknown()).parse(await link.rest.get(Routes.channelMessages(channelId), { query }));
  const read = raw.flatMap((one) => Message.safeParse(one).data ?? []).sort((a, b) => (isLater(a.id, b.id) ? 1 : -1));
  const to = read.at(-1)?.id;
  return { read, isLast: raw.length < PAGE || to === undefined, to: to ?? after };
};

/**
 * Takes in what was written in a channel while nobody listened, oldest first. Throws when something failed that may succeed later, and goes on
 * from there when it is called again.
 */
export const missedIn = (link: Link, at: { channelId: string; from: string; take(message: Message): Promise<void> }) => {
  const { channelId, take } = at;
  let { from } = at;
  const readOn = async (): Promise<void> => {
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { read, isLast, to } = await pageAfter(link, channelId, from);
      for (const message of read) {
        await take(message);
        from = message.id;
      }
      if (isLast) return;
      from = to;
    }
    link.log.warn({ surface: link.platform, channel: channelId }, 'channel.gap_too_long');
  };
  return (): Promise<void> =>
    readOn().catch((error: unknown) => {
      if (!isFinal(error)) throw error;
      // A channel that it may not read, or that is gone: there is nothing to be caught up in it.
      link.log.warn({ surface: link.platform, err: error instanceof Error ? error.name : 'unknown' }, 'channel.not_caught_up');
    });
};
