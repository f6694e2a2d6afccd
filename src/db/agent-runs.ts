import type { Tx } from './client.ts';
import { record } from './record.ts';
import type { AgentRunTrigger, Role } from './states.ts';
import { agentRuns } from './tables/agents.ts';

/** A piece of work for an agent. `by` null: nobody ordered it, as on a heartbeat; it can then only report and propose. */
export type NewRun = {
  projectId: string;
  agentKey: string;
  trigger: AgentRunTrigger;
  /** What it is to do, in the words of whoever asked. */
  goal: string;
  threadId: string;
  by: { personId: string | null; name: string; role: Role } | null;
  messageId?: string;
  taskId?: string;
  scheduleId?: string;
  parentId?: string;
  /** 1–10, 10 first; 5 when absent. */
  priority?: number;
};

/** Queues a run in the caller's transaction; whoever works is told when that commits. What a heartbeat began stays a heartbeat's, whoever it is handed to. */
export const createRun = async (tx: Tx, run: NewRun): Promise<string> => {
  const { by, ...rest } = run;
  const columns = { personId: by?.personId ?? null, personName: by?.name ?? null, actorRole: by?.role ?? ('operator' as const) };
  const [made] = await tx.db
    .insert(agentRuns)
    .values({ ...rest, ...columns })
    .returning({ id: agentRuns.id });
  if (!made) throw new Error('the run was not written');
  const { projectId, threadId, agentKey, trigger } = run;
  const data = { runId: made.id, agent: agentKey, trigger };
  await record(tx.db, { projectId, kind: 'agent.run_queued', threadId, taskId: run.taskId ?? null, personId: by?.personId ?? null, data });
  await tx.query(`select pg_notify('wilco_jobs', '')`);
  return made.id;
};
