import { restOf } from '../../bot/discord/gateway.ts';
import { type DiscordLook, lookAtDiscord } from '../../bot/discord/look.ts';
import type { Config } from '../../config.ts';
import { type Check, type Finding, fail, ok, warn } from '../check.ts';

type Found = Extract<DiscordLook, { problem?: undefined }>;
type Server = NonNullable<Found['server']>;

const lookInServer = ({ missing, name, room }: Server, { invite, content }: Found): Finding => {
  if (missing.length > 0) return fail(`It lacks ${missing.join(', ')} in ${name}.`, `Open this link again to grant them: ${invite}`);
  if (room && room.missing.length > 0)
    return warn(`#${room.name} takes ${room.missing.join(', ')} from it.`, 'Give it these under Edit Channel → Permissions.');
  return content
    ? ok(`connected to ${name}, with every permission that it needs`)
    : warn(
        `connected to ${name}, without the message-content intent: in threads people have to name it each time.`,
        'The switch is under "Bot" in the developer portal.',
      );
};

export const discord = ({ discord: { token, apiUrl } }: Config): Check => ({
  name: 'discord',
  async run() {
    if (!token) return ok('not set up');
    const found = await lookAtDiscord(token, restOf(apiUrl));
    if (found.problem !== undefined) return fail('It cannot be used.', found.problem);
    if (found.server) return lookInServer(found.server, found);
    // Which of several is the project's is known where the database is.
    return found.servers.length === 0
      ? fail('The bot is in no server.', `Invite it: ${found.invite}`)
      : warn(`The bot is in ${found.servers.length} servers.`, 'Remove it from all but yours: people of the others cannot use it.');
  },
});
