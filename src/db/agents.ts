import { and, asc, eq, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import type { AgentState } from './states.ts';
import { agents } from './tables/agents.ts';
import { messages, threads } from './tables/talk.ts';

export type AgentStanding = { queued: number };

/** How many messages wait for each agent of a project, by key; none for one that is not named. */
export const agentStandings = async (db: Db, projectId: string): Promise<ReadonlyMap<string, AgentStanding>> => {
  const waiting = await db
    .select({ key: messages.agentKey, queued: sql<number>`count(*)::int` })
    .from(messages)
    .innerJoin(threads, eq(threads.id, messages.threadId))
    .where(and(eq(threads.projectId, projectId), eq(messages.state, 'queued'), sql`${messages.agentKey} is not null`))
    .groupBy(messages.agentKey);
  return new Map(waiting.map(({ key, queued }) => [key ?? '', { queued }]));
};

/** What a project keeps of its agents. */
export const agentRows = (db: Db, projectId: string): Promise<{ key: string; state: AgentState; config: Record<string, unknown> }[]> =>
  db
    .select({ key: agents.key, state: agents.state, config: agents.config })
    .from(agents)
    .where(eq(agents.projectId, projectId))
    .orderBy(asc(agents.createdAt), asc(agents.key));
