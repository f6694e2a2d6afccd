import { and, asc, eq, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { groupMembers, groups, groupTies, identities, members, people } from './tables/people.ts';

/** The group of a platform that keeps the list of one of ours. */
export type GroupTie = { id: string; platform: string; workspace: string; remoteId: string; name: string };

/** People by what they look after, with those who are here now. Of one that a platform keeps nobody here knows who is of it: it lists nobody. */
export type Group = { key: string; name: string; people: { id: string; name: string }[]; tie: GroupTie | null };

/**
 * The ids of everybody who may be of a group, as a query: its live members or, of one that a platform keeps, whoever is here and has an
 * account linked there. Which of those are of it the platform alone can say, so this is for lists and reminders and lets nobody decide.
 */
export const mayBeOf = (projectId: SQLWrapper, key: SQLWrapper): SQL => sql`select gp.person_id from ${members} gp
  left join ${groupTies} gt on gt.project_id = gp.project_id and gt.group_key = ${key}
  where gp.project_id = ${projectId} and gp.joined_at is not null and gp.removed_at is null and case when gt.id is null
    then exists (select 1 from ${groupMembers} gm where gm.project_id = gp.project_id and gm.group_key = ${key} and gm.person_id = gp.person_id)
    else exists (select 1 from ${identities} gi where gi.platform = gt.platform and gi.workspace = gt.workspace and gi.person_id = gp.person_id) end`;

const columns = {
  key: groups.key,
  name: groups.name,
  personId: people.id,
  person: people.name,
  tie: {
    id: groupTies.id,
    platform: groupTies.platform,
    workspace: groupTies.workspace,
    remoteId: groupTies.remoteId,
    name: groupTies.name,
  },
};

/** Every group of a project with the live members that are of it, by key. */
export const readGroups = async (db: Db, projectId: string): Promise<Group[]> => {
  const rows = await db
    .select(columns)
    .from(groups)
    .leftJoin(groupTies, and(eq(groupTies.projectId, groups.projectId), eq(groupTies.groupKey, groups.key)))
    .leftJoin(
      groupMembers,
      and(eq(groupMembers.projectId, groups.projectId), eq(groupMembers.groupKey, groups.key), sql`${groupTies.id} is null`),
    )
    .leftJoin(
      members,
      and(
        eq(members.projectId, groups.projectId),
        eq(members.personId, groupMembers.personId),
        sql`${members.joinedAt} is not null and ${members.removedAt} is null`,
      ),
    )
    .leftJoin(people, eq(people.id, members.personId))
    .where(eq(groups.projectId, projectId))
    .orderBy(asc(groups.key), asc(people.name));
  const found = new Map<string, Group>();
  for (const { key, name, personId, person, tie } of rows) {
    const group = found.get(key) ?? { key, name, people: [], tie };
    if (personId !== null && person !== null) group.people.push({ id: personId, name: person });
    found.set(key, group);
  }
  return [...found.values()];
};

/** Whoever may be of a group, to be reminded. */
export const peopleWhoMayBeOf = async (db: Db, projectId: string, key: string): Promise<string[]> => {
  const { rows } = await db.execute<{ id: string }>(
    sql`select q.person_id::text as id from (${mayBeOf(sql`${projectId}`, sql`${key}`)}) q order by 1`,
  );
  return rows.map(({ id }) => id);
};

/** The accounts of these people in one workspace. */
export const accountsIn = async (
  db: Db,
  at: { platform: string; workspace: string; personIds: readonly string[] },
): Promise<{ personId: string; userId: string }[]> =>
  db
    .select({ personId: identities.personId, userId: identities.userId })
    .from(identities)
    .where(
      and(
        eq(identities.platform, at.platform),
        eq(identities.workspace, at.workspace),
        sql`${identities.personId}::text = any(${sql.param([...at.personIds])}::text[])`,
      ),
    )
    .orderBy(asc(identities.createdAt), asc(identities.userId));
