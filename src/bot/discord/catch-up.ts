import { Routes } from 'discord.js';
import { z } from 'zod';
import type { Channel } from './incoming.ts';
import { Message } from './incoming.ts';
import type { Link } from './link.ts';

const PAGE = 100;
const MOST_PAGES = 20;

/** Discord's ids are numbers that rise with time. */
export const laterOf = (a: string, b: string): string => (a.length === b.length ? (a > b ? a : b) : a.length > b.length ? a : b);

const isLater = (a: string, b: string): boolean => a !== b && laterOf(a, b) === a;

/** Those of the channels in which something was written after this message. */
export const withNews = (channels: readonly Channel[], after: string): Channel[] =>
  channels.filter(({ last_message_id: last }) => last && isLater(last, after));

/** What was written in a channel while nobody listened, oldest first. */
export const missedIn = async function* (link: Link, channelId: string, after: string): AsyncGenerator<Message> {
  let from = after;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ after: from, limit: String(PAGE) });
    const raw = z.array(z.unknown()).parse(await link.rest.get(Routes.channelMessages(channelId), { query }));
    const read = raw.flatMap((one) => Message.safeParse(one).data ?? []).sort((a, b) => (isLater(a.id, b.id) ? 1 : -1));
    yield* read;
    const last = read.at(-1);
    if (raw.length < PAGE || !last) return;
    from = last.id;
  }
};
