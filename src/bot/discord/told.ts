import type { ThreadAddress } from '../../db/thread-id.ts';
import { NOT_TAKEN, say } from '../say.ts';
import type { Answer, ChatEvent, Who } from '../surface.ts';
import type { Interaction } from './incoming.ts';
import type { Link } from './link.ts';
import { channelOf, placeOf } from './place.ts';
import { whoOf } from './who.ts';

const placed = async (
  link: Link,
  interaction: Interaction,
  thread: string | null,
): Promise<{ who: Who; place: ThreadAddress } | undefined> => {
  const user = interaction.member?.user ?? interaction.user;
  const id = interaction.channel?.id ?? interaction.channel_id;
  if (!user || !id) return undefined;
  const who = await whoOf(link, { guildId: interaction.guild_id, user, member: interaction.member });
  // What stands elsewhere than in its thread belongs to that all the same.
  const stands = interaction.message && link.stands.get(interaction.message.id);
  return { who, place: stands?.of ?? placeOf(who.workspace, interaction.channel ?? (await channelOf(link, id)), thread) };
};

/** What is the same of everything that somebody does. */
export type Said = Pick<ChatEvent, 'eventId' | 'who' | 'place' | 'unlisted'>;

/** Tells what an interaction asks for. `thread`: the message at which what comes of it stands, where that is not where it was done. */
export const told = async (
  link: Link,
  interaction: Interaction,
  make: ((base: Said) => ChatEvent) | { thread: string | undefined; make(base: Said): ChatEvent },
): Promise<Answer> => {
  const how = typeof make === 'function' ? { make, thread: undefined } : make;
  const base = await placed(link, interaction, how.thread ?? null);
  if (!base) return { kind: 'nothing' };
  if (how.thread) link.askers.set(how.thread, base.who.userId);
  // What there is to pick from is a server's.
  return link.hear(how.make({ eventId: interaction.id, ...base, unlisted: !interaction.guild_id }));
};

/** An event that could not be stored did nothing, and whoever did it is told so. */
export const orSay = (link: Link, answer: Promise<Answer>): Promise<Answer> =>
  answer.catch((error: unknown): Answer => {
    link.log.warn({ surface: link.platform, err: error instanceof Error ? error.name : 'unknown' }, 'interaction.not_taken');
    return say(NOT_TAKEN);
  });
