import { and, eq, gte, isNull, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { modelCalls, type UnitPrices } from './tables/models.ts';

/** Who calls a model, on whose behalf, about what. */
export type ModelCaller = {
  projectId: string;
  personId: string | null;
  agentKey?: string;
  threadId: string;
  messageId: string | null;
  runId?: string;
  provider: string;
  model: string;
};

const STARTED = 'started';

/** Writes a call down before it is made, so that those under way count too. */
export const beginModelCall = async (db: Db, caller: ModelCaller): Promise<string> => {
  const [row] = await db
    .insert(modelCalls)
    .values({ ...caller, outcome: STARTED, durationMs: 0 })
    .returning({ id: modelCalls.id });
  if (!row) throw new Error('the model call was not written');
  return row.id;
};

/** Takes back one that was not made. */
export const dropModelCall = async (db: Db, id: string): Promise<void> => {
  await db.delete(modelCalls).where(and(eq(modelCalls.id, id), eq(modelCalls.outcome, STARTED)));
};

export type CallEnd = {
  outcome: string;
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
  costMicros: number;
  unitPrices: UnitPrices | null;
  durationMs: number;
};

export const endModelCall = async (db: Db, id: string, end: CallEnd): Promise<void> => {
  await db.update(modelCalls).set(end).where(eq(modelCalls.id, id));
};

export type PersonUse = { minute: number; today: number; tokensToday: number };

const sinceMidnight = sql`date_trunc('day', now() at time zone 'utc') at time zone 'utc'`;

/** How much a person used models in the last minute and today (UTC). Keys that belong to nobody count together. */
export const personUse = async (db: Db, who: { projectId: string; personId: string | null }): Promise<PersonUse> => {
  const { projectId, personId } = who;
  const [row] = await db
    .select({
      minute: sql<number>`count(*) filter (where ${modelCalls.at} > now() - interval '1 minute')::int`,
      today: sql<number>`count(*) filter (where ${modelCalls.at} >= ${sinceMidnight})::int`,
      tokensToday: sql<number>`coalesce(sum(${modelCalls.inputTokens} + ${modelCalls.cacheReadTokens} + ${modelCalls.cacheWriteTokens} + ${modelCalls.outputTokens}) filter (where ${modelCalls.at} >= ${sinceMidnight}), 0)::float`,
    })
    .from(modelCalls)
    .where(
      and(
        eq(modelCalls.projectId, projectId),
        personId === null ? isNull(modelCalls.personId) : eq(modelCalls.personId, personId),
        gte(modelCalls.at, sql`least(${sinceMidnight}, now() - interval '1 minute')`),
      ),
    );
  return row ?? { minute: 0, today: 0, tokensToday: 0 };
};
