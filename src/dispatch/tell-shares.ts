import { and, eq } from 'drizzle-orm';
import { type Limit, perOf, resetOf, type Use } from '../db/budgets.ts';
import type { Tx } from '../db/client.ts';
import { record } from '../db/record.ts';
import { budgetUse } from '../db/tables/control.ts';
import { amountOf, whoseOf } from '../tools/budget-words.ts';
import { shareOf } from './budget.ts';
import { postToTeam } from './team.ts';

/** The shares of a limit that are worth a word, each once in a period. */
const TOLD_AT = [100, 80, 50] as const;

const sayLeft = (limit: Limit, use: Use): string => {
  const left = [
    ...(limit.micros === null ? [] : [amountOf('micros', Math.max(0, limit.micros + use.grantedMicros - use.spentMicros))]),
    ...(limit.tokens === null ? [] : [amountOf('tokens', Math.max(0, limit.tokens + use.grantedTokens - use.spentTokens))]),
  ];
  return `${left.join(' and ')} left until ${resetOf(use.period).toISOString().slice(0, 10)}, 00:00 UTC`;
};

/**
 * Tells the team room, and by its event whoever may approve, of a share of a limit that spending has come to. To be called with what settling
 * answered, in its transaction: the rows are locked, so that each share is told once.
 */
export const tellShares = async (tx: Tx, projectId: string, at: { limits: readonly Limit[]; uses: readonly Use[] }): Promise<void> => {
  for (const use of at.uses) {
    const { spender, period } = use;
    const limit = at.limits.find((one) => one.spender === spender && one.per === perOf(period));
    const percent = limit && TOLD_AT.find((share) => shareOf(limit, use) >= share);
    if (!limit || !percent || percent <= use.toldPercent) continue;
    const row = and(eq(budgetUse.projectId, projectId), eq(budgetUse.spender, spender), eq(budgetUse.period, period));
    await tx.db.update(budgetUse).set({ toldPercent: percent }).where(row);
    await record(tx.db, { projectId, kind: 'budget.reached', data: { spender, period, percent } });
    const text = `${percent} % of the budget of ${whoseOf(spender)} for this ${perOf(period)} is spent: ${sayLeft(limit, use)}.`;
    await postToTeam(tx, { projectId, kind: 'system', text, agent: null });
  }
};
