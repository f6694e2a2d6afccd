import { and, asc, eq, isNull, lte, or, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { switches } from '../tables/control.ts';
import { schedules } from '../tables/schedules.ts';

export type Schedule = typeof schedules.$inferSelect;
/** One whose next moment is known. */
export type Due = Schedule & { nextAt: Date };

/** Active, and its project is neither paused nor killed: what is held there is not looked at until somebody lets go. */
const free = and(
  eq(schedules.state, 'active'),
  or(isNull(switches.projectId), and(eq(switches.paused, false), eq(switches.killed, false))),
);

export type DueId = Pick<Schedule, 'id' | 'kind'>;

/** The schedules whose moment has come by `now`, the longest due first. */
export const listDue = async (db: Db, now: Date, limit: number): Promise<DueId[]> => {
  return db
    .select({ id: schedules.id, kind: schedules.kind })
    .from(schedules)
    .leftJoin(switches, eq(switches.projectId, schedules.projectId))
    .where(and(free, lte(schedules.nextAt, now)))
    .orderBy(asc(schedules.nextAt))
    .limit(limit);
};

/** The next moment at which anything is due. */
export const nextDue = async (db: Db): Promise<Date | undefined> => {
  const [row] = await db
    .select({ nextAt: schedules.nextAt })
    .from(schedules)
    .leftJoin(switches, eq(switches.projectId, schedules.projectId))
    .where(and(free, sql`${schedules.nextAt} is not null`))
    .orderBy(asc(schedules.nextAt))
    .limit(1);
  return row?.nextAt ?? undefined;
};

/** A schedule if it is still due. */
export const readDue = async (db: Db, id: string, now: Date): Promise<Due | undefined> => {
  const [row] = await db
    .select()
    .from(schedules)
    .where(and(eq(schedules.id, id), eq(schedules.state, 'active'), lte(schedules.nextAt, now)));
  return row?.nextAt ? { ...row, nextAt: row.nextAt } : undefined;
};
