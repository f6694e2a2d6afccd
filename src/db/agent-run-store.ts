import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { type Claim, stillOurs } from './agent-run-claims.ts';
import type { Db, Tx } from './client.ts';
import { record } from './record.ts';
import type { AGENT_STEP_KINDS, ProposalState } from './states.ts';
import { agentRuns, agentSteps } from './tables/agents.ts';
import { people } from './tables/people.ts';
import { type ProposalResult, proposals } from './tables/proposals.ts';
import { messages, threads } from './tables/talk.ts';

export type AgentRun = typeof agentRuns.$inferSelect;
type StepKind = (typeof AGENT_STEP_KINDS)[number];

/** One line of a trace, to be written. */
export type NewStep = {
  kind: StepKind;
  tool?: string | null;
  text?: string;
  proposalId?: string | null;
  inputTokens?: number;
  outputTokens?: number;
  costMicros?: number;
  durationMs?: number;
};

/** A run under its lock, if it is still in the hands that took it. Everything that a worker writes of a run begins here. */
export const lockRun = async (tx: Tx, claim: Claim): Promise<AgentRun | undefined> => {
  const [run] = await tx.db.select().from(agentRuns).where(stillOurs(claim)).for('update');
  return run;
};

export const readClaimed = async (db: Db, claim: Claim): Promise<AgentRun | undefined> => {
  const [run] = await db.select().from(agentRuns).where(stillOurs(claim));
  return run;
};

const MOST_TEXT = 8000;
const shortened = (text: string): string =>
  (text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}…`).replaceAll('\0', '\uFFFD').toWellFormed();

/** Adds lines to a trace, in one statement. Under the run's lock. `claim`: only while the run is still in the hands that took it. */
export const writeSteps = async (db: Db, runId: string, { steps, claim }: { steps: readonly NewStep[]; claim?: Claim }): Promise<void> => {
  if (steps.length === 0) return;
  const lines = steps.map((step) => ({
    kind: step.kind,
    tool: step.tool?.slice(0, 200) ?? null,
    text: shortened(step.text ?? ''),
    proposal_id: step.proposalId ?? null,
    input_tokens: step.inputTokens ?? 0,
    output_tokens: step.outputTokens ?? 0,
    cost_micros: step.costMicros ?? 0,
    duration_ms: step.durationMs ?? 0,
  }));
  const ours = claim ? sql`where exists (select 1 from ${agentRuns} where ${stillOurs(claim)})` : sql``;
  await db.execute(sql`
    insert into ${agentSteps} (run_id, seq, kind, tool, text, proposal_id, input_tokens, output_tokens, cost_micros, duration_ms)
    select ${runId}::uuid, (select coalesce(max(s.seq), 0) from ${agentSteps} s where s.run_id = ${runId}) + (row_number() over ())::int,
      l.kind, l.tool, l.text, l.proposal_id, l.input_tokens, l.output_tokens, l.cost_micros, l.duration_ms
    from json_to_recordset(${JSON.stringify(lines)}::json) as l(kind text, tool text, text text, proposal_id uuid, input_tokens int, output_tokens int, cost_micros bigint, duration_ms int)
    ${ours}`);
};

export type Spent = { inputTokens: number; outputTokens: number; costMicros: number };

/**
 * What was said so far, the lines of the trace that go with it, and what it cost: together, or not at all. It takes the run's lock; undefined,
 * and nothing is written, when the run is not in the hands any more that took it.
 */
export const storeTurn = async (
  tx: Tx,
  claim: Claim,
  turn: { transcript: readonly unknown[]; steps: readonly NewStep[]; asked?: boolean; spent?: Spent },
): Promise<AgentRun | undefined> => {
  const { transcript, steps, asked = false, spent } = turn;
  const sums = spent
    ? {
        inputTokens: sql`${agentRuns.inputTokens} + ${spent.inputTokens}`,
        outputTokens: sql`${agentRuns.outputTokens} + ${spent.outputTokens}`,
        costMicros: sql`${agentRuns.costMicros} + ${spent.costMicros}`,
      }
    : {};
  const counted = asked ? { steps: sql`${agentRuns.steps} + 1` } : {};
  const set = { transcript: [...transcript], ...sums, ...counted, updatedAt: sql`now()` };
  // Both are on their way in one trip, in this order; the second looks whether the first found its row.
  const stored = Promise.resolve(tx.db.update(agentRuns).set(set).where(stillOurs(claim)).returning());
  const [[run]] = await Promise.all([stored, writeSteps(tx.db, claim.id, { steps, claim })]);
  return run;
};

const OPEN: ProposalState[] = ['proposed', 'approved', 'executing', 'waiting', 'unknown'];

/**
 * Whether a card of this run is still open. To be asked in a statement after the run was locked: whatever closes the last one waits for that
 * lock, and then finds the run parked.
 */
export const hasOpenCards = async (db: Db, runId: string): Promise<boolean> => {
  const [row] = await db
    .select({ id: proposals.id })
    .from(proposals)
    .where(and(eq(proposals.agentRunId, runId), inArray(proposals.state, OPEN)))
    .limit(1);
  return row !== undefined;
};

const happened = (run: AgentRun, kind: string) => ({
  projectId: run.projectId,
  kind,
  threadId: run.threadId,
  taskId: run.taskId,
  personId: run.personId,
  data: { runId: run.id, agent: run.agentKey },
});

/** Nobody holds anything for it from now on. Under the run's lock. */
export const parkRun = async (tx: Tx, run: AgentRun, why: { errorCode: string | null; problem: string | null }): Promise<void> => {
  await tx.db
    .update(agentRuns)
    .set({ state: 'parked', workerId: null, ...why, updatedAt: sql`now()` })
    .where(eq(agentRuns.id, run.id));
  await record(tx.db, happened(run, 'agent.run_parked'));
};

export type RunEnd =
  | { state: 'done'; outcome: string; confidence: number | null }
  | { state: 'failed' | 'cancelled'; errorCode: string; problem: string };

/** The end of a run. Under its lock. */
export const endRun = async (tx: Pick<Tx, 'db'>, run: AgentRun, end: RunEnd): Promise<void> => {
  await tx.db
    .update(agentRuns)
    .set({ ...end, workerId: null, finishedAt: sql`now()`, updatedAt: sql`now()` })
    .where(eq(agentRuns.id, run.id));
  await record(tx.db, happened(run, `agent.run_${end.state}`));
};

/** What became of a card, as the run is told of it. */
export type DecidedCard = {
  proposalId: string;
  tool: string;
  state: ProposalState;
  by: string | null;
  reason: string | null;
  result: ProposalResult | null;
  replacedBy: string | null;
};

/** Cards of this run that came to an end that it has not been told of. */
export const untoldCards = (db: Db, runId: string): Promise<DecidedCard[]> =>
  db
    .select({
      proposalId: proposals.id,
      tool: proposals.tool,
      state: proposals.state,
      by: people.name,
      reason: proposals.reason,
      result: proposals.result,
      replacedBy: proposals.replacedBy,
    })
    .from(proposals)
    .leftJoin(people, eq(people.id, proposals.decidedBy))
    .where(
      and(
        eq(proposals.agentRunId, runId),
        inArray(proposals.state, ['rejected', 'expired', 'withdrawn', 'void', 'executed', 'failed']),
        sql`not exists (select 1 from ${agentSteps} s where s.run_id = ${runId} and s.proposal_id = ${proposals.id} and s.kind = 'decision')`,
      ),
    )
    .orderBy(asc(proposals.proposedAt), asc(proposals.id));

/** What a person said into the run, that it has not been told. */
export type Override = { messageId: string; text: string; by: string };

export const untoldWords = async (db: Db, run: Pick<AgentRun, 'id' | 'messageId'>): Promise<Override[]> => {
  const rows = await db
    .select({ messageId: messages.id, text: messages.text, name: people.name, author: messages.authorName })
    .from(messages)
    .leftJoin(people, eq(people.id, messages.personId))
    .where(
      and(
        eq(messages.runId, run.id),
        eq(messages.authorKind, 'person'),
        eq(messages.state, 'delivered'),
        sql`${messages.id} is distinct from ${run.messageId}`,
      ),
    )
    .orderBy(asc(messages.createdAt), asc(messages.id));
  return rows.map(({ messageId, text, name, author }) => ({ messageId, text, by: name ?? author ?? 'API key' }));
};

/** How many of the newest lines of a trace are of trouble, one after the other. */
export const recentTrouble = async (db: Db, runId: string): Promise<number> => {
  const rows = await db
    .select({ kind: agentSteps.kind })
    .from(agentSteps)
    .where(eq(agentSteps.runId, runId))
    .orderBy(desc(agentSteps.seq))
    .limit(10);
  const first = rows.findIndex(({ kind }) => kind !== 'problem');
  return first === -1 ? rows.length : first;
};

/** Whose run this card belongs to. */
export const runOfCard = async (db: Db, proposalId: string): Promise<string | null> => {
  const [row] = await db.select({ runId: proposals.agentRunId }).from(proposals).where(eq(proposals.id, proposalId));
  return row?.runId ?? null;
};

/** Marks words that were said to a run as answered, or as failed with a sentence. `ids`: those alone; absent: all that it holds. Answers how many. */
export const settleWords = async (
  tx: Pick<Tx, 'db'>,
  run: AgentRun,
  { ids, ...to }: ({ state: 'processed' } | { state: 'failed'; problem: string }) & { ids?: readonly string[] },
): Promise<number> => {
  if (ids?.length === 0) return 0;
  const settled = await tx.db
    .update(messages)
    .set(to)
    .where(and(eq(messages.runId, run.id), eq(messages.state, 'delivered'), ids && inArray(messages.id, [...ids])))
    .returning({ id: messages.id });
  for (const { id } of settled)
    await record(tx.db, {
      projectId: run.projectId,
      kind: to.state === 'processed' ? 'message.processed' : 'message.failed',
      threadId: run.threadId,
      personId: run.personId,
      data: { messageId: id, runId: run.id },
    });
  return settled.length;
};

/** A line of the agent's in the thread of its run; `writtenBy` names the model whose words they are. */
export const speakInThread = async (
  tx: Tx,
  run: AgentRun,
  line: { name: string; writtenBy: string | null; text: string },
): Promise<void> => {
  const { name, writtenBy, text } = line;
  await tx.db.insert(messages).values({
    threadId: run.threadId,
    authorKind: 'agent',
    agentKey: run.agentKey,
    authorName: writtenBy === null ? name : `${name}, by ${writtenBy}`,
    runId: run.id,
    text: text.replaceAll('\0', '\uFFFD').toWellFormed(),
  });
  await tx.db.update(threads).set({ lastMessageAt: sql`now()` }).where(eq(threads.id, run.threadId));
};
