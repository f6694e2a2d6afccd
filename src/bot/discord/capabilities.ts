import { Routes } from 'discord.js';
import { z } from 'zod';
import type { ThreadAddress } from '../../db/thread-id.ts';
import { apiCode } from './errors.ts';
import { Channel, FullMember } from './incoming.ts';
import type { Link } from './link.ts';
import { placeOf, targetOf } from './place.ts';
import { kindOf, UNKNOWN_MEMBER } from './who.ts';

const failed = (link: Link, what: string) => (error: unknown) => {
  link.log.warn({ surface: link.platform, what, err: error instanceof Error ? error.name : 'unknown' }, 'discord.not_asked');
  return undefined;
};

/** Shows for some seconds that somebody is at work there. That it could not be shown is nothing to anybody. */
export const showWorking = async (link: Link, place: ThreadAddress): Promise<void> => {
  const { parent, target } = targetOf(place);
  const type = (channel: string) => link.rest.post(Routes.channelTyping(channel));
  // The thread of a message is opened with the first answer: until then it is seen where the message stands.
  await type(target)
    .catch(() => (parent === target ? undefined : type(parent)))
    .catch(failed(link, 'working'));
};

/**
 * Whether somebody has a role of a linked server at this moment, and is a member of it in good standing. One member is asked for, which needs no
 * privileged intent. Whoever is not there any more has none.
 */
export const hasRole = async (
  link: Link,
  { workspace, groupId, userId }: { workspace: string; groupId: string; userId: string },
): Promise<boolean | undefined> => {
  if (!link.homes.has(workspace)) return undefined;
  try {
    const member = FullMember.parse(await link.rest.get(Routes.guildMember(workspace, userId)));
    return member.user?.id === userId && kindOf(member) === 'member' && (member.roles ?? []).includes(groupId);
  } catch (error) {
    return UNKNOWN_MEMBER.includes(apiCode(error)) ? false : failed(link, 'group')(error);
  }
};

const Roles = z.array(z.object({ id: z.string(), name: z.string() }));

/** The roles of a linked server that are called this or have this id. The one that everybody has is none. */
export const rolesCalled = async (
  link: Link,
  { workspace, written }: { workspace: string; written: string },
): Promise<{ id: string; name: string }[] | undefined> => {
  if (!link.homes.has(workspace)) return undefined;
  const roles = await link.rest.get(Routes.guildRoles(workspace)).then((raw) => Roles.parse(raw), failed(link, 'groups'));
  const wanted = written.toLowerCase();
  return roles
    ?.filter(({ id, name }) => id !== workspace && (id === written || name.toLowerCase() === wanted))
    .map(({ id, name }) => ({ id, name: `@${name}` }));
};

/** Where somebody is written to alone; undefined where they take no direct messages, as far as that is known: Discord says so at the first one. */
export const directPlace = async (link: Link, guild: string, userId: string): Promise<ThreadAddress | undefined> => {
  const channel = await link.rest
    .post(Routes.userChannels(), { body: { recipient_id: userId } })
    .then((raw) => Channel.parse(raw))
    .catch(failed(link, 'direct'));
  return channel && (link.closed.get(channel.id) ?? 0) < Date.now() ? placeOf(guild, channel) : undefined;
};
