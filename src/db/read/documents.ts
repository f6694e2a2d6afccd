import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../../result.ts';
import type { Db } from '../client.ts';
import { documents, documentVersions } from '../tables/documents.ts';
import { people } from '../tables/people.ts';
import { type BadCursor, isUuid, micros, momentOf, type Page, pageOf, uuidPlaceOf } from './place.ts';

export type DocumentRow = {
  id: string;
  docType: string;
  agentKey: string;
  version: number;
  content: string;
  personName: string | null;
  proposalId: string | null;
  updatedAt: Date;
};

const inForce = and(eq(documentVersions.documentId, documents.id), eq(documentVersions.version, documents.version));

const columns = {
  id: documents.id,
  docType: documents.docType,
  agentKey: documents.agentKey,
  version: documents.version,
  content: documentVersions.content,
  personName: people.name,
  proposalId: documentVersions.proposalId,
  updatedAt: documents.updatedAt,
};

const rowsOf = (db: Db) =>
  db
    .select({ document: columns, moment: micros(documents.updatedAt) })
    .from(documents)
    .innerJoin(documentVersions, inForce)
    .leftJoin(people, eq(people.id, documentVersions.personId))
    .$dynamic();

/** A project's documents as they are in force: what was changed last stands first. */
export const listDocuments = async (
  db: Db,
  at: { projectId: string; cursor: string | undefined; limit: number },
): Promise<Result<Page<DocumentRow>, BadCursor>> => {
  const place = at.cursor === undefined ? undefined : uuidPlaceOf(at.cursor, 1);
  if (at.cursor !== undefined && !place) return err({ code: 'bad_cursor' });
  const behind = place && sql`(${documents.updatedAt}, ${documents.id}) < (${momentOf(place.keys[0])}, ${place.id}::uuid)`;
  const rows = await rowsOf(db)
    .where(and(eq(documents.projectId, at.projectId), behind))
    .orderBy(desc(documents.updatedAt), desc(documents.id))
    .limit(at.limit + 1);
  return ok(
    pageOf(rows, at.limit, { item: ({ document }) => document, place: ({ document, moment }) => ({ keys: [moment], id: document.id }) }),
  );
};

/** Every document of one type: the project's own first, then each agent's. */
export const documentsOfType = async (db: Db, at: { projectId: string; docType: string; limit: number }): Promise<DocumentRow[]> => {
  const rows = await rowsOf(db)
    .where(and(eq(documents.projectId, at.projectId), eq(documents.docType, at.docType)))
    .orderBy(asc(documents.agentKey))
    .limit(at.limit);
  return rows.map((row) => row.document);
};

export type VersionRow = Pick<
  typeof documentVersions.$inferSelect,
  'documentId' | 'version' | 'content' | 'proposalId' | 'personId' | 'createdAt'
> & { personName: string | null };

/** The versions of one document, newest first. An id that is not one of the project's documents has none. */
export const listVersions = async (
  db: Db,
  at: { projectId: string; documentId: string; cursor: string | undefined; limit: number },
): Promise<Result<Page<VersionRow>, BadCursor | { code: 'document_missing' }>> => {
  const place = at.cursor === undefined ? undefined : uuidPlaceOf(at.cursor, 1);
  if (at.cursor !== undefined && (!place || place.id !== at.documentId)) return err({ code: 'bad_cursor' });
  if (!isUuid(at.documentId)) return err({ code: 'document_missing' });
  const rows = await db
    .select({ version: documentVersions, personName: people.name })
    .from(documentVersions)
    .innerJoin(documents, eq(documents.id, documentVersions.documentId))
    .leftJoin(people, eq(people.id, documentVersions.personId))
    .where(
      and(
        eq(documents.id, at.documentId),
        eq(documents.projectId, at.projectId),
        place && lt(documentVersions.version, Number(place.keys[0])),
      ),
    )
    .orderBy(desc(documentVersions.version))
    .limit(at.limit + 1);
  // A document has at least one version, and a place in the list was read from one.
  if (rows.length === 0 && !place) return err({ code: 'document_missing' });
  return ok(
    pageOf(rows, at.limit, {
      item: ({ version, personName }) => ({ ...version, personName }),
      place: ({ version }) => ({ keys: [String(version.version)], id: version.documentId }),
    }),
  );
};

/** The text of one version. */
export const contentOf = async (db: Db, which: { documentId: string; version: number }): Promise<string | undefined> => {
  const [found] = await db
    .select({ content: documentVersions.content })
    .from(documentVersions)
    .where(and(eq(documentVersions.documentId, which.documentId), eq(documentVersions.version, which.version)));
  return found?.content;
};
