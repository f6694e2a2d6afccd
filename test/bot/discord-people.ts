import { told } from '../fakes/discord/rest.ts';
import { APP, type FakeMessage, GUILD, type Json, OTHER_GUILD, OTHER_ROOM, type World } from '../fakes/discord/world.ts';

/** The role that the tests' group has. */
export const ROLE = '77';

/** Who the users of the tests are on Discord, and what they write there. `name:kind` is somebody of that kind, see `outsider`. */
export const createPeople = (world: World) => {
  const inGroup = new Set<string>();
  /** Somebody's id; whoever was not there joins the server of their kind. */
  const idOf = (user: string): string => {
    const [name = user, kind = 'member'] = user.split(':');
    const known = world.userCalled(name);
    const home = kind === 'stranger' ? OTHER_GUILD : GUILD;
    const more =
      {
        closed: { closed: true },
        guest: { pending: true },
        visitor: { flags: 16 },
        disabled: { communication_disabled_until: '2999-01-01T00:00:00Z' },
      }[kind] ?? {};
    world.join(name, { guild: home, roles: inGroup.has(name) ? [ROLE] : [], ...more });
    return known.id;
  };
  const actor = (user: string): Json => {
    const id = idOf(user);
    const guild = user.endsWith(':stranger') ? OTHER_GUILD : GUILD;
    return { guild_id: guild, member: { ...world.memberOf(guild, id), user: { id, username: user }, permissions: '0' } };
  };
  /** Who did it and where, as an interaction says it. A stranger is never in the tests' own room. */
  const inPlace = (user: string, channelId: string): Json => {
    const at = user.endsWith(':stranger') ? OTHER_ROOM : channelId;
    const channel = world.channels.get(at);
    // In a direct message Discord names the user, and no server.
    const by = channel && !channel.guild_id ? { user: { id: idOf(user), username: user } } : actor(user);
    return { ...by, channel_id: at, channel: channel && told(channel) };
  };
  /** A message as the gateway tells it. */
  const raw = (message: FakeMessage, user: string): Json => {
    const { guild_id } = world.channels.get(message.channel_id) ?? {};
    return { ...message, ...(guild_id ? { guild_id, member: world.memberOf(guild_id, idOf(user)) } : {}) };
  };
  /** Puts a message where people write, and tells nobody. */
  const write = (user: string, content: string, { channel, named, files }: { channel: string; named: boolean; files: Json[] }) =>
    world.put({
      channel_id: channel,
      author: { id: idOf(user), username: user },
      content,
      type: 0,
      mentions: named ? [{ id: APP }] : [],
      attachments: files,
      edited_timestamp: null,
      components: [],
      flags: 0,
    });
  return {
    idOf,
    inPlace,
    raw,
    write,
    /** From now on the role is theirs who are named here, and nobody else's. */
    holds(users: readonly string[]): void {
      inGroup.clear();
      for (const user of users) inGroup.add(user);
      for (const user of users) idOf(user);
    },
  };
};
