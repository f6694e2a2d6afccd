import { and, eq, sql } from 'drizzle-orm';
import type { Database } from './client.ts';
import { SHIPPED_POLICY } from './policy-document.ts';
import { record } from './record.ts';
import { policies } from './tables/control.ts';
import { identities, members, people, projects } from './tables/people.ts';
import { threads } from './tables/talk.ts';
import { channelThread } from './thread-id.ts';

export const PROJECT = 'default';
const INSTALL_LOCK = 0x57_49_4c_49;

export type Installed = { projectId: string; ownerId: string; fresh: boolean };

/** Where people talk without addressing Wilco; `send_message` posts there. */
const GENERAL = 'general';
/** Where agents post and people look at it. */
const TEAM = 'team';

/**
 * Makes the first project with its first person, the owner, and the policy that ships. With one person alone, who asks is also who may
 * approve: the project starts solo, which every card shows and which ends for good when a second person may approve. Does nothing the second time.
 */
export const ensureInstalled = (database: Database, first: { ownerName: string; timeZone: string }): Promise<Installed> =>
  database.transaction(async ({ db }) => {
    await db.execute(sql`select pg_advisory_xact_lock(${INSTALL_LOCK})`);
    const [owner] = await db
      .select({ id: members.personId })
      .from(members)
      .where(eq(members.role, 'owner'))
      .orderBy(members.joinedAt)
      .limit(1);
    if (owner) return { projectId: PROJECT, ownerId: owner.id, fresh: false };
    await db.insert(projects).values({ id: PROJECT, name: 'Wilco', solo: true, timeZone: first.timeZone });
    await db.insert(policies).values({ projectId: PROJECT, version: 1, document: SHIPPED_POLICY });
    const [person] = await db.insert(people).values({ name: first.ownerName, timeZone: first.timeZone }).returning();
    if (!person) throw new Error('the owner was not written');
    await db.insert(members).values({ projectId: PROJECT, personId: person.id, role: 'owner', joinedAt: new Date() });
    await db.insert(identities).values({ platform: 'room', workspace: PROJECT, userId: person.id, personId: person.id });
    const room = { projectId: PROJECT, surface: 'room' };
    await db.insert(threads).values([
      { ...room, id: channelThread(GENERAL), channel: GENERAL, title: `#${GENERAL}` },
      { ...room, id: channelThread(TEAM), channel: TEAM, title: 'Team' },
    ]);
    await record(db, { projectId: PROJECT, kind: 'project.created', personId: person.id, data: { solo: true } });
    return { projectId: PROJECT, ownerId: person.id, fresh: true };
  });

/** Sets solo mode again. Only who can start the program can ask for it; the record says that it was done. */
export const restoreSolo = (database: Database, projectId: string): Promise<void> =>
  database.transaction(async ({ db }) => {
    const set = await db
      .update(projects)
      .set({ solo: true })
      .where(and(eq(projects.id, projectId), eq(projects.solo, false)))
      .returning();
    if (set.length > 0) await record(db, { projectId, kind: 'project.solo_set', data: { via: 'command line' } });
  });
