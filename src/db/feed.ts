import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { events } from './tables/control.ts';

/** A place in the stream of events, as a client keeps it: opaque to everybody else. */
export type Cursor = string;

export type FeedEvent = {
  cursor: Cursor;
  kind: string;
  threadId: string | null;
  proposalId: string | null;
  taskId: string | null;
  personId: string | null;
  at: Date;
  data: Record<string, unknown>;
};

/** `pending`: some have been written that cannot be told yet, because an older transaction is still open. */
export type FeedPage = { events: FeedEvent[]; cursor: Cursor; pending: boolean };

const CURSOR = /^(\d{1,20})\.(\d{1,19})$/;
const split = (cursor: Cursor): [string, string] | undefined => {
  const [, xid, id] = CURSOR.exec(cursor) ?? [];
  // More than the columns can hold was never given out.
  return xid && id && BigInt(xid) < 2n ** 64n && BigInt(id) < 2n ** 63n ? [xid, id] : undefined;
};

/** Where a reader starts who wants only what comes: behind everything that is certain by now. */
export const feedHead = async (db: Db): Promise<Cursor> => {
  const head = await db.execute<{ xid: string; id: string }>(
    sql`select xid::text as xid, id::text as id from ${events} where xid < pg_snapshot_xmin(pg_current_snapshot()) order by ${events.xid} desc, ${events.id} desc limit 1`,
  );
  const [row] = head.rows;
  return row ? `${row.xid}.${row.id}` : '0.0';
};

type Row = {
  xid: string;
  id: string;
  kind: string;
  thread_id: string | null;
  proposal_id: string | null;
  task_id: string | null;
  person_id: string | null;
  at: Date;
  data: Record<string, unknown>;
  certain: boolean;
};

/**
 * Events of a project behind a cursor, in commit-safe order: ids are given out before commit, so a reader that went by id alone would skip
 * the one that commits late. Undefined for a cursor that this database did not give out.
 */
export const readFeed = async (db: Db, at: { projectId: string; after: Cursor; limit: number }): Promise<FeedPage | undefined> => {
  const place = split(at.after);
  if (!place) return undefined;
  const found = await db.execute<Row>(
    sql`select e.xid::text as xid, e.id::text as id, e.kind, e.thread_id, e.proposal_id, e.task_id, e.person_id, e.at, e.data, e.xid < pg_snapshot_xmin(pg_current_snapshot()) as certain
        from ${events} e where (e.xid, e.id) > (${place[0]}::xid8, ${place[1]}::bigint) and e.project_id = ${at.projectId} order by e.xid, e.id limit ${at.limit}`,
  );
  const certain = found.rows.filter((row) => row.certain);
  const last = certain.at(-1);
  return {
    events: certain.map((row) => ({
      cursor: `${row.xid}.${row.id}`,
      kind: row.kind,
      threadId: row.thread_id,
      proposalId: row.proposal_id,
      taskId: row.task_id,
      personId: row.person_id,
      at: new Date(row.at),
      data: row.data,
    })),
    cursor: last ? `${last.xid}.${last.id}` : at.after,
    pending: certain.length < found.rows.length,
  };
};
