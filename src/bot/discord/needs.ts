import { GatewayIntentBits } from 'discord.js';

/** What Wilco asks to be told of. */
export const INTENTS = {
  Guilds: GatewayIntentBits.Guilds,
  GuildMessages: GatewayIntentBits.GuildMessages,
  DirectMessages: GatewayIntentBits.DirectMessages,
} as const;

/** Privileged: the switch in the developer portal. Without it mentions, direct messages and commands work, and follow-ups in threads need a mention. */
export const BETTER_WITH = { MessageContent: GatewayIntentBits.MessageContent } as const;
