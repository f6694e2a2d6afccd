import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { identities } from '../tables/people.ts';
import { proposals } from '../tables/proposals.ts';
import { projectLinks } from '../tables/surfaces.ts';
import { inbox, messages } from '../tables/talk.ts';

/** The workspaces of a platform that belong to a project here. */
export const linkedWorkspaces = async (db: Db, platform: string): Promise<string[]> => {
  const found = await db.select({ workspace: projectLinks.workspace }).from(projectLinks).where(eq(projectLinks.platform, platform));
  return found.map(({ workspace }) => workspace);
};

/** The channels of a surface in which something was heard within a week, each with the last message of all; event ids are `messageEventId`s. */
export const lastHeard = async (db: Db, surface: string): Promise<{ channel: string; remoteId: string }[]> => {
  const { rows } = await db.execute<{ channel: string; last: string }>(sql`
    select split_part(event_id, '/', 1) as channel, max(lpad(split_part(event_id, '/', 2), 24, '0')) as last from ${inbox}
    where surface = ${surface} and event_id like '%/%' and received_at > now() - interval '7 days' group by 1`);
  return rows.map(({ channel, last }) => ({ channel, remoteId: last.replace(/^0+/, '') }));
};

/** An account on the surface of whoever wrote the message that an event became. */
export const authorOfEvent = async (
  db: Db,
  event: { surface: string; eventId: string },
): Promise<{ workspace: string; userId: string } | undefined> => {
  const [row] = await db
    .select({ workspace: identities.workspace, userId: identities.userId })
    .from(inbox)
    .innerJoin(messages, eq(messages.id, inbox.messageId))
    .innerJoin(identities, and(eq(identities.personId, messages.personId), eq(identities.platform, event.surface)))
    .where(and(eq(inbox.surface, event.surface), eq(inbox.eventId, event.eventId)))
    .limit(1);
  return row;
};

/** The events on a surface whose cards still wait for a decision, newest first, each with the thread that it was written in. */
export const waitingEvents = async (
  db: Db,
  at: { surface: string; workspace: string; limit: number },
): Promise<{ eventId: string; threadId: string }[]> => {
  const { surface, workspace, limit } = at;
  const { rows } = await db.execute<{ event_id: string; thread_id: string }>(sql`
    select i.event_id, m.thread_id from ${inbox} i join ${messages} m on m.id = i.message_id
    where i.surface = ${surface} and starts_with(i.event_id, ${`${workspace}.`})
      and m.id::text in (select split_part(p.origin, ':', 1) from ${proposals} p where p.state = 'proposed' and p.origin is not null)
    order by i.received_at desc limit ${limit}`);
  return rows.map((row) => ({ eventId: row.event_id, threadId: row.thread_id }));
};
