import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { DISCORD_SETTINGS, type DiscordConfig, discordOf } from './config/discord.ts';
import { type ConfigError, invalid } from './config/invalid.ts';
import { MODEL_SETTINGS, type ModelConfig, parseModel } from './config/model.ts';
import { OUTSIDE_SETTINGS, type OutsideConfig, parseOutside } from './config/outside.ts';
import { parseSlack, parseSlackMaking, SLACK_SETTINGS, type SlackConfig, type SlackMaking } from './config/slack.ts';
import { parseTracing, TRACING_SETTINGS, type TracingConfig } from './config/tracing.ts';
import { ok, type Result } from './result.ts';

/** What this program calls itself. */
export const VERSION = '0.1.0';

export const ROLES_OF_A_PROCESS = ['bot', 'worker', 'web'] as const;
export type ProcessRole = (typeof ROLES_OF_A_PROCESS)[number];

export type Config = OutsideConfig & {
  /** Where everything of this installation lies. */
  home: string;
  /** A server of the operator's; null: the embedded one in `home`. */
  databaseUrl: string | null;
  roles: readonly ProcessRole[];
  /** Whoever runs the program wants a sign-in link for the person of this name. */
  linkFor: string | null;
  /** The owner, at the command line, lets one person decide alone again. */
  solo: boolean;
  web: { host: string; port: number; publicUrl: string | null };
  apiKey: string | null;
  /** What follows `--secret`: a command for stored secrets in the place of a start. */
  secretCommand: readonly string[] | null;
  /** Null: the built-in grammar routes. */
  model: ModelConfig | null;
  slack: SlackConfig | null;
  slackMaking: SlackMaking | null;
  discord: DiscordConfig;
  timeZone: string;
  logLevel: string;
  /** Where spans go; null: nothing is traced. */
  tracing: TracingConfig | null;
  host: string;
  /** `WILCO_*` names that mean nothing here. */
  unknown: string[];
};

/** Every variable that is read, and what it means when absent. `docs/guides/settings.md` says the same, and a test compares them. */
export const SETTINGS = {
  PORT: z.coerce.number('PORT is a number from 0 to 65535').int().min(0).max(65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'PUBLIC_URL is an address such as https://wilco.example.com' }).optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'DATABASE_URL begins with postgres://')
    .optional(),
  WILCO_HOME: z.string().min(1).default('.wilco'),
  WILCO_API_KEY: z
    .string()
    .min(24, 'WILCO_API_KEY needs at least 24 characters: whoever has it may do everything. Leave it out and Wilco makes one.')
    .optional(),
  WILCO_LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'], 'WILCO_LOG_LEVEL is silent, error, warn, info or debug')
    .default('warn'),
  ...OUTSIDE_SETTINGS,
  ...SLACK_SETTINGS,
  ...DISCORD_SETTINGS,
  ...MODEL_SETTINGS,
  ...TRACING_SETTINGS,
} as const;

const Env = z.object(SETTINGS);

const parseRoles = (args: readonly string[]): Result<readonly ProcessRole[], ConfigError> => {
  const at = args.indexOf('--role');
  if (at === -1) return ok(ROLES_OF_A_PROCESS);
  const named = (args[at + 1] ?? '').split(',').filter((name) => name !== '');
  const known = ROLES_OF_A_PROCESS.filter((role) => named.includes(role));
  if (named.length === 0 || known.length !== new Set(named).size)
    return invalid('--role takes bot, worker and web, with commas between them.');
  return ok(known);
};

/** What follows an argument; null where it was not given. */
const behind = (args: readonly string[], name: string): readonly string[] | null =>
  args.includes(name) ? args.slice(args.indexOf(name) + 1) : null;

type Env = z.output<typeof Env>;

/** What only one process, or only this machine, can do needs what goes with it. */
const problemWith = ({ HOST, PUBLIC_URL, DATABASE_URL }: Env, roles: readonly ProcessRole[]): string | undefined => {
  if (roles.length < ROLES_OF_A_PROCESS.length && !DATABASE_URL)
    return '--role splits Wilco over several processes, which need one server: set DATABASE_URL as well.';
  const exposed = !/^(127\.|localhost$|::1$|\[::1\]$)/.test(HOST);
  return exposed && !PUBLIC_URL ? `HOST=${HOST} lets others reach Wilco: set PUBLIC_URL to the address that they use.` : undefined;
};

const ownOf = (env: Env) => ({
  home: resolve(env.WILCO_HOME),
  databaseUrl: env.DATABASE_URL ?? null,
  web: { host: env.HOST, port: env.PORT, publicUrl: env.PUBLIC_URL?.replace(/\/$/, '') ?? null },
  apiKey: env.WILCO_API_KEY ?? null,
  discord: discordOf(env),
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  logLevel: env.WILCO_LOG_LEVEL,
  host: hostname(),
});

/** Reads the environment and the arguments once; half a configuration or a wrong value is a sentence, not a guess. Blank means absent. */
export const parseConfig = (env: Record<string, string | undefined>, args: readonly string[]): Result<Config, ConfigError> => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = Env.safeParse(given);
  if (!parsed.success) return invalid(parsed.error.issues.map((issue) => issue.message).join('. '));
  const [roles, outside, tracing, model] = [
    parseRoles(args),
    parseOutside(parsed.data),
    parseTracing(parsed.data),
    parseModel(parsed.data),
  ];
  if (!roles.ok) return roles;
  if (!outside.ok) return outside;
  if (!tracing.ok) return tracing;
  if (!model.ok) return model;
  const slack = parseSlack(parsed.data, !roles.value.includes('bot') || roles.value.includes('web'));
  if (!slack.ok) return slack;
  const problem = problemWith(parsed.data, roles.value);
  if (problem) return invalid(problem);
  const link = behind(args, '--link');
  return ok({
    ...ownOf(parsed.data),
    ...outside.value,
    roles: roles.value,
    linkFor: link === null ? null : (link[0] ?? ''),
    solo: args.includes('--solo'),
    secretCommand: behind(args, '--secret'),
    model: model.value,
    slack: slack.value,
    slackMaking: parseSlackMaking(parsed.data),
    tracing: tracing.value,
    unknown: Object.keys(given).filter((name) => name.startsWith('WILCO_') && !(name in SETTINGS)),
  });
};
