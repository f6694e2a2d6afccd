import { and, desc, eq, isNull, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import { facts } from '../../db/tables/agents.ts';
import { people } from '../../db/tables/people.ts';
import { ok } from '../../result.ts';
import { defineRead, type ReadContext } from '../read.ts';
import { listed } from './answer.ts';
import { rank } from './bm25.ts';
import { offset, ROWS, words } from './fields.ts';

const NONE = 'Nothing of that kind was asked to be remembered.';

const newest = async ({ db, projectId, agentKey }: ReadContext, from: number): Promise<string> => {
  const rows = await db
    .select({ fact: facts, by: people.name, total: sql<number>`count(*) over ()::int` })
    .from(facts)
    .leftJoin(people, eq(people.id, facts.personId))
    .where(and(eq(facts.projectId, projectId), or(isNull(facts.agentKey), eq(facts.agentKey, agentKey))))
    .orderBy(desc(facts.createdAt), desc(facts.id))
    .offset(from)
    .limit(ROWS);
  const items = rows.map(({ fact, by }) => ({ fact: fact.text, by, at: fact.createdAt.toISOString() }));
  return listed(items, { total: rows[0]?.total ?? 0, offset: from, none: NONE });
};

export const findFacts = defineRead({
  name: 'find_facts',
  summary: 'Looks up what was asked to be remembered, for everybody and for this agent',
  input: z.strictObject({ words: words.optional().describe('What it is about; without it, the newest.'), offset }),
  async run({ words: said, offset: from }, ctx) {
    if (said === undefined) return ok(await newest(ctx, from));
    const { db, projectId, agentKey } = ctx;
    const known = sql`select to_char(f.created_at at time zone 'utc', 'YYYY-MM-DD') as name, f.text from ${facts} f
      where f.project_id = ${projectId} and (f.agent_key is null or f.agent_key = ${agentKey})`;
    const found = await rank(db, known, { words: said, offset: from, limit: ROWS });
    const items = found.map(({ name, text }) => ({ fact: text, at: name }));
    return ok(listed(items, { total: found[0]?.total ?? 0, offset: from, none: NONE }));
  },
});
