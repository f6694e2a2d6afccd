import { sql } from 'drizzle-orm';
import { boolean, foreignKey, index, jsonb, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { ROLES } from '../states.ts';
import { at, wilco } from './schema.ts';

export const role = wilco.enum('role', ROLES);

/** The workspace of one team. */
export const projects = wilco.table('projects', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  /** One person decides alone. Set when the first person is made, cleared for good when a second may approve. */
  solo: boolean('solo').notNull().default(false),
  timeZone: text('time_zone').notNull().default('UTC'),
  createdAt: at('created_at').notNull().defaultNow(),
});

export const people = wilco.table('people', {
  id: uuid('id').primaryKey().defaultRandom(),
  name: text('name').notNull(),
  timeZone: text('time_zone'),
  /** What this person chose for themselves: notifications, language. */
  preferences: jsonb('preferences').$type<Record<string, unknown>>().notNull().default({}),
  createdAt: at('created_at').notNull().defaultNow(),
});

/** A person's standing in a project. `joinedAt` is null while an invitation waits; `removedAt` ends every right at once. */
export const members = wilco.table(
  'members',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id),
    role: role('role').notNull(),
    joinedAt: at('joined_at'),
    removedAt: at('removed_at'),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.personId] }), index('members_person').on(t.personId)],
);

/** People of a project by what they look after: finance, legal. A rule may ask for approvers of one. */
export const groups = wilco.table(
  'groups',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    /** Small letters, digits and -. */
    key: text('key').notNull(),
    name: text('name').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.key] })],
);

export const groupMembers = wilco.table(
  'group_members',
  {
    projectId: text('project_id').notNull(),
    groupKey: text('group_key').notNull(),
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.groupKey, t.personId] }),
    foreignKey({ columns: [t.projectId, t.groupKey], foreignColumns: [groups.projectId, groups.key] }).onDelete('cascade'),
  ],
);

/**
 * A group of people that an outside platform keeps, in the place of a list of our own: who is of it is asked of the platform when somebody
 * decides. `id` changes with each tie, so that what was said of another one proves nothing.
 */
export const groupTies = wilco.table(
  'group_ties',
  {
    id: uuid('id').notNull().defaultRandom().unique(),
    projectId: text('project_id').notNull(),
    groupKey: text('group_key').notNull(),
    platform: text('platform').notNull(),
    workspace: text('workspace').notNull(),
    /** The platform's own id of its group. Its name there can be anybody's. */
    remoteId: text('remote_id').notNull(),
    /** As the platform called it when it was tied: to be read, never to be gone by. */
    name: text('name').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.projectId, t.groupKey] }),
    foreignKey({ columns: [t.projectId, t.groupKey], foreignColumns: [groups.projectId, groups.key] }).onDelete('cascade'),
  ],
);

/** Who somebody is on a surface: (platform, workspace, user id), never a display name. */
export const identities = wilco.table(
  'identities',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    platform: text('platform').notNull(),
    workspace: text('workspace').notNull(),
    userId: text('user_id').notNull(),
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [unique('identities_key').on(t.platform, t.workspace, t.userId), index('identities_person').on(t.personId)],
);

/** One-time links. Only a hash of the token is kept. */
export const signInLinks = wilco.table('sign_in_links', {
  tokenHash: text('token_hash').primaryKey(),
  personId: uuid('person_id')
    .notNull()
    .references(() => people.id),
  expiresAt: at('expires_at').notNull(),
  usedAt: at('used_at'),
});

export const sessions = wilco.table(
  'sessions',
  {
    tokenHash: text('token_hash').primaryKey(),
    personId: uuid('person_id')
      .notNull()
      .references(() => people.id),
    createdAt: at('created_at').notNull().defaultNow(),
    expiresAt: at('expires_at').notNull(),
    endedAt: at('ended_at'),
  },
  (t) => [index('sessions_person').on(t.personId)],
);

/** A key acts as its person. One without a person is a service key: it proposes and never approves. */
export const apiKeys = wilco.table(
  'api_keys',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    name: text('name').notNull(),
    /** Null until whoever asked for the key fetches its secret, once. */
    keyHash: text('key_hash').unique(),
    createdBy: uuid('created_by').references(() => people.id),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    personId: uuid('person_id').references(() => people.id),
    /** The most that this key may do, whatever its person's role has become. */
    maxRole: role('max_role').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    revokedAt: at('revoked_at'),
  },
  (t) => [index('api_keys_live').on(t.keyHash).where(sql`${t.revokedAt} is null`)],
);
