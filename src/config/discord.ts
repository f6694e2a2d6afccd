import { z } from 'zod';

/** The variables of Discord. */
export const DISCORD_SETTINGS = {
  DISCORD_TOKEN: z.string().min(20, 'DISCORD_TOKEN is the token of a bot, from the developer portal').optional(),
  DISCORD_API_URL: z.url({ protocol: /^https?$/, error: 'DISCORD_API_URL is an address such as https://discord.com/api' }).optional(),
} as const;

const Env = z.object(DISCORD_SETTINGS);

/** A bot of Discord's; without a token there is none. `apiUrl`: another address than Discord's own. */
export type DiscordConfig = { token: string | null; apiUrl: string | null };

export const discordOf = (env: z.output<typeof Env>): DiscordConfig => ({
  token: env.DISCORD_TOKEN ?? null,
  apiUrl: env.DISCORD_API_URL?.replace(/\/$/, '') ?? null,
});
