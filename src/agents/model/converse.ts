import type { Result } from '../../result.ts';
import type { ModelError, ModelUsage, Offer } from './port.ts';

/** What a run keeps of a conversation: plain JSON of our own shape, whichever library carries it to a model. */
export type Turn =
  | { role: 'told'; text: string }
  | { role: 'model'; text: string; calls: readonly { id: string; name: string; input: Record<string, unknown> }[] }
  | { role: 'results'; results: readonly { id: string; name: string; text: string }[] };

export type ConverseRequest = {
  /** Another model than the one that is set up; null: that one. */
  model: string | null;
  /** The same for every step of a run: what a provider may cache. */
  system: string;
  turns: readonly Turn[];
  offers: readonly Offer[];
  maxTokens: number;
  signal: AbortSignal;
};

/** `input` undefined: what it wrote as arguments is not whole JSON, or no object. */
export type Said = { text: string; calls: { name: string; input: Record<string, unknown> | undefined }[]; cut: boolean; usage: ModelUsage };

/**
 * Several turns with one model. Contract: one request, one answer; never retries, never throws, runs no tool and writes nothing anywhere,
 * stops reading when `signal` aborts or the answer is longer than any answer may be.
 */
export type Converser = {
  provider: string;
  /** The model that is set up. */
  model: string;
  converse(request: ConverseRequest): Promise<Result<Said, ModelError>>;
};
