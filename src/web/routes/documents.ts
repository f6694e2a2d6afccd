import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type DocumentRow, listDocuments, listVersions, type VersionRow } from '../../db/read/documents.ts';
import { visible, visibleBlock } from '../../dispatch/visible.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { proposeAlone } from '../propose-alone.ts';
import { Approval, DocumentInfo, DocumentVersion, page } from '../schemas.ts';
import { IdParam, ListQuery } from './list-query.ts';

const tags = ['documents'];

const list = createRoute({
  method: 'get',
  path: '/api/documents',
  operationId: 'listDocuments',
  summary: 'What the team and its agents go by, each as it is in force; what was changed last stands first',
  tags,
  ...asRole('viewer'),
  request: { query: ListQuery },
  responses: { 200: json(page(DocumentInfo), 'A page of documents'), ...problems(...SIGNED_IN, 'bad_cursor', 'invalid_input') },
});

const versions = createRoute({
  method: 'get',
  path: '/api/documents/{id}/versions',
  operationId: 'listDocumentVersions',
  summary: 'Every version of a document with its text, the newest first',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, query: ListQuery },
  responses: {
    200: json(page(DocumentVersion), 'A page of versions'),
    ...problems(...SIGNED_IN, 'document_missing', 'bad_cursor', 'invalid_input'),
  },
});

const NewText = z.object({
  docType: z.string().max(100),
  agentKey: z.string().max(100).optional(),
  content: z.string(),
  mode: z.enum(['replace', 'append']).default('replace'),
  baseVersion: z
    .int()
    .optional()
    .openapi({ description: 'The version that the text was made from; when it is not in force any more, the change is refused.' }),
});

const change = createRoute({
  method: 'post',
  path: '/api/documents',
  operationId: 'proposeDocument',
  summary: 'Propose to write a document, or to add to it',
  tags,
  ...asRole('viewer'),
  request: bodyOf(NewText),
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES) },
});

const documentOf = ({ id, docType, agentKey, version, content, personName, proposalId, updatedAt }: DocumentRow): DocumentInfo => ({
  id,
  docType,
  agentKey: agentKey === '' ? null : agentKey,
  version,
  content: visibleBlock(content),
  changedBy: personName === null ? null : visible(personName),
  proposalId,
  changedAt: updatedAt.toISOString(),
});

const versionOf = ({ version, content, personName, proposalId, createdAt }: VersionRow): DocumentVersion => ({
  version,
  content: visibleBlock(content),
  changedBy: personName === null ? null : visible(personName),
  proposalId,
  changedAt: createdAt.toISOString(),
});

/** What the team keeps in writing. A change of it is a proposal like any other. */
export const documentRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { db } = heart.database;

  app.openapi(list, async (c) => {
    const found = await listDocuments(db, { projectId: c.get('actor').projectId, ...paging(c.req.valid('query')) });
    return found.ok ? c.json({ items: found.value.items.map(documentOf), next: found.value.next }, 200) : problem(c, found.error);
  });

  app.openapi(versions, async (c) => {
    const documentId = c.req.valid('param').id;
    const found = await listVersions(db, { projectId: c.get('actor').projectId, documentId, ...paging(c.req.valid('query')) });
    return found.ok ? c.json({ items: found.value.items.map(versionOf), next: found.value.next }, 200) : problem(c, found.error);
  });

  app.openapi(change, async (c) => {
    const { docType, agentKey, content, mode, baseVersion } = c.req.valid('json');
    const input = {
      doc_type: docType,
      content,
      mode,
      ...(agentKey === undefined ? {} : { agent_key: agentKey }),
      ...(baseVersion === undefined ? {} : { base_version: baseVersion }),
    };
    const proposed = await proposeAlone(heart, c.get('actor'), { tool: 'edit_doc', input, title: `Document: ${docType}` });
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  return app;
};

const paging = ({ cursor, limit }: z.output<typeof ListQuery>) => ({ cursor, limit });
