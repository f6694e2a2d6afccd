import { and, desc, eq, isNull, or, type SQL, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../../result.ts';
import type { Db } from '../client.ts';
import { facts } from '../tables/agents.ts';
import { people } from '../tables/people.ts';
import { type BadCursor, micros, momentOf, type Page, pageOf, uuidPlaceOf } from './place.ts';

export type FactRow = typeof facts.$inferSelect & { personName: string | null };

export type FactListing = {
  projectId: string;
  /** Those of one agent alone; `common`: those for everybody; `seen`: what that agent is told, its own and the common ones. */
  of?: { agent: string } | { seen: string } | 'common' | undefined;
  /** Every one of these words, in any case. */
  words?: string | undefined;
  /** The beginning of its id. */
  idLike?: string | undefined;
  cursor?: string | undefined;
  limit: number;
};

const ofWhom = (of: FactListing['of']): SQL | undefined => {
  if (of === undefined) return undefined;
  if (of === 'common') return isNull(facts.agentKey);
  return 'agent' in of ? eq(facts.agentKey, of.agent) : or(isNull(facts.agentKey), eq(facts.agentKey, of.seen));
};

const MOST_WORDS = 10;
const withWords = (words: string): SQL[] =>
  words
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS)
    .map((word) => sql`strpos(lower(${facts.text}), lower(${word})) > 0`);

/** What a project was asked to remember, the newest first. */
export const listFacts = async (db: Db, listing: FactListing): Promise<Result<Page<FactRow>, BadCursor>> => {
  const { projectId, of, words, idLike, cursor, limit } = listing;
  const place = cursor === undefined ? undefined : uuidPlaceOf(cursor, 1);
  if (cursor !== undefined && !place) return err({ code: 'bad_cursor' });
  const behind = place && sql`(${facts.createdAt}, ${facts.id}) < (${momentOf(place.keys[0])}, ${place.id}::uuid)`;
  const named = idLike === undefined ? undefined : sql`starts_with(replace(${facts.id}::text, '-', ''), ${idLike.toLowerCase()})`;
  const rows = await db
    .select({ fact: facts, personName: people.name, moment: micros(facts.createdAt) })
    .from(facts)
    .leftJoin(people, eq(people.id, facts.personId))
    .where(and(eq(facts.projectId, projectId), ofWhom(of), ...(words === undefined ? [] : withWords(words)), named, behind))
    .orderBy(desc(facts.createdAt), desc(facts.id))
    .limit(limit + 1);
  return ok(
    pageOf(rows, limit, {
      item: ({ fact, personName }) => ({ ...fact, personName }),
      place: ({ fact, moment }) => ({ keys: [moment], id: fact.id }),
    }),
  );
};
