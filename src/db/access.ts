import { createHash, randomBytes } from 'node:crypto';
import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../result.ts';
import type { Database, Db } from './client.ts';
import { record } from './record.ts';
import { type Role, roleAtLeast } from './states.ts';
import { apiKeys, identities, members, people, projects, sessions, signInLinks } from './tables/people.ts';

/** Secrets are random and long, so a plain hash keeps them: there is nothing to guess. */
const hashToken = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex');
const newToken = (): string => randomBytes(32).toString('base64url');

/** Who a cookie or a key belongs to, as they are now. `personId` null: a service key. */
export type Identity = { projectId: string; personId: string | null; name: string; role: Role };

const OWNER_LINK_HOURS = 24;
const SESSION_DAYS = 30;
const live = sql`${members.joinedAt} is not null and ${members.removedAt} is null`;

/** Makes a one-time link for a person. Only its hash is kept, so it can be shown once. */
export const createSignInLink = async (db: Db, personId: string): Promise<{ token: string; expiresAt: Date }> => {
  const token = newToken();
  const expiresAt = new Date(Date.now() + OWNER_LINK_HOURS * 3_600_000);
  await db.insert(signInLinks).values({ tokenHash: hashToken(token), personId, expiresAt });
  return { token, expiresAt };
};

/** The one member of this name, joined or invited; undefined when nobody or several are called that. */
export const personCalled = async (db: Db, projectId: string, name: string): Promise<string | undefined> => {
  const named = and(eq(members.projectId, projectId), isNull(members.removedAt), sql`lower(${people.name}) = lower(${name})`);
  const [found, ...others] = await db
    .select({ id: people.id })
    .from(members)
    .innerJoin(people, eq(people.id, members.personId))
    .where(named)
    .limit(2);
  return others.length === 0 ? found?.id : undefined;
};

export type LinkError = { code: 'link_unknown' | 'link_used' | 'link_expired' | 'person_removed' };
type Link = { personId: string; name: string; role: Role; invited: boolean; expiresAt: Date };

const findLink = async (db: Db, token: string): Promise<Result<Link, LinkError>> => {
  const [row] = await db
    .select({ link: signInLinks, name: people.name, role: members.role, joinedAt: members.joinedAt, removedAt: members.removedAt })
    .from(signInLinks)
    .innerJoin(people, eq(people.id, signInLinks.personId))
    .innerJoin(members, eq(members.personId, signInLinks.personId))
    .where(eq(signInLinks.tokenHash, hashToken(token)));
  if (!row) return err({ code: 'link_unknown' });
  if (row.removedAt) return err({ code: 'person_removed' });
  if (row.link.usedAt) return err({ code: 'link_used' });
  if (row.link.expiresAt < new Date()) return err({ code: 'link_expired' });
  return ok({ personId: row.link.personId, name: row.name, role: row.role, invited: row.joinedAt === null, expiresAt: row.link.expiresAt });
};

/** What a link is for, without using it: a link that a mail scanner opens stays whole. */
export const lookAtLink = findLink;

/** Solo mode ends for good as soon as a second person may approve. Call it in the transaction that gives the right. */
export const endSoloIfShared = async (db: Db, projectId: string): Promise<void> => {
  const approvers = await db
    .select({ role: members.role })
    .from(members)
    .where(and(eq(members.projectId, projectId), live));
  if (approvers.filter((member) => roleAtLeast(member.role, 'approver')).length < 2) return;
  const ended = await db
    .update(projects)
    .set({ solo: false })
    .where(and(eq(projects.id, projectId), eq(projects.solo, true)))
    .returning();
  if (ended.length > 0) await record(db, { projectId, kind: 'project.solo_ended' });
};

const join = async (db: Db, who: { personId: string; name: string }): Promise<void> => {
  await db.update(people).set({ name: who.name }).where(eq(people.id, who.personId));
  const joined = await db
    .update(members)
    .set({ joinedAt: new Date() })
    .where(and(eq(members.personId, who.personId), isNull(members.joinedAt), isNull(members.removedAt)))
    .returning();
  for (const { projectId, personId } of joined) {
    await db.insert(identities).values({ platform: 'room', workspace: projectId, userId: personId, personId }).onConflictDoNothing();
    await record(db, { projectId, kind: 'person.joined', personId });
    await endSoloIfShared(db, projectId);
  }
};

/** Spends a link and opens a session. Of two uses at once, one gets in. */
export const signIn = (
  database: Database,
  token: string,
  name?: string,
): Promise<Result<{ session: string; expiresAt: Date }, LinkError>> =>
  database.transaction(async ({ db }) => {
    const found = await findLink(db, token);
    if (!found.ok) return found;
    const used = await db
      .update(signInLinks)
      .set({ usedAt: new Date() })
      .where(and(eq(signInLinks.tokenHash, hashToken(token)), isNull(signInLinks.usedAt)))
      .returning();
    if (used.length === 0) return err({ code: 'link_used' });
    const { personId, invited } = found.value;
    if (invited) await join(db, { personId, name: name?.trim() || found.value.name });
    const session = newToken();
    const expiresAt = new Date(Date.now() + SESSION_DAYS * 86_400_000);
    await db.insert(sessions).values({ tokenHash: hashToken(session), personId, expiresAt });
    return ok({ session, expiresAt });
  });

/** Who holds this cookie now; undefined for an ended, expired or removed one. */
export const identityOfSession = async (db: Db, session: string): Promise<Identity | undefined> => {
  const [row] = await db
    .select({ projectId: members.projectId, personId: people.id, name: people.name, role: members.role })
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.personId))
    .innerJoin(members, eq(members.personId, people.id))
    .where(and(eq(sessions.tokenHash, hashToken(session)), isNull(sessions.endedAt), sql`${sessions.expiresAt} > now()`, live));
  return row;
};

export const endSession = async (db: Db, session: string): Promise<void> => {
  await db
    .update(sessions)
    .set({ endedAt: new Date() })
    .where(eq(sessions.tokenHash, hashToken(session)));
};

/** Who holds this key now, at most as far as the key itself goes. */
export const identityOfKey = async (db: Db, key: string): Promise<Identity | undefined> => {
  const [row] = await db
    .select({
      projectId: apiKeys.projectId,
      personId: apiKeys.personId,
      keyName: apiKeys.name,
      maxRole: apiKeys.maxRole,
      name: people.name,
      role: members.role,
      live: sql<boolean | null>`${live}`,
    })
    .from(apiKeys)
    .leftJoin(people, eq(people.id, apiKeys.personId))
    .leftJoin(members, and(eq(members.personId, apiKeys.personId), eq(members.projectId, apiKeys.projectId)))
    .where(and(eq(apiKeys.keyHash, hashToken(key)), isNull(apiKeys.revokedAt)));
  if (!row) return undefined;
  const { projectId, personId, maxRole, role } = row;
  if (personId === null) return { projectId, personId, name: row.keyName, role: roleAtLeast(maxRole, 'operator') ? 'operator' : 'viewer' };
  if (!role || !row.live) return undefined;
  return { projectId, personId, name: row.name ?? row.keyName, role: roleAtLeast(role, maxRole) ? maxRole : role };
};

/** Makes the secret of a key that was approved: once, and only for whoever asked for it. Only its hash is kept. */
export const mintApiKey = (
  database: Database,
  which: { projectId: string; keyId: string; personId: string },
): Promise<string | undefined> =>
  database.transaction(async ({ db }) => {
    const { projectId, keyId, personId } = which;
    const key = newApiKey();
    const unminted = and(
      isNull(apiKeys.keyHash),
      isNull(apiKeys.revokedAt),
      eq(apiKeys.createdBy, personId),
      eq(apiKeys.projectId, projectId),
    );
    const [minted] = await db
      .update(apiKeys)
      .set({ keyHash: hashToken(key) })
      .where(and(sql`${apiKeys.id}::text = ${keyId}`, unminted))
      .returning({ id: apiKeys.id });
    if (minted) await record(db, { projectId, kind: 'key.minted', personId, data: { keyId } });
    return minted && key;
  });

export const newApiKey = (): string => `wilco_${newToken()}`;

/** Makes `key` the owner's key for this installation; the one that it replaces stops working. */
export const installOwnerKey = (database: Database, owner: { projectId: string; personId: string }, key: string): Promise<void> =>
  database.transaction(async ({ db }) => {
    const name = 'installation';
    const keyHash = hashToken(key);
    await db
      .update(apiKeys)
      .set({ revokedAt: new Date() })
      .where(and(eq(apiKeys.name, name), eq(apiKeys.projectId, owner.projectId), isNull(apiKeys.revokedAt), ne(apiKeys.keyHash, keyHash)));
    await db
      .insert(apiKeys)
      .values({ ...owner, name, keyHash, maxRole: 'owner' })
      .onConflictDoUpdate({ target: apiKeys.keyHash, set: { revokedAt: null } });
  });
