import { ApplicationFlags, ChannelType, type REST, Routes } from 'discord.js';
import { z } from 'zod';
import { visible } from '../../dispatch/visible.ts';
import { rowsOf, sayButton, text } from './card.ts';
import { apiCode, surfaceError } from './errors.ts';
import { teamRoom } from './homes.ts';
import { Channel, FullMember } from './incoming.ts';
import { inert } from './inert.ts';
import { inviteLink, missingFrom } from './needs.ts';
import { outgoing } from './outgoing.ts';
import { bitsIn } from './overwrites.ts';

const Application = z.object({ id: z.string(), name: z.string(), flags: z.number().nullish(), bot_public: z.boolean().nullish() });
const Guilds = z.array(z.object({ id: z.string(), name: z.string(), permissions: z.string() }));
const Guild = z.object({ id: z.string(), name: z.string(), system_channel_id: z.string().nullish() });
const Overwrites = z
  .array(z.object({ id: z.string(), type: z.number(), allow: z.string(), deny: z.string() }))
  .nullish()
  .catch(undefined);
const Place = Channel.extend({ permission_overwrites: Overwrites });

/** A text channel of the server, and what the bot lacks in it. */
export type Room = { id: string; name: string; missing: string[] };
type Server = { id: string; name: string; missing: string[]; rooms: Room[]; room: Room | undefined };

/** What Discord knows of the bot. `problem` is a sentence; the rest holds where there is none. `server`: the one that is meant. */
export type DiscordLook =
  | { problem: string }
  | {
      problem?: undefined;
      bot: string;
      applicationId: string;
      invite: string;
      content: boolean;
      /** Anybody may invite it. */
      isPublic: boolean;
      servers: readonly { id: string; name: string }[];
      server: Server | undefined;
    };

const roomsOf = async (rest: REST, at: { guild: string; bot: string; bits: bigint }): Promise<{ channels: Channel[]; rooms: Room[] }> => {
  const { guild, bot, bits } = at;
  const raw = z.array(Place.nullish().catch(undefined)).parse(await rest.get(Routes.guildChannels(guild)));
  const places = raw.flatMap((place) => (place?.type === ChannelType.GuildText ? [place] : []));
  const member = FullMember.parse(await rest.get(Routes.guildMember(guild, bot)));
  const whose = { guild, bot, roles: member.roles ?? [] };
  const rooms = places.map(({ id, name, permission_overwrites: overwrites }) => ({
    id,
    name: name ?? id,
    missing: missingFrom(bitsIn(bits, overwrites ?? [], whose)),
  }));
  return { channels: places, rooms };
};

const lookAtServer = async (rest: REST, bot: string, given: z.output<typeof Guilds>[number]): Promise<Server> => {
  const bits = BigInt(given.permissions);
  const whole = Guild.parse(await rest.get(Routes.guild(given.id)));
  const { channels, rooms } = await roomsOf(rest, { guild: given.id, bot, bits });
  const chosen = teamRoom({ ...whole, channels });
  return { id: given.id, name: given.name, missing: missingFrom(bits), rooms, room: rooms.find(({ id }) => id === chosen?.id) };
};

const BAD_TOKEN = 'Discord does not know this token. Under "Bot" in the developer portal press "Reset Token", and use the new one.';

const problemOf = (error: unknown): string => {
  if (error instanceof Error && 'status' in error && error.status === 401) return BAD_TOKEN;
  return `Discord could not be asked (${apiCode(error) || (error instanceof Error ? error.name : 'unknown')}). Try again.`;
};

const CONTENT = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;

/**
 * Looks at what Discord knows of the bot, live. Changes nothing. `wanted`: the servers that may be meant, by name or id; where none is named it is
 * the only one.
 */
export const lookAtDiscord = async (token: string, rest: REST, wanted: readonly string[] = []): Promise<DiscordLook> => {
  try {
    rest.setToken(token);
    const { id, name, flags, bot_public: isPublic } = Application.parse(await rest.get(Routes.currentApplication()));
    const bot = z.object({ id: z.string() }).parse(await rest.get(Routes.user()));
    const servers = Guilds.parse(await rest.get(Routes.userGuilds()));
    const meant = wanted.length === 0 ? servers : servers.filter((one) => wanted.includes(one.id) || wanted.includes(one.name));
    const [guild, ...others] = meant;
    return {
      ...{
        bot: name,
        applicationId: id,
        invite: inviteLink(id),
        content: ((flags ?? 0) & CONTENT) !== 0,
        isPublic: isPublic === true,
        servers,
      },
      server: guild && others.length === 0 ? await lookAtServer(rest, bot.id, guild) : undefined,
    };
  } catch (error) {
    return { problem: problemOf(error) };
  }
};

const HELLO = 'Wilco is here. Press the button: where its state then stands below, everything works.';

/** A first message, with a button that shows whether presses arrive; a sentence where it could not be posted. */
export const sayHello = async (rest: REST, channel: string): Promise<string | undefined> => {
  const components = [text(inert(visible(HELLO))), ...rowsOf([sayButton('/status', 'Try it')])];
  try {
    await rest.post(Routes.channelMessages(channel), outgoing({ components, file: null }));
    return undefined;
  } catch (error) {
    return surfaceError(error).message;
  }
};
