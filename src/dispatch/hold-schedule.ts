import { and, eq, sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import type { Schedule } from '../db/read/due.ts';
import { record } from '../db/record.ts';
import { type Role, roleAtLeast } from '../db/states.ts';
import { schedules } from '../db/tables/schedules.ts';
import { err, ok, type Result } from '../result.ts';
import { nextTimes, storedRecurrence } from '../tools/schedule/recurrence.ts';
import type { Actor } from './actor.ts';
import type { Heart } from './heart.ts';
import { type HeartError, heartError } from './sentences.ts';
import { roleNow } from './standing.ts';
import { readSwitch, shareSwitch } from './switch.ts';

export type Hold = 'pause' | 'resume';

/** As with everything else here: whoever works here may stop a schedule; letting it go again is for those who could have approved it. */
export const HOLD_ROLES: Record<Hold, Role> = { pause: 'operator', resume: 'approver' };

const STATES = { pause: { from: 'active', to: 'paused' }, resume: { from: 'paused', to: 'active' } } as const;

const SAY = {
  pause: 'It is not active: it is paused already, or has ended.',
  resume: 'It is not paused: it is active already, or has ended.',
} as const;

type Wanted = { scheduleId: string; verb: Hold; now?: Date };

const mayHold = async ({ db }: Tx, actor: Actor, verb: Hold): Promise<HeartError | undefined> => {
  const role = await roleNow(db, actor);
  if (!role || !roleAtLeast(role, HOLD_ROLES[verb])) return heartError('not_allowed');
  return verb === 'resume' && (await readSwitch(db, actor.projectId)).killed ? heartError('killed') : undefined;
};

/** When it happens next from where it is let go; while it is paused the moment stays as it was. */
const nextOf = ({ pattern, timeZone, nextAt }: Schedule, verb: Hold, now: Date): Date | null => {
  if (verb === 'pause') return nextAt;
  const recurrence = storedRecurrence(pattern, timeZone);
  return (recurrence && nextTimes(recurrence, now, 1)[0]) ?? null;
};

const hold = async (tx: Tx, actor: Actor, { scheduleId, verb, now = new Date() }: Wanted): Promise<Result<Held, HeartError>> => {
  const { projectId, personId, via } = actor;
  const { from, to } = STATES[verb];
  const mine = and(eq(schedules.id, scheduleId), eq(schedules.projectId, projectId), eq(schedules.state, from));
  const [schedule] = await tx.db.select().from(schedules).where(mine).for('update');
  if (!schedule) return err(heartError('wrong_state', { message: SAY[verb] }));
  const nextAt = nextOf(schedule, verb, now);
  const state = nextAt ? to : 'ended';
  await tx.db.update(schedules).set({ state, nextAt, updatedAt: sql`now()` }).where(eq(schedules.id, scheduleId));
  const kind = { active: 'schedule.resumed', paused: 'schedule.paused', ended: 'schedule.ended' }[state];
  await record(tx.db, { projectId, kind, threadId: schedule.threadId, personId, data: { scheduleId, via } });
  return ok({ state });
};

export type Held = { state: 'active' | 'paused' | 'ended' };

/**
 * Pauses a schedule or lets it go on, at once. What was due while it was paused is not made up for: it goes on with the next time. One whose
 * only moment passed meanwhile ends.
 */
export const holdSchedule = (heart: Heart, actor: Actor, wanted: Wanted): Promise<Result<Held, HeartError>> =>
  heart.database.transaction(async (tx) => {
    await shareSwitch(tx);
    const refused = await mayHold(tx, actor, wanted.verb);
    return refused ? err(refused) : hold(tx, actor, wanted);
  });
