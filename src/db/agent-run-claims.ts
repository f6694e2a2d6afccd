import { and, eq, inArray, notExists, sql } from 'drizzle-orm';
import type { Database, Db } from './client.ts';
import { agentRuns } from './tables/agents.ts';
import { workers } from './tables/control.ts';
import { WORKER_LIVES } from './workers.ts';

/** A run in a worker's hands. `fence` rises with each claim: whoever was replaced changes nothing any more. */
export type Claim = { id: string; projectId: string; agentKey: string; workerId: string; fence: number };

/** One claims at a time, so that of several processes none goes over an agent's limit. */
const CLAIM_LOCK = 0x57_49_4c_41;

/** Whose runs are due. */
export const dueAgents = async (db: Db): Promise<{ projectId: string; agentKey: string }[]> =>
  db
    .selectDistinct({ projectId: agentRuns.projectId, agentKey: agentRuns.agentKey })
    .from(agentRuns)
    .where(and(eq(agentRuns.state, 'queued'), sql`${agentRuns.queuedAt} <= now()`));

export type MayClaim = { projectId: string; agentKey: string /** How many of its runs may go on at a time, everywhere. */; most: number };

/** Takes up to `free` runs of these agents: the highest priority first, then the oldest. */
export const claimRuns = (
  database: Database,
  { workerId, free, agents }: { workerId: string; free: number; agents: readonly MayClaim[] },
): Promise<Claim[]> =>
  database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [CLAIM_LOCK]);
    const { rows } = await tx.query(
      `with may as (select * from unnest($1::text[], $2::text[], $3::int[]) as a (project_id, agent_key, most)),
       going as (select project_id, agent_key, count(*)::int as n from wilco.agent_runs where state = 'running' group by 1, 2),
       picked as (
         select r.id from may a left join going g using (project_id, agent_key)
         cross join lateral (
           select id, priority, queued_at from wilco.agent_runs
           where project_id = a.project_id and agent_key = a.agent_key and state = 'queued' and queued_at <= now()
           order by priority desc, queued_at, id limit greatest(0, a.most - coalesce(g.n, 0)) for update skip locked) r
         order by r.priority desc, r.queued_at, r.id limit $4)
       update wilco.agent_runs r set state = 'running', worker_id = $5, fence = fence + 1, started_at = coalesce(started_at, now()), updated_at = now()
       from picked where r.id = picked.id
       returning r.id, r.project_id as "projectId", r.agent_key as "agentKey", r.worker_id as "workerId", r.fence`,
      [agents.map((one) => one.projectId), agents.map((one) => one.agentKey), agents.map((one) => one.most), free, workerId],
    );
    return rows as Claim[]; // exactly the columns of `returning`
  });

/** Only while it is still this worker's. In statements on `agent_runs`. */
export const stillOurs = ({ id, workerId, fence }: Claim) =>
  and(eq(agentRuns.id, id), eq(agentRuns.state, 'running'), eq(agentRuns.workerId, workerId), eq(agentRuns.fence, fence));

/** Puts a run back into the queue, for any worker, not before `afterMs`. */
export const giveBack = async (db: Db, claim: Claim, afterMs = 0): Promise<void> => {
  const queuedAt = sql`now() + ${afterMs / 1000}::float8 * interval '1 second'`;
  await db.update(agentRuns).set({ state: 'queued', workerId: null, queuedAt, updatedAt: sql`now()` }).where(stillOurs(claim));
};

/** Which of these are still in the hands that took them. */
export const keptOf = async (db: Db, claims: readonly Claim[]): Promise<ReadonlySet<string>> => {
  if (claims.length === 0) return new Set();
  const ids = claims.map(({ id }) => id);
  const rows = await db
    .select({ id: agentRuns.id, fence: agentRuns.fence })
    .from(agentRuns)
    .where(and(inArray(agentRuns.id, ids), eq(agentRuns.state, 'running')));
  return new Set(rows.filter((row) => claims.some(({ id, fence }) => id === row.id && fence === row.fence)).map(({ id }) => id));
};

/** Gives what dead workers left behind to others. Answers how many. */
export const requeueAbandoned = async (db: Db): Promise<number> => {
  const alive = db
    .select({ id: workers.id })
    .from(workers)
    .where(and(eq(workers.id, agentRuns.workerId), WORKER_LIVES));
  const freed = await db
    .update(agentRuns)
    .set({ state: 'queued', workerId: null, fence: sql`${agentRuns.fence} + 1`, queuedAt: sql`now()`, updatedAt: sql`now()` })
    .where(and(eq(agentRuns.state, 'running'), notExists(alive)))
    .returning({ id: agentRuns.id });
  return freed.length;
};
