import { and, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { members, people } from '../db/tables/people.ts';
import type { Blocked } from '../db/tables/proposals.ts';
import { line } from './plain-text.ts';
import { field } from './tool.ts';

/** Who does a task: a person, by name and id, so that a card can neither be mistaken nor come to mean another one; or an agent, by its key. */
export const ASSIGNEE = {
  assignee_agent_key: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, 'An agent is named by its key: small letters, digits, - and _.')
    .optional()
    .meta(field({ title: 'Agent', control: 'line', slot: 'name' })),
  assignee_name: line({ max: 120, empty: 'Say who.' })
    .optional()
    .meta(field({ title: 'Person', control: 'line' })),
  assignee_id: z
    .uuid('This is not the id of a person.')
    .optional()
    .meta(field({ title: 'Person id', control: 'line' })),
};

export type Assignee = { assignee_agent_key?: string | undefined; assignee_name?: string | undefined; assignee_id?: string | undefined };

const alive = (projectId: string) => and(eq(members.projectId, projectId), isNull(members.removedAt));

/** The one member who goes by this name, or by this first name; undefined where there is none, or more than one. */
const personNamed = async (db: Db, projectId: string, name: string): Promise<{ id: string; name: string } | undefined> => {
  const wanted = name.trim().toLowerCase();
  const found = await db
    .select({ id: people.id, name: people.name })
    .from(members)
    .innerJoin(people, eq(people.id, members.personId))
    .where(and(alive(projectId), sql`(lower(${people.name}) = ${wanted} or lower(split_part(${people.name}, ' ', 1)) = ${wanted})`))
    .limit(3);
  const exact = found.filter((one) => one.name.toLowerCase() === wanted);
  const [one, ...others] = exact.length > 0 ? exact : found;
  return others.length === 0 ? one : undefined;
};

/** Finds the person behind a name, or takes it for an agent's key. What is neither is left as it was written, for the schema to refuse. */
export const completeAssignee = async (
  input: Record<string, unknown>,
  { db, projectId }: { db: Db; projectId: string },
): Promise<Record<string, unknown>> => {
  const { assignee_name, assignee_agent_key, assignee_id, ...rest } = input;
  const said = assignee_name ?? assignee_agent_key;
  if (typeof said !== 'string' || assignee_id !== undefined) return input;
  const name = said.trim().replace(/^@/, '');
  const person = name === '' ? undefined : await personNamed(db, projectId, name);
  if (person) return { ...rest, assignee_name: person.name, assignee_id: person.id };
  // A name that is no member's is no key of an agent either, unless it was written as one.
  return said.trim() !== name || assignee_agent_key !== undefined ? { ...rest, assignee_agent_key: name.toLowerCase() } : input;
};

const NOBODY = 'There is no member of that name with that id any more. Ask for it again, by name.';
const WHO = 'Say who: a member of this project by name, or an agent by its key, such as @content.';

/** Why this cannot be assigned so, if it cannot. */
export const assigneeBlocked = async (to: Assignee, { db, projectId }: { db: Db; projectId: string }): Promise<Blocked | undefined> => {
  const { assignee_name: name, assignee_id: id, assignee_agent_key: key } = to;
  if (name === undefined && id === undefined) return undefined;
  if (key !== undefined || name === undefined || id === undefined) return { why: WHO };
  const [there] = await db
    .select({ id: people.id })
    .from(members)
    .innerJoin(people, eq(people.id, members.personId))
    .where(and(alive(projectId), eq(people.id, id), eq(people.name, name)));
  return there ? undefined : { why: NOBODY };
};

export const assigneeInWords = ({ assignee_name: name, assignee_agent_key: key }: Assignee): string | undefined =>
  name ?? (key === undefined ? undefined : `the agent ${key}`);
