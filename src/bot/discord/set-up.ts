import { ApplicationFlags, type REST, Routes } from 'discord.js';
import { z } from 'zod';
import { apiCode } from './errors.ts';
import { teamRoom } from './homes.ts';
import { Channel } from './incoming.ts';
import { inviteLink, missingFrom } from './needs.ts';

const PORTAL = 'https://discord.com/developers/applications';

const Application = z.object({ id: z.string(), name: z.string(), flags: z.number().nullish() });
const Guilds = z.array(z.object({ id: z.string(), name: z.string(), permissions: z.string() }));
const Guild = z.object({ id: z.string(), name: z.string(), system_channel_id: z.string().nullish() });

type Said = { ok: boolean; lines: string[] };

const NO_TOKEN = [
  'Discord needs a bot of your own. Once:',
  `  1. Open ${PORTAL}, press "New Application", and name it Wilco.`,
  '  2. Under "Bot" press "Reset Token", and copy the token.',
  '  3. There, too, switch on "Message Content Intent". Wilco works without it; then each follow-up in a thread has to name it.',
  '  4. Run this again with it: DISCORD_TOKEN=… npm run discord:setup',
];
const BAD_TOKEN = ['Discord does not know this token. Under "Bot" in the developer portal press "Reset Token", and use the new one.'];

const contentLine = (flags: number): string =>
  (flags & (ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited)) !== 0
    ? 'Message content: granted.'
    : 'Message content: not granted. Mentions, direct messages and commands work; in threads name the bot each time. The switch is under "Bot".';

const NEXT = [
  'Next: start Wilco with DISCORD_TOKEN set (npm start). The commands are in the server as soon as it is connected.',
  'Then tie your account to yourself: in the web room open Settings → Connections, make a code, and send it to the bot in a direct message: link CODE',
];

/** The one server, with what is missing in it and the channel that agents and reminders write to. */
const serverLines = async (rest: REST, guild: z.output<typeof Guilds>[number], invite: string): Promise<Said> => {
  const missing = missingFrom(BigInt(guild.permissions));
  const whole = Guild.parse(await rest.get(Routes.guild(guild.id)));
  const channels = z.array(Channel.nullish().catch(undefined)).parse(await rest.get(Routes.guildChannels(guild.id)));
  const room = teamRoom({ ...whole, channels });
  const lines = [
    `Server: ${guild.name}`,
    missing.length === 0
      ? 'Permissions: all there.'
      : `Permissions: missing ${missing.join(', ')}. Open this link again to grant them: ${invite}`,
    room ? `Team room: #${room.name ?? room.id}` : 'Team room: none. Make a text channel that the bot can see.',
  ];
  return { ok: missing.length === 0 && room !== undefined, lines };
};

const look = async (rest: REST): Promise<Said> => {
  const application = Application.parse(await rest.get(Routes.currentApplication()));
  const guilds = Guilds.parse(await rest.get(Routes.userGuilds()));
  const invite = inviteLink(application.id);
  const lines = [`Bot: ${application.name}`, contentLine(application.flags ?? 0)];
  const [guild, ...others] = guilds;
  if (!guild) return { ok: false, lines: [...lines, `Invite it: ${invite}`, 'Choose your server there, then run this again.'] };
  if (others.length > 0)
    return { ok: false, lines: [...lines, `It is in ${guilds.length} servers. Remove it from all but yours, then run this again.`] };
  const server = await serverLines(rest, guild, invite);
  return { ok: server.ok, lines: [...lines, ...server.lines, ...(server.ok ? NEXT : [])] };
};

/** Looks at what Discord knows of the bot, live, and says what is to be done next. Changes nothing. */
export const setUpDiscord = async (token: string | null, rest: REST): Promise<Said> => {
  if (!token) return { ok: false, lines: NO_TOKEN };
  try {
    return await look(rest.setToken(token));
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 401) return { ok: false, lines: BAD_TOKEN };
    return {
      ok: false,
      lines: [`Discord could not be asked (${apiCode(error) || (error instanceof Error ? error.name : 'unknown')}). Try again.`],
    };
  }
};
