import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { documents, documentVersions } from '../../db/tables/documents.ts';
import { ok } from '../../result.ts';
import { defineRead } from '../read.ts';
import { listed } from './answer.ts';
import { rank } from './bm25.ts';
import { offset, ROWS, words } from './fields.ts';

export const findInDocuments = defineRead({
  name: 'find_in_documents',
  summary: 'Finds the passages of the documents that fit some words best',
  input: z.strictObject({ words: words.describe('What it is about, in a few words.'), offset }),
  async run({ words: said, offset: from }, { db, projectId }) {
    const passages = sql`select case when d.agent_key = '' then d.doc_type else d.doc_type || ' of ' || d.agent_key end as name, s.text
      from ${documents} d join ${documentVersions} v on v.document_id = d.id and v.version = d.version,
      regexp_split_to_table(v.content, '\\n\\s*\\n') s(text) where d.project_id = ${projectId}`;
    const found = await rank(db, passages, { words: said, offset: from, limit: ROWS });
    const items = found.map(({ name, text }) => ({ document: name, text }));
    return ok(listed(items, { total: found[0]?.total ?? 0, offset: from, none: 'No document says anything of it.' }));
  },
});
