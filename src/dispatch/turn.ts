import { desc, eq, sql } from 'drizzle-orm';
import type { Database, Tx } from '../db/client.ts';
import { type Due, readDue } from '../db/read/due.ts';
import { type NewEvent, record } from '../db/record.ts';
import type { ScheduleOutcome } from '../db/states.ts';
import { switches } from '../db/tables/control.ts';
import { schedules } from '../db/tables/schedules.ts';
import { messages } from '../db/tables/talk.ts';
import type { Result } from '../result.ts';
import { type Recurrence, storedRecurrence } from '../tools/schedule/recurrence.ts';
import { momentInWords } from '../tools/schedule-fields.ts';
import type { Stop } from './decided-schedule.ts';
import { type DueTimes, dueTimes } from './due-times.ts';
import { readStanding, type Standing } from './standing.ts';
import { shareSwitch } from './switch.ts';
import { sayBeside, sayInThread } from './thread.ts';

/** What came of one look: `left` to somebody else or not due any more, `held` by a pause or a kill, `quiet`: nothing is new. */
export type Taken = 'made' | 'quiet' | 'skipped' | 'stopped' | 'left' | 'held';

/** A schedule under lock, with everything that its occurrence depends on. */
export type Turn = { tx: Tx; schedule: Due; standing: Standing; due: DueTimes };

/** A time that passed longer ago than this was missed. */
const LATE_MS = 60_000;

export const turnEvent = ({ schedule }: Pick<Turn, 'schedule'>, kind: string, data: Record<string, unknown>): NewEvent => {
  const { projectId, threadId, id } = schedule;
  return { projectId, kind, threadId, data: { scheduleId: id, ...data } };
};

/** What is said again and again without anything between is said once. */
const sayOnce = async ({ tx, schedule }: Pick<Turn, 'tx' | 'schedule'>, text: string): Promise<void> => {
  const { threadId } = schedule;
  const [last] = await tx.db
    .select({ text: messages.text })
    .from(messages)
    .where(eq(messages.threadId, threadId))
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(1);
  if (last?.text !== text) await sayInThread(tx.db, threadId, text);
};

/** Moves the schedule behind now, with what came of it; the last time of one that ends has ended it. */
export const advance = async (turn: Turn, outcome: ScheduleOutcome, seen?: string | null): Promise<void> => {
  const { tx, schedule, due } = turn;
  const { next, times } = due;
  const made = outcome === 'made';
  const left = made || outcome === 'quiet' ? 0 : Math.max(1, times.length);
  await tx.db
    .update(schedules)
    .set({
      nextAt: next,
      state: next ? 'active' : 'ended',
      outcome,
      skipped: schedule.skipped + left,
      updatedAt: sql`now()`,
      ...(made ? { occurrence: schedule.occurrence + 1 } : {}),
      ...(outcome === 'quiet' ? { quiet: schedule.quiet + 1 } : {}),
      ...(left === 0 ? { lastAt: times.at(-1) ?? schedule.nextAt } : {}),
      ...(seen === undefined ? {} : { fingerprint: seen }),
    })
    .where(eq(schedules.id, schedule.id));
};

export type Skip = { code: Exclude<ScheduleOutcome, 'made' | 'quiet'>; say: string };

/** Leaves out what is due. Said and recorded when it begins, and counted each time. */
export const skip = async (turn: Turn, why: Skip): Promise<Taken> => {
  await advance(turn, why.code);
  await sayOnce(turn, why.say);
  if (turn.schedule.outcome !== why.code)
    await record(turn.tx.db, turnEvent(turn, 'schedule.skipped', { why: why.code, count: turn.due.times.length }));
  return 'skipped';
};

/** Nothing can be made of it any more: it waits, paused, for a person. */
export const pauseBroken = async (turn: Pick<Turn, 'tx' | 'schedule'>, why: string): Promise<Taken> => {
  const { tx, schedule } = turn;
  await tx.db.update(schedules).set({ state: 'paused', updatedAt: sql`now()` }).where(eq(schedules.id, schedule.id));
  await sayInThread(
    tx.db,
    schedule.threadId,
    `The schedule “${schedule.name}” is paused, because ${why}. Delete it and schedule it again, or resume it when that is mended.`,
  );
  await record(tx.db, turnEvent(turn, 'schedule.paused', { why: 'broken' }));
  return 'stopped';
};

/** Says that times passed while nothing could run; false when it is on time. */
export const sayLate = async ({ tx, schedule, due }: Turn, now: Date): Promise<boolean> => {
  const last = due.times.at(-1) ?? now;
  const count = `${due.times.length.toLocaleString('en')}${due.more ? ' or more' : ''}`;
  const late = now.getTime() - last.getTime() > LATE_MS;
  if (due.times.length <= 1 && !late) return false;
  const text =
    due.times.length > 1
      ? `“${schedule.name}” was due ${count} times while it could not run. It runs once for all of them.`
      : `“${schedule.name}” was due on ${momentInWords(last, schedule.timeZone)} and could not run then. It runs now.`;
  await sayBeside(tx.db, { threadId: schedule.threadId, text, place: 'before' });
  return true;
};

/** Why what is due is not made at all, whatever it is. */
export const timeSkip = ({ schedule, due }: Turn, at: { missed: 'once' | 'skip'; now: Date }): Skip | undefined => {
  const last = due.times.at(-1);
  if (!last)
    return { code: 'killed', say: `What “${schedule.name}” had due while Wilco was killed does not run any more. It goes on from here.` };
  if (at.missed === 'skip' && at.now.getTime() - last.getTime() > LATE_MS)
    return { code: 'missed', say: `“${schedule.name}” was due while it could not run, and is skipped.` };
  return undefined;
};

export const overlapSkip = ({ schedule }: Pick<Turn, 'schedule'>): Skip => ({
  code: 'overlap',
  say: `“${schedule.name}” is skipped until what it made before is decided and done.`,
});

/** Everything that needs no lock: when it comes, what is to be made of it, and under which policy that was worked out. */
export type Prepared<Made> = { recurrence: Recurrence | null; made: Result<Made, Stop>; policyVersion: number | undefined };

/** Holds the schedule's row if it is as it was read. Who finds it taken leaves it: the other one does the same work. */
const lockSchedule = async (tx: Tx, { id, nextAt, occurrence }: Due): Promise<boolean> => {
  const { rows } = await tx.query(
    `select 1 from wilco.schedules where id = $1 and state = 'active' and occurrence = $2 and date_trunc('milliseconds', next_at) = $3 for update skip locked`,
    [id, occurrence, nextAt],
  );
  return rows.length === 1;
};

const liftedAtOf = async (tx: Tx, projectId: string): Promise<Date | null> => {
  const [row] = await tx.db.select({ liftedAt: switches.liftedAt }).from(switches).where(eq(switches.projectId, projectId));
  return row?.liftedAt ?? null;
};

type Steps<Made> = {
  prepare: (schedule: Due) => Promise<Prepared<Made>>;
  make: (turn: Turn, made: Made, now: Date) => Promise<Taken>;
};

const takeLocked = async <Made>(
  steps: Steps<Made>,
  at: { tx: Tx; schedule: Due; prepared: Prepared<Made>; now: Date },
): Promise<Taken | 'again'> => {
  const { tx, schedule, prepared, now } = at;
  const { projectId, proposalId } = schedule;
  const [, , locked, standing, liftedAt] = await Promise.all([
    tx.begun,
    shareSwitch(tx),
    lockSchedule(tx, schedule),
    readStanding(tx.db, projectId, proposalId),
    liftedAtOf(tx, projectId),
  ]);
  if (!locked) return 'left';
  if (!standing) throw new Error(`schedule ${schedule.id} without its proposal`);
  if (standing.switch.killed || standing.switch.paused) return 'held';
  const { made, recurrence, policyVersion } = prepared;
  if (!made.ok) return pauseBroken({ tx, schedule }, made.error.why);
  if (!recurrence) return pauseBroken({ tx, schedule }, 'its time can no longer be read');
  if (standing.policy.version !== policyVersion) return 'again';
  const due = dueTimes(recurrence, { due: schedule.nextAt, now, liftedAt });
  return steps.make({ tx, schedule, standing, due }, made.value, now);
};

/**
 * Takes what a schedule has due by `now`, in one transaction: the next time, the count, and what is made of it. Of several processes one takes
 * it; nothing is taken under a pause or a kill.
 */
export const takeTurn = async <Made>(database: Database, at: { id: string; now: Date }, steps: Steps<Made>): Promise<Taken> => {
  const { id, now } = at;
  for (;;) {
    const schedule = await readDue(database.db, id, now);
    if (!schedule) return 'left';
    const prepared = await steps.prepare(schedule);
    const taken = await database.transaction((tx) => takeLocked(steps, { tx, schedule, prepared, now }), { eager: true });
    if (taken !== 'again') return taken;
  }
};

export const recurrenceOf = ({ pattern, timeZone }: Due): Recurrence | null => storedRecurrence(pattern, timeZone);
