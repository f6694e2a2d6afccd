import { registerFirst } from '../bot/discord/commands.ts';
import { surfaceError } from '../bot/discord/errors.ts';
import { restOf } from '../bot/discord/gateway.ts';
import { type DiscordLook, lookAtDiscord, type Room, sayHello } from '../bot/discord/look.ts';
import type { Config } from '../config.ts';
import { openBeside } from '../db/beside.ts';
import { createLinkCode, linkWorkspace } from '../db/identities.ts';
import { ensureInstalled } from '../db/install.ts';
import { linkedWorkspaces } from '../db/read/heard.ts';
import type { OpsCommand, OpsRun } from './run.ts';

const USAGE = 'npm run discord:setup -- [--guild SERVER] [--channel NAME]';
const PORTAL = 'https://discord.com/developers/applications';
const MOST_NAMED = 10;

const NO_TOKEN = [
  'Discord needs a bot of your own. Once:',
  `  1. Open ${PORTAL}, press "New Application", and name it Wilco.`,
  '  2. Under "Bot" press "Reset Token", and copy the token.',
  '  3. There, too, switch off "Public Bot", so that nobody else invites it, and switch on "Message Content Intent". Wilco works without the',
  '     latter; then each follow-up in a thread has to name it.',
  '  4. Run this again with it: DISCORD_TOKEN=… npm run discord:setup',
];

const NO_CONTENT =
  'Message content: not granted. Mentions, direct messages and commands work; in threads name the bot each time. The switch is under "Bot".';

const PUBLIC = 'Public bot: anybody may invite it. They gain nothing by it, and you had better switch that off, under "Bot".';

/** What was asked for on the command line; undefined: that is not understood. */
type Asked = { channel?: string; guild?: string };
const readArgs = (args: readonly string[]): Asked | undefined => {
  const asked: Asked = {};
  for (let at = 0; at < args.length; at += 2) {
    const [flag, value] = [args[at], args[at + 1]];
    if (!value || (flag !== '--channel' && flag !== '--guild')) return undefined;
    asked[flag === '--channel' ? 'channel' : 'guild'] = value;
  }
  return asked;
};

type Found = Extract<DiscordLook, { problem?: undefined }>;
type Server = NonNullable<Found['server']>;

/** The channel that was asked for by name or id, or the one that the server offers itself. */
const roomOf = ({ rooms, room }: Server, asked: string | undefined): Room | undefined =>
  asked === undefined ? room : rooms.find(({ id, name }) => id === asked || name === asked.replace(/^#/, ''));

const noRoom = ({ rooms }: Server, asked: string | undefined): string => {
  if (asked === undefined) return 'Team room: none. Make a text channel that the bot can see.';
  const known = rooms.slice(0, MOST_NAMED).map(({ name }) => `#${name}`);
  return `Team room: there is no text channel ${asked} that the bot can see. There is ${known.join(', ') || 'none at all'}.`;
};

/** True: nothing is missing in the server, and the channel is there and open. */
const sayServer = ({ say }: OpsRun, at: { found: Found; server: Server; asked: string | undefined }): Room | undefined => {
  const { found, server, asked } = at;
  say(`Server: ${server.name}`);
  const { missing } = server;
  say(
    missing.length === 0
      ? 'Permissions: all there.'
      : `Permissions: missing ${missing.join(', ')}. Open this link again to grant them: ${found.invite}`,
  );
  const room = roomOf(server, asked);
  if (!room) say(noRoom(server, asked));
  else if (room.missing.length > 0)
    say(`Team room: #${room.name} takes ${room.missing.join(', ')} from the bot. Give it these under Edit Channel → Permissions.`);
  else say(`Team room: #${room.name}`);
  return missing.length === 0 && room?.missing.length === 0 ? room : undefined;
};

/** The server becomes this project's with its team room, and whoever runs this gets a code that ties their own account to the owner. */
const join = async (
  { log, say }: OpsRun,
  config: Config,
  at: { workspace: string; channel: string | undefined },
): Promise<string | undefined> => {
  const beside = await openBeside({ ...config, log });
  if (!beside.ok) return beside.error.message;
  const { database, stop } = beside.value;
  try {
    const { projectId, ownerId } = await ensureInstalled(database, { ownerName: 'Owner', timeZone: config.timeZone });
    const { workspace, channel } = at;
    const linked = await linkedWorkspaces(database.db, 'discord');
    if (linked.length > 0 && !linked.includes(workspace))
      return 'Another server is tied to this project already, and one is enough: the bot has to be in that one.';
    await linkWorkspace(database.db, { platform: 'discord', workspace, projectId, ...(channel ? { teamChannel: channel } : {}) });
    const { code } = await createLinkCode(database.db, ownerId);
    say('Start Wilco (npm start). Then, within ten minutes, send it this in a direct message, and Discord knows you as the owner:');
    say(`  link ${code}`);
    return undefined;
  } finally {
    await stop();
  }
};

/** The servers that are this project's already. */
const tied = async (log: OpsRun['log'], config: Config): Promise<string[]> => {
  const beside = await openBeside({ ...config, log });
  if (!beside.ok) return [];
  try {
    return await linkedWorkspaces(beside.value.database.db, 'discord');
  } finally {
    await beside.value.stop();
  }
};

/** The bot with the server that is meant: the named one, the only one, or the one that is this project's already. */
const lookFor = async (
  { log }: OpsRun,
  config: Config,
  at: { token: string; rest: ReturnType<typeof restOf>; guild: string | undefined },
) => {
  const { token, rest, guild } = at;
  const found = await lookAtDiscord(token, rest, guild === undefined ? [] : [guild]);
  if (found.problem !== undefined || found.server || guild !== undefined || found.servers.length < 2) return found;
  const ours = await tied(log, config);
  return ours.length === 0 ? found : lookAtDiscord(token, rest, ours);
};

const noServer = ({ servers, invite }: Found, guild: string | undefined): string[] => {
  if (servers.length === 0) return [`Invite it: ${invite}`, 'Choose your server there, then run this again.'];
  const known = servers.slice(0, MOST_NAMED).map(({ id, name }) => `${name} (${id})`);
  const which = guild === undefined ? `It is in ${servers.length} servers.` : `It is in no server ${guild}.`;
  return [`${which} Say which is yours: npm run discord:setup -- --guild ID. It is in ${known.join(', ')}.`];
};

const COMMANDS_THERE = 'Commands: /wilco is there. All others come when Wilco starts.';

/** True: the bot may have commands in the server. */
const tryCommands = async (
  { say }: OpsRun,
  rest: ReturnType<typeof restOf>,
  { applicationId, invite, server }: Found,
): Promise<boolean> => {
  try {
    if (server) await registerFirst(rest, { applicationId, guild: server.id });
    say(COMMANDS_THERE);
    return true;
  } catch (error) {
    say(`Commands not registered: ${surfaceError(error).message} Open this link again: ${invite}`);
    return false;
  }
};

const lookAndJoin = async (run: OpsRun, config: Config, at: Asked & { token: string }): Promise<number> => {
  const { say } = run;
  const { token, guild, channel: asked } = at;
  const rest = restOf(config.discord.apiUrl);
  const stop = (...lines: string[]): number => {
    for (const line of lines) say(line);
    return 1;
  };
  const found = await lookFor(run, config, { token, rest, guild });
  if (found.problem !== undefined) return stop(found.problem);
  say(`Bot: ${found.bot}`);
  say(found.content ? 'Message content: granted.' : NO_CONTENT);
  if (found.isPublic) say(PUBLIC);
  const { server } = found;
  if (!server) return stop(...noServer(found, guild));
  const room = sayServer(run, { found, server, asked });
  if (!room || !(await tryCommands(run, rest, found))) return 1;
  const wrong = asked === undefined ? undefined : await sayHello(rest, room.id);
  if (wrong !== undefined) return stop(`Nothing could be posted to #${room.name}. ${wrong}`);
  if (asked === undefined) say('Another one: npm run discord:setup -- --channel NAME. It also posts a message there that tries a button.');
  else say(`A message stands in #${room.name}. When Wilco runs and knows you, its button shows that presses arrive.`);
  const problem = await join(run, config, { workspace: server.id, channel: asked === undefined ? undefined : room.id });
  return problem === undefined ? 0 : stop(problem);
};

/** `npm run discord:setup`: says how the bot is made and invited, then looks whether it works and ties it to the owner. */
export const discordSetup: OpsCommand = async (run) => {
  const { config, say, args } = run;
  const asked = readArgs(args);
  if (!asked) {
    say(`That is not understood. ${USAGE}`);
    return 1;
  }
  if (!config.ok) {
    say(config.error.message);
    return 1;
  }
  const { token } = config.value.discord;
  if (token) return lookAndJoin(run, config.value, { token, ...asked });
  for (const line of NO_TOKEN) say(line);
  return 1;
};
