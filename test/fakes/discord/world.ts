/** What the fake platform remembers: servers, channels, people and messages, in Discord's own shapes. */
export type Json = Record<string, unknown>;

export type FakeUser = { id: string; username: string; bot?: boolean };
export type FakeChannel = {
  id: string;
  type: number;
  guild_id?: string;
  parent_id?: string;
  owner_id?: string;
  name: string;
  last_message_id?: string;
  archived?: boolean;
  /** Only who may manage threads opens it or writes in it. */
  locked?: boolean;
  /** No further thread can be opened in it. */
  full?: boolean;
  /** What is taken from the bot in it: bits of permissions. */
  denied?: bigint;
  recipient?: string;
};
export type FakeMessage = Json & {
  id: string;
  channel_id: string;
  author: FakeUser;
  content: string;
  components: Json[];
  flags: number;
  nonce?: string;
};

export const APP = '900000000000000001';
export const BOT: FakeUser = { id: APP, username: 'Wilco', bot: true };
/** The role that Discord made for the bot. */
export const BOT_ROLE = '300000000000000001';
export const GUILD = '100000000000000001';
export const OTHER_GUILD = '100000000000000002';
export const ROOM = '200000000000000001';
export const OTHER_ROOM = '200000000000000002';

const EPOCH = 1_420_070_400_000;

export const createWorld = () => {
  let count = 0n;
  const snowflake = (): string => {
    count += 1n;
    return ((BigInt(Date.now() - EPOCH) << 22n) + count).toString();
  };
  const channels = new Map<string, FakeChannel>();
  const messages = new Map<string, FakeMessage>();
  const members = new Map<string, Map<string, Json>>([
    [GUILD, new Map()],
    [OTHER_GUILD, new Map()],
  ]);
  /** The roles of each server, the one that everybody has first. */
  const roles = new Map<string, { id: string; name: string }[]>([
    [GUILD, [{ id: GUILD, name: '@everyone' }]],
    [OTHER_GUILD, [{ id: OTHER_GUILD, name: '@everyone' }]],
  ]);
  const users = new Map<string, FakeUser>();
  for (const [id, guild_id, name] of [
    [ROOM, GUILD, 'wilco'],
    [OTHER_ROOM, OTHER_GUILD, 'general'],
  ] as const)
    channels.set(id, { id, type: 0, guild_id, name });

  const userCalled = (name: string): FakeUser => {
    const found = [...users.values()].find(({ username }) => username === name);
    const user = found ?? { id: snowflake(), username: name };
    users.set(user.id, user);
    return user;
  };
  const join = (name: string, how: Json & { guild?: string } = {}): FakeUser => {
    const { guild = GUILD, ...more } = how;
    const user = userCalled(name);
    members.get(guild)?.set(user.id, { roles: [], joined_at: '2026-01-01T00:00:00Z', deaf: false, mute: false, flags: 0, ...more });
    return user;
  };
  const memberOf = (guild: string | undefined, user: string): Json | undefined => (guild ? members.get(guild)?.get(user) : undefined);
  const directWith = (user: string): FakeChannel => {
    const found = [...channels.values()].find(({ recipient }) => recipient === user);
    const made = found ?? { id: snowflake(), type: 1, name: '', recipient: user };
    channels.set(made.id, made);
    return made;
  };
  const put = (message: Omit<FakeMessage, 'id'> & { id?: string }): FakeMessage => {
    const stands = { id: snowflake(), ...message } as FakeMessage; // the spread above holds every part
    messages.set(stands.id, stands);
    const channel = channels.get(stands.channel_id);
    if (channel) channel.last_message_id = stands.id;
    return stands;
  };
  const inChannel = (id: string): FakeMessage[] => [...messages.values()].filter(({ channel_id }) => channel_id === id);
  return {
    users,
    snowflake,
    channels,
    messages,
    members,
    roles,
    join,
    userCalled,
    memberOf,
    directWith,
    put,
    inChannel,
  };
};
export type World = ReturnType<typeof createWorld>;
