import { and, asc, count, desc, eq, inArray, isNull, lt, ne, notInArray, or, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../result.ts';
import type { Db } from './client.ts';
import type { Cursor } from './feed.ts';
import { type NoticeKind, Preferences } from './preferences.ts';
import { type BadCursor, micros, momentOf, type Page, pageOf, uuidPlaceOf } from './read/place.ts';
import { pushSubscriptions } from './tables/connections.ts';
import { events } from './tables/control.ts';
import { feedReaders, notifications } from './tables/notifications.ts';
import { identities, members, people, projects } from './tables/people.ts';
import { proposals, revisions } from './tables/proposals.ts';
import { projectLinks } from './tables/surfaces.ts';

export type Notice = typeof notifications.$inferSelect;
/** With what the action is on, as its card says it now. */
export type ToldNotice = Notice & { target: string | null };
export type NewNotice = {
  projectId: string;
  personId: string;
  kind: NoticeKind;
  thing: string;
  proposalId?: string;
  data: Record<string, string>;
};

/** The most that one round pushes. */
const MOST_PUSHED = 100;

const unread = and(isNull(notifications.readAt), isNull(notifications.settledAt));

/** Writes down those that are new, except for people who do not want to hear of such. Answers how many there were. */
export const addNotices = async (db: Db, wanted: readonly NewNotice[]): Promise<number> => {
  if (wanted.length === 0) return 0;
  const deaf = await db
    .select({
      id: people.id,
      kinds: sql<string[]>`array(select key from jsonb_each(${people.preferences} -> 'notify') where value = 'false')`,
    })
    .from(people)
    .where(and(inArray(people.id, [...new Set(wanted.map(({ personId }) => personId))]), sql`${people.preferences} ? 'notify'`));
  const off = new Map(deaf.map(({ id, kinds }) => [id, kinds]));
  const heard = wanted.filter(({ personId, kind }) => !off.get(personId)?.includes(kind));
  if (heard.length === 0) return 0;
  const added = await db.insert(notifications).values(heard).onConflictDoNothing().returning({ id: notifications.id });
  return added.length;
};

/** Nothing is left to do about these proposals, but for the people and things in `except`. Answers how many notices that ends. */
export const settleNotices = async (db: Db, proposalIds: readonly string[], except: readonly NewNotice[]): Promise<number> => {
  if (proposalIds.length === 0) return 0;
  const standing = except.map(({ personId, thing }) => `${personId} ${thing}`);
  const key = sql`${notifications.personId}::text || ' ' || ${notifications.thing}`;
  const others = standing.length === 0 ? undefined : notInArray(key, standing);
  const settled = await db
    .update(notifications)
    .set({ settledAt: sql`now()` })
    .where(and(inArray(notifications.proposalId, [...proposalIds]), isNull(notifications.settledAt), others))
    .returning({ id: notifications.id });
  return settled.length;
};

/** What was wrong with a connection is over. */
export const settleHealth = async (db: Db, projectId: string, name: string): Promise<number> => {
  const about = and(
    eq(notifications.projectId, projectId),
    eq(notifications.kind, 'health'),
    sql`${notifications.data} ->> 'name' = ${name}`,
  );
  const recent = sql`${notifications.createdAt} > now() - interval '30 days'`;
  const settled = await db
    .update(notifications)
    .set({ settledAt: sql`now()` })
    .where(and(about, isNull(notifications.settledAt), recent))
    .returning({ id: notifications.id });
  return settled.length;
};

/** What a person was told, the newest first. */
export const listNotices = async (
  db: Db,
  at: { personId: string; cursor: string | undefined; limit: number },
): Promise<Result<Page<ToldNotice>, BadCursor>> => {
  const { personId, cursor, limit } = at;
  const place = cursor === undefined ? undefined : uuidPlaceOf(cursor, 1);
  if (cursor !== undefined && !place) return err({ code: 'bad_cursor' });
  const behind = place && sql`(${notifications.createdAt}, ${notifications.id}) < (${momentOf(place.keys[0])}, ${place.id}::uuid)`;
  const rows = await db
    .select({ row: notifications, target: revisions.target, moment: micros(notifications.createdAt) })
    .from(notifications)
    .leftJoin(proposals, eq(proposals.id, notifications.proposalId))
    .leftJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision)))
    .where(and(eq(notifications.personId, personId), behind))
    .orderBy(desc(notifications.createdAt), desc(notifications.id))
    .limit(limit + 1);
  return ok(
    pageOf(rows, limit, { item: ({ row, target }) => ({ ...row, target }), place: ({ row, moment }) => ({ keys: [moment], id: row.id }) }),
  );
};

export const countUnread = async (db: Db, personId: string): Promise<number> => {
  const [row] = await db
    .select({ count: count() })
    .from(notifications)
    .where(and(eq(notifications.personId, personId), unread));
  return row?.count ?? 0;
};

/** Marks these of a person as read, or all. Answers how many were not. */
export const markRead = async (db: Db, personId: string, ids: readonly string[] | 'all'): Promise<number> => {
  if (ids !== 'all' && ids.length === 0) return 0;
  const which = ids === 'all' ? undefined : inArray(sql`${notifications.id}::text`, [...ids]);
  const read = await db
    .update(notifications)
    .set({ readAt: sql`now()` })
    .where(and(eq(notifications.personId, personId), isNull(notifications.readAt), which))
    .returning({ id: notifications.id });
  return read.length;
};

/** Live members with their roles, for whoever decides who should be told. */
export const liveMembers = (db: Db, projectId: string) =>
  db
    .select({ personId: members.personId, role: members.role })
    .from(members)
    .where(and(eq(members.projectId, projectId), sql`${members.joinedAt} is not null and ${members.removedAt} is null`))
    .orderBy(asc(members.personId));

/** Nothing older than a month is new to anybody. What still waits stays, however old. */
export const forgetOldNotices = async (db: Db): Promise<void> => {
  const over = or(ne(notifications.kind, 'approval'), sql`${notifications.settledAt} is not null`);
  await db.delete(notifications).where(and(lt(notifications.createdAt, sql`now() - interval '30 days'`), over));
};

export type Claimed = Notice & {
  name: string;
  timeZone: string;
  preferences: Preferences;
  /** Of the outside surfaces that belong to the project. */
  workspaces: { platform: string; workspace: string }[];
};

/** Notices with whom they are for. Whoever was removed is told nothing. */
const withPeople = async (db: Db, notices: readonly Notice[]): Promise<Claimed[]> => {
  if (notices.length === 0) return [];
  const whose = await db
    .select({
      id: people.id,
      name: people.name,
      zone: people.timeZone,
      projectZone: projects.timeZone,
      preferences: people.preferences,
      projectId: members.projectId,
      workspaces: sql<
        Claimed['workspaces']
      >`(select coalesce(json_agg(json_build_object('platform', l.platform, 'workspace', l.workspace) order by l.created_at desc), '[]')
        from ${projectLinks} l where l.project_id = ${members.projectId})`,
    })
    .from(people)
    .innerJoin(members, and(eq(members.personId, people.id), isNull(members.removedAt)))
    .innerJoin(projects, eq(projects.id, members.projectId))
    .where(inArray(people.id, [...new Set(notices.map(({ personId }) => personId))]));
  return notices.flatMap((notice) => {
    const person = whose.find(({ id, projectId }) => id === notice.personId && projectId === notice.projectId);
    if (!person) return [];
    const { name, workspaces } = person;
    const preferences = Preferences.parse(person.preferences);
    return [{ ...notice, name, workspaces, timeZone: person.zone ?? person.projectZone, preferences }];
  });
};

/** What is to be told by a direct message on one of these platforms still: to whoever chose that and has an account there, while it is news. */
export const openDirect = async (db: Db, platforms: readonly string[]): Promise<Claimed[]> => {
  const reachable = sql`exists (select 1 from ${people} w join ${identities} i on i.person_id = w.id
    join ${projectLinks} l on l.platform = i.platform and l.workspace = i.workspace and l.project_id = ${notifications.projectId}
    where w.id = ${notifications.personId} and w.preferences ->> 'direct' = 'true' and i.platform = any(${sql.param([...platforms])}::text[]))`;
  const news = sql`${notifications.createdAt} > now() - interval '1 day'`;
  const due = await db
    .select()
    .from(notifications)
    .where(and(isNull(notifications.directAt), news, unread, reachable))
    .orderBy(asc(notifications.createdAt))
    .limit(MOST_PUSHED);
  return withPeople(db, due);
};

/** Takes one to be told directly; false: another process has. */
export const claimDirect = async (db: Db, id: string): Promise<boolean> => {
  const mine = and(eq(notifications.id, id), isNull(notifications.directAt));
  const claimed = await db.update(notifications).set({ directAt: sql`now()` }).where(mine).returning({ id: notifications.id });
  return claimed.length > 0;
};

type CardIn = { threadId: string; proposalId: string };

/** Whether a thread has refused a card, not long ago. */
export const hasRefused = async (db: Db, { threadId, proposalId }: CardIn): Promise<boolean> => {
  const lately = sql`${events.at} > now() - interval '1 hour'`;
  const refused = and(eq(events.proposalId, proposalId), eq(events.kind, 'delivery.failed'), eq(events.threadId, threadId), lately);
  return (await db.select({ id: events.id }).from(events).where(refused).limit(1)).length > 0;
};

/** A card in a direct message that its platform refused has told nobody: what it was to tell is to be told another way. */
export const reopenDirect = async (db: Db, { threadId, proposalId }: CardIn): Promise<void> => {
  const told = db
    .select({ personId: events.personId })
    .from(events)
    .where(and(eq(events.proposalId, proposalId), eq(events.kind, 'notification.sent'), eq(events.threadId, threadId)));
  const open = and(eq(notifications.proposalId, proposalId), isNull(notifications.settledAt), inArray(notifications.personId, told));
  await db.update(notifications).set({ directAt: null }).where(open);
};

/**
 * Takes what is to be pushed to browsers that were given this public key: each notice once, by whichever process comes first. What is read
 * or settled already, or too old to be news, is left alone.
 */
export const claimUnpushed = async (db: Db, server: string): Promise<Claimed[]> => {
  const mine = sql`exists (select 1 from ${pushSubscriptions} s where s.person_id = ${notifications.personId} and s.keys ->> 'server' = ${server})`;
  const news = sql`${notifications.createdAt} > now() - interval '10 minutes'`;
  const due = db
    .select({ id: notifications.id })
    .from(notifications)
    .where(and(isNull(notifications.pushedAt), news, unread, mine))
    .orderBy(asc(notifications.createdAt))
    .limit(MOST_PUSHED)
    .for('update', { skipLocked: true });
  const claimed = await db.update(notifications).set({ pushedAt: sql`now()` }).where(inArray(notifications.id, due)).returning();
  return withPeople(db, claimed);
};

/** How far a reader of all events has come; undefined: it has not begun. With `lock` nobody else moves it until the transaction ends. */
export const readerAt = async (db: Db, name: string, lock = false): Promise<Cursor | undefined> => {
  const found = db.select({ cursor: feedReaders.cursor }).from(feedReaders).where(eq(feedReaders.name, name));
  const [row] = await (lock ? found.for('update') : found);
  return row?.cursor;
};

/** Moves a reader on from where it was known to stand. False: another process has moved it meanwhile. */
export const moveReader = async (db: Db, name: string, at: { from: Cursor | undefined; to: Cursor }): Promise<boolean> => {
  const { from, to } = at;
  if (from === undefined) {
    const begun = await db.insert(feedReaders).values({ name, cursor: to }).onConflictDoNothing().returning();
    return begun.length > 0;
  }
  const moved = await db
    .update(feedReaders)
    .set({ cursor: to })
    .where(and(eq(feedReaders.name, name), eq(feedReaders.cursor, from)))
    .returning();
  return moved.length > 0;
};
