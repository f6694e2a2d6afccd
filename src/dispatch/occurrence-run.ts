import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { createRun } from '../db/agent-runs.ts';
import type { Tx } from '../db/client.ts';
import { agentRuns } from '../db/tables/agents.ts';
import type { Decided } from './decided-schedule.ts';
import type { Taking } from './occurrence.ts';
import { roleNow } from './standing.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The agent that the approved words are for. */
export const agentOf = (input: Record<string, unknown>): string | undefined => text(input.target_agent_key);

/** The runs of a schedule that have not ended; `waiting` of them were not begun yet. */
export type OpenRuns = { open: number; waiting: number };

export const openRuns = async (tx: Tx, scheduleId: string): Promise<OpenRuns> => {
  const open = and(eq(agentRuns.scheduleId, scheduleId), inArray(agentRuns.state, ['queued', 'running', 'parked']));
  const [row] = await tx.db
    .select({
      open: sql<number>`count(*)::int`,
      waiting: sql<number>`count(*) filter (where ${and(eq(agentRuns.state, 'queued'), isNull(agentRuns.startedAt))})::int`,
    })
    .from(agentRuns)
    .where(open);
  return row ?? { open: 0, waiting: 0 };
};

/** Whether one more is too many: any that is open, or where they may queue, one that waits already. */
export const overlaps = (input: Record<string, unknown>, { open, waiting }: OpenRuns): boolean =>
  input.overlap === 'queue' ? waiting > 0 : open > 0;

/** Has the agent work on the instructions in the name of whoever asked, with no more than it takes to ask. */
export const beginRun = async (
  { tx, scheduling, schedule, standing }: Taking,
  { input }: Decided,
  agentKey: string,
): Promise<{ runId: string } | { broken: string }> => {
  const { projectId, proposedBy: personId, proposedByName: name } = standing.proposal;
  const hand = await scheduling.workforce?.find(projectId, agentKey);
  if (!hand) return { broken: `the agent @${agentKey} is not in the team any more` };
  const role = personId === null ? 'operator' : await roleNow(tx.db, { projectId, personId, name, role: 'operator', via: 'schedule' });
  if (!role) return { broken: 'whoever asked for it is no longer here' };
  const runId = await createRun(tx, {
    projectId,
    agentKey,
    trigger: 'schedule',
    goal: String(input.instructions),
    threadId: schedule.threadId,
    by: { personId, name, role },
    scheduleId: schedule.id,
  });
  return { runId };
};
