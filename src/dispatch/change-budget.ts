import { PROJECT } from '../db/budgets.ts';
import { roleAtLeast } from '../db/states.ts';
import { err, ok, type Result } from '../result.ts';
import { limitAt, lowers, type Slot, withLimit } from '../tools/budget-limits.ts';
import { changePolicy, policyNow } from '../tools/policy-change.ts';
import type { Actor } from './actor.ts';
import type { Heart } from './heart.ts';
import { propose } from './propose.ts';
import { type HeartError, heartError } from './sentences.ts';
import { roleNow } from './standing.ts';

export type BudgetChange = { slot: Slot; amount: number | null; threadId: string };
/** `lowered`: it holds already. `proposed`: it raises a limit, so people decide it on its card. */
export type BudgetChanged = { kind: 'lowered' | 'proposed' | 'same'; before: number | null };

const NOT_LOWER = Symbol('not lower');

const lowerNow = (heart: Heart, actor: Actor, { slot, amount, threadId }: BudgetChange) =>
  heart.database.transaction(async (tx): Promise<Result<{ before: number | null; done: true | typeof NOT_LOWER }, HeartError>> => {
    const { projectId, personId } = actor;
    const role = await roleNow(tx.db, actor);
    if (!role || !roleAtLeast(role, 'operator')) return err(heartError('not_allowed'));
    const now = await policyNow(tx.db, projectId);
    const before = now ? limitAt(now.document, slot) : null;
    if (!lowers(before, amount)) return ok({ before, done: NOT_LOWER });
    const changed = await changePolicy(
      { tx: tx.db, projectId, proposalId: null, threadId, requesterId: personId },
      { kind: 'budget.changed', data: { ...slot, amount, lowered: true }, apply: (document) => withLimit(document, slot, amount) },
    );
    return changed.ok ? ok({ before, done: true }) : err(heartError('wrong_state', { message: changed.error.message }));
  });

const inputOf = ({ slot: { who, per, kind }, amount }: BudgetChange): Record<string, unknown> => {
  const dollars = amount === null ? 'none' : amount / 1_000_000;
  if (kind === 'tokens') return { who, per, tokens: amount ?? 'none' };
  return who === PROJECT && per === 'day' ? { daily_limit_usd: dollars } : { who, per, usd: dollars };
};

/** Sets a limit for a person who works here: at once where that lowers it, else by a proposal like any other change of power. */
export const changeBudget = async (heart: Heart, actor: Actor, change: BudgetChange): Promise<Result<BudgetChanged, HeartError>> => {
  const lowered = await lowerNow(heart, actor, change);
  if (!lowered.ok) return lowered;
  const { before, done } = lowered.value;
  if (done === true) return ok({ kind: 'lowered', before });
  if (before === change.amount) return ok({ kind: 'same', before });
  const proposed = await propose(heart, actor, { threadId: change.threadId, tool: 'set_budget', input: inputOf(change) });
  return proposed.ok ? ok({ kind: 'proposed', before }) : proposed;
};
