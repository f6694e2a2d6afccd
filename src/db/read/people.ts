import { and, asc, eq, inArray, isNull, ne, type SQLWrapper, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../../result.ts';
import type { Db } from '../client.ts';
import type { Role } from '../states.ts';
import { members, people, projects } from '../tables/people.ts';
import { type BadCursor, isUuid, micros, momentOf, type Page, pageOf, uuidPlaceOf } from './place.ts';

/** Somebody with a place in a project. `joined` is false while an invitation waits. */
export type Member = { id: string; name: string; role: Role; joined: boolean };

const columns = {
  id: people.id,
  name: people.name,
  role: members.role,
  joined: sql<boolean>`${members.joinedAt} is not null`,
  moment: micros(people.createdAt),
};

const memberOf = ({ id, name, role, joined }: Member): Member => ({ id, name, role, joined });

/** Everybody who is or is invited to be a member, in the order in which they came. */
export const listMembers = async (
  db: Db,
  at: { projectId: string; cursor: string | undefined; limit: number },
): Promise<Result<Page<Member>, BadCursor>> => {
  const place = at.cursor === undefined ? undefined : uuidPlaceOf(at.cursor, 1);
  if (at.cursor !== undefined && !place) return err({ code: 'bad_cursor' });
  const behind = place && sql`(${people.createdAt}, ${people.id}) > (${momentOf(place.keys[0])}, ${place.id}::uuid)`;
  const rows = await db
    .select(columns)
    .from(members)
    .innerJoin(people, eq(people.id, members.personId))
    .where(and(eq(members.projectId, at.projectId), isNull(members.removedAt), behind))
    .orderBy(asc(people.createdAt), asc(people.id))
    .limit(at.limit + 1);
  return ok(pageOf(rows, at.limit, { item: (row) => memberOf(row), place: ({ id, moment }) => ({ keys: [moment], id }) }));
};

/** One member; undefined for nobody and for one who was removed. */
export const readMember = async (db: Db, projectId: string, personId: string): Promise<Member | undefined> => {
  if (!isUuid(personId)) return undefined;
  const [row] = await db
    .select(columns)
    .from(members)
    .innerJoin(people, eq(people.id, members.personId))
    .where(and(eq(members.projectId, projectId), eq(members.personId, personId), isNull(members.removedAt)));
  return row && memberOf(row);
};

/** Whether somebody else, in a project where this person is or is invited, goes by that name: cards and the record tell people apart by it. */
export const isNameTaken = async (db: Db, who: { personId: string; name: string }): Promise<boolean> => {
  const plain = (name: SQLWrapper) => sql`lower(normalize(${name}, NFKC))`;
  const theirs = db.select({ id: members.projectId }).from(members).where(eq(members.personId, who.personId));
  const [namesake] = await db
    .select({ id: people.id })
    .from(members)
    .innerJoin(people, eq(people.id, members.personId))
    .where(
      and(
        inArray(members.projectId, theirs),
        isNull(members.removedAt),
        ne(people.id, who.personId),
        eq(plain(people.name), plain(sql`${who.name.trim()}::text`)),
      ),
    )
    .limit(1);
  return namesake !== undefined;
};

export type Project = typeof projects.$inferSelect;

export const readProject = async (db: Db, projectId: string): Promise<Project | undefined> => {
  const [row] = await db.select().from(projects).where(eq(projects.id, projectId));
  return row;
};

/** On whose clock somebody's words are: their own, or the project's. */
export const timeZoneOf = async (db: Db, who: { projectId: string; personId: string | null }): Promise<string> => {
  const [row] = await db
    .select({ own: people.timeZone, project: projects.timeZone })
    .from(projects)
    .leftJoin(people, sql`${people.id} = ${who.personId}`)
    .where(eq(projects.id, who.projectId));
  if (!row) throw new Error(`project ${who.projectId} is not there`);
  return row.own ?? row.project;
};
