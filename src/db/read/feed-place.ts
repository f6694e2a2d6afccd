import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import type { Cursor } from '../feed.ts';
import { events } from '../tables/control.ts';

const LARGEST_XID = 18_446_744_073_709_551_615n;
const LARGEST_ID = 9_223_372_036_854_775_807n;

/**
 * Whether this database gave out that cursor. One from before a restore, or made up, would otherwise wait for a place that never comes.
 * It has to pass here before `readFeed` sees it: numbers that PostgreSQL cannot hold are refused here.
 */
export const isKnownCursor = async (db: Db, cursor: Cursor): Promise<boolean> => {
  const [, xid, id] = /^(\d{1,20})\.(\d{1,19})$/.exec(cursor) ?? [];
  if (!xid || !id || BigInt(xid) > LARGEST_XID || BigInt(id) > LARGEST_ID) return false;
  if (cursor === '0.0') return true;
  const found = await db.execute(sql`select 1 from ${events} where id = ${id}::bigint and xid = ${xid}::xid8`);
  return found.rows.length === 1;
};
