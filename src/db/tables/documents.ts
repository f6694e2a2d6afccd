import { index, integer, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { people, projects } from './people.ts';
import { proposals } from './proposals.ts';
import { at, wilco } from './schema.ts';

/** What the team keeps in writing: its mission, and what an agent should know. One of each type for the project and for each agent. */
export const documents = wilco.table(
  'documents',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    docType: text('doc_type').notNull(),
    /** Empty: the project's own. */
    agentKey: text('agent_key').notNull().default(''),
    /** The version in force; its text is in `document_versions`. */
    version: integer('version').notNull(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [unique('documents_one').on(t.projectId, t.agentKey, t.docType)],
);

export const documentVersions = wilco.table(
  'document_versions',
  {
    documentId: uuid('document_id')
      .notNull()
      .references(() => documents.id),
    version: integer('version').notNull(),
    content: text('content').notNull(),
    proposalId: uuid('proposal_id').references(() => proposals.id),
    personId: uuid('person_id').references(() => people.id),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.documentId, t.version] }), index('document_versions_proposal').on(t.proposalId)],
);
