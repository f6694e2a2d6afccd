import { Routes } from 'discord.js';
import { z } from 'zod';
import type { ThreadAddress } from '../../db/thread-id.ts';
import { visible } from '../../dispatch/visible.ts';
import { renderView } from './card.ts';
import { cut } from './cut.ts';
import { apiCode, NOT_HERE } from './errors.ts';
import { Channel } from './incoming.ts';
import type { Link } from './link.ts';
import { withoutNames } from './names.ts';
import { outgoing } from './outgoing.ts';
import { channelOf, targetOf } from './place.ts';

const UNKNOWN_CHANNEL = 10_003;
const EXISTS_ALREADY = 160_004;
const LONGEST_NAME = 80;
/** A thread rests after a day without a word, and wakes when one is posted. */
const REST_MINUTES = 1440;

/** Discord's ids of the channel or thread that an address means, and of the channel around it. */
export type To = { parent: string; target: string };
/** Where a message is put. */
export type Stand = { channel: string; replyTo?: string };

const Asked = z.object({ content: z.string().nullish(), author: z.object({ id: z.string() }).nullish() });
const askedAt = async (link: Link, { parent, target }: To): Promise<z.output<typeof Asked>> =>
  Asked.parse(await link.rest.get(Routes.channelMessage(parent, target)));

/** What a thread is called: the first words of what was asked. */
const threadName = (link: Link, words: string): string =>
  cut(withoutNames(link, words).split('\n').join(' '), LONGEST_NAME).trim() || 'Wilco';

/** The thread of a message, opened when it is not there. Two that open it at once open one. */
const inThread = async (link: Link, to: To): Promise<Stand> => {
  const { parent, target } = to;
  const stand = { channel: target };
  if (parent === target) return stand;
  try {
    await channelOf(link, target);
    return stand;
  } catch (error) {
    if (apiCode(error) !== UNKNOWN_CHANNEL) throw error;
  }
  const title = link.titles.get(target) ?? (await askedAt(link, to)).content;
  const body = { name: threadName(link, title ?? ''), auto_archive_duration: REST_MINUTES };
  try {
    link.channels.set(target, Channel.parse(await link.rest.post(Routes.threads(parent, target), { body })));
  } catch (error) {
    if (apiCode(error) !== EXISTS_ALREADY) throw error;
  }
  return stand;
};

/** A thread that nobody opened at a message has none to reply to: then it stands in the channel alone. */
const asReply = async (_link: Link, { parent, target }: To): Promise<Stand> => ({ channel: parent, replyTo: target });

/** Whoever asked, alone; undefined where nobody knows who that was. */
const alone = async (link: Link, to: To): Promise<Stand | undefined> => {
  const asker = link.askers.get(to.target) ?? (await askedAt(link, to).catch(() => undefined))?.author?.id;
  if (!asker || asker === link.self?.userId) return undefined;
  const direct = Channel.parse(await link.rest.post(Routes.userChannels(), { body: { recipient_id: asker } }));
  return { channel: direct.id };
};

/** Where the messages of a thread can stand, the best first: each is tried when the one before it is closed. */
const WAYS = [inThread, asReply, alone] as const;
export const waysTo = (link: Link, to: To): { way: number; find(): Promise<Stand | undefined> }[] => {
  const ways = WAYS.map((find, way) => ({ way, find: () => find(link, to) }));
  return to.parent === to.target ? ways.slice(0, 1) : ways.slice(link.ways.get(to.target) ?? 0);
};

const LACKS: Readonly<Record<number, string>> = {
  50001: 'the bot may not see the channel or what was written in it (View Channels, Read Message History)',
  50013: 'the bot lacks Create Public Threads, Send Messages in Threads or Send Messages in this channel',
  50024: 'this kind of channel has no threads',
  50083: 'the thread is closed and locked, which takes Manage Threads to open',
  160005: 'the thread is locked, which takes Manage Threads to write in',
  160006: 'the server has as many open threads as Discord allows',
};

/** What is said of a thread that is closed, once for each channel and reason. */
const explain = async (link: Link, { parent }: To, at: { stand: Stand; code: number }): Promise<void> => {
  const { stand, code } = at;
  link.log.warn({ surface: link.platform, channel: parent, code }, 'thread.not_opened');
  const key = `explained/${parent}/${code}`;
  if (link.taken.get(key)) return;
  link.taken.set(key, true);
  const words = visible(
    `No answer can stand in a thread there: ${LACKS[code] ?? `Discord answered ${code}`}. What comes of it stands here.`,
  );
  const view = { author: visible('Wilco'), text: words, card: null, failed: null, messageId: '' };
  await link.rest.post(Routes.channelMessages(stand.channel), outgoing(renderView(view, key)));
};

/** From here on what belongs to that thread stands elsewhere, and its messages are found again there. */
export const remember = async (
  link: Link,
  place: ThreadAddress,
  at: { way: number; stand: Stand; remoteId: string; code: number | undefined },
): Promise<void> => {
  const { way, stand, remoteId, code } = at;
  if (way === 0) return;
  const to = targetOf(place);
  link.ways.set(to.target, way);
  link.stands.set(remoteId, { channel: stand.channel, of: place });
  if (code !== undefined)
    await explain(link, to, { stand, code }).catch((error: unknown) =>
      link.log.warn({ surface: link.platform, code: apiCode(error) }, 'answer.not_told'),
    );
};

/** The channels in which one of our messages may stand: where it was put, as far as that is known, and otherwise each that it might be in. */
export const standsOf = async function* (link: Link, to: To, remoteId: string): AsyncGenerator<string> {
  const known = link.stands.get(remoteId)?.channel;
  if (known) return yield known;
  yield to.target;
  if (to.parent === to.target) return;
  yield to.parent;
  const direct = await alone(link, to).catch((error: unknown) => {
    if (NOT_HERE.includes(apiCode(error))) return undefined;
    throw error;
  });
  if (direct) yield direct.channel;
};
