import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { InvalidResponseDataError, streamText } from 'ai';
import { err, ok } from '../../result.ts';
import { errorOfAi, onPart, toolsOf } from './ai-stream.ts';
import { errorOfStatus } from './errors.ts';
import { limitedFetch } from './limited-fetch.ts';
import type { ModelPort, ModelRequest } from './port.ts';
import { createReading } from './reading.ts';

type CompatibleConfig = { provider: 'openai' | 'ollama'; apiKey: string | null; baseUrl: string; model: string };

/** OpenAI's own newer models refuse the older name of the limit; servers that are only compatible know no other. */
const limitNameFor = (baseUrl: string) => (body: Record<string, unknown>) => {
  if (new URL(baseUrl).hostname !== 'api.openai.com') return body;
  const { max_tokens, ...rest } = body;
  return { ...rest, max_completion_tokens: max_tokens };
};

const headersOf = (apiKey: string | null): Record<string, string> => (apiKey ? { authorization: `Bearer ${apiKey}` } : {});

/** Makes models of a server that speaks OpenAI's chat API. */
export const compatibleMaker = ({ provider, apiKey, baseUrl }: Omit<CompatibleConfig, 'model'>) =>
  createOpenAICompatible({
    name: provider,
    baseURL: baseUrl,
    headers: headersOf(apiKey),
    fetch: limitedFetch,
    includeUsage: true,
    transformRequestBody: limitNameFor(baseUrl),
  });

/** Whatever speaks OpenAI's chat API: OpenAI, Ollama, and the many servers that copy it. */
export const compatibleModel = ({ provider, apiKey, baseUrl, model }: CompatibleConfig): ModelPort => {
  const headers = headersOf(apiKey);
  const make = compatibleMaker({ provider, apiKey, baseUrl });
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
        return err({ ...(isCut ? { code: 'network' } : errorOfAi(error, signal)), usage: reading.used() });
      }
    },
    async check(signal) {
      try {
        const answer = await limitedFetch(`${baseUrl}/models`, { headers, signal });
        await answer.body?.cancel();
        return answer.ok || answer.status === 404 ? ok(null) : err(errorOfStatus(answer.status, answer.headers.get('retry-after')));
      } catch (error) {
        return err(errorOfAi(error, signal));
      }
    },
  };
};
