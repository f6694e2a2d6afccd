import { and, eq, gte, isNull, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { budgetPromises } from './tables/control.ts';
import { modelCalls, type UnitPrices } from './tables/models.ts';

/** Who calls a model, on whose behalf, about what. */
export type ModelCaller = {
  projectId: string;
  personId: string | null;
  agentKey?: string | undefined;
  runId?: string | undefined;
  threadId: string;
  messageId: string | null;
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

/** How long no call takes: whoever began one that is older is gone. */
const LOST_AFTER = sql.raw(`interval '15 minutes'`);

/** Calls that hold a promise of a budget and whose process is gone: they never said how they ended. */
export const lostModelCalls = async (db: Db): Promise<string[]> => {
  const { rows } = await db.execute<{ id: string }>(sql`
    select distinct m.id from ${budgetPromises} b join ${modelCalls} m on m.id = b.holder
    where b.at < now() - ${LOST_AFTER} and m.outcome = ${STARTED} limit 100`);
  return rows.map(({ id }) => id);
};

/** Says of one that nobody will ever hear how it ended. False: somebody did. */
export const loseModelCall = async (db: Db, id: string): Promise<boolean> => {
  const here = and(eq(modelCalls.id, id), eq(modelCalls.outcome, STARTED));
  const lost = await db.update(modelCalls).set({ outcome: 'lost' }).where(here).returning({ id: modelCalls.id });
  return lost.length > 0;
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
