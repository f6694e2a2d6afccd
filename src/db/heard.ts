import { eq, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { heard } from './tables/surfaces.ts';

/** How far each part of a surface was heard, by an earlier process. */
export const readHeard = async (db: Db, surface: string): Promise<Map<string, string>> => {
  const rows = await db.select({ part: heard.part, remoteId: heard.remoteId }).from(heard).where(eq(heard.surface, surface));
  return new Map(rows.map(({ part, remoteId }) => [part, remoteId]));
};

/** Writes down how far parts of a surface were heard. */
export const writeHeard = async (db: Db, surface: string, parts: ReadonlyMap<string, string>): Promise<void> => {
  if (parts.size === 0) return;
  await db
    .insert(heard)
    .values([...parts].map(([part, remoteId]) => ({ surface, part, remoteId })))
    .onConflictDoUpdate({ target: [heard.surface, heard.part], set: { remoteId: sql`excluded.remote_id`, heardAt: sql`now()` } });
};
