import { desc, eq, sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { type Due, readDue } from '../db/read/due.ts';
import { type NewEvent, record } from '../db/record.ts';
import { switches } from '../db/tables/control.ts';
import { schedules } from '../db/tables/schedules.ts';
import { messages } from '../db/tables/talk.ts';
import type { Result } from '../result.ts';
import { type Recurrence, storedRecurrence } from '../tools/schedule/recurrence.ts';
import { momentInWords } from '../tools/schedule-fields.ts';
import { type DueTimes, dueTimes } from './due-times.ts';
import type { Heart } from './heart.ts';
import { type Decided, type Draft, draftOccurrence, readDecided, type Stop } from './occurrence-draft.ts';
import { askRouter, formerIsOpen, makeCard } from './occurrence-make.ts';
import { readStanding, type Standing } from './standing.ts';
import { shareSwitch } from './switch.ts';
import { sayBeside, sayInThread } from './thread.ts';

export type Scheduling = { heart: Heart; enqueueRoute: (tx: Tx, messageId: string) => Promise<void> };

/** What came of one look: `left` to somebody else or not due any more, `held` by a pause or a kill. */
export type Taken = 'made' | 'skipped' | 'stopped' | 'left' | 'held';

/** A schedule under lock, with everything that its occurrence depends on. */
export type Taking = { scheduling: Scheduling; tx: Tx; schedule: Due; standing: Standing; due: DueTimes };

/** A time that passed longer ago than this was missed. */
const LATE_MS = 60_000;

const event = ({ schedule }: Pick<Taking, 'schedule'>, kind: string, data: Record<string, unknown>): NewEvent => {
  const { projectId, threadId, id } = schedule;
  return { projectId, kind, threadId, data: { scheduleId: id, ...data } };
};

/** What is said again and again without anything between is said once. */
const sayOnce = async ({ tx, schedule }: Pick<Taking, 'tx' | 'schedule'>, text: string): Promise<void> => {
  const { threadId } = schedule;
  const [last] = await tx.db
    .select({ text: messages.text })
    .from(messages)
    .where(eq(messages.threadId, threadId))
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(1);
  if (last?.text !== text) await sayInThread(tx.db, threadId, text);
};

/** Moves the schedule behind now; the last time of one that ends has ended it. */
const advance = async ({ tx, schedule, due }: Taking, made: boolean): Promise<void> => {
  const { next } = due;
  await tx.db
    .update(schedules)
    .set({
      nextAt: next,
      state: next ? 'active' : 'ended',
      updatedAt: sql`now()`,
      ...(made ? { occurrence: schedule.occurrence + 1, lastAt: due.times.at(-1) ?? schedule.nextAt } : {}),
    })
    .where(eq(schedules.id, schedule.id));
};

const skip = async (taking: Taking, why: { code: string; say: string }): Promise<Taken> => {
  await advance(taking, false);
  await sayOnce(taking, why.say);
  await record(taking.tx.db, event(taking, 'schedule.skipped', { why: why.code, count: taking.due.times.length }));
  return 'skipped';
};

/** Nothing can be made of it any more: it waits, paused, for a person. */
const pauseBroken = async (taking: Pick<Taking, 'tx' | 'schedule'>, why: string): Promise<Taken> => {
  const { tx, schedule } = taking;
  await tx.db.update(schedules).set({ state: 'paused', updatedAt: sql`now()` }).where(eq(schedules.id, schedule.id));
  await sayInThread(
    tx.db,
    schedule.threadId,
    `The schedule “${schedule.name}” is paused, because ${why}. Delete it and schedule it again, or resume it when that is mended.`,
  );
  await record(tx.db, event(taking, 'schedule.paused', { why: 'broken' }));
  return 'stopped';
};

/** The line about times that passed while nothing could run; undefined when it is on time. */
const lateLine = ({ schedule, due }: Taking, now: Date): string | undefined => {
  const last = due.times.at(-1) ?? now;
  const count = `${due.times.length.toLocaleString('en')}${due.more ? ' or more' : ''}`;
  if (due.times.length > 1) return `“${schedule.name}” was due ${count} times while it could not run. It runs once for all of them.`;
  if (now.getTime() - last.getTime() <= LATE_MS) return undefined;
  return `“${schedule.name}” was due on ${momentInWords(last, schedule.timeZone)} and could not run then. It runs now.`;
};

const skipReason = async (taking: Taking, decided: Decided, now: Date): Promise<{ code: string; say: string } | undefined> => {
  const { schedule, due } = taking;
  const last = due.times.at(-1);
  if (!last)
    return { code: 'killed', say: `What “${schedule.name}” had due while Wilco was killed does not run any more. It goes on from here.` };
  if (decided.missed === 'skip' && now.getTime() - last.getTime() > LATE_MS)
    return { code: 'missed', say: `“${schedule.name}” was due while it could not run, and is skipped.` };
  if (await formerIsOpen(taking))
    return { code: 'overlap', say: `“${schedule.name}” is skipped until what it made before is decided and done.` };
  return undefined;
};

const makeOccurrence = async (taking: Taking, made: Decided | Draft, now: Date): Promise<Taken> => {
  const skipped = await skipReason(taking, made, now);
  if (skipped) return skip(taking, skipped);
  const late = lateLine(taking, now);
  if (late) await sayBeside(taking.tx.db, { threadId: taking.schedule.threadId, text: late, place: 'before' });
  const what = 'inner' in made ? await makeCard(taking, made) : await askRouter(taking, made);
  if (what === 'joined')
    return skip(taking, { code: 'overlap', say: `“${taking.schedule.name}” is skipped: exactly that waits for a decision already.` });
  const { occurrence, threadId } = taking.schedule;
  await advance(taking, true);
  await record(taking.tx.db, {
    ...event(taking, 'schedule.taken', { occurrence: occurrence + 1, due: taking.due.times.length, late: late !== undefined }),
    threadId,
    ...('proposalId' in what ? { proposalId: what.proposalId } : {}),
  });
  return 'made';
};

type Prepared = { recurrence: Recurrence | null; made: Result<Decided | Draft, Stop>; policyVersion: number | undefined };

/** Everything that needs no lock. */
const prepare = async (heart: Heart, schedule: Due): Promise<Prepared> => {
  const decided = await readDecided(heart, heart.database.db, schedule);
  const recurrence = storedRecurrence(schedule.pattern, schedule.timeZone);
  if (!decided.ok) return { recurrence, made: decided, policyVersion: undefined };
  const acts = (decided.value.outer.inner?.(decided.value.input) ?? []).length > 0;
  return {
    recurrence,
    made: acts ? await draftOccurrence(heart, decided.value) : decided,
    policyVersion: decided.value.standing.policy.version,
  };
};

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

const takeLocked = async (
  scheduling: Scheduling,
  at: { tx: Tx; schedule: Due; prepared: Prepared; now: Date },
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
  return makeOccurrence({ scheduling, tx, schedule, standing, due }, made.value, now);
};

/**
 * Takes what a schedule has due by `now`, in one transaction: the next time, the count, and the card or the message that is made of it. Of
 * several processes one takes it; nothing is taken under a pause or a kill.
 */
export const takeOccurrence = async (scheduling: Scheduling, id: string, now: Date): Promise<Taken> => {
  const { heart } = scheduling;
  for (;;) {
    const schedule = await readDue(heart.database.db, id, now);
    if (!schedule) return 'left';
    const prepared = await prepare(heart, schedule);
    const taken = await heart.database.transaction((tx) => takeLocked(scheduling, { tx, schedule, prepared, now }), { eager: true });
    if (taken !== 'again') return taken;
  }
};
