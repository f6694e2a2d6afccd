import { and, asc, eq, inArray, or, sql } from 'drizzle-orm';
import type { Db, Tx } from './client.ts';
import { type NewEvent, record } from './record.ts';
import { agentRuns } from './tables/agents.ts';
import { stops } from './tables/control.ts';
import { messages, threads } from './tables/talk.ts';

export type Stop = { paused: boolean; killed: boolean };

/** One agent, or all of one domain, as the table of stops names them. */
export type StopScope = `agent:${string}` | `domain:${string}`;

type AgentPlace = { projectId: string; key: string; domain: string };

const NONE: Stop = { paused: false, killed: false };

/** How an agent is stopped, by itself or with its domain. `lock`: what is read stays so until the transaction ends. */
export const stopOf = async (db: Db, { projectId, key, domain }: AgentPlace, lock = false): Promise<Stop> => {
  const mine = db
    .select({ paused: stops.paused, killed: stops.killed })
    .from(stops)
    .where(and(eq(stops.projectId, projectId), inArray(stops.scope, [`agent:${key}`, `domain:${domain}`])));
  const rows = await (lock ? mine.for('share') : mine);
  return rows.reduce((all, one) => ({ paused: all.paused || one.paused, killed: all.killed || one.killed }), NONE);
};

/** Every agent and domain of a project that is paused or killed now, by its scope. */
export const stopsOf = async (db: Db, projectId: string): Promise<ReadonlyMap<string, Stop>> => {
  const standing = and(eq(stops.projectId, projectId), or(stops.paused, stops.killed));
  const rows = await db.select({ scope: stops.scope, paused: stops.paused, killed: stops.killed }).from(stops).where(standing);
  return new Map(rows.map(({ scope, ...stop }) => [scope, stop]));
};

export const setStop = async (
  db: Db,
  to: Stop & { projectId: string; scope: StopScope; personId: string; reason: string | null },
): Promise<void> => {
  const { projectId, scope, personId, ...rest } = to;
  const set = { ...rest, changedBy: personId, changedAt: sql`now()` };
  await db
    .insert(stops)
    .values({ projectId, scope, ...set })
    .onConflictDoUpdate({ target: [stops.projectId, stops.scope], set });
};

/** Which work a kill ends: a project's, or of that what these agents do. */
export type Stopping = { projectId: string; keys?: readonly string[] };

const open = ({ projectId, keys }: Stopping) =>
  and(
    eq(agentRuns.projectId, projectId),
    inArray(agentRuns.state, ['queued', 'running', 'parked']),
    keys && inArray(agentRuns.agentKey, [...keys]),
  );

/** Ends every open run for good: what a worker has in hand of one changes nothing any more. Answers how many there were. */
export const cancelRuns = async (db: Db, which: Stopping): Promise<number> => {
  const { projectId } = which;
  const ended = await db
    .update(agentRuns)
    .set({
      state: 'cancelled',
      errorCode: 'killed',
      problem: 'It was stopped by a kill.',
      fence: sql`${agentRuns.fence} + 1`,
      finishedAt: sql`now()`,
      updatedAt: sql`now()`,
    })
    .where(open(which))
    .returning({ id: agentRuns.id, agent: agentRuns.agentKey, threadId: agentRuns.threadId });
  const events = ended.map(
    ({ id, agent, threadId }): NewEvent => ({
      projectId,
      kind: 'agent.run_cancelled',
      threadId,
      data: { runId: id, agent, code: 'killed' },
    }),
  );
  for (let at = 0; at < events.length; at += 1000) {
    const [first, ...rest] = events.slice(at, at + 1000);
    if (first) await record(db, first, ...rest);
  }
  return ended.length;
};

/** How many runs wait or are under way. */
export const openRuns = async (db: Db, which: Stopping): Promise<number> => {
  const [row] = await db.select({ n: sql<number>`count(*)::int` }).from(agentRuns).where(open(which));
  return row?.n ?? 0;
};

/** Gives each message that waited for these agents, oldest first, to `enqueue`. Answers how many there were. */
export const freeMessages = async (
  tx: Tx,
  waiting: { projectId: string; keys: readonly string[] },
  enqueue: (tx: Tx, messageId: string) => Promise<void>,
): Promise<number> => {
  const { projectId, keys } = waiting;
  if (keys.length === 0) return 0;
  const rows = await tx.db
    .select({ id: messages.id })
    .from(messages)
    .innerJoin(threads, eq(threads.id, messages.threadId))
    .where(and(eq(threads.projectId, projectId), inArray(messages.agentKey, [...keys]), eq(messages.state, 'queued')))
    .orderBy(asc(messages.createdAt), asc(messages.id));
  for (const { id } of rows) await enqueue(tx, id);
  return rows.length;
};
