import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from './result.ts';

/** What this program calls itself. */
export const VERSION = '0.1.0';

export const ROLES_OF_A_PROCESS = ['bot', 'worker', 'web'] as const;
export type ProcessRole = (typeof ROLES_OF_A_PROCESS)[number];

export const MODEL_PROVIDERS = ['anthropic', 'openai', 'ollama'] as const;

/** US dollars for a million tokens. */
const UnitPrices = z.strictObject({
  input: z.number().min(0),
  output: z.number().min(0),
  cacheRead: z.number().min(0),
  cacheWrite: z.number().min(0),
});

const Prices = z.record(z.string().min(1), UnitPrices);

/** The model that routes, and what it may use. `baseUrl` null: the provider's own. */
export type ModelConfig = {
  provider: (typeof MODEL_PROVIDERS)[number];
  model: string;
  apiKey: string | null;
  baseUrl: string | null;
  timeoutMs: number;
  perMinute: number;
  perDay: number;
  tokensPerDay: number;
  prices: Readonly<z.output<typeof Prices>>;
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
  /** Null: the built-in grammar routes. */
  model: ModelConfig | null;
  timeZone: string;
  logLevel: string;
  /** Where spans go; null: nothing is traced. */
  tracing: { endpoint: string; headers: Record<string, string>; service: string } | null;
  host: string;
  /** `WILCO_*` names that mean nothing here. */
  unknown: string[];
};

const LLM_PRICES =
  'LLM_PRICES is JSON such as {"my-model":{"input":2,"output":10,"cacheRead":0.1,"cacheWrite":2.5}}, in dollars for a million tokens';

const jsonOrNothing = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
const wholeNumber = (name: string) => {
  const sentence = `${name} is a whole number, 0 or more`;
  return z.coerce.number(sentence).int(sentence).min(0, sentence);
};
const address = (name: string, example: string) =>
  z.url({ protocol: /^https?$/, error: `${name} is an address such as ${example}` }).optional();

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
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'OTEL_EXPORTER_OTLP_ENDPOINT is an address such as http://127.0.0.1:4318' })
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .regex(/^[^=,\s]+=[^,]*(,[^=,\s]+=[^,]*)*$/, 'OTEL_EXPORTER_OTLP_HEADERS is name=value, with commas between several')
    .optional(),
  OTEL_SERVICE_NAME: z.string().min(1).default('wilco'),
  LLM_PROVIDER: z.enum([...MODEL_PROVIDERS, 'none'], 'LLM_PROVIDER is anthropic, openai, ollama or none').optional(),
  LLM_MODEL: z.string().min(1).optional(),
  LLM_TIMEOUT_MS: z.coerce
    .number('LLM_TIMEOUT_MS is a number of milliseconds')
    .int()
    .min(1000, 'LLM_TIMEOUT_MS is at least 1000')
    .max(100_000, 'LLM_TIMEOUT_MS is at most 100000')
    .default(30_000),
  LLM_PERSON_PER_MINUTE: wholeNumber('LLM_PERSON_PER_MINUTE').default(20),
  LLM_PERSON_PER_DAY: wholeNumber('LLM_PERSON_PER_DAY').default(500),
  LLM_PERSON_TOKENS_PER_DAY: wholeNumber('LLM_PERSON_TOKENS_PER_DAY').default(2_000_000),
  LLM_PRICES: z
    .string()
    .transform(jsonOrNothing)
    .pipe(z.custom<z.output<typeof Prices>>((value) => Prices.safeParse(value).success, LLM_PRICES))
    .optional(),
  ANTHROPIC_API_KEY: z.string().min(1).optional(),
  ANTHROPIC_BASE_URL: address('ANTHROPIC_BASE_URL', 'https://api.anthropic.com'),
  OPENAI_API_KEY: z.string().min(1).optional(),
  OPENAI_BASE_URL: address('OPENAI_BASE_URL', 'https://api.openai.com/v1'),
  OLLAMA_HOST: z.string().min(1).optional(),
} as const;

const Env = z
  .object(SETTINGS)
  .refine(
    (env) => !env.OTEL_EXPORTER_OTLP_HEADERS || env.OTEL_EXPORTER_OTLP_ENDPOINT,
    'OTEL_EXPORTER_OTLP_HEADERS needs OTEL_EXPORTER_OTLP_ENDPOINT beside it: the address that they are sent to',
  );

/** Settings of things that this version does not have. They are named, so that nobody believes that they work. */
const NOT_YET = ['SLACK_BOT_TOKEN', 'DISCORD_TOKEN', 'SMTP_URL'];

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

const invalid = (message: string) => err({ code: 'config_invalid' as const, message });

type Given = z.output<typeof Env>;

/** Which model the variables name: the provider that was chosen, or the first for which there is anything. */
const chosenProvider = (given: Given): ModelConfig['provider'] | null => {
  if (given.LLM_PROVIDER) return given.LLM_PROVIDER === 'none' ? null : given.LLM_PROVIDER;
  if (given.ANTHROPIC_API_KEY || given.ANTHROPIC_BASE_URL) return 'anthropic';
  if (given.OPENAI_API_KEY || given.OPENAI_BASE_URL) return 'openai';
  return given.OLLAMA_HOST ? 'ollama' : null;
};

const CLAUDE = 'claude-sonnet-5-5';

/** `OLLAMA_HOST` is written as Ollama itself reads it: with or without a scheme. Its chat API that others know lies below `/v1`. */
const ollamaUrl = (host: string): string | undefined => {
  const whole = /^https?:\/\//.test(host) ? host : `http://${host.includes(':') ? host : `${host}:11434`}`;
  return URL.canParse(whole) ? `${whole.replace(/\/+$/, '')}/v1` : undefined;
};

type Access = Pick<ModelConfig, 'apiKey' | 'baseUrl'> & { standard: string | null };

const accessTo: Record<ModelConfig['provider'], (given: Given) => Access | string> = {
  anthropic: ({ ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL }) =>
    ANTHROPIC_API_KEY
      ? { apiKey: ANTHROPIC_API_KEY, baseUrl: ANTHROPIC_BASE_URL ?? null, standard: CLAUDE }
      : 'Claude needs a key: set ANTHROPIC_API_KEY, or LLM_PROVIDER=none for no model.',
  openai: ({ OPENAI_API_KEY, OPENAI_BASE_URL }) =>
    OPENAI_API_KEY || OPENAI_BASE_URL
      ? { apiKey: OPENAI_API_KEY ?? null, baseUrl: OPENAI_BASE_URL?.replace(/\/+$/, '') ?? null, standard: null }
      : 'LLM_PROVIDER=openai needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.',
  ollama: ({ OLLAMA_HOST }) => {
    if (!OLLAMA_HOST) return 'LLM_PROVIDER=ollama needs OLLAMA_HOST, such as http://127.0.0.1:11434.';
    const baseUrl = ollamaUrl(OLLAMA_HOST);
    return baseUrl ? { apiKey: null, baseUrl, standard: null } : 'OLLAMA_HOST is an address such as http://127.0.0.1:11434.';
  },
};

const parseModel = (given: Given): Result<ModelConfig | null, ConfigError> => {
  const provider = chosenProvider(given);
  if (!provider)
    return given.LLM_MODEL && !given.LLM_PROVIDER ? invalid('LLM_MODEL needs a provider: set LLM_PROVIDER and its key.') : ok(null);
  const access = accessTo[provider](given);
  if (typeof access === 'string') return invalid(access);
  const { apiKey, baseUrl, standard } = access;
  const model = given.LLM_MODEL ?? standard;
  if (!model) return invalid(`${provider} has many models: name one in LLM_MODEL, or set LLM_PROVIDER=none for no model.`);
  return ok({
    provider,
    model,
    apiKey,
    baseUrl,
    timeoutMs: given.LLM_TIMEOUT_MS,
    perMinute: given.LLM_PERSON_PER_MINUTE,
    perDay: given.LLM_PERSON_PER_DAY,
    tokensPerDay: given.LLM_PERSON_TOKENS_PER_DAY,
    prices: given.LLM_PRICES ?? {},
  });
};

export type ConfigError = { code: 'config_invalid'; message: string };

/** Reads the environment and the arguments once; half a configuration or a wrong value is a sentence, not a guess. Blank means absent. */
export const parseConfig = (env: Record<string, string | undefined>, args: readonly string[]): Result<Config, ConfigError> => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = Env.safeParse(given);
  if (!parsed.success) return err({ code: 'config_invalid', message: parsed.error.issues.map((issue) => issue.message).join('. ') });
  const roles = parseRoles(args);
  if (!roles.ok) return roles;
  const { PORT, HOST, PUBLIC_URL, DATABASE_URL, WILCO_HOME, WILCO_API_KEY, WILCO_LOG_LEVEL } = parsed.data;
  if (roles.value.length < ROLES_OF_A_PROCESS.length && !DATABASE_URL)
    return err({
      code: 'config_invalid',
      message: '--role splits Wilco over several processes, which need one server: set DATABASE_URL as well.',
    });
  const exposed = !/^(127\.|localhost$|::1$|\[::1\]$)/.test(HOST);
  if (exposed && !PUBLIC_URL)
    return err({ code: 'config_invalid', message: `HOST=${HOST} lets others reach Wilco: set PUBLIC_URL to the address that they use.` });
  const model = parseModel(parsed.data);
  if (!model.ok) return model;
  return ok({
    home: resolve(WILCO_HOME),
    databaseUrl: DATABASE_URL ?? null,
    roles: roles.value,
    linkFor: args.includes('--link') ? (args[args.indexOf('--link') + 1] ?? '') : null,
    solo: args.includes('--solo'),
    web: { host: HOST, port: PORT, publicUrl: PUBLIC_URL?.replace(/\/$/, '') ?? null },
    apiKey: WILCO_API_KEY ?? null,
    model: model.value,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    logLevel: WILCO_LOG_LEVEL,
    tracing: tracingOf(parsed.data),
    host: hostname(),
    unknown: Object.keys(given).filter((name) => (name.startsWith('WILCO_') && !(name in SETTINGS)) || NOT_YET.includes(name)),
  });
};
