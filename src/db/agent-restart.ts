import { and, eq, sql } from 'drizzle-orm';
import { writeSteps } from './agent-run-store.ts';
import type { Database } from './client.ts';
import { record } from './record.ts';
import { agentRuns } from './tables/agents.ts';

const SAID = 'It was restarted: it goes on from where it last stood.';

/**
 * Takes every run that a worker is at out of its hands and queues it again, as it last stood: the step that was under way counts for nothing.
 * Answers how many there were.
 */
export const restartRunsOf = (
  database: Database,
  which: { projectId: string; agentKey: string; personId: string | null },
): Promise<number> =>
  database.transaction(async ({ db, query }) => {
    const { projectId, agentKey, personId } = which;
    const again = await db
      .update(agentRuns)
      .set({ state: 'queued', workerId: null, fence: sql`${agentRuns.fence} + 1`, queuedAt: sql`now()`, updatedAt: sql`now()` })
      .where(and(eq(agentRuns.projectId, projectId), eq(agentRuns.agentKey, agentKey), eq(agentRuns.state, 'running')))
      .returning({ id: agentRuns.id, threadId: agentRuns.threadId });
    for (const { id, threadId } of again) {
      await writeSteps(db, id, { steps: [{ kind: 'override', text: SAID }] });
      await record(db, {
        projectId,
        kind: 'agent.run_queued',
        threadId,
        personId,
        data: { agent: agentKey, runId: id, trigger: 'restart' },
      });
    }
    await query(`select pg_notify('wilco_jobs', '')`);
    return again.length;
  });
