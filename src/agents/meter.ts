import { type Limit, limitsFor } from '../db/budgets.ts';
import type { Database } from '../db/client.ts';
import { beginModelCall, dropModelCall, endModelCall, personUse } from '../db/model-calls.ts';
import type { UnitPrices } from '../db/tables/models.ts';
import { reserveBudget, settleBudget } from '../dispatch/budget.ts';
import type { Over } from '../dispatch/over.ts';
import { policyInForce } from '../dispatch/propose.ts';
import { tellShares } from '../dispatch/tell-shares.ts';
import { err, ok, type Result } from '../result.ts';
import { type ModelUsage, NO_USAGE } from './model/port.ts';
import { costOf, highestCost, highestTokens, pricesOf } from './model/prices.ts';
import type { Asker } from './router.ts';

export type Limits = {
  perMinute: number;
  perDay: number;
  tokensPerDay: number;
  prices: Readonly<Record<string, UnitPrices>>;
};

/** Why a model is not asked although it could be. */
export type OverLimit = { code: 'minute' } | { code: 'day' | 'tokens' } | { code: 'budget'; over: Over };

/** Whom a call is counted against, and what it is about. */
type Spender = Pick<Asker, 'projectId' | 'personId' | 'threadId' | 'agentKey' | 'runId'> & { messageId: string | null };

export type Wanted = { by: Spender; provider: string; model: string; characters: number; maxTokens: number };

/** A call that is counted and paid for: to be ended whatever comes of it. */
export type Metered = { end(outcome: string, usage: ModelUsage | undefined): Promise<void> };

export type Meter = { begin(wanted: Wanted): Promise<Result<Metered, OverLimit>> };

const overLimit = (
  use: { minute: number; today: number; tokensToday: number },
  limits: Limits,
): Exclude<OverLimit['code'], 'budget'> | undefined => {
  if (use.minute > limits.perMinute) return 'minute';
  if (use.today > limits.perDay) return 'day';
  return use.tokensToday >= limits.tokensPerDay ? 'tokens' : undefined;
};

const tokensOf = ({ inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens }: ModelUsage): number =>
  inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens;

/** Hears of a limit that keeps a model from being asked, so that people can be asked for more. */
export type Exhausted = (over: Over, by: Spender) => Promise<void>;

/**
 * Counts calls of models against persons and against the budgets of the project and of the agent that asks, in the database, so that several
 * processes count together. What a call may use at most is promised before it is made.
 */
export const createMeter = (database: Database, limits: Limits, exhausted: Exhausted = async () => undefined): Meter => {
  const { db } = database;

  const reserve = async (id: string, { by, characters, maxTokens }: Wanted, prices: UnitPrices | undefined) => {
    const { projectId, agentKey = null } = by;
    const { document } = await policyInForce(db, projectId);
    const counted = limitsFor(document, agentKey);
    if (counted.length === 0) return ok({ promised: false, counted });
    const micros = prices ? highestCost(characters, maxTokens, prices) : 0;
    const spending = { holder: id, projectId, agentKey, micros, tokens: highestTokens(characters, maxTokens) };
    const promised = await database.transaction((tx) => reserveBudget(tx.db, spending, document));
    return promised.ok ? ok({ promised: promised.value, counted }) : promised;
  };

  const settle = async (id: string, at: { by: Spender; counted: readonly Limit[]; micros: number; tokens: number }): Promise<void> =>
    database.transaction(async (tx) => {
      const uses = await settleBudget(tx.db, id, { micros: at.micros, tokens: at.tokens });
      await tellShares(tx, at.by.projectId, { limits: at.counted, uses });
    });

  return {
    async begin(wanted) {
      const { by, provider, model } = wanted;
      const { projectId, personId, threadId, messageId, agentKey, runId } = by;
      const began = performance.now();
      const prices = pricesOf(model, limits.prices);
      // Written first and counted then: of several at once none slips past the count.
      const id = await beginModelCall(db, { projectId, personId, agentKey, runId, threadId, messageId, provider, model });
      const code = overLimit(await personUse(db, { projectId, personId }), limits);
      const reserved = code ? undefined : await reserve(id, wanted, prices);
      if (!reserved?.ok) {
        await dropModelCall(db, id);
        if (!reserved) return err({ code: code ?? 'day' });
        await exhausted(reserved.error, by);
        return err({ code: 'budget', over: reserved.error });
      }
      const { promised, counted } = reserved.value;
      return ok({
        async end(outcome, usage = NO_USAGE) {
          const costMicros = prices ? costOf(usage, prices) : 0;
          const durationMs = Math.round(performance.now() - began);
          if (promised) await settle(id, { by, counted, micros: costMicros, tokens: tokensOf(usage) });
          await endModelCall(db, id, { outcome, ...usage, costMicros, unitPrices: prices ?? null, durationMs });
        },
      });
    },
  };
};
