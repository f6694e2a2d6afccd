import { and, asc, desc, eq, like, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../../result.ts';
import type { Db } from '../client.ts';
import { agentRuns, agentSteps } from '../tables/agents.ts';
import { proposals } from '../tables/proposals.ts';
import { type BadCursor, isUuid, micros, momentOf, type Page, pageOf, uuidPlaceOf } from './place.ts';

const COLUMNS = {
  id: agentRuns.id,
  agentKey: agentRuns.agentKey,
  trigger: agentRuns.trigger,
  state: agentRuns.state,
  goal: agentRuns.goal,
  threadId: agentRuns.threadId,
  messageId: agentRuns.messageId,
  taskId: agentRuns.taskId,
  scheduleId: agentRuns.scheduleId,
  parentId: agentRuns.parentId,
  personName: agentRuns.personName,
  priority: agentRuns.priority,
  steps: agentRuns.steps,
  inputTokens: agentRuns.inputTokens,
  outputTokens: agentRuns.outputTokens,
  costMicros: agentRuns.costMicros,
  outcome: agentRuns.outcome,
  confidence: agentRuns.confidence,
  errorCode: agentRuns.errorCode,
  problem: agentRuns.problem,
  createdAt: agentRuns.createdAt,
  startedAt: agentRuns.startedAt,
  finishedAt: agentRuns.finishedAt,
  ageSeconds: sql<number>`extract(epoch from now() - ${agentRuns.createdAt})::float`,
};

const rowsOf = (db: Db) => db.select({ ...COLUMNS, at: micros(agentRuns.createdAt) }).from(agentRuns);

/** A run as people see it: everything but what only the model is told. */
export type RunInfo = Omit<Awaited<ReturnType<typeof rowsOf>>[number], 'at'>;

export type RunsWanted = { projectId: string; agentKey?: string; state?: RunInfo['state']; cursor?: string | undefined; limit: number };

/** The newest first. */
export const listRuns = async (db: Db, wanted: RunsWanted): Promise<Result<Page<RunInfo>, BadCursor>> => {
  const { projectId, agentKey, state, cursor, limit } = wanted;
  const place = cursor === undefined ? undefined : uuidPlaceOf(cursor, 1);
  if (cursor !== undefined && !place) return err({ code: 'bad_cursor' });
  const rows = await rowsOf(db)
    .where(
      and(
        eq(agentRuns.projectId, projectId),
        agentKey === undefined ? undefined : eq(agentRuns.agentKey, agentKey),
        state && eq(agentRuns.state, state),
        place && sql`(${agentRuns.createdAt}, ${agentRuns.id}) < (${momentOf(place.keys[0])}, ${place.id}::uuid)`,
      ),
    )
    .orderBy(desc(agentRuns.createdAt), desc(agentRuns.id))
    .limit(limit + 1);
  return ok(pageOf(rows, limit, { item: ({ at: _at, ...row }) => row, place: ({ id, at }) => ({ keys: [at], id }) }));
};

export const readRun = async (db: Db, which: { projectId: string; id: string }): Promise<RunInfo | undefined> => {
  if (!isUuid(which.id)) return undefined;
  const [row] = await rowsOf(db).where(and(eq(agentRuns.id, which.id), eq(agentRuns.projectId, which.projectId)));
  if (!row) return undefined;
  const { at: _at, ...run } = row;
  return run;
};

/** Runs whose id begins like this, at most two: enough to know whether it is the only one. */
export const runsLike = async (db: Db, which: { projectId: string; beginning: string }): Promise<string[]> => {
  if (!/^[0-9a-f-]{4,36}$/.test(which.beginning)) return [];
  const rows = await db
    .select({ id: agentRuns.id })
    .from(agentRuns)
    .where(and(eq(agentRuns.projectId, which.projectId), like(sql`${agentRuns.id}::text`, `${which.beginning}%`)))
    .limit(2);
  return rows.map(({ id }) => id);
};

/** The trace of a run, with what its cards stand at now. */
export const readSteps = (db: Db, runId: string) =>
  db
    .select({
      seq: agentSteps.seq,
      kind: agentSteps.kind,
      tool: agentSteps.tool,
      text: agentSteps.text,
      proposalId: agentSteps.proposalId,
      cardState: proposals.state,
      inputTokens: agentSteps.inputTokens,
      outputTokens: agentSteps.outputTokens,
      costMicros: agentSteps.costMicros,
      durationMs: agentSteps.durationMs,
      at: agentSteps.at,
    })
    .from(agentSteps)
    .leftJoin(proposals, eq(proposals.id, agentSteps.proposalId))
    .where(eq(agentSteps.runId, runId))
    .orderBy(asc(agentSteps.seq));

export type StepInfo = Awaited<ReturnType<typeof readSteps>>[number];
