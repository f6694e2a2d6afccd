import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { err, ok, type Result } from '../../result.ts';
import type { Db } from '../client.ts';
import { STANDS } from '../stands.ts';
import { people } from '../tables/people.ts';
import { proposals } from '../tables/proposals.ts';
import { messages, threads } from '../tables/talk.ts';
import { type BadCursor, micros, momentOf, type Page, pageOf, placeOf, uuidPlaceOf } from './place.ts';

type Thread = typeof threads.$inferSelect;
export type ThreadSummary = Pick<Thread, 'id' | 'channel' | 'title' | 'lastMessageAt'> & { waiting: number };

/** How many proposals wait for a decision, by thread. */
const countWaiting = async (db: Db, ids: string[]): Promise<Map<string, number>> => {
  if (ids.length === 0) return new Map();
  const counted = await db
    .select({ threadId: proposals.threadId, count: sql<number>`count(*)::int` })
    .from(proposals)
    .where(and(eq(proposals.state, 'proposed'), inArray(proposals.threadId, ids)))
    .groupBy(proposals.threadId);
  return new Map(counted.map((row) => [row.threadId, row.count]));
};

/** A channel is one of a handful and is always there to go to; a conversation is one of many, and sinks. */
const isChannel = sql`${threads.id} like '%:feed'`;

/** A project's threads: on the first page every channel, then conversations, the one where something was said last first. */
export const listThreads = async (
  db: Db,
  at: { projectId: string; cursor: string | undefined; limit: number },
): Promise<Result<Page<ThreadSummary>, BadCursor>> => {
  const place = at.cursor === undefined ? undefined : placeOf(at.cursor, 1);
  if (at.cursor !== undefined && !place) return err({ code: 'bad_cursor' });
  const behind = place && sql`(${threads.lastMessageAt}, ${threads.id}) < (${momentOf(place.keys[0])}, ${place.id})`;
  const columns = {
    id: threads.id,
    channel: threads.channel,
    title: threads.title,
    lastMessageAt: threads.lastMessageAt,
    moment: micros(threads.lastMessageAt),
  };
  const ours = eq(threads.projectId, at.projectId);
  const [channels, rows] = await Promise.all([
    place
      ? []
      : db.select(columns).from(threads).where(and(ours, isChannel)).orderBy(sql`${threads.id} <> 'room:team:feed'`, threads.channel),
    db
      .select(columns)
      .from(threads)
      .where(and(ours, sql`not ${isChannel}`, behind))
      .orderBy(desc(threads.lastMessageAt), desc(threads.id))
      .limit(at.limit + 1),
  ]);
  const waiting = await countWaiting(
    db,
    [...channels, ...rows].map((row) => row.id),
  );
  const summary = ({ id, channel, title, lastMessageAt }: (typeof rows)[number]): ThreadSummary => ({
    id,
    channel,
    title,
    lastMessageAt,
    waiting: waiting.get(id) ?? 0,
  });
  const { items, next } = pageOf(rows, at.limit, { item: summary, place: ({ id, moment }) => ({ keys: [moment], id }) });
  return ok({ items: [...channels.map(summary), ...items], next });
};

const resolver = alias(people, 'resolver');

export type StoredMessage = typeof messages.$inferSelect & { personName: string | null; resolverName: string | null };
export type ThreadPage = ThreadSummary & { messages: StoredMessage[]; next: string | null };

/** One thread with a page of its messages, the newest page first, each page in the order in which things were said. */
export const readThread = async (
  db: Db,
  at: { projectId: string; threadId: string; cursor: string | undefined; limit: number },
): Promise<Result<ThreadPage, BadCursor | { code: 'thread_missing' }>> => {
  const place = at.cursor === undefined ? undefined : uuidPlaceOf(at.cursor, 1);
  if (at.cursor !== undefined && !place) return err({ code: 'bad_cursor' });
  const [thread] = await db
    .select()
    .from(threads)
    .where(and(eq(threads.id, at.threadId), eq(threads.projectId, at.projectId)));
  if (!thread) return err({ code: 'thread_missing' });
  const before = place && sql`(${messages.createdAt}, ${messages.id}) < (${momentOf(place.keys[0])}, ${place.id}::uuid)`;
  const rows = await db
    .select({ message: messages, personName: people.name, resolverName: resolver.name, moment: micros(messages.createdAt) })
    .from(messages)
    .leftJoin(people, eq(people.id, messages.personId))
    .leftJoin(resolver, eq(resolver.id, messages.resolvedBy))
    .where(and(eq(messages.threadId, thread.id), STANDS, before))
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(at.limit + 1);
  const { items, next } = pageOf(rows, at.limit, {
    item: ({ message, personName, resolverName }) => ({ ...message, personName, resolverName }),
    place: ({ message, moment }) => ({ keys: [moment], id: message.id }),
  });
  const waiting = await countWaiting(db, [thread.id]);
  const { id, channel, title, lastMessageAt } = thread;
  return ok({ id, channel, title, lastMessageAt, waiting: waiting.get(id) ?? 0, messages: items.reverse(), next });
};

/** Takes back a thread that was made for something that then was not said. One with anything in it stays. */
export const dropEmptyThread = async (db: Db, threadId: string): Promise<void> => {
  const said = sql`exists (select 1 from ${messages} m where m.thread_id = ${threads.id}) or exists (select 1 from ${proposals} p where p.thread_id = ${threads.id})`;
  await db.delete(threads).where(and(eq(threads.id, threadId), sql`not (${said})`));
};
