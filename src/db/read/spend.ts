import { desc, eq } from 'drizzle-orm';
import type { Db } from '../client.ts';
import type { HourTotals } from '../hours.ts';
import { readHours } from '../hours.ts';
import { PolicyDocument } from '../policy-document.ts';
import { policies } from '../tables/control.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The day of limits and of "today": in UTC, whoever looks. */
export const midnight = (now: Date): Date => new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS);
/** So many days back, from the beginning of an hour. */
export const daysBack = (now: Date, days: number): Date => new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS - days * DAY_MS);

/** What was spent, models included, in millionths of a dollar. What is not provably undone counts as spent. */
export type Spend = {
  spentMicros: number;
  /** Of `spentMicros`, what models cost. */
  modelMicros: number;
  /** Promised to what runs now. */
  reservedMicros: number;
  weekMicros: number;
  monthMicros: number;
  limitMicros: number | null;
};

export const WEEK_DAYS = 7;
export const MONTH_DAYS = 30;

/** The sum of one number over the hours since a moment. */
export const sumSince = (hours: readonly HourTotals[], since: Date, of: (hour: HourTotals) => number): number =>
  hours.reduce((sum, hour) => (hour.at >= since ? sum + of(hour) : sum), 0);

/** The limit that the policy in force sets for a day; null: none. */
export const dailyLimit = async (db: Db, projectId: string): Promise<number | null> => {
  const [row] = await db
    .select({ document: policies.document })
    .from(policies)
    .where(eq(policies.projectId, projectId))
    .orderBy(desc(policies.version))
    .limit(1);
  return row ? PolicyDocument.parse(row.document).dailyLimitMicros : null;
};

/** Out of the hours of a month. */
export const spendOf = (hours: readonly HourTotals[], limitMicros: number | null, now: Date): Spend => {
  const today = midnight(now);
  const both = (hour: HourTotals) => hour.actionMicros + hour.modelMicros;
  return {
    spentMicros: sumSince(hours, today, both),
    modelMicros: sumSince(hours, today, (hour) => hour.modelMicros),
    reservedMicros: sumSince(hours, today, (hour) => hour.reservedMicros),
    weekMicros: sumSince(hours, daysBack(now, WEEK_DAYS), both),
    monthMicros: sumSince(hours, daysBack(now, MONTH_DAYS), both),
    limitMicros,
  };
};

export const readSpend = async (db: Db, projectId: string): Promise<Spend> => {
  const now = new Date();
  const [hours, limitMicros] = await Promise.all([
    readHours(db, { projectId, from: daysBack(now, MONTH_DAYS) }),
    dailyLimit(db, projectId),
  ]);
  return spendOf(hours, limitMicros, now);
};
