import Anthropic, { APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import { err, ok } from '../../result.ts';
import { codeOfThrown, errorOfStatus } from './errors.ts';
import { limitedFetch } from './limited-fetch.ts';
import { type ModelError, type ModelPort, type ModelRequest, type ModelUsage, NO_USAGE } from './port.ts';
import { createReading, type Reading } from './reading.ts';

type Body = Anthropic.MessageCreateParamsStreaming;
type Event = Anthropic.RawMessageStreamEvent;

/** The core is the same for everybody: it and the sorted tools before it are what the provider keeps for the next call. */
const bodyOf = (model: string, { system, text, offers, maxTokens }: ModelRequest): Body => ({
  model,
  max_tokens: maxTokens,
  stream: true,
  system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
  messages: [{ role: 'user', content: text }],
  tool_choice: { type: 'auto' },
  tools: offers.map(({ name, description, schema, strict, core }, at) => ({
    name,
    description,
    input_schema: { ...schema, type: 'object' as const },
    ...(strict ? { strict: true } : {}),
    // Up to here it is the same for every message, whatever was picked beside it.
    ...(core && !offers[at + 1]?.core ? { cache_control: { type: 'ephemeral' as const } } : {}),
  })),
});

const usageOf = (usage: Partial<Anthropic.MessageDeltaUsage>, before: ModelUsage): ModelUsage => ({
  inputTokens: usage.input_tokens ?? before.inputTokens,
  cacheReadTokens: usage.cache_read_input_tokens ?? before.cacheReadTokens,
  cacheWriteTokens: usage.cache_creation_input_tokens ?? before.cacheWriteTokens,
  outputTokens: usage.output_tokens ?? before.outputTokens,
});

const onDelta = (reading: Reading, at: number, delta: Anthropic.RawContentBlockDelta): void => {
  if (delta.type === 'text_delta') reading.text(delta.text);
  if (delta.type === 'input_json_delta') reading.input(String(at), delta.partial_json);
};

const onStop = (reading: Reading, reason: Anthropic.StopReason | null | undefined): void => {
  if (reason === 'refusal') reading.refused();
  if (reason === 'max_tokens') reading.cut();
};

const onEvent = (reading: Reading, event: Event): void => {
  switch (event.type) {
    case 'message_start':
      reading.usage(usageOf(event.message.usage ?? {}, NO_USAGE));
      break;
    case 'content_block_start':
      if (event.content_block.type === 'tool_use') reading.call(String(event.index), event.content_block.name);
      if (event.content_block.type === 'text' && event.content_block.text) reading.text(event.content_block.text);
      break;
    case 'content_block_delta':
      onDelta(reading, event.index, event.delta);
      break;
    case 'message_delta':
      onStop(reading, event.delta.stop_reason);
      reading.usage(usageOf(event.usage ?? {}, reading.used()));
      break;
    case 'message_stop':
      reading.whole();
      break;
    default:
      break;
  }
};

const isOverloaded = (error: APIError): boolean => error.type === 'overloaded_error' || error.type === 'api_error';

const errorOf = (error: unknown, signal: AbortSignal): ModelError => {
  if (signal.aborted) return { code: codeOfThrown(error, signal) };
  if (error instanceof APIConnectionTimeoutError) return { code: 'timeout' };
  if (error instanceof APIError && typeof error.status === 'number') return errorOfStatus(error.status, error.headers?.get('retry-after'));
  // An error event inside a stream comes without a status.
  if (error instanceof APIError && error.type === 'rate_limit_error') return { code: 'rate_limit' };
  if (error instanceof APIError && isOverloaded(error)) return { code: 'overloaded' };
  return { code: codeOfThrown(error, signal) };
};

/** Claude, by Anthropic's own SDK. Retries, the environment and the SDK's log are switched off: each has its one place elsewhere. */
export const anthropicModel = (config: { apiKey: string; baseUrl: string | null; model: string; timeoutMs: number }): ModelPort => {
  const { apiKey, baseUrl, model, timeoutMs } = config;
  const client = new Anthropic({
    apiKey,
    authToken: null,
    baseURL: baseUrl ?? 'https://api.anthropic.com',
    maxRetries: 0,
    timeout: timeoutMs,
    fetch: limitedFetch,
    logLevel: 'off',
  });
  return {
    provider: 'anthropic',
    model,
    async ask(request) {
      const { signal } = request;
      const reading = createReading(request);
      try {
        const stream = await client.messages.create(bodyOf(model, request), { signal });
        for await (const event of stream) onEvent(reading, event);
        return reading.done();
      } catch (error) {
        return err({ ...errorOf(error, signal), usage: reading.used() });
      }
    },
    async check(signal) {
      try {
        await client.models.list({ limit: 1 }, { signal });
        return ok(null);
      } catch (error) {
        // A gateway may speak of messages alone: it is there, and it took the key.
        if (error instanceof APIError && error.status === 404) return ok(null);
        return err(errorOf(error, signal));
      }
    },
  };
};
