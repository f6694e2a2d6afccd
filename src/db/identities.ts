import { createHash, randomInt } from 'node:crypto';
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../result.ts';
import type { Database, Db } from './client.ts';
import { record } from './record.ts';
import type { Role } from './states.ts';
import { identities, members, people } from './tables/people.ts';
import { linkCodes, projectLinks } from './tables/surfaces.ts';
import { messages } from './tables/talk.ts';

/** Who somebody is on a platform: never a display name, which anybody can take. */
export type Account = { platform: string; workspace: string; userId: string };
/** The projects that workspaces of a platform belong to. */
export const linkedProjects = async (db: Db, platform: string): Promise<string[]> => {
  const rows = await db.selectDistinct({ projectId: projectLinks.projectId }).from(projectLinks).where(eq(projectLinks.platform, platform));
  return rows.map(({ projectId }) => projectId);
};

export type KnownPerson = { projectId: string; personId: string; name: string; role: Role };

/** Ties a workspace to a project. Whoever runs the program does this; a workspace that is tied already stays where it is. */
export const linkWorkspace = async (
  db: Db,
  link: { platform: string; workspace: string; projectId: string; teamChannel?: string },
): Promise<void> => {
  const { platform, workspace, projectId, teamChannel = null } = link;
  await db
    .insert(projectLinks)
    .values({ platform, workspace, projectId, teamChannel })
    .onConflictDoUpdate({
      target: [projectLinks.platform, projectLinks.workspace],
      set: { teamChannel: sql`coalesce(excluded.team_channel, ${projectLinks.teamChannel})` },
    });
};

/** The member behind an account, as they are now: nobody, an invited one and a removed one are undefined. */
export const personOf = async (db: Db, account: Account): Promise<KnownPerson | undefined> => {
  const [row] = await db
    .select({ projectId: members.projectId, personId: people.id, name: people.name, role: members.role })
    .from(identities)
    .innerJoin(people, eq(people.id, identities.personId))
    .innerJoin(projectLinks, and(eq(projectLinks.platform, identities.platform), eq(projectLinks.workspace, identities.workspace)))
    .innerJoin(members, and(eq(members.personId, people.id), eq(members.projectId, projectLinks.projectId)))
    .where(
      and(
        eq(identities.platform, account.platform),
        eq(identities.workspace, account.workspace),
        eq(identities.userId, account.userId),
        sql`${members.joinedAt} is not null and ${members.removedAt} is null`,
      ),
    );
  return row;
};

/** The account on a platform of whoever wrote a message; the newest where they have several. */
export const accountBehind = async (
  db: Db,
  at: { platform: string; workspace: string; messageId: string },
): Promise<string | undefined> => {
  const [row] = await db
    .select({ userId: identities.userId })
    .from(identities)
    .innerJoin(messages, eq(messages.personId, identities.personId))
    .where(and(eq(messages.id, at.messageId), eq(identities.platform, at.platform), eq(identities.workspace, at.workspace)))
    .orderBy(desc(identities.createdAt))
    .limit(1);
  return row?.userId;
};

/** Without letters and digits that are taken for one another. Ten of them are 49 bits, and a code lives for ten minutes. */
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const LENGTH = 10;
const MINUTES = 10;

const hashCode = (code: string): string =>
  createHash('sha256')
    .update(code.toUpperCase().replace(/[^A-Z0-9]/g, ''), 'utf8')
    .digest('hex');

/** A one-time code that ties an account on a surface to this person. It is shown to them alone; only its hash is kept. */
export const createLinkCode = async (db: Db, personId: string): Promise<{ code: string; expiresAt: Date }> => {
  const letters = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  const code = `${letters.slice(0, 5)}-${letters.slice(5)}`;
  const expiresAt = new Date(Date.now() + MINUTES * 60_000);
  await db.insert(linkCodes).values({ codeHash: hashCode(code), personId, expiresAt });
  return { code, expiresAt };
};

export type LinkAccountError = { code: 'link_unknown' | 'link_used' | 'link_expired' | 'account_taken' | 'person_removed' };

/** Spends a code: the account that sent it belongs to whoever made the code from now on. An account that is somebody's stays theirs. */
export const linkAccount = (database: Database, account: Account, code: string): Promise<Result<KnownPerson, LinkAccountError>> =>
  database.transaction(async ({ db }) => {
    const [found] = await db
      .select()
      .from(linkCodes)
      .where(eq(linkCodes.codeHash, hashCode(code)));
    if (!found) return err({ code: 'link_unknown' });
    if (found.usedAt) return err({ code: 'link_used' });
    if (found.expiresAt < new Date()) return err({ code: 'link_expired' });
    const spent = await db
      .update(linkCodes)
      .set({ usedAt: new Date() })
      .where(and(eq(linkCodes.codeHash, found.codeHash), isNull(linkCodes.usedAt)))
      .returning();
    if (spent.length === 0) return err({ code: 'link_used' });
    await db
      .insert(identities)
      .values({ ...account, personId: found.personId })
      .onConflictDoNothing();
    const person = await personOf(db, account);
    if (!person) return err({ code: 'person_removed' });
    if (person.personId !== found.personId) return err({ code: 'account_taken' });
    await record(db, {
      projectId: person.projectId,
      kind: 'identity.linked',
      personId: person.personId,
      data: { platform: account.platform, workspace: account.workspace },
    });
    return ok(person);
  });
