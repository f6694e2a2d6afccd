import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { AgentRun } from './agent-run-store.ts';
import type { Db, Tx } from './client.ts';
import { isUuid } from './read/place.ts';
import { record } from './record.ts';
import type { AgentRunTrigger, Role } from './states.ts';
import { agentRuns } from './tables/agents.ts';
import { messages } from './tables/talk.ts';

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

/** The states of a run that may still do something. */
export const OPEN_RUNS: AgentRun['state'][] = ['queued', 'running', 'parked'];

const wakeWorkers = (tx: Pick<Tx, 'db'>): Promise<unknown> => tx.db.execute(sql`select pg_notify('wilco_jobs', '')`);

/** Queues a run in the caller's transaction; whoever works is told when that commits. What a heartbeat began stays a heartbeat's, whoever it is handed to. */
export const createRun = async (tx: Pick<Tx, 'db'>, run: NewRun): Promise<string> => {
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
  await wakeWorkers(tx);
  return made.id;
};

/** The newest run that is still open in a thread: of one agent, or of any. */
export const openRunIn = async (
  db: Db,
  at: { projectId: string; threadId: string; agentKey: string | null },
): Promise<{ id: string; agentKey: string } | undefined> => {
  const [run] = await db
    .select({ id: agentRuns.id, agentKey: agentRuns.agentKey })
    .from(agentRuns)
    .where(
      and(
        eq(agentRuns.threadId, at.threadId),
        eq(agentRuns.projectId, at.projectId),
        inArray(agentRuns.state, OPEN_RUNS),
        at.agentKey === null ? undefined : eq(agentRuns.agentKey, at.agentKey),
      ),
    )
    .orderBy(desc(agentRuns.createdAt))
    .limit(1);
  return run;
};

/** Ties a message that is being answered to the run that answers it. False: it was answered already. */
export const giveToRun = async (tx: Tx, messageId: string, runId: string): Promise<boolean> => {
  const given = await tx.db
    .update(messages)
    .set({ runId })
    .where(and(eq(messages.id, messageId), eq(messages.state, 'delivered')))
    .returning({ id: messages.id });
  return given.length > 0;
};

const lockOpen = async (tx: Tx, which: { projectId: string; runId: string }): Promise<AgentRun | undefined> => {
  if (!isUuid(which.runId)) return undefined;
  const [run] = await tx.db
    .select()
    .from(agentRuns)
    .where(and(eq(agentRuns.id, which.runId), eq(agentRuns.projectId, which.projectId), inArray(agentRuns.state, OPEN_RUNS)))
    .for('update');
  return run;
};

/** Lets a parked run go on: it is told what happened since. One that is queued or at work is left as it is. Answers false for one that has ended. */
export const wakeRun = async (tx: Tx, which: { projectId: string; runId: string }): Promise<boolean> => {
  const run = await lockOpen(tx, which);
  if (!run) return false;
  if (run.state === 'parked')
    await tx.db
      .update(agentRuns)
      .set({ state: 'queued', queuedAt: sql`now()`, errorCode: null, problem: null, updatedAt: sql`now()` })
      .where(eq(agentRuns.id, run.id));
  await wakeWorkers(tx);
  return true;
};

/** Words of a person for a run that is open: written into its thread, told at its next step. False: it has ended. */
export const sayToRun = async (
  tx: Tx,
  said: { projectId: string; runId: string; text: string; by: { personId: string | null; name: string; role: Role } },
): Promise<boolean> => {
  const { projectId, runId, text, by } = said;
  const run = await lockOpen(tx, { projectId, runId });
  if (!run) return false;
  const author = { personId: by.personId, authorName: by.personId === null ? by.name : null, actorRole: by.role };
  const [message] = await tx.db
    .insert(messages)
    .values({
      threadId: run.threadId,
      authorKind: 'person',
      ...author,
      agentKey: run.agentKey,
      text,
      runId,
      state: 'delivered',
      deliveredAt: sql`now()`,
    })
    .returning({ id: messages.id });
  const data = { messageId: message?.id, runId };
  await record(tx.db, { projectId, kind: 'message.received', threadId: run.threadId, personId: by.personId, data });
  return wakeRun(tx, { projectId, runId });
};

/** How many hands a piece of work has gone through, itself included. */
export const handsOf = async (db: Db, runId: string): Promise<number> => {
  const { rows } = await db.execute<{ n: number }>(sql`
    with recursive line as (
      select id, parent_id, 1 as n from ${agentRuns} where id = ${runId}
      union all select r.id, r.parent_id, line.n + 1 from ${agentRuns} r join line on r.id = line.parent_id where line.n < 100)
    select max(n)::int as n from line`);
  return rows[0]?.n ?? 1;
};
