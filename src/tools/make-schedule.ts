import { and, eq, ne, sql } from 'drizzle-orm';
import { record } from '../db/record.ts';
import { schedules } from '../db/tables/schedules.ts';
import { ok, type Result } from '../result.ts';
import { refuse } from './refuse.ts';
import { inWords, nextTimes } from './schedule/recurrence.ts';
import { momentInWords, recurrenceOf, type Timed } from './schedule-fields.ts';
import type { PreviewContext, ToolContext, ToolDone, ToolError, Undo } from './tool.ts';

export type NewSchedule = Timed & {
  name: string;
  tool: string | null;
  instructions?: string | undefined;
  target_agent_key?: string | undefined;
  kind?: 'job' | 'heartbeat' | undefined;
  /** What a heartbeat goes by, as kinds of events. */
  watches?: string[];
  /** The schedule whose place it takes. */
  replaces?: string | undefined;
};

/** Ends a schedule; false when there is none of that id and name that has not ended. */
export const endSchedule = async (ctx: ToolContext, which: { id: string; name?: string; kind: string }): Promise<boolean> => {
  const { tx, projectId, proposalId, threadId, requesterId } = ctx;
  const { id, name, kind } = which;
  const stands = and(
    eq(schedules.id, id),
    eq(schedules.projectId, projectId),
    ne(schedules.state, 'ended'),
    name === undefined ? undefined : eq(schedules.name, name),
  );
  const [ended] = await tx
    .update(schedules)
    .set({ state: 'ended', nextAt: null, updatedAt: sql`now()` })
    .where(stands)
    .returning({ id: schedules.id });
  if (!ended) return false;
  await record(tx, { projectId, kind, proposalId, threadId, personId: requesterId, data: { scheduleId: id } });
  return true;
};

const GONE = refuse('schedule_missing', 'That schedule is not there any more: it has ended, or somebody else changed it.');

const insert = async (ctx: ToolContext, wanted: NewSchedule, nextAt: Date): Promise<string | undefined> => {
  const { tx, projectId, proposalId, threadId, requesterId } = ctx;
  const {
    name,
    schedule_expr: pattern,
    time_zone: timeZone,
    tool,
    instructions = '',
    target_agent_key,
    kind = 'job',
    watches = [],
  } = wanted;
  const [made] = await tx
    .insert(schedules)
    .values({
      projectId,
      name,
      pattern,
      timeZone,
      tool,
      instructions,
      targetAgentKey: target_agent_key ?? null,
      kind,
      watches,
      threadId,
      proposalId,
      createdBy: requesterId,
      nextAt,
    })
    .onConflictDoNothing()
    .returning({ id: schedules.id });
  return made?.id;
};

/** Puts a schedule on the list, in the place of the one that it replaces. Its reports go to the thread that it was asked for in. */
export const makeSchedule = async (ctx: ToolContext, wanted: NewSchedule): Promise<Result<ToolDone, ToolError>> => {
  const recurrence = recurrenceOf(wanted);
  const [nextAt] = nextTimes(recurrence, new Date(), 1);
  if (!nextAt) return refuse('schedule_past', 'That moment passed before it was approved. Ask for it again with a time that is to come.');
  const { replaces, name } = wanted;
  if (replaces !== undefined && !(await endSchedule(ctx, { id: replaces, kind: 'schedule.replaced' }))) return GONE;
  const scheduleId = await insert(ctx, wanted, nextAt);
  if (!scheduleId)
    return refuse('schedule_exists', `There is a schedule called “${name}” already. Choose another name, or delete that one.`);
  const { tx, projectId, proposalId, threadId, requesterId } = ctx;
  await record(tx, { projectId, kind: 'schedule.created', proposalId, threadId, personId: requesterId, data: { scheduleId } });
  const next = momentInWords(nextAt, recurrence.timeZone);
  return ok({
    summary: `“${name}” is scheduled ${inWords(recurrence)}. Next: ${next}`,
    data: { scheduleId, name, nextAt: nextAt.toISOString() },
  });
};

/** What takes a schedule back: its deletion, while it is there under the name that it was given. */
export const undoSchedule = async ({ data }: { data: Record<string, unknown> }, { db, projectId }: PreviewContext): Promise<Undo> => {
  const stands = and(
    sql`${schedules.id}::text = ${String(data.scheduleId)}`,
    eq(schedules.projectId, projectId),
    eq(schedules.name, String(data.name)),
    ne(schedules.state, 'ended'),
  );
  const [found] = await db.select({ id: schedules.id, name: schedules.name }).from(schedules).where(stands);
  if (!found) return { ok: false, why: 'That schedule has ended already.' };
  return { ok: true, tool: 'delete_schedule', input: { name: found.name, schedule_id: found.id } };
};
