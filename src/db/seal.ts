import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database, Db } from './client.ts';
import { eventSeals, events } from './tables/control.ts';

/** Only one sealer at a time, whichever process it is in. */
const SEALER_LOCK = 0x57_49_4c_53;

type SealedRow = {
  id: string;
  project_id: string;
  at: string;
  kind: string;
  thread_id: string | null;
  proposal_id: string | null;
  task_id: string | null;
  person_id: string | null;
  data: string;
};

/** The hash of one link: over the one before it and everything that the event says. `data` is PostgreSQL's own text of the jsonb. */
export const linkHash = (before: string, row: SealedRow): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        before,
        row.id,
        row.project_id,
        row.at,
        row.kind,
        row.thread_id,
        row.proposal_id,
        row.task_id,
        row.person_id,
        row.data,
      ]),
      'utf8',
    )
    .digest('hex');

const columns = sql`e.id::text as id, e.project_id, to_char(e.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US') as at, e.kind, e.thread_id, e.proposal_id::text as proposal_id, e.task_id::text as task_id, e.person_id::text as person_id, e.data::text as data`;

export const GENESIS = '0'.repeat(64);

/**
 * Links events that are certain to have no older one still uncommitted into the chain, in the order that readers see. Answers how many.
 * A batch a call; call again while it answers a full one.
 */
export const sealEvents = (database: Database, batch = 1000): Promise<number> =>
  database.transaction(async ({ db }) => {
    const locked = await db.execute<{ mine: boolean }>(sql`select pg_try_advisory_xact_lock(${SEALER_LOCK}) as mine`);
    if (!locked.rows[0]?.mine) return 0;
    const head = await db.execute<{ seq: string; hash: string; xid: string; event_id: string }>(
      sql`select s.seq::text, s.hash, e.xid::text as xid, s.event_id::text from ${eventSeals} s join ${events} e on e.id = s.event_id order by s.seq desc limit 1`,
    );
    const last = head.rows[0];
    const next = await db.execute<SealedRow>(
      sql`select ${columns} from ${events} e where (e.xid, e.id) > (${last?.xid ?? '0'}::xid8, ${last?.event_id ?? '0'}::bigint) and e.xid < pg_snapshot_xmin(pg_current_snapshot()) order by e.xid, e.id limit ${batch}`,
    );
    await link(db, next.rows, { hash: last?.hash ?? GENESIS, seq: Number(last?.seq ?? 0) });
    return next.rows.length;
  });

type Head = { hash: string; seq: number };

/** Writes the links of these events behind a head, and answers the new one. */
const link = async (db: Db, rows: readonly SealedRow[], head: Head): Promise<Head> => {
  let { hash, seq } = head;
  const seals = rows.map((row) => {
    hash = linkHash(hash, row);
    seq += 1;
    return { seq, eventId: Number(row.id), hash };
  });
  if (seals.length > 0) await db.insert(eventSeals).values(seals);
  return { hash, seq };
};

/**
 * Links every event that has no link yet, in the readers' order, whatever transaction wrote it: for a restore, which holds the whole record
 * in one transaction.
 */
export const sealRest = async (db: Db): Promise<void> => {
  const found = await db.execute<{ seq: string; hash: string }>(
    sql`select s.seq::text, s.hash from ${eventSeals} s order by s.seq desc limit 1`,
  );
  const last = found.rows[0];
  let head: Head = { hash: last?.hash ?? GENESIS, seq: Number(last?.seq ?? 0) };
  let after = { xid: '0', id: '0' };
  for (;;) {
    const { rows } = await db.execute<SealedRow & { xid: string }>(
      sql`select ${columns}, e.xid::text as xid from ${events} e where (e.xid, e.id) > (${after.xid}::xid8, ${after.id}::bigint)
          and not exists (select 1 from ${eventSeals} s where s.event_id = e.id) order by e.xid, e.id limit 1000`,
    );
    const newest = rows.at(-1);
    if (!newest) return;
    head = await link(db, rows, head);
    after = newest;
  }
};

/** Behind the last link, in the readers' order: compared as a whole row, so that the index finds the first without a look at the rest. */
const unlinked = sql`(u.xid, u.id) > (
  coalesce((select e.xid from ${eventSeals} s join ${events} e on e.id = s.event_id order by s.seq desc limit 1), '0'::xid8),
  coalesce((select s.event_id from ${eventSeals} s order by s.seq desc limit 1), 0))`;

/** Whether any event waits for its link still: because it was not certain yet, or because another process was at it. */
export const isSealBehind = async (db: Db): Promise<boolean> => {
  const found = await db.execute(sql`select 1 from ${events} u where ${unlinked} limit 1`);
  return found.rows.length > 0;
};

/** For how many seconds the first event without a link has waited for it. */
export const sealLag = async (db: Db): Promise<number> => {
  const found = await db.execute<{ age: number }>(
    sql`select extract(epoch from now() - u.at)::float as age from ${events} u where ${unlinked} order by u.xid, u.id limit 1`,
  );
  return Math.max(0, found.rows[0]?.age ?? 0);
};

export type Verdict = { sealed: number; broken: number | null };

/** The first link before which somebody has put an event that was not there when it was made: sealing never leaves one out. */
const firstBypassed = async (db: Db): Promise<number | null> => {
  const unsealed = sql`select u.xid, u.id from ${events} u where not exists (select 1 from ${eventSeals} t where t.event_id = u.id) order by u.xid, u.id limit 1`;
  const found = await db.execute<{ seq: string | null }>(
    sql`select min(s.seq)::text as seq from ${eventSeals} s join ${events} e on e.id = s.event_id where (e.xid, e.id) > (${unsealed})`,
  );
  const seq = found.rows[0]?.seq;
  return seq ? Number(seq) : null;
};

/** Walks the whole chain. `broken`: the place of the first link that does not hold, or null. */
export const verifySeals = async (db: Db): Promise<Verdict> => {
  let hash = GENESIS;
  let seq = 0;
  for (;;) {
    const page = await db.execute<SealedRow & { seq: string; hash: string }>(
      sql`select s.seq::text, s.hash, ${columns} from ${eventSeals} s left join ${events} e on e.id = s.event_id where s.seq > ${seq} order by s.seq limit 5000`,
    );
    if (page.rows.length === 0) return { sealed: seq, broken: await firstBypassed(db) };
    for (const row of page.rows) {
      seq += 1;
      hash = linkHash(hash, row);
      if (Number(row.seq) !== seq || row.hash !== hash) return { sealed: seq, broken: seq };
    }
  }
};
