import { and, eq, inArray, sql } from 'drizzle-orm';
import { OPEN_RUNS } from './agent-runs.ts';
import type { Db, Tx } from './client.ts';
import { isUuid } from './read/place.ts';
import { type NewEvent, record } from './record.ts';
import { agentRuns, agentSteps } from './tables/agents.ts';
import { messages } from './tables/talk.ts';

/** Why a run was stopped from outside: a code, the sentence that people read, and who did it. */
export type Stopped = { code: string; problem: string; personId: string | null };

/** One run, those of some agents, or all of a project. */
export type Cancelled = { projectId: string; runId?: string; agentKeys?: readonly string[] };

const open = ({ projectId, runId, agentKeys }: Cancelled) =>
  and(
    eq(agentRuns.projectId, projectId),
    inArray(agentRuns.state, OPEN_RUNS),
    runId === undefined ? undefined : eq(agentRuns.id, runId),
    agentKeys && inArray(agentRuns.agentKey, [...agentKeys]),
  );

const AT_ONCE = 1000;

const recordAll = async (db: Db, events: readonly NewEvent[]): Promise<void> => {
  for (let at = 0; at < events.length; at += AT_ONCE) {
    const [first, ...rest] = events.slice(at, at + AT_ONCE);
    if (first) await record(db, first, ...rest);
  }
};

/** Whoever is at one of them finds that it is no longer theirs. */
const end = (db: Db, which: Cancelled, why: Stopped) =>
  db
    .update(agentRuns)
    .set({
      state: 'cancelled',
      errorCode: why.code,
      problem: why.problem,
      fence: sql`${agentRuns.fence} + 1`,
      workerId: null,
      finishedAt: sql`now()`,
      updatedAt: sql`now()`,
    })
    // Locked in one order, so that two who end many at once do not wait for one another.
    .where(inArray(agentRuns.id, db.select({ id: agentRuns.id }).from(agentRuns).where(open(which)).orderBy(agentRuns.id).for('update')))
    .returning({
      id: agentRuns.id,
      agentKey: agentRuns.agentKey,
      threadId: agentRuns.threadId,
      taskId: agentRuns.taskId,
      trigger: agentRuns.trigger,
    });

type Ended = Awaited<ReturnType<typeof end>>;

const traceAll = async (db: Db, ended: Ended, text: string): Promise<void> => {
  const ids = sql.param(ended.map(({ id }) => id));
  await db.execute(sql`
    insert into ${agentSteps} (run_id, seq, kind, text)
    select r.id, (select coalesce(max(s.seq), 0) + 1 from ${agentSteps} s where s.run_id = r.id), 'override', ${text}
    from unnest(${ids}::uuid[]) as r(id)`);
};

/** What waited for an answer of theirs has the one that they were stopped. */
const answerAll = async (db: Db, ended: Ended): Promise<{ messageId: string; runId: string | null; threadId: string }[]> =>
  db
    .update(messages)
    .set({ state: 'processed' })
    .where(
      and(
        inArray(
          messages.runId,
          ended.map(({ id }) => id),
        ),
        eq(messages.state, 'delivered'),
      ),
    )
    .returning({ messageId: messages.id, runId: messages.runId, threadId: messages.threadId });

const lineOf = ({ id, agentKey, threadId }: Ended[number], problem: string) => ({
  threadId,
  authorKind: 'wilco' as const,
  text: `@${agentKey} does not go on. ${problem}`,
  runId: id,
});

/**
 * Ends every open run that is meant, whatever it is at, in the caller's transaction and in as many statements for a thousand as for one. Their
 * cards stay: people decide them. Answers how many there were.
 */
export const cancelRuns = async (tx: Pick<Tx, 'db'>, which: Cancelled, why: Stopped): Promise<number> => {
  if (which.runId !== undefined && !isUuid(which.runId)) return 0;
  const { db } = tx;
  const { projectId } = which;
  const { personId } = why;
  const ended = await end(db, which, why);
  if (ended.length === 0) return 0;
  await traceAll(db, ended, why.problem);
  const answered = await answerAll(db, ended);
  const lines = ended.filter(({ trigger }) => trigger !== 'heartbeat').map((run) => lineOf(run, why.problem));
  for (let at = 0; at < lines.length; at += AT_ONCE) await db.insert(messages).values(lines.slice(at, at + AT_ONCE));
  await recordAll(db, [
    ...ended.map(({ id, agentKey, threadId, taskId }) => ({
      ...{ projectId, kind: 'agent.run_cancelled', threadId, taskId, personId },
      data: { runId: id, agent: agentKey, code: why.code },
    })),
    ...answered.map(({ messageId, runId, threadId }) => ({
      ...{ projectId, kind: 'message.processed', threadId, personId },
      data: { messageId, runId },
    })),
  ]);
  await db.execute(sql`select pg_notify('wilco_jobs', '')`);
  return ended.length;
};

/** How many runs wait or are under way. */
export const openRuns = async (db: Db, which: Cancelled): Promise<number> => {
  const [row] = await db.select({ n: sql<number>`count(*)::int` }).from(agentRuns).where(open(which));
  return row?.n ?? 0;
};
