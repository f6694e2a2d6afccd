import { and, eq, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { documents, documentVersions } from './tables/documents.ts';

/** Which document: of each type there is one for the project (`agentKey` empty) and one for each agent. */
export type DocumentName = { projectId: string; docType: string; agentKey: string };

export type NewVersion = DocumentName & {
  content: string;
  proposalId: string | null;
  personId: string | null;
  /** The version that the new one is made from; 0: there is none yet. Without it, whatever stands is followed. */
  expectVersion?: number;
};

const named = ({ projectId, docType, agentKey }: DocumentName) =>
  and(eq(documents.projectId, projectId), eq(documents.docType, docType), eq(documents.agentKey, agentKey));

/** Raises the version under the row's own lock: of two writers at once, the second sees what the first has left. */
const raise = async (db: Db, to: NewVersion): Promise<{ id: string; version: number } | undefined> => {
  const { projectId, docType, agentKey, expectVersion } = to;
  const next = { version: sql<number>`${documents.version} + 1`, updatedAt: sql`now()` };
  const made = { id: documents.id, version: documents.version };
  if (expectVersion !== undefined && expectVersion > 0) {
    const there = and(named(to), eq(documents.version, expectVersion));
    return (await db.update(documents).set(next).where(there).returning(made))[0];
  }
  const insert = db.insert(documents).values({ projectId, docType, agentKey, version: 1 });
  const target = [documents.projectId, documents.agentKey, documents.docType];
  const written = expectVersion === 0 ? insert.onConflictDoNothing({ target }) : insert.onConflictDoUpdate({ target, set: next });
  return (await written.returning(made))[0];
};

/**
 * Writes a document, or its next version; the versions before it stay. Undefined, and nothing written: `expectVersion` is not the one in
 * force any more. For the caller's transaction, so that the version and what asked for it commit together.
 */
export const writeDocument = async (db: Db, to: NewVersion): Promise<{ documentId: string; version: number } | undefined> => {
  const raised = await raise(db, to);
  if (!raised) return undefined;
  const { content, proposalId, personId } = to;
  const { id: documentId, version } = raised;
  await db.insert(documentVersions).values({ documentId, version, content, proposalId, personId });
  return { documentId, version };
};

export type DocumentNow = { id: string; version: number; content: string };

/** A document as it is in force, or undefined where it was never written. */
export const readDocument = async (db: Db, name: DocumentName): Promise<DocumentNow | undefined> => {
  const inForce = and(eq(documentVersions.documentId, documents.id), eq(documentVersions.version, documents.version));
  const [found] = await db
    .select({ id: documents.id, version: documents.version, content: documentVersions.content })
    .from(documents)
    .innerJoin(documentVersions, inForce)
    .where(named(name));
  return found;
};
