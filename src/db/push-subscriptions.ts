import { and, asc, count, eq, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { pushSubscriptions } from './tables/connections.ts';

export type PushSubscription = typeof pushSubscriptions.$inferSelect;

/** Browsers of one person; the oldest make room for more. */
const MOST_BROWSERS = 20;

/** A browser that asks again, for the same person or another who signed in there, takes its own place. */
export const keepSubscription = async (
  db: Db,
  of: { endpoint: string; personId: string; keys: PushSubscription['keys'] },
): Promise<void> => {
  const { endpoint, personId, keys } = of;
  await db
    .insert(pushSubscriptions)
    .values({ endpoint, personId, keys })
    .onConflictDoUpdate({ target: pushSubscriptions.endpoint, set: { personId, keys, failedAt: null, createdAt: sql`now()` } });
  const kept = sql`select endpoint from ${pushSubscriptions} where person_id = ${personId} order by created_at desc limit ${MOST_BROWSERS}`;
  await db
    .delete(pushSubscriptions)
    .where(and(eq(pushSubscriptions.personId, personId), sql`${pushSubscriptions.endpoint} not in (${kept})`));
};

export const dropSubscription = async (db: Db, of: { endpoint: string; personId?: string }): Promise<void> => {
  const { endpoint, personId } = of;
  await db
    .delete(pushSubscriptions)
    .where(and(eq(pushSubscriptions.endpoint, endpoint), personId === undefined ? undefined : eq(pushSubscriptions.personId, personId)));
};

/** What went wrong may be over at the next time: only noted. */
export const noteFailure = async (db: Db, endpoint: string): Promise<void> => {
  await db.update(pushSubscriptions).set({ failedAt: sql`now()` }).where(eq(pushSubscriptions.endpoint, endpoint));
};

/** The browsers of a person that were given this public key. */
export const subscriptionsOf = (db: Db, of: { personId: string; server: string }): Promise<PushSubscription[]> =>
  db
    .select()
    .from(pushSubscriptions)
    .where(and(eq(pushSubscriptions.personId, of.personId), sql`${pushSubscriptions.keys} ->> 'server' = ${of.server}`))
    .orderBy(asc(pushSubscriptions.createdAt));

export const countSubscriptions = async (db: Db, personId: string): Promise<number> => {
  const [row] = await db.select({ count: count() }).from(pushSubscriptions).where(eq(pushSubscriptions.personId, personId));
  return row?.count ?? 0;
};
