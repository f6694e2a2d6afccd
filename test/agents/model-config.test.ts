import { expect, test } from 'vitest';
import { createBreaker } from '../../src/agents/breaker.ts';
import { retryAfterOf } from '../../src/agents/model/errors.ts';
import { costOf, pricesOf } from '../../src/agents/model/prices.ts';
import { parseConfig } from '../../src/config.ts';

const modelOf = (env: Record<string, string>) => {
  const parsed = parseConfig(env, []);
  return parsed.ok ? parsed.value.model : parsed.error.message;
};

test.for([
  { env: {}, model: null },
  { env: { ANTHROPIC_API_KEY: 'k' }, model: { provider: 'anthropic', model: 'claude-sonnet-5-5', apiKey: 'k', baseUrl: null } },
  {
    env: { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://127.0.0.1:1', LLM_MODEL: 'm' },
    model: { model: 'm', baseUrl: 'http://127.0.0.1:1' },
  },
  { env: { OPENAI_API_KEY: 'k', LLM_MODEL: 'm' }, model: { provider: 'openai', model: 'm', baseUrl: null } },
  {
    env: { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1/', LLM_MODEL: 'm' },
    model: { provider: 'openai', apiKey: null, baseUrl: 'http://127.0.0.1:1/v1' },
  },
  { env: { OLLAMA_HOST: 'http://box:11434/', LLM_MODEL: 'm' }, model: { provider: 'ollama', baseUrl: 'http://box:11434/v1' } },
  { env: { OLLAMA_HOST: 'box', LLM_MODEL: 'm' }, model: { baseUrl: 'http://box:11434/v1' } },
  { env: { OLLAMA_HOST: '127.0.0.1:99', LLM_MODEL: 'm' }, model: { baseUrl: 'http://127.0.0.1:99/v1' } },
  { env: { ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k', LLM_PROVIDER: 'openai', LLM_MODEL: 'm' }, model: { provider: 'openai' } },
  { env: { ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k' }, model: { provider: 'anthropic' } },
  { env: { ANTHROPIC_API_KEY: 'k', LLM_PROVIDER: 'none' }, model: null },
  { env: { LLM_PROVIDER: 'none', LLM_MODEL: 'm' }, model: null },
])('$env chooses the model', ({ env, model }) => {
  const chosen = modelOf(env as Record<string, string>);
  if (model === null) expect(chosen).toBeNull();
  else expect(chosen).toMatchObject(model);
});

test.for([
  [{ LLM_PROVIDER: 'openai', LLM_MODEL: 'm' }, /OPENAI_API_KEY/],
  [{ LLM_PROVIDER: 'anthropic' }, /ANTHROPIC_API_KEY/],
  [{ ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' }, /ANTHROPIC_API_KEY/],
  [{ LLM_PROVIDER: 'ollama', LLM_MODEL: 'm' }, /OLLAMA_HOST/],
  [{ OLLAMA_HOST: 'http://box:11434' }, /LLM_MODEL/],
  [{ OPENAI_API_KEY: 'k' }, /LLM_MODEL/],
  [{ LLM_MODEL: 'm' }, /LLM_PROVIDER/],
  [{ LLM_PROVIDER: 'gemini' }, /anthropic, openai, ollama or none/],
  [{ OPENAI_BASE_URL: 'ftp://x', LLM_MODEL: 'm' }, /OPENAI_BASE_URL/],
  [{ LLM_TIMEOUT_MS: '5' }, /at least 1000/],
  [{ LLM_PRICES: '{"m":1}' }, /LLM_PRICES/],
  [{ LLM_PRICES: 'no json' }, /LLM_PRICES/],
  [{ LLM_PERSON_PER_MINUTE: '-1' }, /LLM_PERSON_PER_MINUTE is a whole number, 0 or more/],
] as const)('half a configuration is refused with a sentence: %j', ([env, sentence]) => {
  expect(modelOf(env as Record<string, string>)).toMatch(sentence);
});

test('prices are those of the operator before ours; a snapshot costs what its model does, and an unknown one is unknown', () => {
  const own = { 'my-model': { input: 1, output: 2, cacheRead: 0.5, cacheWrite: 1 } };
  expect(pricesOf('claude-sonnet-5-5', own)).toEqual({ input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 });
  expect(pricesOf('claude-sonnet-5-5-20261001', own)).toEqual(pricesOf('claude-sonnet-5-5', {}));
  expect(pricesOf('my-model', own)).toEqual(own['my-model']);
  expect(pricesOf('toString', own)).toBeUndefined();
  const cost = { inputTokens: 1000, cacheReadTokens: 1000, cacheWriteTokens: 1000, outputTokens: 100 };
  expect(costOf(cost, { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 })).toBe(5600);
});

test('Retry-After is read as seconds or as a date, and nothing keeps a model out for more than ten minutes', () => {
  expect(retryAfterOf('2')).toBe(2000);
  expect(retryAfterOf('Sat, 21 Nov 2026 10:00:30 GMT', Date.parse('2026-11-21T10:00:00Z'))).toBe(30_000);
  expect([retryAfterOf('99999999'), retryAfterOf('soon'), retryAfterOf('-1'), retryAfterOf('0'), retryAfterOf(null)]).toEqual([
    600_000,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a model rests after three failures in a row, and after one that says until when; then one more is enough', () => {
  let now = 0;
  const breaker = createBreaker(() => now);
  breaker.failed({ code: 'network' });
  breaker.failed({ code: 'network' });
  expect(breaker.open()).toBeUndefined();
  breaker.failed({ code: 'network' });
  expect(breaker.open()).toMatchObject({ until: 30_000 });
  now = 30_001;
  expect(breaker.open()).toBeUndefined();
  breaker.failed({ code: 'timeout' });
  expect(breaker.open()).toMatchObject({ until: 60_001, error: { code: 'timeout' } });
  breaker.went('looked');
  expect(breaker.open()).toBeUndefined();
  breaker.went('asked');
  breaker.failed({ code: 'network' });
  expect(breaker.open()).toBeUndefined();
  breaker.failed({ code: 'rate_limit', retryAfterMs: 90_000 });
  expect(breaker.open()).toMatchObject({ until: now + 90_000 });
  // That the other side is there does not lift a limit that it set.
  breaker.went('looked');
  expect(breaker.open()).toMatchObject({ error: { code: 'rate_limit' } });
});
