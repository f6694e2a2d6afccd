import { InvalidResponseDataError, type LanguageModel, type ModelMessage, streamText } from 'ai';
import type { ModelConfig } from '../../config/model.ts';
import { err, ok, type Result } from '../../result.ts';
import { errorOfAi, onPart, toolsOf } from './ai-stream.ts';
import type { ConverseRequest, Converser, Said, Turn } from './converse.ts';
import { limitedFetch } from './limited-fetch.ts';
import type { ModelError } from './port.ts';
import { createReading, type Written } from './reading.ts';

const OPENAI = 'https://api.openai.com/v1';
const CLAUDE = 'https://api.anthropic.com';

/** Claude keeps what stands before this for the next step; no other provider looks at it. */
const KEPT = { providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } } as const;

const messageOf = (turn: Turn): ModelMessage => {
  switch (turn.role) {
    case 'told':
      return { role: 'user', content: turn.text };
    case 'model':
      return {
        role: 'assistant',
        content: [
          ...(turn.text === '' ? [] : [{ type: 'text' as const, text: turn.text }]),
          ...turn.calls.map(({ id, name, input }) => ({ type: 'tool-call' as const, toolCallId: id, toolName: name, input })),
        ],
      };
    case 'results':
      return {
        role: 'tool',
        content: turn.results.map(({ id, name, text }) => ({
          type: 'tool-result' as const,
          toolCallId: id,
          toolName: name,
          output: { type: 'text' as const, value: text },
        })),
      };
    default:
      return turn satisfies never;
  }
};

const messagesOf = (turns: readonly Turn[]): ModelMessage[] =>
  turns.map((turn, at) => (at === turns.length - 1 ? { ...messageOf(turn), ...KEPT } : messageOf(turn)));

const objectOf = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = text.trim() === '' ? {} : JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

/** The last call of an answer that was cut may have lost its end and still be JSON. */
const saidOf = ({ text, calls, cut, usage }: Written): Said => ({
  text,
  calls: calls.map(({ name, input }, at) => ({ name, input: cut && at === calls.length - 1 ? undefined : objectOf(input) })),
  cut,
  usage,
});

/** By the `ai` package, one step at a time: it keeps nothing, decides nothing and runs nothing. */
const converserOver = (config: ModelConfig, make: (model: string) => LanguageModel): Converser => ({
  provider: config.provider,
  model: config.model,
  async converse(request: ConverseRequest): Promise<Result<Said, ModelError>> {
    const { signal, offers } = request;
    const reading = createReading({ offers });
    try {
      const { fullStream } = streamText({
        model: make(request.model ?? config.model),
        instructions: { role: 'system', content: request.system, ...KEPT },
        messages: messagesOf(request.turns),
        tools: toolsOf(offers),
        toolChoice: 'auto',
        maxOutputTokens: request.maxTokens,
        maxRetries: 0,
        abortSignal: signal,
        telemetry: { recordInputs: false, recordOutputs: false },
        // Errors come as parts of the stream; unset, this prints them.
        onError: () => undefined,
      });
      for await (const part of fullStream) onPart(reading, part);
      const written = reading.written();
      return written.ok ? ok(saidOf(written.value)) : written;
    } catch (error) {
      const isCut = InvalidResponseDataError.isInstance(error) && reading.begun();
      return err({ ...(isCut ? { code: 'network' } : errorOfAi(error, signal)), usage: reading.used() });
    }
  },
});

/** The model that the operator chose, for conversations of several turns. A vendor's library is loaded only where it is used. */
export const openConverser = async (config: ModelConfig): Promise<Converser> => {
  const { provider, apiKey, baseUrl } = config;
  if (provider === 'anthropic') {
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    const make = createAnthropic({ apiKey: apiKey ?? '', baseURL: `${(baseUrl ?? CLAUDE).replace(/\/+$/, '')}/v1`, fetch: limitedFetch });
    return converserOver(config, make);
  }
  const { compatibleMaker } = await import('./compatible.ts');
  return converserOver(config, compatibleMaker({ provider, apiKey, baseUrl: baseUrl ?? OPENAI }));
};
