import { sql } from 'drizzle-orm';
import { agentOf, PROJECT } from './budgets.ts';
import type { Db } from './client.ts';
import { record } from './record.ts';
import { agentRuns } from './tables/agents.ts';

/** Queues what parked for want of budget: of this spender, or of everybody who stood still since before today when `spender` is absent. */
export const wakeForBudget = async (db: Db, projectId: string | null, spender?: string): Promise<number> => {
  const whose =
    spender === undefined
      ? sql`r.updated_at < date_trunc('day', now() at time zone 'utc') at time zone 'utc'`
      : spender === PROJECT
        ? sql`true`
        : sql`r.agent_key = ${agentOf(spender)}`;
  const here = projectId === null ? sql`true` : sql`r.project_id = ${projectId}`;
  const { rows } = await db.execute<{ id: string; project_id: string; thread_id: string; agent_key: string }>(sql`
    update ${agentRuns} r set state = 'queued', error_code = null, problem = null, queued_at = now(), updated_at = now()
    where r.state = 'parked' and r.error_code = 'budget' and ${here} and ${whose}
    returning r.id, r.project_id, r.thread_id, r.agent_key`);
  const [first, ...rest] = rows.map((row) => ({
    projectId: row.project_id,
    kind: 'agent.run_queued',
    threadId: row.thread_id,
    data: { runId: row.id, agent: row.agent_key, trigger: 'budget' },
  }));
  if (!first) return 0;
  await record(db, first, ...rest);
  await db.execute(sql`select pg_notify('wilco_jobs', '')`);
  return rows.length;
};
