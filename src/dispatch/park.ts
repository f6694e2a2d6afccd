import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { type NewEvent, record } from '../db/record.ts';
import type { ProposalState } from '../db/states.ts';
import { switches, workers } from '../db/tables/control.ts';
import { apiKeys, projects, sessions, signInLinks } from '../db/tables/people.ts';
import { effects, proposals } from '../db/tables/proposals.ts';
import { schedules } from '../db/tables/schedules.ts';
import { messages, threads } from '../db/tables/talk.ts';
import { sayInThread } from './thread.ts';

/** What a restore put to rest, for the owner to look through before lifting the kill. */
export type Parked = {
  proposed: number;
  voided: number;
  unknown: number;
  schedules: number;
  messages: number;
  sessions: number;
  keys: number;
};

const BATCH = 1000;
const UNKNOWN = {
  ok: false,
  code: 'outcome_unknown',
  message:
    'It was under way when the backup was made, and nobody can tell whether it happened. Look at the other side, then settle it here.',
} as const;

type Set = Partial<typeof proposals.$inferInsert>;

/** Moves all proposals of these states as the transition table allows, each with its event. Answers how many. */
const moveAll = async (db: Db, from: ProposalState[], set: Set & { state: 'void' | 'unknown' }): Promise<number> => {
  const moved = await db
    .update(proposals)
    .set({ ...set, state: set.state, updatedAt: sql`now()` })
    .where(inArray(proposals.state, from))
    .returning({ proposalId: proposals.id, projectId: proposals.projectId, threadId: proposals.threadId });
  const kind = set.state === 'void' ? 'proposal.voided' : 'proposal.unknown';
  const events = moved.map((one): NewEvent => ({ ...one, kind, data: { drift: 'restored' } }));
  for (let at = 0; at < events.length; at += BATCH) {
    const [first, ...rest] = events.slice(at, at + BATCH);
    if (first) await record(db, first, ...rest);
  }
  return moved.length;
};

const parkProposals = async (db: Db): Promise<Pick<Parked, 'proposed' | 'voided' | 'unknown'>> => {
  const voided = await moveAll(db, ['approved', 'waiting'], {
    state: 'void',
    reason: 'Wilco was restored from a backup before it was done.',
  });
  const unknown = await moveAll(db, ['executing'], { state: 'unknown', result: UNKNOWN });
  await db
    .update(effects)
    .set({ state: 'unknown', fence: sql`${effects.fence} + 1` })
    .where(eq(effects.state, 'started'));
  const [waiting] = await db.select({ n: sql<number>`count(*)::int` }).from(proposals).where(eq(proposals.state, 'proposed'));
  return { proposed: waiting?.n ?? 0, voided, unknown };
};

/** Whoever was signed in, or had a link, signs in anew; a key that was revoked after the backup must not come back to life. */
const endAccess = async (db: Db, keepKeys: boolean): Promise<Pick<Parked, 'sessions' | 'keys'>> => {
  const ended = await db.update(sessions).set({ endedAt: sql`now()` }).where(isNull(sessions.endedAt)).returning({ x: sessions.personId });
  await db.update(signInLinks).set({ usedAt: sql`now()` }).where(isNull(signInLinks.usedAt));
  const keys = keepKeys
    ? []
    : await db.update(apiKeys).set({ revokedAt: sql`now()` }).where(isNull(apiKeys.revokedAt)).returning({ x: apiKeys.id });
  return { sessions: ended.length, keys: keys.length };
};

const parkRest = async (db: Db): Promise<Pick<Parked, 'schedules' | 'messages'>> => {
  const paused = await db
    .update(schedules)
    .set({ state: 'paused', updatedAt: sql`now()` })
    .where(eq(schedules.state, 'active'))
    .returning({ x: schedules.id });
  const problem = 'Wilco was restored from a backup before this was answered. Retry it if it still matters.';
  const failed = await db
    .update(messages)
    .set({ state: 'failed', problem })
    .where(inArray(messages.state, ['queued', 'delivered']))
    .returning({ x: messages.id });
  await db.update(workers).set({ stoppedAt: sql`now()` }).where(isNull(workers.stoppedAt));
  return { schedules: paused.length, messages: failed.length };
};

/** What was parked, as sentences for people. */
export const sayParked = (parked: Parked): string[] => {
  const { proposed, voided, unknown, schedules: paused, messages: failed, keys } = parked;
  return [
    `${voided} approved actions that had not started are void.`,
    `${unknown} that had started are unknown: look at the other side, then settle each on its card.`,
    `${proposed} proposals still wait for a decision.`,
    `${paused} schedules are paused, and ${failed} unanswered messages wait for a retry.`,
    `Everybody signs in anew.${keys > 0 ? ` ${keys} API keys were revoked.` : ''}`,
  ];
};

const killAll = async (db: Db, at: { backup: string; parked: Parked }): Promise<void> => {
  const [newest] = await db.select({ epoch: sql<number>`coalesce(max(${switches.epoch}), 0)::int` }).from(switches);
  const set = {
    killed: true,
    changedBy: null,
    reason: `Restored from a backup of ${at.backup}.`,
    changedAt: sql`now()`,
    epoch: (newest?.epoch ?? 0) + 1,
  };
  for (const { id: projectId } of await db.select({ id: projects.id }).from(projects)) {
    await db
      .insert(switches)
      .values({ projectId, ...set })
      .onConflictDoUpdate({ target: switches.projectId, set });
    await record(db, { projectId, kind: 'installation.restored', data: { backupAt: at.backup, epoch: set.epoch, ...at.parked } });
    const [general] = await db
      .select({ id: threads.id })
      .from(threads)
      .where(and(eq(threads.projectId, projectId), eq(threads.surface, 'room'), eq(threads.channel, 'general')));
    const lines = [
      `Wilco was restored from a backup of ${at.backup} and is killed. Look through what was parked; then the owner writes /unkill.`,
    ];
    if (general) await sayInThread(db, general.id, [...lines, ...sayParked(at.parked)].join('\n'));
  }
};

/**
 * The past does not run again: a restored installation is killed, and whatever would go on by itself waits for a person. In the transaction
 * of the restore, so that there is no moment in which any of it could run.
 */
export const parkEverything = async (db: Db, at: { backup: string; keepKeys: boolean }): Promise<Parked> => {
  const parked = { ...(await parkProposals(db)), ...(await parkRest(db)), ...(await endAccess(db, at.keepKeys)) };
  await killAll(db, { backup: at.backup, parked });
  return parked;
};
