import { ChannelType, Routes } from 'discord.js';
import type { ThreadAddress } from '../../db/thread-id.ts';
import { Channel } from './incoming.ts';
import type { Link } from './link.ts';

const THREADS: readonly number[] = [ChannelType.AnnouncementThread, ChannelType.PublicThread, ChannelType.PrivateThread];

export const isThread = ({ type }: Channel): boolean => THREADS.includes(type);
export const isDirect = ({ type }: Channel): boolean => type === ChannelType.DM || type === ChannelType.GroupDM;

/** In these a thread can be opened at a message. */
const WITH_THREADS: readonly number[] = [ChannelType.GuildText, ChannelType.GuildAnnouncement];
export const hasThreads = ({ type }: Channel): boolean => WITH_THREADS.includes(type);

/** A channel as Discord has it; what was learnt lately is not asked again. */
export const channelOf = async (link: Link, id: string): Promise<Channel> => {
  const known = link.channels.get(id);
  if (known) return known;
  const found = Channel.parse(await link.rest.get(Routes.channel(id)));
  link.channels.set(id, found);
  return found;
};

/** The channel part of a thread's id. Direct messages belong to the server that somebody is a member of. */
export const channelPart = (guild: string, channel: Channel): string =>
  `${guild}.${isThread(channel) ? (channel.parent_id ?? channel.id) : channel.id}`;

/** What somebody says to Wilco alone is one conversation, and not a channel where people talk. */
const ALONE = 'direct';
const FEED = 'feed';

/** Where something stands: in a thread, or in the channel itself. A thread that begins at a message has that message's id. */
export const placeOf = (guild: string, channel: Channel, thread: string | null = null): ThreadAddress => ({
  surface: 'discord',
  channel: channelPart(guild, channel),
  thread: isThread(channel) ? channel.id : (thread ?? (isDirect(channel) ? ALONE : FEED)),
});

/** Discord's id of the channel or thread that an address means, and of the channel around it. */
export const targetOf = ({ channel, thread }: ThreadAddress): { parent: string; target: string } => {
  const parent = channel.split('.').at(-1) ?? channel;
  return { parent, target: thread === FEED || thread === ALONE ? parent : thread };
};

/** The channel or thread in which a message was written, by the address of what came of it: a thread that begins at a message is not where that is. */
export const writtenIn = (place: ThreadAddress, messageId: string): string => {
  const { parent, target } = targetOf(place);
  return target === messageId ? parent : target;
};
