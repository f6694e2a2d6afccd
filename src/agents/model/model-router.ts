import { err, ok, type Result } from '../../result.ts';
import type { Ask, Routed } from '../router.ts';
import { askAgain } from './again.ts';
import { createOffering } from './offers.ts';
import type { ModelError, ModelPort, ModelRequest, ModelUsage } from './port.ts';
import { promptOf, SYSTEM } from './prompt.ts';
import { readReply } from './read-reply.ts';

/** Enough for ten actions with their texts; an answer that needs more is one that nobody can check. */
const MAX_TOKENS = 4096;

/** A message made ready for a model. `characters`: all that is sent, to know beforehand what it can cost. */
export type Prepared = {
  characters: number;
  maxTokens: number;
  run(signal: AbortSignal): Promise<Result<{ routed: Routed; usage: ModelUsage }, ModelError>>;
};

export type ModelRouter = { provider: string; model: string; prepare(ask: Ask): Prepared };

const sizeOf = ({ system, text, offers }: Pick<ModelRequest, 'system' | 'text' | 'offers'>): number =>
  system.length +
  text.length +
  offers.reduce((sum, one) => sum + one.name.length + one.description.length + JSON.stringify(one.schema).length, 0);

/** Routes by a model: offers it what may be meant, and takes nothing that it answers for granted. */
export const createModelRouter = (port: ModelPort): ModelRouter => {
  const offering = createOffering();
  return {
    provider: port.provider,
    model: port.model,
    prepare(ask) {
      const offered = offering(ask);
      const request = { system: SYSTEM, text: promptOf(ask), offers: offered.offers, maxTokens: MAX_TOKENS };
      return {
        characters: sizeOf(request),
        maxTokens: MAX_TOKENS,
        async run(signal) {
          const { onText, onCall } = ask;
          const reply = await askAgain(port, { ...request, signal, ...(onText ? { onText } : {}), ...(onCall ? { onCall } : {}) });
          if (!reply.ok) return reply;
          const { usage } = reply.value;
          const routed = readReply(reply.value, offered, ask);
          return routed ? ok({ routed, usage }) : err({ code: 'bad_output', usage });
        },
      };
    },
  };
};
