import { and, asc, eq, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { groupMembers, groups, members, people } from './tables/people.ts';

/** People by what they look after, with those who are here now. */
export type Group = { key: string; name: string; people: { id: string; name: string }[] };

/** Every group of a project with the live members that are of it, by key. */
export const readGroups = async (db: Db, projectId: string): Promise<Group[]> => {
  const rows = await db
    .select({ key: groups.key, name: groups.name, personId: people.id, person: people.name })
    .from(groups)
    .leftJoin(groupMembers, and(eq(groupMembers.projectId, groups.projectId), eq(groupMembers.groupKey, groups.key)))
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
  for (const { key, name, personId, person } of rows) {
    const group = found.get(key) ?? { key, name, people: [] };
    if (personId !== null && person !== null) group.people.push({ id: personId, name: person });
    found.set(key, group);
  }
  return [...found.values()];
};
