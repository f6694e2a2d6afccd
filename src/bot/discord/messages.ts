import { MessageType, Routes } from 'discord.js';
import type { Shown } from '../../dispatch/visible.ts';
import { type Answer, type ChatEvent, type Incoming, messageEventId, type Who } from '../surface.ts';
import { renderPages, renderView } from './card.ts';
import { cut } from './cut.ts';
import { apiCode, TAKES_NONE } from './errors.ts';
import { fetchFile } from './files.ts';
import { Channel, type Message } from './incoming.ts';
import { first, type Link } from './link.ts';
import { withoutNames } from './names.ts';
import { outgoing } from './outgoing.ts';
import { channelOf, channelPart, isDirect, isThread, placeOf } from './place.ts';
import { whoOf } from './who.ts';

const SPOKEN: readonly number[] = [MessageType.Default, MessageType.Reply];

/** What came with a message. */
export const filesOf = ({ apiUrl }: Link, { attachments }: Pick<Message, 'attachments'>): Incoming[] =>
  (attachments ?? []).map(({ filename, content_type, size, url }) => ({
    name: filename,
    mediaType: content_type ?? 'text/plain',
    size,
    read: (limit) => fetchFile(url, { limit, apiUrl }),
  }));

/** What begins with somebody else's name is for them. */
const CALLS_FIRST = /^\s*<@[!&]?\d+>/;

/**
 * Whether Wilco is meant: in a direct message, by its name, or in a thread that it opened, unless somebody else is spoken to there. What people
 * say to one another is not read any further.
 */
const isMeant = ({ self, roles }: Link, message: Message, channel: Channel): 'called' | 'aside' | false => {
  const called = [...(message.mentions ?? []).map(({ id }) => id), ...(message.mention_roles ?? [])];
  // Discord makes a role of the bot's name, and offers it beside the bot.
  if (isDirect(channel) || called.some((id) => id === self?.userId || roles.has(id))) return 'called';
  // Without the message-content intent there are no words in it: then it takes a name.
  const says = Boolean(message.content) || (message.attachments ?? []).length > 0;
  return says && isThread(channel) && channel.owner_id === self?.userId && !CALLS_FIRST.test(message.content ?? '') && 'aside';
};

/** A message as an event; undefined for what is not for Wilco, or is nobody's. */
const eventOf = async (link: Link, message: Message): Promise<(ChatEvent & { kind: 'message' }) | undefined> => {
  const { author, content, self } = { author: message.author, content: message.content ?? '', self: link.self?.userId ?? '' };
  if (!author || author.id === self || author.bot || message.webhook_id || !SPOKEN.includes(message.type ?? 0)) return undefined;
  const channel = await channelOf(link, message.channel_id);
  const meant = isMeant(link, message, channel);
  if (!meant) return undefined;
  const who = await whoOf(link, { guildId: message.guild_id ?? channel.guild_id, user: author, member: message.member });
  link.askers.set(message.id, author.id);
  const text = withoutNames(link, content);
  return {
    kind: 'message',
    // A thread is a channel with an id of its own, so a message's id is never another's.
    eventId: messageEventId(channelPart(who.workspace, channel), message.id),
    who,
    place: placeOf(who.workspace, channel, isDirect(channel) ? null : message.id),
    remoteId: message.id,
    text,
    addressed: true,
    aside: meant === 'aside',
    title: cut(text.split('\n')[0] ?? '', 80),
    edited: Boolean(message.edited_timestamp),
    files: filesOf(link, message),
  };
};

const plainView = (text: Shown) => ({ author: 'Wilco' as Shown, text, card: null, failed: null, messageId: '' });

/** Nothing on Discord is private below a message: whoever wrote it is told in a direct message, or by a reply where they take none. */
const tellAlone = async (link: Link, message: Message, answer: Answer & { kind: 'private' }): Promise<void> => {
  const to = message.author?.id;
  const views = answer.card ? renderPages(answer.card) : answer.text ? [renderView(plainView(answer.text), message.id)] : [];
  const send = async (channel: string, replyTo?: string): Promise<void> => {
    for (const [at, view] of views.entries())
      await link.rest.post(
        Routes.channelMessages(channel),
        outgoing(view, { nonce: `p${at}.${message.id}`.slice(0, 25), ...(replyTo ? { replyTo } : {}) }),
      );
  };
  try {
    const direct = Channel.parse(await link.rest.post(Routes.userChannels(), { body: { recipient_id: to } }));
    await send(direct.id);
  } catch (error) {
    if (!TAKES_NONE.includes(apiCode(error))) throw error;
    // A card stays where only they could see it.
    if (!answer.card) await send(message.channel_id, message.id);
  }
};

/**
 * Takes in one message, new or edited. Resolves when it is stored or is nothing for Wilco, and throws when that cannot be told yet. `quiet`:
 * what is read after the fact may have been answered before.
 */
export const hearMessage = async (link: Link, message: Message, quiet = false): Promise<void> => {
  const event = await eventOf(link, message);
  if (!event) return;
  const key = `${event.eventId}/${message.edited_timestamp ?? ''}`;
  if (link.taken.get(key) || link.taken.get(`gone/${message.id}`)) return;
  const answer = await link.hear(event);
  if (!first(link, key) || quiet || answer.kind !== 'private') return;
  await tellAlone(link, message, answer).catch((error: unknown) =>
    link.log.warn({ surface: link.platform, err: error instanceof Error ? error.name : 'unknown' }, 'answer.not_told'),
  );
};

/** A message that was taken back. Discord does not say whose it was: whoever wrote what it became is known from our own record. */
export const hearDeleted = async (
  link: Link,
  gone: { id: string; channelId: string },
  authorOf: (eventId: string) => Promise<Pick<Who, 'workspace' | 'userId'> | undefined>,
): Promise<void> => {
  link.taken.set(`gone/${gone.id}`, true);
  const channel = await channelOf(link, gone.channelId);
  for (const guild of link.homes) {
    const eventId = messageEventId(channelPart(guild, channel), gone.id);
    const author = await authorOf(eventId);
    if (!author) continue;
    const who: Who = { platform: link.platform, name: '', kind: 'member', ...author };
    await link.hear({ kind: 'deleted', eventId, who, place: placeOf(guild, channel, gone.id), remoteId: gone.id, unsigned: true });
  }
};
