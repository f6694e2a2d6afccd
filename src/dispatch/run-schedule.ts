import { and, eq, sql } from 'drizzle-orm';
import type { ScheduleRow } from '../db/read/schedules.ts';
import { record } from '../db/record.ts';
import { roleAtLeast } from '../db/states.ts';
import { schedules } from '../db/tables/schedules.ts';
import { err, ok, type Result } from '../result.ts';
import type { InnerAction } from '../tools/tool.ts';
import type { Actor } from './actor.ts';
import { jsonOf } from './compose.ts';
import type { Heart } from './heart.ts';
import { propose } from './propose.ts';
import { type HeartError, heartError } from './sentences.ts';
import { roleNow } from './standing.ts';

/** The exact action that a schedule runs; undefined for one that only has instructions, or whose action is gone. */
export const actionOf = (heart: Heart, { schedule, inputText, tool }: ScheduleRow): InnerAction | undefined => {
  const parsed = schedule.tool === null ? undefined : heart.tools.get(tool)?.input.safeParse(jsonOf(inputText));
  return parsed?.success ? heart.tools.get(tool)?.inner?.(parsed.data)[0] : undefined;
};

/** Brings the next look at the instructions forward to now, whether or not there is news. All that can come of it is cards. */
const askNow = (heart: Heart, actor: Actor, { schedule }: ScheduleRow): Promise<Result<{ proposalId: null }, HeartError>> =>
  heart.database.transaction(async ({ db }) => {
    const { id, threadId } = schedule;
    const { projectId, personId } = actor;
    const role = await roleNow(db, actor);
    if (!role || !roleAtLeast(role, 'operator')) return err(heartError('not_allowed'));
    const active = and(eq(schedules.id, id), eq(schedules.projectId, projectId), eq(schedules.state, 'active'));
    const [moved] = await db.update(schedules).set({ nextAt: sql`now()`, fingerprint: null }).where(active).returning({ id: schedules.id });
    if (!moved) return err(heartError('wrong_state', { message: 'It is paused or has ended. Resume it first.' }));
    await record(db, { projectId, kind: 'schedule.asked', threadId, personId, data: { scheduleId: id, via: actor.via } });
    return ok({ proposalId: null });
  });

/**
 * Runs a schedule once more, now. The approval of a schedule is for its own times, so an exact action becomes a card of its own, which waits
 * for people; instructions are put before the router at once.
 */
export const runSchedule = async (
  heart: Heart,
  actor: Actor,
  row: ScheduleRow,
): Promise<Result<{ proposalId: string | null }, HeartError>> => {
  if (row.schedule.state === 'ended') return err(heartError('wrong_state', { message: 'That schedule has ended.' }));
  if (row.schedule.tool === null) return askNow(heart, actor, row);
  const action = actionOf(heart, row);
  if (!action) return err(heartError('tool_unknown'));
  return propose(heart, actor, { threadId: row.schedule.threadId, ...action });
};
