import type { Db } from './client.ts';
import { events } from './tables/control.ts';

/** One thing that happened. `data` holds codes, numbers and ids, never what somebody wrote. */
export type NewEvent = {
  projectId: string;
  /** noun.verb in the past: `proposal.approved`, `task.created`. */
  kind: string;
  threadId?: string | null;
  proposalId?: string | null;
  taskId?: string | null;
  personId?: string | null;
  data?: Record<string, unknown>;
};

/** Writes events in the caller's transaction: what happened and its record commit together, or neither does. */
export const record = async (db: Db, ...happened: [NewEvent, ...NewEvent[]]): Promise<void> => {
  await db.insert(events).values(happened);
};
