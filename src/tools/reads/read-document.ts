import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import { documents, documentVersions } from '../../db/tables/documents.ts';
import { people } from '../../db/tables/people.ts';
import { err, ok } from '../../result.ts';
import { defineRead } from '../read.ts';
import { lineOf, piece } from './answer.ts';
import { agentKey, from } from './fields.ts';

const Input = z.strictObject({
  doc_type: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/)
    .describe('Such as mission, brief, voice or notes; list_documents names them.'),
  agent_key: agentKey.optional().describe("Without it, the project's own."),
  from,
});

export const readDocument = defineRead({
  name: 'read_document',
  summary: 'Reads a document as it is in force, piece by piece where it is long',
  input: Input,
  async run({ doc_type, agent_key = '', from: start }, { db, projectId }) {
    const [found] = await db
      .select({ document: documents, content: documentVersions.content, person: people.name })
      .from(documents)
      .innerJoin(documentVersions, and(eq(documentVersions.documentId, documents.id), eq(documentVersions.version, documents.version)))
      .leftJoin(people, eq(people.id, documentVersions.personId))
      .where(and(eq(documents.projectId, projectId), eq(documents.docType, doc_type), eq(documents.agentKey, agent_key)));
    if (!found) return err({ code: 'document_missing', message: 'There is no such document. list_documents lists those that there are.' });
    const { document, content, person } = found;
    const head = lineOf({ doc_type, agent_key, version: document.version, changed: document.updatedAt.toISOString(), by: person });
    return ok(piece(content, { from: start, head }));
  },
});
