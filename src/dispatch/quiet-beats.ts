import { sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { type News, readNews } from '../db/read/news.ts';
import { nextTimes, storedRecurrence } from '../tools/schedule/recurrence.ts';

type Moved = Pick<News, 'id' | 'nextAt' | 'head'> & { next: Date };

/** When it comes next; undefined where that ends it or cannot be read, which is for a look of its own. */
const nextOf = ({ pattern, timeZone }: News, now: Date): Date | undefined => {
  const recurrence = storedRecurrence(pattern, timeZone);
  return recurrence ? nextTimes(recurrence, now, 1)[0] : undefined;
};

/** Moves them on, each if it still stands as it was read. */
const moveOn = async (db: Db, moved: readonly Moved[]): Promise<string[]> => {
  const values = moved.map(
    ({ id, nextAt, next, head }) =>
      sql`(${id}::uuid, ${nextAt.toISOString()}::timestamptz, ${next.toISOString()}::timestamptz, ${head}::text)`,
  );
  const done = await db.execute<{ id: string }>(sql`
    update wilco.schedules s set next_at = v.next, last_at = s.next_at, quiet = s.quiet + 1, outcome = 'quiet', fingerprint = v.head
    from (values ${sql.join(values, sql`, `)}) as v(id, due, next, head)
    where s.id = v.id and s.state = 'active' and date_trunc('milliseconds', s.next_at) = v.due returning s.id`);
  return done.rows.map(({ id }) => id);
};

/**
 * Takes the heartbeats among those that are due which have nothing new to look at: all of them in two statements, without a run, a model, a
 * card or an event. Answers those that it took; the others are to be taken one by one.
 */
export const takeQuiet = async (db: Db, ids: readonly string[], now: Date): Promise<ReadonlySet<string>> => {
  const looked = await readNews(db, ids);
  const moved = looked.flatMap((one): Moved[] => {
    // Taken by somebody else since it was found due: what is read now is its next time.
    const isDue = one.nextAt <= now;
    const next = one.news || !isDue ? undefined : nextOf(one, now);
    return next ? [{ id: one.id, nextAt: one.nextAt, head: one.head, next }] : [];
  });
  return new Set(moved.length === 0 ? [] : await moveOn(db, moved));
};
