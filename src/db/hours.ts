import { sql } from 'drizzle-orm';
import type { Database, Db } from './client.ts';
import type { RunResult } from './states.ts';
import { modelCalls } from './tables/models.ts';
import { runs } from './tables/proposals.ts';
import { hourTotals } from './tables/totals.ts';

/** What one hour came to. Money in millionths of a dollar; `reservedMicros` is promised to what still runs. */
export type HourTotals = Record<RunResult, number> & {
  at: Date;
  running: number;
  actionMicros: number;
  reservedMicros: number;
  modelCalls: number;
  modelFailed: number;
  inputTokens: number;
  outputTokens: number;
  modelMicros: number;
};

const HOURS_LOCK = 0x57_49_4c_48;
/** The most hours that are added up in one transaction. */
const BATCH = 1000;

const COLUMNS = sql.raw(
  'success, failed, killed, skipped, running, action_micros, reserved_micros, model_calls, model_failed, input_tokens, output_tokens, model_micros',
);

/** The totals of the hour that begins at `h.hour`, from what they are made of. Bounded by the hour, by index. */
const countedAnew = (projectId: string) => {
  const ran = (result: RunResult) => sql`count(*) filter (where ${runs.result} = ${sql.raw(`'${result}'`)})::int`;
  const sum = (what: ReturnType<typeof sql>) => sql`coalesce(sum(${what}), 0)::bigint`;
  const within = (at: ReturnType<typeof sql>) => sql`${at} >= h.hour and ${at} < h.hour + interval '1 hour'`;
  return sql`
    cross join lateral (
      select ${ran('success')} as success, ${ran('failed')} as failed, ${ran('killed')} as killed, ${ran('skipped')} as skipped,
        count(*) filter (where ${runs.result} is null)::int as running,
        coalesce(sum(${runs.costMicros}) filter (where ${runs.result} is not null), 0)::bigint as action_micros,
        coalesce(sum(${runs.costMicros}) filter (where ${runs.result} is null), 0)::bigint as reserved_micros
      from ${runs} where ${runs.projectId} = ${projectId} and ${within(sql`${runs.startedAt}`)}
    ) r
    cross join lateral (
      select count(*)::int as model_calls, count(*) filter (where ${modelCalls.outcome} not in ('ok', 'started'))::int as model_failed,
        ${sum(sql`${modelCalls.inputTokens} + ${modelCalls.cacheReadTokens} + ${modelCalls.cacheWriteTokens}`)} as input_tokens,
        ${sum(sql`${modelCalls.outputTokens}`)} as output_tokens, ${sum(sql`${modelCalls.costMicros}`)} as model_micros
      from ${modelCalls} where ${modelCalls.projectId} = ${projectId} and ${within(sql`${modelCalls.at}`)}
    ) m`;
};

type Row = {
  at: Date;
  success: number;
  failed: number;
  killed: number;
  skipped: number;
  running: number;
  action_micros: string;
  reserved_micros: string;
  model_calls: number;
  model_failed: number;
  input_tokens: string;
  output_tokens: string;
  model_micros: string;
};

const totalsOf = ({ at, success, failed, killed, skipped, running, model_calls, model_failed, ...big }: Row): HourTotals => ({
  at: new Date(at),
  success,
  failed,
  killed,
  skipped,
  running,
  modelCalls: model_calls,
  modelFailed: model_failed,
  actionMicros: Number(big.action_micros),
  reservedMicros: Number(big.reserved_micros),
  inputTokens: Number(big.input_tokens),
  outputTokens: Number(big.output_tokens),
  modelMicros: Number(big.model_micros),
});

/** Every hour from the one that `from` lies in until now, in order and without gaps: those that are added up, and the others counted now. */
export const readHours = async (db: Db, at: { projectId: string; from: Date }): Promise<HourTotals[]> => {
  const { projectId } = at;
  const from = sql`date_bin('1 hour', ${at.from.toISOString()}::timestamptz, 'epoch')`;
  const stored = sql`select 1 from ${hourTotals} t where t.project_id = ${projectId} and t.hour = h.hour`;
  const { rows } = await db.execute<Row>(sql`
    select t.hour as at, ${COLUMNS} from ${hourTotals} t where t.project_id = ${projectId} and t.hour >= ${from}
    union all
    select h.hour as at, ${COLUMNS} from generate_series(${from}, now(), interval '1 hour') as h(hour) ${countedAnew(projectId)}
      where not exists (${stored})
    order by 1`);
  return rows.map(totalsOf);
};

/** Hours that have ended for good and are not added up. A run of theirs that changes later strikes its hour out. */
const missing = (projectId: string) => sql`
  select h.hour from generate_series(
    date_bin('1 hour', least((select min(started_at) from ${runs} where project_id = ${projectId}), (select min(at) from ${modelCalls} where project_id = ${projectId})), 'epoch'),
    now() - interval '70 minutes', interval '1 hour') as h(hour)
  where not exists (select 1 from ${hourTotals} t where t.project_id = ${projectId} and t.hour = h.hour) limit ${BATCH}`;

/** Adds up the hours that have ended. Does nothing, and commits nothing, when there is none. */
export const addUpHours = async (database: Database, projectId: string): Promise<number> => {
  let added = 0;
  for (;;) {
    const some = await database.db.execute(sql`select 1 from (${missing(projectId)}) as one limit 1`);
    if (some.rows.length === 0) return added;
    const count = await database.transaction(async ({ db }) => {
      // Whoever changes a run of an hour that has ended holds this lock too: it is counted either with the change or anew.
      await db.execute(sql`select pg_advisory_xact_lock(${HOURS_LOCK})`);
      const inserted = await db.execute(sql`
        insert into ${hourTotals} (project_id, hour, ${COLUMNS})
        select ${projectId}, h.hour, ${COLUMNS} from (${missing(projectId)}) as h ${countedAnew(projectId)}
        on conflict do nothing returning 1`);
      return inserted.rows.length;
    });
    added += count;
    if (count === 0) return added;
  }
};

/** Runs of all time by what they came to. */
export const readRunTotals = async (db: Db, projectId: string): Promise<Record<RunResult, number>> => {
  const { rows } = await db.execute<Record<RunResult, number> & { first: Date | null; last: Date | null; hours: number }>(sql`
    select coalesce(sum(success), 0)::float as success, coalesce(sum(failed), 0)::float as failed, coalesce(sum(killed), 0)::float as killed,
      coalesce(sum(skipped), 0)::float as skipped from (
        select success, failed, killed, skipped from ${hourTotals} where project_id = ${projectId}
        union all
        select success, failed, killed, skipped from generate_series(
          date_bin('1 hour', (select min(started_at) from ${runs} where project_id = ${projectId}), 'epoch'), now(), interval '1 hour') as h(hour)
          ${countedAnew(projectId)}
          where not exists (select 1 from ${hourTotals} t where t.project_id = ${projectId} and t.hour = h.hour)
      ) as every`);
  const [row] = rows;
  return { success: row?.success ?? 0, failed: row?.failed ?? 0, killed: row?.killed ?? 0, skipped: row?.skipped ?? 0 };
};
