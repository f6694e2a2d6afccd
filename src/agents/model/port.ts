import type { Result } from '../../result.ts';

/** Everything that can go wrong with a model, whoever makes it. Its vendor's file translates into these, once. */
export const MODEL_ERROR_CODES = [
  'rate_limit', // too many calls or tokens; it may say when to come back
  'overloaded', // the other side is there and cannot
  'timeout', // no whole answer within the time that people are kept waiting
  'auth', // the key is not accepted
  'invalid_request', // it refuses what we send: a model that does not exist, a request too large
  'bad_output', // it answered, and the answer cannot be read
  'network', // it cannot be reached, or the connection broke
  'refusal', // it will not answer this; nobody else is asked instead
  'aborted', // nobody waits for the answer any more
] as const;
export type ModelErrorCode = (typeof MODEL_ERROR_CODES)[number];

/** Tokens by what they cost. `inputTokens` were neither read from nor written to a cache. */
export type ModelUsage = { inputTokens: number; cacheReadTokens: number; cacheWriteTokens: number; outputTokens: number };
export const NO_USAGE: ModelUsage = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 };

/** `usage`: what was used before it went wrong, as far as anybody said. */
export type ModelError = { code: ModelErrorCode; retryAfterMs?: number; usage?: ModelUsage };

export type JsonObject = Record<string, unknown>;

/** One thing that a model may choose. `strict`: its schema keeps to what a constrained decoder can enforce. */
/** `core`: offered for every message, so that a provider may keep it. */
export type Offer = { name: string; description: string; schema: JsonObject; strict: boolean; core: boolean };

export type ModelRequest = {
  /** The same for every message: what a provider may cache. */
  system: string;
  /** The message and what is to be known about it. */
  text: string;
  /** Those of the core first; each part sorted by name. */
  offers: readonly Offer[];
  maxTokens: number;
  signal: AbortSignal;
  onText?(delta: string): void;
  onCall?(name: string): void;
};

/** `cut`: it reached its limit in mid-answer. */
export type ModelReply = { text: string; calls: { name: string; input: unknown }[]; cut: boolean; usage: ModelUsage };

/**
 * Contract: one request, one answer; never retries, never throws, writes nothing anywhere, stops reading when `signal` aborts or the answer
 * is longer than any answer may be. `check` costs no tokens.
 */
export type ModelPort = {
  provider: string;
  model: string;
  ask(request: ModelRequest): Promise<Result<ModelReply, ModelError>>;
  check(signal: AbortSignal): Promise<Result<null, ModelError>>;
};
