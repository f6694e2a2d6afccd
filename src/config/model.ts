import { z } from 'zod';
import { ok, type Result } from '../result.ts';
import { type ConfigError, invalid } from './invalid.ts';

const MODEL_PROVIDERS = ['anthropic', 'openai', 'ollama'] as const;

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

/** The variables of models: which one routes, how it is reached, and how much it may be used. */
export const MODEL_SETTINGS = {
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

const Env = z.object(MODEL_SETTINGS);
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

/** The model that the variables name; null for none, a sentence for half of one. */
export const parseModel = (given: Given): Result<ModelConfig | null, ConfigError> => {
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
