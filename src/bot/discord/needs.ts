import { GatewayIntentBits, OAuth2Scopes, PermissionFlagsBits } from 'discord.js';

/** What Wilco asks of Discord, and what for. The bot connects with these, the invite link is made of these, and the set-up checks these. */
export const INTENTS = {
  Guilds: GatewayIntentBits.Guilds,
  GuildMessages: GatewayIntentBits.GuildMessages,
  DirectMessages: GatewayIntentBits.DirectMessages,
} as const;

/** Privileged: the switch in the developer portal. Without it mentions, direct messages and commands work, and follow-ups in threads need a mention. */
export const BETTER_WITH = { MessageContent: GatewayIntentBits.MessageContent } as const;

export const PERMISSIONS = {
  'View Channels': PermissionFlagsBits.ViewChannel,
  'Send Messages': PermissionFlagsBits.SendMessages,
  'Create Public Threads': PermissionFlagsBits.CreatePublicThreads,
  'Send Messages in Threads': PermissionFlagsBits.SendMessagesInThreads,
  'Read Message History': PermissionFlagsBits.ReadMessageHistory,
  'Attach Files': PermissionFlagsBits.AttachFiles,
} as const;

const SCOPES = [OAuth2Scopes.Bot, OAuth2Scopes.ApplicationsCommands] as const;

export const permissionBits = (): bigint => Object.values(PERMISSIONS).reduce((all, one) => all | one, 0n);

/** The permissions of the list that these bits lack. An administrator lacks none. */
export const missingFrom = (bits: bigint): string[] =>
  (bits & PermissionFlagsBits.Administrator) !== 0n
    ? []
    : Object.entries(PERMISSIONS).flatMap(([name, bit]) => ((bits & bit) === 0n ? [name] : []));

export const inviteLink = (applicationId: string): string =>
  `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=${SCOPES.join('+')}&permissions=${permissionBits()}`;
