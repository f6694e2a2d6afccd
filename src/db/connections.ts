import { eq, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { connections } from './tables/connections.ts';

export type Connection = typeof connections.$inferSelect & { ageSeconds: number };
export type Found = { name: string; ok: boolean; detail: string; latencyMs: number | null };

/** Writes down how an outside system was found just now. When it was last found well stays known while it is not. */
export const writeConnection = async (db: Db, found: Found): Promise<void> => {
  const okAt = found.ok ? sql`now()` : null;
  await db
    .insert(connections)
    .values({ ...found, checkedAt: sql`now()`, okAt })
    .onConflictDoUpdate({
      target: connections.name,
      set: { ...found, checkedAt: sql`now()`, okAt: found.ok ? sql`now()` : sql`${connections.okAt}` },
    });
};

/** Writes it down like `writeConnection`, and answers how it was found before: to one of those who find the same at once, and to no other. */
export const turnConnection = async (db: Db, found: Found): Promise<Pick<Found, 'ok' | 'detail'> | undefined> => {
  const { name } = found;
  const [before] = await db
    .select({ ok: connections.ok, detail: connections.detail })
    .from(connections)
    .where(eq(connections.name, name))
    .for('update');
  await writeConnection(db, found);
  return before;
};

export const readConnection = async (db: Db, name: string): Promise<Connection | undefined> => {
  const [row] = await db
    .select({ row: connections, ageSeconds: sql<number>`extract(epoch from now() - ${connections.checkedAt})::float` })
    .from(connections)
    .where(eq(connections.name, name));
  return row && { ...row.row, ageSeconds: row.ageSeconds };
};
