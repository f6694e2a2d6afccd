import { and, asc, eq, inArray, or, sql } from 'drizzle-orm';
import type { Db, Tx } from './client.ts';
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
