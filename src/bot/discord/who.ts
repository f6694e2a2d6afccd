import { Routes } from 'discord.js';
import type { z } from 'zod';
import type { Who } from '../surface.ts';
import { apiCode } from './errors.ts';
import { FullMember, type Member, type User } from './incoming.ts';
import type { Link } from './link.ts';

type Account = z.output<typeof User>;
type MemberOf = z.output<typeof Member>;

/** Discord's mark for somebody who came by an invite for one channel. */
const GUEST = 1 << 4;
export const UNKNOWN_MEMBER = [10_004, 10_007, 10_013];

export const kindOf = (member: MemberOf): Who['kind'] => {
  if (member.pending || ((member.flags ?? 0) & GUEST) !== 0) return 'guest';
  const until = member.communication_disabled_until;
  return until && new Date(until) > new Date() ? 'disabled' : 'member';
};

const named = (link: Link, guild: string, at: { user: Account; member: MemberOf | null; kind: Who['kind'] }): Who => ({
  platform: link.platform,
  workspace: guild,
  userId: at.user.id,
  name: at.member?.nick ?? at.user.global_name ?? at.user.username ?? 'somebody',
  kind: at.kind,
});

/** The member of a server behind a user, asked of Discord itself; null: they are none. */
const fetchMember = async ({ rest }: Link, guild: string, userId: string): Promise<MemberOf | null> => {
  try {
    return FullMember.parse(await rest.get(Routes.guildMember(guild, userId)));
  } catch (error) {
    if (UNKNOWN_MEMBER.includes(apiCode(error))) return null;
    throw error;
  }
};

/** Who did something, as Discord's event says. Bots and webhooks are nobody; whoever is of no linked server is a stranger. */
export const whoOf = async (
  link: Link,
  by: { guildId: string | null | undefined; user: Account; member: MemberOf | null | undefined; hook?: boolean },
): Promise<Who> => {
  const { guildId, user, member, hook = false } = by;
  const homes = [...link.homes];
  const home = guildId ?? homes[0] ?? 'none';
  if (user.bot || hook) return named(link, home, { user, member: null, kind: 'bot' });
  if (guildId && !link.homes.has(guildId)) return named(link, guildId, { user, member: null, kind: 'stranger' });
  if (guildId && member) return named(link, guildId, { user, member, kind: kindOf(member) });
  // In a direct message Discord says nothing of the server: it is asked there.
  for (const guild of guildId ? [guildId] : homes) {
    const found = await fetchMember(link, guild, user.id);
    if (found) return named(link, guild, { user, member: found, kind: kindOf(found) });
  }
  return named(link, home, { user, member: null, kind: 'stranger' });
};
