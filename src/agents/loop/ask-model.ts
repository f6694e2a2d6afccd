import { err, ok, type Result } from '../../result.ts';
import type { OverLimit } from '../meter.ts';
import type { ConverseRequest, Said } from '../model/converse.ts';
import { type ModelError, NO_USAGE } from '../model/port.ts';
import { costOf, pricesOf } from '../model/prices.ts';
import type { LoopDeps, Working } from './deps.ts';
import { sent, type Transcript } from './transcript.ts';

/** Enough for a handful of calls with their texts; an answer that needs more is one that nobody can check. */
const MAX_TOKENS = 4096;

export type Asked = {
  said: Said;
  model: string;
  spent: { inputTokens: number; outputTokens: number; costMicros: number };
  durationMs: number;
};
export type NotAsked = { code: 'limit'; error: OverLimit } | { code: 'model'; error: ModelError; model: string };

const sizeOf = ({ system, turns, offers }: Pick<ConverseRequest, 'system' | 'turns' | 'offers'>): number =>
  system.length + JSON.stringify(turns).length + JSON.stringify(offers).length;

/** Ends in time whatever the model's library makes of its signal. */
const inTime = async (deps: LoopDeps, request: Omit<ConverseRequest, 'signal'>, signal: AbortSignal): Promise<Result<Said, ModelError>> => {
  const limit = new AbortController();
  const both = AbortSignal.any([signal, limit.signal]);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Result<Said, ModelError>>((resolve) => {
    timer = setTimeout(() => {
      limit.abort(new DOMException('the model took too long', 'TimeoutError'));
      resolve(err({ code: 'timeout' }));
    }, deps.timeoutMs);
    signal.addEventListener('abort', () => resolve(err({ code: 'aborted' })), { once: true });
    if (signal.aborted) resolve(err({ code: 'aborted' }));
  });
  try {
    const answered = deps.converser
      .converse({ ...request, signal: both })
      .catch((): Result<Said, ModelError> => err({ code: 'bad_output' }));
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** One step of a model: promised to the budget before it is asked, and settled whatever comes of it. */
export const askModel = async (
  deps: LoopDeps,
  working: Working,
  { system, transcript }: { system: string; transcript: Transcript },
): Promise<Result<Asked, NotAsked>> => {
  const { run, agent, offered, signal } = working;
  const { converser, meter, prices } = deps;
  const model = agent.model ?? converser.model;
  const request = { model: agent.model, system, turns: sent(transcript), offers: offered.offers, maxTokens: MAX_TOKENS };
  const { projectId, personId, threadId, messageId } = run;
  const by = { projectId, personId, threadId, messageId, agentKey: run.agentKey, runId: run.id };
  const metered = await meter.begin({ by, provider: converser.provider, model, characters: sizeOf(request), maxTokens: MAX_TOKENS });
  if (!metered.ok) return err({ code: 'limit', error: metered.error });
  const began = performance.now();
  const answered = await inTime(deps, request, signal);
  const durationMs = Math.round(performance.now() - began);
  const usage = (answered.ok ? answered.value.usage : answered.error.usage) ?? NO_USAGE;
  await metered.value.end(answered.ok ? 'ok' : answered.error.code, usage);
  if (!answered.ok) return err({ code: 'model', error: answered.error, model });
  const unit = pricesOf(model, prices);
  const inputTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const spent = { inputTokens, outputTokens: usage.outputTokens, costMicros: unit ? costOf(usage, unit) : 0 };
  return ok({ said: answered.value, model, spent, durationMs });
};
