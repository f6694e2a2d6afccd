import { allLimits, type Limit, type Per, perOf, readPeriods, resetOf, type Use } from '../db/budgets.ts';
import type { Db } from '../db/client.ts';
import type { Kind } from '../tools/budget-words.ts';
import { policyInForce } from './propose.ts';

/** One limit as it stands now, with what counts against it. */
export type BudgetLine = {
  spender: string;
  per: Per;
  period: string;
  kind: Kind;
  limit: number;
  granted: number;
  used: number;
  reserved: number;
  left: number;
  /** Of limit and grant, in percent, with what is promised. */
  percent: number;
  resetsAt: Date;
};

const lineOf = (kind: Kind, limit: number, use: Use): BudgetLine => {
  const [granted, used, reserved] =
    kind === 'micros' ? [use.grantedMicros, use.spentMicros, use.reservedMicros] : [use.grantedTokens, use.spentTokens, use.reservedTokens];
  const most = limit + granted;
  const percent = most === 0 ? 100 : Math.floor(((used + reserved) * 100) / most);
  const { spender, period } = use;
  const left = Math.max(0, most - used - reserved);
  return { spender, per: perOf(period), period, kind, limit, granted, used, reserved, left, percent, resetsAt: resetOf(period) };
};

const linesOf = (limit: Limit, uses: readonly Use[]): BudgetLine[] => {
  const use = uses.find(({ spender, period }) => spender === limit.spender && perOf(period) === limit.per);
  if (!use) return [];
  return [
    ...(limit.micros === null ? [] : [lineOf('micros', limit.micros, use)]),
    ...(limit.tokens === null ? [] : [lineOf('tokens', limit.tokens, use)]),
  ];
};

/** Every budget that the policy in force sets, as it stands; the project's first. */
export const readBudgets = async (db: Db, projectId: string): Promise<BudgetLine[]> => {
  const limits = allLimits((await policyInForce(db, projectId)).document);
  if (limits.length === 0) return [];
  const uses = await readPeriods(db, projectId, limits);
  return limits.flatMap((limit) => linesOf(limit, uses));
};
