import type { Database } from '../db/client.ts';
import { beginModelCall, dropModelCall, endModelCall, personUse } from '../db/model-calls.ts';
import type { UnitPrices } from '../db/tables/models.ts';
import { reserveBudget, settleBudget } from '../dispatch/budget.ts';
import { policyInForce } from '../dispatch/propose.ts';
import { err, ok, type Result } from '../result.ts';
import { type ModelUsage, NO_USAGE } from './model/port.ts';
import { costOf, highestCost, pricesOf } from './model/prices.ts';
import type { Asker } from './router.ts';

export type Limits = {
  perMinute: number;
  perDay: number;
  tokensPerDay: number;
  prices: Readonly<Record<string, UnitPrices>>;
};

/** Why a model is not asked although it could be. */
export type OverLimit = { code: 'minute' | 'day' | 'tokens' | 'budget' };

/** Whom a call is counted against, and what it is about. */
type Spender = Pick<Asker, 'projectId' | 'personId' | 'threadId'> & { messageId: string | null; agentKey?: string; runId?: string };

export type Wanted = { by: Spender; provider: string; model: string; characters: number; maxTokens: number };

/** A call that is counted and paid for: to be ended whatever comes of it. */
export type Metered = { end(outcome: string, usage: ModelUsage | undefined): Promise<void> };

export type Meter = { begin(wanted: Wanted): Promise<Result<Metered, OverLimit>> };

const overLimit = (use: { minute: number; today: number; tokensToday: number }, limits: Limits): OverLimit['code'] | undefined => {
  if (use.minute > limits.perMinute) return 'minute';
  if (use.today > limits.perDay) return 'day';
  return use.tokensToday >= limits.tokensPerDay ? 'tokens' : undefined;
};

/** Counts calls of models against persons and against the project's day, in the database, so that several processes count together. */
export const createMeter = (database: Database, limits: Limits): Meter => {
  const { db } = database;

  const reserve = async ({ by, characters, maxTokens }: Wanted, prices: UnitPrices | undefined) => {
    const cost = { projectId: by.projectId, micros: prices ? highestCost(characters, maxTokens, prices) : 0 };
    if (cost.micros === 0) return { cost, reserved: true };
    const { document } = await policyInForce(db, by.projectId);
    const reserved = await reserveBudget(db, cost, document.dailyLimitMicros);
    // Without a limit nothing was promised, so nothing is to be settled.
    return { cost: document.dailyLimitMicros === null ? { ...cost, micros: 0 } : cost, reserved };
  };

  return {
    async begin(wanted) {
      const { projectId, personId, threadId, messageId, agentKey, runId } = wanted.by;
      const { provider, model } = wanted;
      const startedAt = new Date();
      const began = performance.now();
      const prices = pricesOf(model, limits.prices);
      // Written first and counted then: of several at once none slips past the count.
      const agent = { ...(agentKey === undefined ? {} : { agentKey }), ...(runId === undefined ? {} : { runId }) };
      const id = await beginModelCall(db, { projectId, personId, threadId, messageId, ...agent, provider, model });
      const over = overLimit(await personUse(db, { projectId, personId }), limits);
      const { cost, reserved } = over ? { cost: undefined, reserved: false } : await reserve(wanted, prices);
      if (!cost || !reserved) {
        await dropModelCall(db, id);
        return err({ code: over ?? 'budget' });
      }
      return ok({
        async end(outcome, usage = NO_USAGE) {
          const costMicros = prices ? costOf(usage, prices) : 0;
          const durationMs = Math.round(performance.now() - began);
          await settleBudget(db, { ...cost, spent: costMicros, startedAt });
          await endModelCall(db, id, { outcome, ...usage, costMicros, unitPrices: prices ?? null, durationMs });
        },
      });
    },
  };
};
