import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { workers } from './tables/control.ts';

/** Whether a worker counts as alive: not struck off, and a sign of life within the last ten seconds. In statements that read `workers`. */
export const WORKER_LIVES = sql<boolean>`(${workers.stoppedAt} is null and ${workers.heartbeatAt} > now() - interval '10 seconds')`;

/** Puts a worker on the list of those that are asked to obey and may own effects. */
export const enterWorker = async (db: Db, worker: { id: string; host: string; pid: number; roles: string }): Promise<void> => {
  await db.insert(workers).values(worker);
};

/** Says that it lives. False: it has been struck off, and must not trust itself any more. */
export const beatWorker = async (db: Db, id: string): Promise<boolean> => {
  const beaten = await db
    .update(workers)
    .set({ heartbeatAt: sql`now()` })
    .where(and(eq(workers.id, id), isNull(workers.stoppedAt)))
    .returning({ id: workers.id });
  return beaten.length > 0;
};

export const leaveWorker = async (db: Db, id: string): Promise<void> => {
  await db.update(workers).set({ stoppedAt: sql`now()` }).where(eq(workers.id, id));
};

/** How many workers of this role are alive. */
export const countWorkers = async (db: Db, role: string): Promise<number> => {
  const [row] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(workers)
    .where(and(WORKER_LIVES, sql`${role} = any(string_to_array(${workers.roles}, ','))`));
  return row?.count ?? 0;
};

/** In an installation of one process, whoever is still on the list when it starts is gone: their work need not wait for their silence. */
export const strikeOffAll = async (db: Db): Promise<void> => {
  await db.update(workers).set({ stoppedAt: sql`now()` }).where(isNull(workers.stoppedAt));
};
