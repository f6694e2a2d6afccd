import { eq, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { switches } from '../db/tables/control.ts';

/** The lock that starting an effect shares and a kill takes alone. Session-independent: it goes with its transaction. */
const SWITCH_LOCK = 0x57_49_4c_43;

export type SwitchState = { paused: boolean; killed: boolean; epoch: number };

/**
 * Takes the switch lock in shared mode, to be followed by reading the switch in the next statement. While it is held no kill can commit,
 * so what was read stays true to the end of this transaction. A row lock instead starved the kill for seconds under load.
 */
export const shareSwitch = async (tx: Tx): Promise<void> => {
  await tx.query(`select pg_advisory_xact_lock_shared(${SWITCH_LOCK})`);
};

/** Takes the switch lock alone: waits for every start and decision in flight to commit, and holds new ones back. */
export const ownSwitch = async (tx: Tx): Promise<void> => {
  await tx.query(`select pg_advisory_xact_lock(${SWITCH_LOCK})`);
};

/** A project without a row has never been paused or killed. */
export const readSwitch = async (db: Db, projectId: string): Promise<SwitchState> => {
  const [row] = await db.select().from(switches).where(eq(switches.projectId, projectId));
  return row ?? { paused: false, killed: false, epoch: 0 };
};

export const setSwitch = async (
  db: Db,
  to: { projectId: string; paused: boolean; killed: boolean; lifts: boolean; personId: string; reason: string | null },
): Promise<SwitchState> => {
  const { projectId, paused, killed, lifts, personId, reason } = to;
  // One count for all projects, under a lock that is one for all: a worker serves them all and acknowledges by one number.
  const epoch = sql`(select coalesce(max(every.epoch), 0) + 1 from ${switches} every)`;
  const set = { paused, killed, changedBy: personId, reason, changedAt: sql`now()`, epoch, ...(lifts ? { liftedAt: sql`now()` } : {}) };
  const [row] = await db
    .insert(switches)
    .values({ projectId, ...set })
    .onConflictDoUpdate({ target: switches.projectId, set })
    .returning();
  if (!row) throw new Error('the switch was not written');
  return row;
};
