import { Routes } from 'discord.js';
import { z } from 'zod';
import type { ThreadAddress } from '../../db/thread-id.ts';
import { Channel, FullMember } from './incoming.ts';
import type { Link } from './link.ts';
import { placeOf, targetOf } from './place.ts';

const PAGE = 1000;
const MOST_PAGES = 50;

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

const listWith = async (link: Link, guild: string, role: string): Promise<string[] | undefined> => {
  const found: string[] = [];
  let after = '0';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ limit: String(PAGE), after });
    const members = z.array(FullMember).parse(await link.rest.get(Routes.guildMembers(guild), { query }));
    for (const { user, roles } of members) if (user && !user.bot && roles?.includes(role)) found.push(user.id);
    const last = members.at(-1)?.user?.id;
    if (members.length < PAGE || !last) return found;
    after = last;
  }
  // More than anybody read to the end: a list that is not whole is none.
  return undefined;
};

/** The members of a linked server who have a role, as Discord has them now; undefined: nobody knows, which counts as nobody. */
export const membersWith = async (link: Link, guild: string, role: string): Promise<readonly string[] | undefined> =>
  link.homes.has(guild) ? listWith(link, guild, role).catch(failed(link, 'group')) : undefined;

/** Where somebody is written to alone; undefined where they take no direct messages. */
export const directPlace = (link: Link, guild: string, userId: string): Promise<ThreadAddress | undefined> =>
  link.rest
    .post(Routes.userChannels(), { body: { recipient_id: userId } })
    .then((raw) => placeOf(guild, Channel.parse(raw)))
    .catch(failed(link, 'direct'));
