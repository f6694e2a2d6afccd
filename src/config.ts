import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from './result.ts';

/** What this program calls itself. */
export const VERSION = '0.1.0';

export const ROLES_OF_A_PROCESS = ['bot', 'worker', 'web'] as const;
export type ProcessRole = (typeof ROLES_OF_A_PROCESS)[number];

/** Slack's two ways in: sockets that Wilco opens, or requests that Slack sends to the web side. */
export type SlackConfig = {
  botToken: string;
  /** With a slash at the end. */
  apiUrl: string;
  by: { kind: 'socket'; appToken: string } | { kind: 'http'; signingSecret: string };
};

export type Config = {
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
  /** What secrets are kept under; null: a key that is made in `home`. */
  secretKey: string | null;
  /** Hosts, with their port where it is not the usual one, that actions may reach although their address is private. */
  egressPrivate: readonly string[];
  smtp: { url: string; from: string } | null;
  slack: SlackConfig | null;
  /** What follows `--secret`: a command for stored secrets in the place of a start. */
  secretCommand: readonly string[] | null;
  timeZone: string;
  logLevel: string;
  /** Where spans go; null: nothing is traced. */
  tracing: { endpoint: string; headers: Record<string, string>; service: string } | null;
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
  WILCO_SECRET_KEY: z
    .string()
    .min(32, 'WILCO_SECRET_KEY needs at least 32 random characters: it opens every stored secret. Leave it out and Wilco makes one.')
    .optional(),
  WILCO_EGRESS_PRIVATE: z
    .string()
    .regex(
      /^\s*(\[[0-9a-f:.]+\]|[^\s,:/@[\]]+)(:\d{1,5})?(\s*,\s*(\[[0-9a-f:.]+\]|[^\s,:/@[\]]+)(:\d{1,5})?)*\s*$/i,
      'WILCO_EGRESS_PRIVATE lists hosts with commas between them, such as hooks.internal,10.0.0.5:8080',
    )
    .optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'SMTP_URL begins with smtp:// or smtps://')
    .optional(),
  SMTP_FROM: z.string().optional(),
  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-', 'SLACK_BOT_TOKEN begins with xoxb-').optional(),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-', 'SLACK_APP_TOKEN begins with xapp-').optional(),
  SLACK_SIGNING_SECRET: z
    .string()
    .min(16, 'SLACK_SIGNING_SECRET is the 32 characters under Basic Information → App Credentials')
    .optional(),
  SLACK_API_URL: z
    .url({ protocol: /^https?$/, error: 'SLACK_API_URL is an address such as https://slack.com/api/' })
    .default('https://slack.com/api/'),
  WILCO_LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'], 'WILCO_LOG_LEVEL is silent, error, warn, info or debug')
    .default('warn'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'OTEL_EXPORTER_OTLP_ENDPOINT is an address such as http://127.0.0.1:4318' })
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .regex(/^[^=,\s]+=[^,]*(,[^=,\s]+=[^,]*)*$/, 'OTEL_EXPORTER_OTLP_HEADERS is name=value, with commas between several')
    .optional(),
  OTEL_SERVICE_NAME: z.string().min(1).default('wilco'),
} as const;

const Env = z
  .object(SETTINGS)
  .refine(
    (env) => !env.OTEL_EXPORTER_OTLP_HEADERS || env.OTEL_EXPORTER_OTLP_ENDPOINT,
    'OTEL_EXPORTER_OTLP_HEADERS needs OTEL_EXPORTER_OTLP_ENDPOINT beside it: the address that they are sent to',
  );

/** Settings of things that this version does not have. They are named, so that nobody believes that they work. */
const NOT_YET = ['DISCORD_TOKEN', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OLLAMA_HOST'];

/** A value of the headers comes encoded as in an address; one that is not is taken as it stands. */
const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

const tracingOf = (env: z.output<typeof Env>): Config['tracing'] => {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = '', OTEL_SERVICE_NAME: service } = env;
  if (!endpoint) return null;
  const pairs = headers.split(',').filter((pair) => pair !== '');
  const entry = (pair: string): [string, string] => [pair.slice(0, pair.indexOf('=')), decoded(pair.slice(pair.indexOf('=') + 1))];
  return { endpoint, headers: Object.fromEntries(pairs.map(entry)), service };
};

const parseRoles = (args: readonly string[]): Result<readonly ProcessRole[], ConfigError> => {
  const at = args.indexOf('--role');
  if (at === -1) return ok(ROLES_OF_A_PROCESS);
  const named = (args[at + 1] ?? '').split(',').filter((name) => name !== '');
  const known = ROLES_OF_A_PROCESS.filter((role) => named.includes(role));
  if (named.length === 0 || known.length !== new Set(named).size)
    return err({ code: 'config_invalid', message: '--role takes bot, worker and web, with commas between them.' });
  return ok(known);
};

export type ConfigError = { code: 'config_invalid'; message: string };

/** What follows an argument; null where it was not given. */
const behind = (args: readonly string[], name: string): readonly string[] | null =>
  args.includes(name) ? args.slice(args.indexOf(name) + 1) : null;

/** `serves`: whether this process has a web side that Slack could reach. */
const parseSlack = (env: z.output<typeof Env>, serves: boolean): Result<SlackConfig | null, ConfigError> => {
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_API_URL } = env;
  const refuse = (message: string) => err({ code: 'config_invalid' as const, message });
  if (!SLACK_BOT_TOKEN)
    return SLACK_APP_TOKEN || SLACK_SIGNING_SECRET
      ? refuse('SLACK_APP_TOKEN and SLACK_SIGNING_SECRET need SLACK_BOT_TOKEN beside them: the token that Wilco writes with.')
      : ok(null);
  if ((SLACK_APP_TOKEN === undefined) === (SLACK_SIGNING_SECRET === undefined))
    return refuse('SLACK_BOT_TOKEN needs one of two beside it: SLACK_APP_TOKEN for socket mode, or SLACK_SIGNING_SECRET for requests.');
  if (SLACK_SIGNING_SECRET && !serves)
    return refuse('SLACK_SIGNING_SECRET lets Slack call the web side: run the roles bot and web in one process, or use SLACK_APP_TOKEN.');
  const by = SLACK_APP_TOKEN
    ? { kind: 'socket' as const, appToken: SLACK_APP_TOKEN }
    : { kind: 'http' as const, signingSecret: SLACK_SIGNING_SECRET ?? '' };
  return ok({ botToken: SLACK_BOT_TOKEN, apiUrl: SLACK_API_URL.replace(/\/?$/, '/'), by });
};

type Outside = Pick<Config, 'secretKey' | 'egressPrivate' | 'smtp' | 'slack'>;

const parseOutside = (env: z.output<typeof Env>, roles: readonly ProcessRole[]): Result<Outside, ConfigError> => {
  const { WILCO_SECRET_KEY, WILCO_EGRESS_PRIVATE = '', SMTP_URL, SMTP_FROM } = env;
  if ((SMTP_URL === undefined) !== (SMTP_FROM === undefined))
    return err({
      code: 'config_invalid',
      message: 'SMTP_URL and SMTP_FROM go together: a mail server, and the address that e-mail comes from.',
    });
  const slack = parseSlack(env, !roles.includes('bot') || roles.includes('web'));
  if (!slack.ok) return slack;
  const places = WILCO_EGRESS_PRIVATE.split(',').map((place) => place.trim());
  return ok({
    secretKey: WILCO_SECRET_KEY ?? null,
    egressPrivate: places.filter((place) => place !== ''),
    smtp: SMTP_URL !== undefined && SMTP_FROM !== undefined ? { url: SMTP_URL, from: SMTP_FROM } : null,
    slack: slack.value,
  });
};

/** Reads the environment and the arguments once; half a configuration or a wrong value is a sentence, not a guess. Blank means absent. */
export const parseConfig = (env: Record<string, string | undefined>, args: readonly string[]): Result<Config, ConfigError> => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = Env.safeParse(given);
  if (!parsed.success) return err({ code: 'config_invalid', message: parsed.error.issues.map((issue) => issue.message).join('. ') });
  const roles = parseRoles(args);
  if (!roles.ok) return roles;
  const { PORT, HOST, PUBLIC_URL, DATABASE_URL, WILCO_HOME, WILCO_API_KEY, WILCO_LOG_LEVEL } = parsed.data;
  const outside = parseOutside(parsed.data, roles.value);
  if (!outside.ok) return outside;
  if (roles.value.length < ROLES_OF_A_PROCESS.length && !DATABASE_URL)
    return err({
      code: 'config_invalid',
      message: '--role splits Wilco over several processes, which need one server: set DATABASE_URL as well.',
    });
  const link = behind(args, '--link');
  const exposed = !/^(127\.|localhost$|::1$|\[::1\]$)/.test(HOST);
  if (exposed && !PUBLIC_URL)
    return err({ code: 'config_invalid', message: `HOST=${HOST} lets others reach Wilco: set PUBLIC_URL to the address that they use.` });
  return ok({
    home: resolve(WILCO_HOME),
    databaseUrl: DATABASE_URL ?? null,
    roles: roles.value,
    linkFor: link === null ? null : (link[0] ?? ''),
    solo: args.includes('--solo'),
    web: { host: HOST, port: PORT, publicUrl: PUBLIC_URL?.replace(/\/$/, '') ?? null },
    apiKey: WILCO_API_KEY ?? null,
    ...outside.value,
    secretCommand: behind(args, '--secret'),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    logLevel: WILCO_LOG_LEVEL,
    tracing: tracingOf(parsed.data),
    host: hostname(),
    unknown: Object.keys(given).filter((name) => (name.startsWith('WILCO_') && !(name in SETTINGS)) || NOT_YET.includes(name)),
  });
};
