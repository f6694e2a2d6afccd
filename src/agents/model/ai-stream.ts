import { APICallError, jsonSchema, type LanguageModelUsage, type TextStreamPart, type ToolSet, tool } from 'ai';
import { codeOfThrown, errorOfStatus } from './errors.ts';
import type { ModelError, ModelUsage, Offer } from './port.ts';
import type { Reading } from './reading.ts';

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
export const toolsOf = (offers: readonly Offer[]): ToolSet =>
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

/** Takes one part of a stream in. */
export const onPart = (reading: Reading, part: TextStreamPart<ToolSet>): void => {
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

/** What the library threw, in our words. */
export const errorOfAi = (error: unknown, signal: AbortSignal): ModelError => {
  const status = APICallError.isInstance(error) ? error.statusCode : undefined;
  if (signal.aborted || status === undefined || status < 400) return { code: codeOfThrown(error, signal) };
  return errorOfStatus(status, APICallError.isInstance(error) ? error.responseHeaders?.['retry-after'] : undefined);
};
