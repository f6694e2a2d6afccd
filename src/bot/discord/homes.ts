import { ChannelType } from 'discord.js';
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import { linkWorkspace } from '../../db/identities.ts';
import { linkedWorkspaces } from '../../db/read/heard.ts';
import { registerCommands } from './commands.ts';
import type { Channel, GuildCreated } from './incoming.ts';
import type { Link } from './link.ts';

/** The project of an installation that has one. */
const PROJECT = 'default';
const ROOM = 'wilco';

type Health = { ok: boolean; detail: string };

/** Which servers are ours. */
export type Homes = {
  ready(guilds: readonly string[]): Promise<void>;
  /** True: it belongs to a project here. */
  joined(guild: GuildCreated): Promise<boolean>;
  left(raw: unknown): void;
  resumed(): void;
};

const NO_SERVER = 'The bot is in no server that belongs to a project here: npm run discord:setup prints the link that invites it.';
const SEVERAL = 'The bot is in several servers and none is linked yet: remove it from all but yours, and start again.';
const LEFT = 'The bot was removed from the server: npm run discord:setup prints the link that invites it.';

const Gone = z.object({ id: z.string(), unavailable: z.boolean().nullish() });

/** Where agents and reminders write: the channel of that name, or the one where the server greets people, or the first. */
export const teamRoom = ({ channels, system_channel_id }: GuildCreated): Channel | undefined => {
  const texts = (channels ?? []).flatMap((channel) => (channel?.type === ChannelType.GuildText ? [channel] : []));
  return texts.find(({ name }) => name === ROOM) ?? texts.find(({ id }) => id === system_channel_id) ?? texts[0];
};

export const createHomes = (parts: { database: Database; link: Link; onHealth(health: Health): void }): Homes => {
  const { database, link, onHealth } = parts;
  let guilds: readonly string[] = [];
  let last: Health = { ok: false, detail: NO_SERVER };
  const say = (health: Health): void => {
    last = health;
    onHealth(health);
  };
  /** The first server is tied to the project; once one is, nobody ties another by inviting the bot. */
  const mayLink = (): boolean => link.homes.size === 0 && guilds.length <= 1;
  const register = async (guild: string): Promise<void> => {
    const { applicationId = '' } = link.self ?? {};
    await registerCommands(link, { applicationId, guild }).catch((error: unknown) =>
      link.log.warn({ surface: link.platform, err: error instanceof Error ? error.name : 'unknown' }, 'commands.not_registered'),
    );
  };
  return {
    async ready(here) {
      guilds = here;
      for (const workspace of await linkedWorkspaces(database.db, link.platform)) link.homes.add(workspace);
      if (!here.some((guild) => link.homes.has(guild)))
        say({ ok: false, detail: link.homes.size === 0 && here.length > 1 ? SEVERAL : NO_SERVER });
    },
    async joined(guild) {
      if (!link.homes.has(guild.id)) {
        if (!mayLink()) return false;
        const room = teamRoom(guild);
        await linkWorkspace(database.db, {
          platform: link.platform,
          workspace: guild.id,
          projectId: PROJECT,
          ...(room ? { teamChannel: room.id } : {}),
        });
        link.homes.add(guild.id);
      }
      say({ ok: true, detail: 'Connected.' });
      await register(guild.id);
      return true;
    },
    left(raw) {
      const gone = Gone.safeParse(raw);
      if (gone.success && !gone.data.unavailable && link.homes.has(gone.data.id)) say({ ok: false, detail: LEFT });
    },
    resumed: () => onHealth(last),
  };
};
