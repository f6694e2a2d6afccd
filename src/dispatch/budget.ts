import { sql } from 'drizzle-orm';
import { holdPeriods, type Limit, limitsFor, perOf, USE_COLUMNS, type Use, usesOf } from '../db/budgets.ts';
import type { Db } from '../db/client.ts';
import type { PolicyDocument } from '../db/policy-document.ts';
import { budgetPromises, budgetUse } from '../db/tables/control.ts';
import { err, ok, type Result } from '../result.ts';
import type { Kind } from '../tools/budget-words.ts';
import type { Over } from './over.ts';

/** What is about to be spent, at most. `holder`: the id of the effect or the model call that it is promised to. */
export type Spending = { holder: string; projectId: string; agentKey: string | null; micros: number; tokens: number };

/** What may be used of one kind in this period, and what is used of it; undefined where that kind has no limit. */
const standOf = (kind: Kind, limit: Limit, use: Use): { limit: number; used: number } | undefined => {
  const most = limit[kind];
  if (most === null) return undefined;
  return kind === 'micros'
    ? { limit: most + use.grantedMicros, used: use.reservedMicros + use.spentMicros }
    : { limit: most + use.grantedTokens, used: use.reservedTokens + use.spentTokens };
};

const overIn = (kind: Kind, spending: Spending, at: { limit: Limit; use: Use }): Over | undefined => {
  const stand = standOf(kind, at.limit, at.use);
  if (!stand) return undefined;
  // Under a limit of nothing nothing runs that uses anything, also where it has no price.
  const nothing = stand.limit === 0 && spending.micros + spending.tokens > 0;
  const fits = spending[kind] === 0 || stand.used + spending[kind] <= stand.limit;
  if (fits && !nothing) return undefined;
  const { spender, period } = at.use;
  return { code: 'budget', projectId: spending.projectId, spender, period, kind, ...stand, wanted: spending[kind] };
};

const matching = (limits: readonly Limit[], use: Use): Limit | undefined =>
  limits.find(({ spender, per }) => spender === use.spender && per === perOf(use.period));

/** The first limit that does not allow it: the agent's own before the project's, the day before the month. */
const firstOver = (spending: Spending, limits: readonly Limit[], uses: readonly Use[]): Over | undefined => {
  for (const limit of limits) {
    const use = uses.find((one) => matching([limit], one));
    const over = use && (overIn('micros', spending, { limit, use }) ?? overIn('tokens', spending, { limit, use }));
    if (over) return over;
  }
  return undefined;
};

/**
 * Promises what is about to be spent out of every limit that counts for it, all of them or none, in the caller's transaction. Answers whether
 * anything was promised, and is then to be settled. Without a limit no row is touched, so that starts never queue behind one another for it.
 */
export const reserveBudget = async (db: Db, spending: Spending, document: PolicyDocument): Promise<Result<boolean, Over>> => {
  const { holder, projectId, agentKey, micros, tokens } = spending;
  const limits = micros + tokens === 0 ? [] : limitsFor(document, agentKey);
  if (limits.length === 0) return ok(false);
  const uses = await holdPeriods(db, projectId, limits);
  const over = firstOver(spending, limits, uses);
  if (over) return err(over);
  const out = sql`jsonb_to_recordset(${JSON.stringify(uses)}::jsonb) as w(spender text, period text)`;
  await db.execute(sql`
    with promised as (
      insert into ${budgetPromises} (holder, project_id, spender, period, micros, tokens)
      select ${holder}::uuid, ${projectId}, w.spender, w.period, ${micros}, ${tokens} from ${out})
    update ${budgetUse} b set reserved_micros = b.reserved_micros + ${micros}, reserved_tokens = b.reserved_tokens + ${tokens}
    from ${out} where b.project_id = ${projectId} and b.spender = w.spender and b.period = w.period`);
  return ok(true);
};

/**
 * Turns what was promised to this holder into what it was (0 and 0 give it back), in the periods that it was promised in, whenever that is.
 * A second time it changes nothing. Answers how those periods stand now; their rows stay locked until the transaction ends.
 */
export const settleBudget = async (db: Db, holder: string, spent: { micros: number; tokens: number }): Promise<Use[]> => {
  const { rows } = await db.execute(sql`
    with mine as (delete from ${budgetPromises} where holder = ${holder} returning project_id, spender, period, micros, tokens),
    held as (
      select b.project_id, b.spender, b.period, m.micros, m.tokens from ${budgetUse} b
      join mine m on m.project_id = b.project_id and m.spender = b.spender and m.period = b.period
      order by b.spender collate "C", b.period collate "C" for update of b)
    update ${budgetUse} b set reserved_micros = b.reserved_micros - h.micros, spent_micros = b.spent_micros + ${spent.micros},
      reserved_tokens = b.reserved_tokens - h.tokens, spent_tokens = b.spent_tokens + ${spent.tokens}
    from held h where b.project_id = h.project_id and b.spender = h.spender and b.period = h.period
    returning ${USE_COLUMNS}`);
  return usesOf(rows);
};

/** How much of a limit is spent, in percent; of two kinds the one that is further. */
export const shareOf = (limit: Limit, use: Use): number => {
  const share = (most: number | null, granted: number, spent: number): number => {
    if (most === null) return 0;
    return most + granted === 0 ? (spent > 0 ? 100 : 0) : Math.floor((spent * 100) / (most + granted));
  };
  return Math.max(share(limit.micros, use.grantedMicros, use.spentMicros), share(limit.tokens, use.grantedTokens, use.spentTokens));
};
