import { and, desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { documents, documentVersions } from '../../db/tables/documents.ts';
import { ok } from '../../result.ts';
import { defineRead } from '../read.ts';
import { listed } from './answer.ts';
import { offset, ROWS } from './fields.ts';

export const listDocuments = defineRead({
  name: 'list_documents',
  summary: 'Lists the documents that the team and its agents go by, what was changed last first',
  input: z.strictObject({ offset }),
  async run({ offset: from }, { db, projectId }) {
    const rows = await db
      .select({
        document: documents,
        characters: sql<number>`length(${documentVersions.content})::int`,
        total: sql<number>`count(*) over ()::int`,
      })
      .from(documents)
      .innerJoin(documentVersions, and(eq(documentVersions.documentId, documents.id), eq(documentVersions.version, documents.version)))
      .where(eq(documents.projectId, projectId))
      .orderBy(desc(documents.updatedAt), desc(documents.id))
      .offset(from)
      .limit(ROWS);
    const items = rows.map(({ document, characters }) => ({
      doc_type: document.docType,
      agent_key: document.agentKey,
      version: document.version,
      characters,
      changed: document.updatedAt.toISOString(),
    }));
    return ok(listed(items, { total: rows[0]?.total ?? 0, offset: from, none: 'There are no documents yet.' }));
  },
});
