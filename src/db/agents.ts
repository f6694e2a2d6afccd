import { and, asc, eq, sql } from 'drizzle-orm';
import type { Database, Db } from './client.ts';
import { record } from './record.ts';
import type { AgentState } from './states.ts';
import { agents } from './tables/agents.ts';
import { messages, threads } from './tables/talk.ts';

export type AgentStanding = { state: AgentState; queued: number };

/** How the agents of a project stand, by key; one that nobody has touched is active. */
export const agentStandings = async (db: Db, projectId: string): Promise<ReadonlyMap<string, AgentStanding>> => {
  const [states, waiting] = await Promise.all([
    db.select({ key: agents.key, state: agents.state }).from(agents).where(eq(agents.projectId, projectId)),
    db
      .select({ key: messages.agentKey, queued: sql<number>`count(*)::int` })
      .from(messages)
      .innerJoin(threads, eq(threads.id, messages.threadId))
      .where(and(eq(threads.projectId, projectId), eq(messages.state, 'queued'), sql`${messages.agentKey} is not null`))
      .groupBy(messages.agentKey),
  ]);
  const found = new Map<string, AgentStanding>(states.map(({ key, state }) => [key, { state, queued: 0 }]));
  for (const { key, queued } of waiting) if (key) found.set(key, { state: found.get(key)?.state ?? 'active', queued });
  return found;
};

/** What a project keeps of its agents. */
export const agentRows = (db: Db, projectId: string): Promise<{ key: string; state: AgentState; config: Record<string, unknown> }[]> =>
  db
    .select({ key: agents.key, state: agents.state, config: agents.config })
    .from(agents)
    .where(eq(agents.projectId, projectId))
    .orderBy(asc(agents.createdAt), asc(agents.key));

/** Whether an agent is paused, read in the caller's transaction under its lock, so that no message slips between a pause and its queue. */
export const isAgentPaused = async (db: Db, which: { projectId: string; key: string }): Promise<boolean> => {
  const [row] = await db
    .select({ state: agents.state })
    .from(agents)
    .where(and(eq(agents.projectId, which.projectId), eq(agents.key, which.key)))
    .for('share');
  return row?.state === 'paused';
};

/**
 * Pauses an agent, or lets it go on. What it is sent meanwhile waits without a limit; when it goes on, `enqueue` is given each message that
 * waited, oldest first, in the same transaction.
 */
export const setAgentState = (
  database: Database,
  change: { projectId: string; key: string; state: 'active' | 'paused'; personId: string | null },
  enqueue: (tx: Parameters<Parameters<Database['transaction']>[0]>[0], messageId: string) => Promise<void>,
): Promise<number> =>
  database.transaction(async (tx) => {
    const { projectId, key, state, personId } = change;
    await tx.db
      .insert(agents)
      .values({ projectId, key, state })
      .onConflictDoUpdate({ target: [agents.projectId, agents.key], set: { state, updatedAt: sql`now()` } });
    await record(tx.db, { projectId, kind: state === 'paused' ? 'agent.paused' : 'agent.resumed', personId, data: { agent: key } });
    if (state === 'paused') return 0;
    const waiting = await tx.db
      .select({ id: messages.id })
      .from(messages)
      .innerJoin(threads, eq(threads.id, messages.threadId))
      .where(and(eq(threads.projectId, projectId), eq(messages.agentKey, key), eq(messages.state, 'queued')))
      .orderBy(asc(messages.createdAt), asc(messages.id));
    for (const { id } of waiting) await enqueue(tx, id);
    return waiting.length;
  });
