import { and, asc, desc, eq, ne, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../../result.ts';
import type { Db } from '../client.ts';
import type { AgentRunState, ProposalState } from '../states.ts';
import { agentRuns } from '../tables/agents.ts';
import { people } from '../tables/people.ts';
import { type ProposalResult, proposals, revisions } from '../tables/proposals.ts';
import { schedules } from '../tables/schedules.ts';
import type { Schedule } from './due.ts';
import { type BadCursor, isUuid, micros, momentOf, type Page, pageOf, uuidPlaceOf } from './place.ts';

/** A schedule with what was approved and what its last occurrence came to. */
export type ScheduleRow = {
  schedule: Schedule;
  /** The action that made it, such as `schedule_job`. */
  tool: string;
  /** RFC 8785 text of the approved input. */
  inputText: string;
  creator: string;
  last: { proposalId: string; state: ProposalState; result: ProposalResult | null } | null;
  /** The newest run of the agent that it gives work to. */
  lastRun: { id: string; state: AgentRunState; problem: string | null } | null;
};

const lastOrigin = sql`'schedule:' || ${schedules.id} || ':' || ${schedules.occurrence}`;

const rowsOf = (db: Db) => {
  const last = db
    .select({ id: proposals.id, origin: proposals.origin, state: proposals.state, result: proposals.result })
    .from(proposals)
    .as('last');
  return db
    .select({
      schedule: schedules,
      tool: proposals.tool,
      inputText: revisions.inputText,
      creator: sql<string>`coalesce(${people.name}, ${proposals.proposedByName})`,
      lastId: last.id,
      lastState: last.state,
      lastResult: last.result,
      lastRun: sql<
        ScheduleRow['lastRun']
      >`(select json_build_object('id', r.id, 'state', r.state, 'problem', r.problem) from ${agentRuns} r where r.schedule_id = ${schedules.id} order by r.created_at desc limit 1)`,
      moment: micros(schedules.createdAt),
    })
    .from(schedules)
    .innerJoin(proposals, eq(proposals.id, schedules.proposalId))
    .innerJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision)))
    .leftJoin(people, eq(people.id, schedules.createdBy))
    .leftJoin(last, sql`${last.origin} = ${lastOrigin}`)
    .$dynamic();
};

type Row = Awaited<ReturnType<typeof rowsOf>>[number];

const itemOf = ({ schedule, tool, inputText, creator, lastId, lastState, lastResult, lastRun }: Row): ScheduleRow => ({
  schedule,
  tool,
  inputText,
  creator,
  last: lastId && lastState ? { proposalId: lastId, state: lastState, result: lastResult } : null,
  lastRun,
});

/** A project's schedules in the order in which they were made; those that have ended only when asked for. */
export const listSchedules = async (
  db: Db,
  at: { projectId: string; ended: boolean; cursor: string | undefined; limit: number },
): Promise<Result<Page<ScheduleRow>, BadCursor>> => {
  const place = at.cursor === undefined ? undefined : uuidPlaceOf(at.cursor, 1);
  if (at.cursor !== undefined && !place) return err({ code: 'bad_cursor' });
  const state = at.ended ? eq(schedules.state, 'ended') : ne(schedules.state, 'ended');
  const behind = place && sql`(${schedules.createdAt}, ${schedules.id}) > (${momentOf(place.keys[0])}, ${place.id}::uuid)`;
  const rows = await rowsOf(db)
    .where(and(eq(schedules.projectId, at.projectId), state, behind))
    .orderBy(asc(schedules.createdAt), asc(schedules.id))
    .limit(at.limit + 1);
  return ok(pageOf(rows, at.limit, { item: itemOf, place: ({ schedule, moment }) => ({ keys: [moment], id: schedule.id }) }));
};

export const readSchedule = async (db: Db, projectId: string, id: string): Promise<ScheduleRow | undefined> => {
  if (!isUuid(id)) return undefined;
  const [row] = await rowsOf(db).where(and(eq(schedules.id, id), eq(schedules.projectId, projectId)));
  return row && itemOf(row);
};

/** The one that goes by this name and has not ended, however it is capitalised. */
export const scheduleNamed = async (db: Db, projectId: string, name: string): Promise<ScheduleRow | undefined> => {
  const named = and(
    eq(schedules.projectId, projectId),
    ne(schedules.state, 'ended'),
    sql`lower(${schedules.name}) = lower(${name.trim()})`,
  );
  const [row, ...others] = await rowsOf(db).where(named).orderBy(desc(schedules.createdAt)).limit(2);
  return row && others.length === 0 ? itemOf(row) : undefined;
};
