import { restOf } from '../bot/discord/gateway.ts';
import { type DiscordLook, lookAtDiscord, type Room, sayHello } from '../bot/discord/look.ts';
import type { Config } from '../config.ts';
import { openBeside } from '../db/beside.ts';
import { createLinkCode, linkWorkspace } from '../db/identities.ts';
import { ensureInstalled } from '../db/install.ts';
import { linkedWorkspaces } from '../db/read/heard.ts';
import type { OpsCommand, OpsRun } from './run.ts';

const USAGE = 'npm run discord:setup -- [--channel NAME]';
const PORTAL = 'https://discord.com/developers/applications';
const MOST_NAMED = 10;

const NO_TOKEN = [
  'Discord needs a bot of your own. Once:',
  `  1. Open ${PORTAL}, press "New Application", and name it Wilco.`,
  '  2. Under "Bot" press "Reset Token", and copy the token.',
  '  3. There, too, switch on "Message Content Intent". Wilco works without it; then each follow-up in a thread has to name it.',
  '  4. Run this again with it: DISCORD_TOKEN=… npm run discord:setup',
];

const NO_CONTENT =
  'Message content: not granted. Mentions, direct messages and commands work; in threads name the bot each time. The switch is under "Bot".';

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

const lookAndJoin = async (run: OpsRun, config: Config, at: { token: string; asked: string | undefined }): Promise<number> => {
  const { say } = run;
  const { token, asked } = at;
  const rest = restOf(config.discord.apiUrl);
  const stop = (...lines: string[]): number => {
    for (const line of lines) say(line);
    return 1;
  };
  const found = await lookAtDiscord(token, rest);
  if (found.problem !== undefined) return stop(found.problem);
  say(`Bot: ${found.bot}`);
  say(found.content ? 'Message content: granted.' : NO_CONTENT);
  const { server, servers } = found;
  if (servers > 1) return stop(`It is in ${servers} servers. Remove it from all but yours, then run this again.`);
  if (!server) return stop(`Invite it: ${found.invite}`, 'Choose your server there, then run this again.');
  const room = sayServer(run, { found, server, asked });
  if (!room) return 1;
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
  const [flag, asked, ...more] = args;
  if (more.length > 0 || (flag !== undefined && (flag !== '--channel' || !asked))) {
    say(`That is not understood. ${USAGE}`);
    return 1;
  }
  if (!config.ok) {
    say(config.error.message);
    return 1;
  }
  const { token } = config.value.discord;
  if (token) return lookAndJoin(run, config.value, { token, asked });
  for (const line of NO_TOKEN) say(line);
  return 1;
};
