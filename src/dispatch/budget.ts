import { sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { budgetDays } from '../db/tables/control.ts';

export type Cost = { projectId: string; micros: number };

/**
 * Promises `micros` of today's limit, in the transaction that starts the effect. False: it would go over. Without a limit no row is touched,
 * so that starts never queue behind one another for it.
 */
export const reserveBudget = async (db: Db, cost: Cost, limitMicros: number | null): Promise<boolean> => {
  if (limitMicros === null || cost.micros === 0) return true;
  if (cost.micros > limitMicros) return false;
  const reserved = await db.execute(sql`
    insert into ${budgetDays} as b (project_id, day, reserved_micros) values (${cost.projectId}, (now() at time zone 'utc')::date, ${cost.micros})
    on conflict (project_id, day) do update set reserved_micros = b.reserved_micros + excluded.reserved_micros
      where b.reserved_micros + b.spent_micros + excluded.reserved_micros <= ${limitMicros}
    returning b.day`);
  return reserved.rows.length === 1;
};

/** Turns a promise into what was spent (`spent` 0 gives it back). On the day that it was promised. */
export const settleBudget = async (db: Db, cost: Cost & { spent: number; startedAt: Date }): Promise<void> => {
  if (cost.micros === 0) return;
  await db.execute(sql`
    update ${budgetDays} set reserved_micros = greatest(0, reserved_micros - ${cost.micros}), spent_micros = spent_micros + ${cost.spent}
    where project_id = ${cost.projectId} and day = (${cost.startedAt.toISOString()}::timestamptz at time zone 'utc')::date`);
};
