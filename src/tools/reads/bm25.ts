import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';

export type Ranked = { name: string; text: string; score: number; total: number };

/**
 * Ranks pieces of text by BM25, in the database: any of the words finds, and the rare ones count most. A query for all the words at once
 * finds next to nothing where somebody asks in a sentence. `pieces` is a query with the columns `name` and `text`; it is read whole, so it
 * is for what a project keeps by hand (documents, facts), not for what piles up.
 */
export const rank = async (db: Db, pieces: SQL, at: { words: string; offset: number; limit: number }): Promise<Ranked[]> => {
  const found = await db.execute<Ranked>(sql`
    with piece as (select row_number() over () as id, p.name, p.text, to_tsvector('english', p.text) as v from (${pieces}) p where p.text ~ '\\S'),
    posting as (select piece.id, u.lexeme, cardinality(u.positions) as tf from piece, unnest(piece.v) u),
    size as (select id, sum(tf) as dl from posting group by id),
    whole as (select greatest(count(*), 1)::float as n, greatest(avg(dl), 1)::float as avgdl from size),
    asked as (select lexeme from unnest(to_tsvector('english', ${at.words}))),
    term as (select a.lexeme, ln(1 + ((select n from whole) - count(p.id) + 0.5) / (count(p.id) + 0.5)) as idf
             from asked a join posting p using (lexeme) group by a.lexeme),
    score as (select p.id, sum(t.idf * p.tf * 2.2 / (p.tf + 1.2 * (0.25 + 0.75 * s.dl / (select avgdl from whole))))::float as score
              from term t join posting p using (lexeme) join size s using (id) group by p.id)
    select piece.name, piece.text, score.score, (count(*) over ())::int as total
    from score join piece using (id) order by score.score desc, piece.id offset ${at.offset} limit ${at.limit}`);
  return found.rows;
};
