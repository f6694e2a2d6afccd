import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { apiKeys, people } from '../tables/people.ts';

/** `pending`: approved, and its secret not fetched yet by whoever asked for it. */
export type KeyRow = {
  id: string;
  name: string;
  personId: string | null;
  person: string | null;
  maxRole: string;
  createdBy: string | null;
  createdAt: Date;
  pending: boolean;
};

/** The keys of a project that still work or wait to be fetched; there are few, so this is all of them. */
export const listKeys = (db: Db, projectId: string): Promise<KeyRow[]> =>
  db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      personId: apiKeys.personId,
      person: people.name,
      maxRole: apiKeys.maxRole,
      createdBy: apiKeys.createdBy,
      createdAt: apiKeys.createdAt,
      pending: sql<boolean>`${apiKeys.keyHash} is null`,
    })
    .from(apiKeys)
    .leftJoin(people, eq(people.id, apiKeys.personId))
    .where(and(eq(apiKeys.projectId, projectId), isNull(apiKeys.revokedAt)))
    .orderBy(desc(apiKeys.createdAt))
    .limit(500);
