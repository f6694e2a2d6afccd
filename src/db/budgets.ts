import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import type { PolicyDocument, SpendingLimits } from './policy-document.ts';
import { budgetUse } from './tables/control.ts';
import { modelCalls } from './tables/models.ts';
import { proposals, runs } from './tables/proposals.ts';

export const PERS = ['day', 'month'] as const;
export type Per = (typeof PERS)[number];

/** The most that one spender may use in each day or month; null: as much as it likes of that kind. */
export type Limit = { spender: string; per: Per; micros: number | null; tokens: number | null };

/** How one period of one spender stands. */
export type Use = {
  spender: string;
  period: string;
  reservedMicros: number;
  spentMicros: number;
  reservedTokens: number;
  spentTokens: number;
  grantedMicros: number;
  grantedTokens: number;
  toldPercent: number;
};

export const PROJECT = 'project';
/** How the rows of `budget_use` name an agent. */
export const spenderOf = (agentKey: string): string => `agent:${agentKey}`;
export const agentOf = (spender: string): string | null => (spender === PROJECT ? null : spender.slice('agent:'.length));

/** `2026-11-21` is a day, `2026-11` a month. */
export const perOf = (period: string): Per => (period.length === 10 ? 'day' : 'month');

/** When the period after this one begins: midnight UTC, or the first of the next month. */
export const resetOf = (period: string): Date => {
  const [year = 0, month = 1, day] = period.split('-').map(Number);
  return new Date(day === undefined ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + 1));
};

const lower = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b));

const bothOf = (spender: string, limits: SpendingLimits): Limit[] =>
  [
    { spender, per: 'day' as const, micros: limits.dayMicros, tokens: limits.dayTokens },
    { spender, per: 'month' as const, micros: limits.monthMicros, tokens: limits.monthTokens },
  ].filter(({ micros, tokens }) => micros !== null || tokens !== null);

const NONE: SpendingLimits = { dayMicros: null, monthMicros: null, dayTokens: null, monthTokens: null };

/** What a policy limits the project to. The older daily limit is the project's day, and the lower of the two counts. */
export const projectLimits = ({ limits, dailyLimitMicros }: PolicyDocument): SpendingLimits => {
  const own = limits.project ?? NONE;
  return { ...own, dayMicros: lower(own.dayMicros, dailyLimitMicros) };
};

/** What counts for spending by this agent (null: by nobody but the project); empty where nothing is limited. */
export const limitsFor = (document: PolicyDocument, agentKey: string | null): Limit[] => {
  const agent = agentKey === null ? undefined : document.limits.agents[agentKey];
  return [...(agent && agentKey !== null ? bothOf(spenderOf(agentKey), agent) : []), ...bothOf(PROJECT, projectLimits(document))];
};

/** Every limit that a policy sets. */
export const allLimits = (document: PolicyDocument): Limit[] => [
  ...bothOf(PROJECT, projectLimits(document)),
  ...Object.entries(document.limits.agents).flatMap(([key, limits]) => bothOf(spenderOf(key), limits)),
];

const begins = sql`date_trunc(w.per, now() at time zone 'utc') at time zone 'utc'`;

/** What a spender has come to since the period began: a limit that is set in the middle of it counts what was spent before. */
const since = (kind: 'micros' | 'tokens', projectId: string) => {
  const calls =
    kind === 'micros' ? sql`c.cost_micros` : sql`c.input_tokens::bigint + c.cache_read_tokens + c.cache_write_tokens + c.output_tokens`;
  const ofModels = sql`(select coalesce(sum(${calls}), 0) from ${modelCalls} c
    where c.project_id = ${projectId} and c.at >= ${begins} and (w.spender = 'project' or c.agent_key = substr(w.spender, 7)))`;
  if (kind === 'tokens') return ofModels;
  return sql`${ofModels} + (select coalesce(sum(r.cost_micros), 0) from ${runs} r join ${proposals} p on p.id = r.proposal_id
    where r.project_id = ${projectId} and r.started_at >= ${begins} and (w.spender = 'project' or p.agent_key = substr(w.spender, 7)))`;
};

const wanted = (periods: readonly { spender: string; per: Per }[]) => {
  const rows = periods.map(({ spender, per }) => ({ spender, per, format: per === 'day' ? 'YYYY-MM-DD' : 'YYYY-MM' }));
  return sql`(select w.spender, w.per, to_char(now() at time zone 'utc', w.format) as period
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as w(spender text, per text, format text)) as w`;
};

type Row = Record<keyof typeof budgetUse.$inferSelect, never> & {
  spender: string;
  period: string;
  reserved_micros: string;
  spent_micros: string;
  reserved_tokens: string;
  spent_tokens: string;
  granted_micros: string;
  granted_tokens: string;
  told_percent: number;
};

export const USE_COLUMNS = sql.raw(
  'b.spender, b.period, b.reserved_micros, b.spent_micros, b.reserved_tokens, b.spent_tokens, b.granted_micros, b.granted_tokens, b.told_percent',
);

/** What a statement that answers `USE_COLUMNS` says. */
export const usesOf = (rows: readonly unknown[]): Use[] =>
  (rows as readonly Row[]).map((row) => ({
    spender: row.spender,
    period: row.period,
    reservedMicros: Number(row.reserved_micros),
    spentMicros: Number(row.spent_micros),
    reservedTokens: Number(row.reserved_tokens),
    spentTokens: Number(row.spent_tokens),
    grantedMicros: Number(row.granted_micros),
    grantedTokens: Number(row.granted_tokens),
    toldPercent: row.told_percent,
  }));

/**
 * Locks the periods of now of these spenders until the transaction ends, in the one order that everybody locks them in, and answers how they
 * stand. One that is not there yet is made, with what was spent in it before anybody limited it.
 */
export const holdPeriods = async (db: Db, projectId: string, periods: readonly { spender: string; per: Per }[]): Promise<Use[]> => {
  const { rows } = await db.execute(sql`
    insert into ${budgetUse} as b (project_id, spender, period, spent_micros, spent_tokens)
    select ${projectId}::text, w.spender, w.period,
      case when u.period is null then ${since('micros', projectId)} else 0 end, case when u.period is null then ${since('tokens', projectId)} else 0 end
    from ${wanted(periods)} left join ${budgetUse} u on u.project_id = ${projectId} and u.spender = w.spender and u.period = w.period
    order by w.spender collate "C", w.period collate "C"
    on conflict (project_id, spender, period) do update set project_id = excluded.project_id
    returning ${USE_COLUMNS}`);
  return usesOf(rows);
};

/** How the periods of now stand, for showing: as they would be made, where nothing has made them yet. Locks nothing. */
export const readPeriods = async (db: Db, projectId: string, periods: readonly { spender: string; per: Per }[]): Promise<Use[]> => {
  const { rows } = await db.execute(sql`
    select w.spender, w.period, coalesce(u.reserved_micros, 0) as reserved_micros, coalesce(u.reserved_tokens, 0) as reserved_tokens,
      coalesce(u.granted_micros, 0) as granted_micros, coalesce(u.granted_tokens, 0) as granted_tokens, coalesce(u.told_percent, 0) as told_percent,
      case when u.period is null then ${since('micros', projectId)} else u.spent_micros end as spent_micros,
      case when u.period is null then ${since('tokens', projectId)} else u.spent_tokens end as spent_tokens
    from ${wanted(periods)} left join ${budgetUse} u on u.project_id = ${projectId} and u.spender = w.spender and u.period = w.period`);
  return usesOf(rows);
};

/** The highest share that was told of, for each period of now. */
export const toldShares = async (db: Db, projectId: string): Promise<{ spender: string; period: string; percent: number }[]> => {
  const { rows } = await db.execute<{ spender: string; period: string; percent: number }>(sql`
    select spender, period, told_percent as percent from ${budgetUse} where project_id = ${projectId} and told_percent > 0
      and period in (to_char(now() at time zone 'utc', 'YYYY-MM-DD'), to_char(now() at time zone 'utc', 'YYYY-MM'))`);
  return rows;
};
