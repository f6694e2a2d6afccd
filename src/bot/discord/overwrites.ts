import { OverwriteType } from 'discord.js';

type Overwrite = { id: string; type: number; allow: string; deny: string };

/**
 * What somebody may do in one channel, from what they may do in its server: what the channel says of everybody, then of their roles, then of
 * themselves, as Discord works it out.
 */
export const bitsIn = (
  base: bigint,
  overwrites: readonly Overwrite[],
  { guild, bot, roles }: { guild: string; bot: string; roles: readonly string[] },
): bigint => {
  const applied = (bits: bigint, which: (one: Overwrite) => boolean): bigint => {
    const some = overwrites.filter(which);
    const denied = some.reduce((all, { deny }) => all | BigInt(deny), 0n);
    const allowed = some.reduce((all, { allow }) => all | BigInt(allow), 0n);
    return (bits & ~denied) | allowed;
  };
  const ofRole = ({ id, type }: Overwrite): boolean => type === OverwriteType.Role && id !== guild && roles.includes(id);
  const forAll = applied(base, ({ id }) => id === guild);
  return applied(applied(forAll, ofRole), ({ id, type }) => type === OverwriteType.Member && id === bot);
};
