import { z } from 'zod';

/** The variables of Discord. */
export const DISCORD_SETTINGS = {
  DISCORD_TOKEN: z.string().min(20, 'DISCORD_TOKEN is the token of a bot, from the developer portal').optional(),
  DISCORD_COMMANDS: z.enum(['server', 'global'], 'DISCORD_COMMANDS is server or global').default('server'),
  DISCORD_API_URL: z.url({ protocol: /^https?$/, error: 'DISCORD_API_URL is an address such as https://discord.com/api' }).optional(),
} as const;

const Env = z.object(DISCORD_SETTINGS);

/**
 * A bot of Discord's; without a token there is none. `commands`: where they stand in the menus; in the server they are there at once.
 * `apiUrl`: another address than Discord's own.
 */
export type DiscordConfig = { token: string | null; commands: 'server' | 'global'; apiUrl: string | null };

export const discordOf = (env: z.output<typeof Env>): DiscordConfig => ({
  token: env.DISCORD_TOKEN ?? null,
  commands: env.DISCORD_COMMANDS,
  apiUrl: env.DISCORD_API_URL?.replace(/\/$/, '') ?? null,
});
