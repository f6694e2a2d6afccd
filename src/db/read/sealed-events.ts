import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { eventSeals, events } from '../tables/control.ts';

/** One link of the chain with all that its hash is over, under the names that `linkHash` takes. `data` is PostgreSQL's own text of it. */
export type SealedEvent = {
  seq: number;
  hash: string;
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

/** A project's sealed events behind a place in the chain, in its order. */
export const readSealed = async (db: Db, at: { projectId: string; after: number; limit: number }): Promise<SealedEvent[]> => {
  const { rows } = await db.execute<SealedEvent>(
    sql`select s.seq::float as seq, s.hash, e.id::text as id, e.project_id, to_char(e.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US') as at, e.kind,
               e.thread_id, e.proposal_id::text as proposal_id, e.task_id::text as task_id, e.person_id::text as person_id, e.data::text as data
        from ${eventSeals} s join ${events} e on e.id = s.event_id
        where s.seq > ${at.after} and e.project_id = ${at.projectId} order by s.seq limit ${at.limit}`,
  );
  return rows;
};
