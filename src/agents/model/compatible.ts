import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  APICallError,
  InvalidResponseDataError,
  jsonSchema,
  type LanguageModelUsage,
  streamText,
  type TextStreamPart,
  type ToolSet,
  tool,
} from 'ai';
import { err, ok } from '../../result.ts';
import { codeOfThrown, errorOfStatus } from './errors.ts';
import { limitedFetch } from './limited-fetch.ts';
import type { ModelError, ModelPort, ModelRequest, ModelUsage, Offer } from './port.ts';
import { createReading, type Reading } from './reading.ts';

// It prints its warnings to standard error unless told not to.
globalThis.AI_SDK_LOG_WARNINGS = false;

/** Here the total comes with the cached ones in it; what cost less is taken out, so that nothing is paid twice. */
const usageOf = ({ inputTokens, outputTokens, inputTokenDetails }: LanguageModelUsage): ModelUsage => {
  const cacheReadTokens = inputTokenDetails?.cacheReadTokens ?? 0;
  const cacheWriteTokens = inputTokenDetails?.cacheWriteTokens ?? 0;
  const fresh = inputTokenDetails?.noCacheTokens ?? (inputTokens ?? 0) - cacheReadTokens - cacheWriteTokens;
  return { inputTokens: Math.max(0, fresh), cacheReadTokens, cacheWriteTokens, outputTokens: outputTokens ?? 0 };
};

/** Tools without `execute`: nothing that a model answers runs here. */
const toolsOf = (offers: readonly Offer[]): ToolSet =>
  Object.fromEntries(
    offers.map(({ name, description, schema }) => [name, tool({ description, inputSchema: jsonSchema<unknown>({ ...schema }) })]),
  );

const onFinish = (reading: Reading, part: TextStreamPart<ToolSet> & { type: 'finish' }): void => {
  reading.usage(usageOf(part.totalUsage));
  if (part.finishReason === 'content-filter') reading.refused();
  if (part.finishReason === 'length') reading.cut();
  // A stream that broke off ends with a finish as well; only a reason that the provider gave counts as one.
  if (part.rawFinishReason !== undefined) reading.whole();
};

const onPart = (reading: Reading, part: TextStreamPart<ToolSet>): void => {
  switch (part.type) {
    case 'text-delta':
      reading.text(part.text);
      break;
    case 'tool-input-start':
      reading.call(part.id, part.toolName);
      break;
    case 'tool-input-delta':
      reading.input(part.id, part.delta);
      break;
    case 'finish':
      onFinish(reading, part);
      break;
    case 'error':
      throw part.error;
    case 'abort':
      throw new Error('aborted');
    default:
      break;
  }
};

const errorOf = (error: unknown, signal: AbortSignal): ModelError => {
  const status = APICallError.isInstance(error) ? error.statusCode : undefined;
  if (signal.aborted || status === undefined || status < 400) return { code: codeOfThrown(error, signal) };
  return errorOfStatus(status, APICallError.isInstance(error) ? error.responseHeaders?.['retry-after'] : undefined);
};

type CompatibleConfig = { provider: 'openai' | 'ollama'; apiKey: string | null; baseUrl: string; model: string };

/** OpenAI's own newer models refuse the older name of the limit; servers that are only compatible know no other. */
const limitNameFor = (baseUrl: string) => (body: Record<string, unknown>) => {
  if (new URL(baseUrl).hostname !== 'api.openai.com') return body;
  const { max_tokens, ...rest } = body;
  return { ...rest, max_completion_tokens: max_tokens };
};

/** Whatever speaks OpenAI's chat API: OpenAI, Ollama, and the many servers that copy it. */
export const compatibleModel = ({ provider, apiKey, baseUrl, model }: CompatibleConfig): ModelPort => {
  const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
  const make = createOpenAICompatible({
    name: provider,
    baseURL: baseUrl,
    headers,
    fetch: limitedFetch,
    includeUsage: true,
    transformRequestBody: limitNameFor(baseUrl),
  });
  const stream = ({ system, text, offers, maxTokens, signal }: ModelRequest) =>
    streamText({
      model: make(model),
      instructions: system,
      prompt: text,
      tools: toolsOf(offers),
      toolChoice: 'auto',
      maxOutputTokens: maxTokens,
      maxRetries: 0,
      abortSignal: signal,
      telemetry: { recordInputs: false, recordOutputs: false },
      // Errors come as parts of the stream; unset, this prints them.
      onError: () => undefined,
    });
  return {
    provider,
    model,
    async ask(request) {
      const { signal } = request;
      const reading = createReading(request);
      try {
        for await (const part of stream(request).fullStream) onPart(reading, part);
        return reading.done();
      } catch (error) {
        // So it calls a stream without an end. Whatever came before shows that it was one.
        const isCut = InvalidResponseDataError.isInstance(error) && reading.begun();
        return err({ ...(isCut ? { code: 'network' } : errorOf(error, signal)), usage: reading.used() });
      }
    },
    async check(signal) {
      try {
        const answer = await limitedFetch(`${baseUrl}/models`, { headers, signal });
        await answer.body?.cancel();
        return answer.ok || answer.status === 404 ? ok(null) : err(errorOfStatus(answer.status, answer.headers.get('retry-after')));
      } catch (error) {
        return err(errorOf(error, signal));
      }
    },
  };
};
