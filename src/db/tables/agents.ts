import { index, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { AGENT_STATES } from '../states.ts';
import { projects } from './people.ts';
import { at, wilco } from './schema.ts';

export const agentState = wilco.enum('agent_state', AGENT_STATES);

/** What a project has of an agent: whether it works, and what was changed about its shipped configuration. */
export const agents = wilco.table(
  'agents',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    key: text('key').notNull(),
    state: agentState('state').notNull().default('active'),
    config: jsonb('config').$type<Record<string, unknown>>().notNull().default({}),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.key] }), index('agents_state').on(t.state)],
);
