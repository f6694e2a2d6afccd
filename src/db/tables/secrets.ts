import { primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { people, projects } from './people.ts';
import { at, wilco } from './schema.ts';

/** Values that actions use by name and nobody reads back. Encrypted with the operator's key. */
export const secrets = wilco.table(
  'secrets',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    name: text('name').notNull(),
    ciphertext: text('ciphertext').notNull(),
    createdBy: uuid('created_by').references(() => people.id),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.name] })],
);
