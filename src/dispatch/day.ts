import { and, desc, eq, like } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { type Day, type DayLine, readDay } from '../db/read/day.ts';
import { readProject } from '../db/read/people.ts';
import { inbox } from '../db/tables/talk.ts';
import { claimEvent } from '../db/talk.ts';
import { instantOf, wallAt } from '../tools/schedule/zone.ts';
import { type Card, plainCard } from './card.ts';
import type { Heart } from './heart.ts';
import { policyInForce } from './propose.ts';
import { postToTeam } from './team.ts';
import { visible } from './visible.ts';

/** The digest of a day is claimed like an event from outside: one id for each project and day, whoever comes first. */
const SURFACE = 'digest';
const DAY_MS = 86_400_000;
/** Nobody reads of more than this at once. */
const MOST_DAYS = 7;

const lastDigest = async (db: Db, projectId: string): Promise<Date> => {
  const ours = and(eq(inbox.surface, SURFACE), like(inbox.eventId, `${projectId}:%`));
  const [last] = await db.select({ at: inbox.receivedAt }).from(inbox).where(ours).orderBy(desc(inbox.receivedAt)).limit(1);
  const now = Date.now();
  return new Date(Math.max(last?.at.getTime() ?? now - DAY_MS, now - MOST_DAYS * DAY_MS));
};

const isMade = async (db: Db, eventId: string): Promise<boolean> =>
  (await db.$count(inbox, and(eq(inbox.surface, SURFACE), eq(inbox.eventId, eventId)))) > 0;

const amount = (micros: number): string => `$${(micros / 1_000_000).toFixed(micros > 0 && micros < 10_000 ? 4 : 2)}`;

const ageOf = (seconds: number): string => {
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
};

const happened = ({ proposed, findings, approved, rejected, done, failed }: Day): boolean =>
  proposed + findings + approved + rejected + done + failed > 0;

const cardOf = (heart: Heart, day: Day): Card => {
  const fact = (label: string, value: string) => ({ label, value: visible(value) });
  const row = (state: string, { proposalId, tool, target, ageSeconds }: DayLine) => ({
    cells: [state, heart.tools.get(tool)?.title ?? tool, target, ageOf(ageSeconds)].map(visible),
    proposalId,
  });
  return plainCard({
    title: visible(happened(day) ? 'The day in short' : 'Nothing happened since the last digest'),
    facts: [
      fact('Proposed', day.byAgents > 0 ? `${day.proposed}, ${day.byAgents} of them by agents` : String(day.proposed)),
      ...(day.findings > 0 ? [fact('Findings', String(day.findings))] : []),
      fact('Approved', String(day.approved)),
      ...(day.rejected > 0 ? [fact('Rejected', String(day.rejected))] : []),
      fact('Done', String(day.done)),
      fact('Failed', String(day.failed)),
      fact('Waiting', day.oldest[0] ? `${day.waiting}, the oldest for ${ageOf(day.oldest[0].ageSeconds)}` : '0'),
      fact('Cost', amount(day.spentMicros)),
    ],
    table: {
      columns: ['State', 'What', 'On', 'Age'],
      rows: [...day.failures.map((line) => row('Failed', line)), ...day.oldest.map((line) => row('Waits', line))],
      empty: 'Nothing failed and nothing waits.',
    },
  });
};

/** What happened since the last digest, and what waits now. */
export const dayCard = async (heart: Heart, projectId: string): Promise<Card> => {
  const { db } = heart.database;
  return cardOf(heart, await readDay(db, projectId, await lastDigest(db, projectId)));
};

/** When the digest of today is due, on the project's clock, or the one of tomorrow once that has passed. Null: nobody wants one. */
const timesOf = async (db: Db, projectId: string, now: Date): Promise<{ day: string; due: boolean; next: Date } | null> => {
  const [policy, project] = await Promise.all([policyInForce(db, projectId), readProject(db, projectId)]);
  const at = policy.document.digestAt;
  if (at === null || !project) return null;
  const { timeZone } = project;
  const day = wallAt(now, timeZone).slice(0, 10);
  const today = instantOf(`${day}T${at}`, timeZone);
  const tomorrow = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  return today <= now ? { day, due: true, next: instantOf(`${tomorrow}T${at}`, timeZone) } : { day, due: false, next: today };
};

/**
 * Posts the digest of the day when its time has come and something happened. Of any number of processes one makes it: the claim and the post
 * commit together. Answers when to look again; null: not before something changes.
 */
export const postDay = async (heart: Heart, projectId: string, now: Date): Promise<{ posted: boolean; next: Date | null }> => {
  const times = await timesOf(heart.database.db, projectId, now);
  if (!times?.due) return { posted: false, next: times?.next ?? null };
  const eventId = `${projectId}:${times.day}`;
  // Looked at first: each transaction is told to all who listen, and those would look again because of this one.
  if (await isMade(heart.database.db, eventId)) return { posted: false, next: times.next };
  const posted = await heart.database.transaction(async (tx) => {
    const since = await lastDigest(tx.db, projectId);
    if (!(await claimEvent(tx.db, { surface: SURFACE, eventId }))) return false;
    const day = await readDay(tx.db, projectId, since);
    if (!happened(day)) return false;
    await postToTeam(tx, { projectId, kind: 'system', text: '', agent: null, card: cardOf(heart, day) });
    return true;
  });
  return { posted, next: times.next };
};
