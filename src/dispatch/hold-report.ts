import { and, eq, sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { record } from '../db/record.ts';
import { agentRuns } from '../db/tables/agents.ts';

type Report = { projectId: string; runId: string; kind: string; text: string };

/** Keeps what a heartbeat's run reports until its digest says it; false for any other run, whose posts stand by themselves. */
export const holdReport = async (tx: Pick<Tx, 'db'>, { projectId, runId, kind, text }: Report): Promise<boolean> => {
  const said = kind === 'finding' || kind === 'status' ? [{ kind, text }] : [];
  const [held] = await tx.db
    .update(agentRuns)
    .set({ reports: sql`${agentRuns.reports} || ${JSON.stringify(said)}::jsonb` })
    .where(and(eq(agentRuns.id, runId), eq(agentRuns.projectId, projectId), eq(agentRuns.trigger, 'heartbeat')))
    .returning({ agentKey: agentRuns.agentKey, threadId: agentRuns.threadId });
  if (!held) return false;
  const data = { runId, kind, agent: held.agentKey };
  await record(tx.db, { projectId, kind: 'agent.reported', threadId: held.threadId, data });
  return true;
};
