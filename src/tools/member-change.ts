import { and, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { ROLES, type Role } from '../db/states.ts';
import { members, people } from '../db/tables/people.ts';
import { proposals, revisions, votes } from '../db/tables/proposals.ts';
import { ok, type Result } from '../result.ts';
import { line } from './plain-text.ts';
import { refuse } from './refuse.ts';
import { field, type PreviewContext, type ToolContext, type ToolError } from './tool.ts';

export type MemberNow = { personId: string; name: string; role: Role; joined: boolean };

export const personName = () => line({ max: 80, empty: "Say the person's name." });

export const roleField = () =>
  z.enum(ROLES, `A role is one of ${ROLES.join(', ')}.`).meta(field({ title: 'Role', control: 'choice', slot: 'choice' }));

/**
 * Whom a card is about, so that it can be neither mistaken nor moved: the id says who it is, the name is what people read, and the two
 * have to belong together when it runs. A name alone never identifies.
 */
export const personFields = {
  person: personName().meta(field({ title: 'Person', control: 'line', slot: 'name' })),
  person_id: z
    .uuid("This is not a person's id.")
    .toLowerCase()
    .meta(field({ title: 'Person id', control: 'line', slot: 'name' })),
};
export type PersonInput = { person: string; person_id: string };

export const withArticle = (role: Role): string => `${/^[aeio]/.test(role) ? 'an' : 'a'} ${role}`;

/** Everybody who is here or invited. */
export const membersNow = async (db: Db, projectId: string): Promise<MemberNow[]> =>
  db
    .select({ personId: members.personId, name: people.name, role: members.role, joined: sql<boolean>`${members.joinedAt} is not null` })
    .from(members)
    .innerJoin(people, eq(people.id, members.personId))
    .where(and(eq(members.projectId, projectId), isNull(members.removedAt)));

/**
 * Makes changes of people happen one after the other, and reads in a statement after the lock: of two owners who demote each other at
 * once, the second finds that it would be the last. Members are locked before the project, in the order in which signing in does.
 */
export const lockMembers = async (db: Db, projectId: string): Promise<MemberNow[]> => {
  await db.execute(sql`select 1 from ${members} where project_id = ${projectId} order by person_id for update`);
  return membersNow(db, projectId);
};

/** The person that the input means, as they are now; both halves of the input have to fit. */
export const findPerson = (present: readonly MemberNow[], { person_id, person }: PersonInput): Result<MemberNow, ToolError> => {
  const found = present.find(({ personId }) => personId === person_id);
  if (!found) return refuse('person_missing', `${person} is not here: never invited, or removed already.`);
  if (found.name !== person)
    return refuse('person_renamed', `The person with that id is called ${found.name}, not ${person}. Propose it again for whom you mean.`);
  return ok(found);
};

/** The id of whoever is called that, when exactly one person here is. */
export const completePerson = async (
  input: Record<string, unknown>,
  { db, projectId }: PreviewContext,
): Promise<Record<string, unknown>> => {
  const { person, person_id } = input;
  if (typeof person !== 'string' || person_id !== undefined) return input;
  const wanted = person.trim().toLowerCase();
  const [found, ...others] = (await membersNow(db, projectId)).filter((member) => member.name.toLowerCase() === wanted);
  return found && others.length === 0 ? { ...input, person: found.name, person_id: found.personId } : input;
};

/** Whether an owner who has joined remains when this person no longer is one. */
export const keepsAnOwner = (present: readonly MemberNow[], person: MemberNow): boolean =>
  present.some(({ personId, role, joined }) => role === 'owner' && joined && personId !== person.personId) ||
  !(person.role === 'owner' && person.joined);

/**
 * Whether an owner wrote what is about to run, or approved it. Only then may somebody become an owner or stop being one: otherwise two
 * admins could make themselves more than what they were given. Whoever edited wrote it.
 */
export const ownerAgreed = async ({ tx, projectId, proposalId }: ToolContext): Promise<boolean> => {
  const agreed = await tx.execute(sql`
    select 1 from ${members} m
    where m.project_id = ${projectId} and m.role = 'owner' and m.joined_at is not null and m.removed_at is null and m.person_id in (
      select coalesce(r.edited_by, p.proposed_by) from ${proposals} p join ${revisions} r on r.proposal_id = p.id and r.revision = p.revision where p.id = ${proposalId}
      union select v.person_id from ${proposals} p join ${votes} v on v.proposal_id = p.id and v.revision = p.revision where p.id = ${proposalId})`);
  return agreed.rows.length > 0;
};

export const OWNER_ONLY = refuse(
  'owner_needed',
  'Making somebody an owner, or an owner something else, needs an owner to propose or approve it.',
);
export const LAST_OWNER = refuse('last_owner', 'This is the only owner here. Make somebody else an owner first.');
