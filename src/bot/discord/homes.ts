import { ChannelType } from 'discord.js';
import type { Database } from '../../db/client.ts';
import { linkWorkspace } from '../../db/identities.ts';
import { linkedWorkspaces } from '../../db/read/heard.ts';
import { registerCommands } from './commands.ts';
import { apiCode, surfaceError } from './errors.ts';
import type { Channel, GuildCreated } from './incoming.ts';
import type { Link } from './link.ts';

/** The project of an installation that has one. */
const PROJECT = 'default';
const ROOM = 'wilco';

type Health = { ok: boolean; detail: string };

/** Which servers are ours. */
export type Homes = {
  /** A shard's servers, as they were when it connected. */
  ready(shard: { id: number; count: number }, guilds: readonly string[]): Promise<void>;
  /** True: it belongs to a project here. */
  joined(guild: GuildCreated): Promise<boolean>;
  /** The bot was removed from it. */
  left(guild: string): void;
};

const NO_SERVER = 'The bot is in no server that belongs to a project here: npm run discord:setup prints the link that invites it.';
const SEVERAL = 'The bot is in several servers and none is linked yet: remove it from all but yours, and start again.';
const LEFT = 'The bot was removed from the server: npm run discord:setup prints the link that invites it.';

/** Where agents and reminders write: the channel of that name, or the one where the server greets people, or the first. */
export const teamRoom = ({ channels, system_channel_id }: GuildCreated): Channel | undefined => {
  const texts = (channels ?? []).flatMap((channel) => (channel?.type === ChannelType.GuildText ? [channel] : []));
  return texts.find(({ name }) => name === ROOM) ?? texts.find(({ id }) => id === system_channel_id) ?? texts[0];
};

type Parts = {
  database: Database;
  link: Link;
  onHealth(health: Health): void;
  /** Beside everything else, until it is done. */
  later(work: () => Promise<void>): void;
};

export const createHomes = (parts: Parts): Homes => {
  const { database, link, onHealth, later } = parts;
  const guilds = new Map<number, readonly string[]>();
  const early: GuildCreated[] = [];
  let shards = 1;
  const isWhole = (): boolean => guilds.size >= shards;
  const all = (): string[] => [...guilds.values()].flat();
  /** The first server is tied to the project; once one is, nobody ties another by inviting the bot. */
  const mayLink = (): boolean => link.homes.size === 0 && isWhole() && all().length <= 1;
  /** What is wrong with the menu, by server. */
  const menus = new Map<string, string>();
  const well = (): void => {
    const connected = shards > 1 ? `Connected, over ${shards} shards.` : 'Connected.';
    onHealth({ ok: true, detail: [connected, ...new Set(menus.values())].join(' ') });
  };
  const register = async (guild: string): Promise<void> => {
    const { applicationId = '' } = link.self ?? {};
    const say = (problem: string | undefined): void => {
      if (problem) menus.set(guild, problem);
      else menus.delete(guild);
      if (link.homes.has(guild) && !link.away.has(guild)) well();
    };
    try {
      const left = await registerCommands(link, { applicationId, guild });
      if (left.length > 0) link.log.warn({ surface: link.platform, left: left.length }, 'commands.left_out');
      say(left.length > 0 ? `Too much for Discord's menu: ${left.join('; ')}. Write it behind /wilco.` : undefined);
    } catch (error) {
      link.log.warn({ surface: link.platform, code: apiCode(error) }, 'commands.not_registered');
      say(`Commands not registered: ${surfaceError(error).message}`);
      throw error;
    }
  };
  /** True: it is ours from now on. */
  const tie = async (guild: GuildCreated): Promise<boolean> => {
    // Whether it is the only one is known when every shard has said what it serves.
    if (!isWhole()) early.push(guild);
    if (!mayLink()) return false;
    const room = teamRoom(guild);
    const teamChannel = room ? { teamChannel: room.id } : {};
    await linkWorkspace(database.db, { platform: link.platform, workspace: guild.id, projectId: PROJECT, ...teamChannel });
    link.homes.add(guild.id);
    return true;
  };
  const joined = async (guild: GuildCreated): Promise<boolean> => {
    if (!link.homes.has(guild.id) && !(await tie(guild))) return false;
    link.away.delete(guild.id);
    well();
    // Nobody waits for the menu: it stands from the last time, mostly as it should.
    later(() => register(guild.id));
    return true;
  };
  return {
    async ready(shard, here) {
      shards = shard.count;
      guilds.set(shard.id, here);
      for (const workspace of await linkedWorkspaces(database.db, link.platform)) link.homes.add(workspace);
      if (!isWhole()) return;
      if (!all().some((guild) => link.homes.has(guild)))
        onHealth({ ok: false, detail: link.homes.size === 0 && all().length > 1 ? SEVERAL : NO_SERVER });
      for (const guild of early.splice(0)) await joined(guild);
    },
    joined,
    left(guild) {
      if (!link.homes.has(guild)) return;
      link.away.add(guild);
      onHealth({ ok: false, detail: LEFT });
    },
  };
};
