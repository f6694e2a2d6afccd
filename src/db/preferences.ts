import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from './client.ts';
import { people } from './tables/people.ts';

/** What somebody can be told of. */
export const NOTICE_KINDS = [
  'approval', // something waits for this person's decision
  'run', // something of theirs failed, or has an outcome that they may settle
  'cost', // most or all of the day's limit is spent
  'health', // a connection or the workers went down
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time such as 22:00.');

/** What a person chose for themselves. Whatever is missing or no longer understood is as it ships. */
export const Preferences = z.object({
  notify: z
    .object({
      approval: z.boolean().catch(true),
      run: z.boolean().catch(true),
      cost: z.boolean().catch(true),
      health: z.boolean().catch(true),
    })
    .catch({ approval: true, run: true, cost: true, health: true }),
  sound: z.boolean().catch(false),
  /** By a direct message, too, in the chats where an account of theirs is linked. */
  direct: z.boolean().catch(false),
  /** No sound, no push and no direct message between these, by the person's own clock. */
  quiet: z.object({ from: Time, to: Time }).nullable().catch(null),
  /** Whether the first steps were gone through or skipped. */
  guided: z.boolean().catch(false),
});
export type Preferences = z.output<typeof Preferences>;

export type Profile = { name: string; timeZone: string | null; preferences: Preferences };

/** With `lock` nobody else changes it until the transaction ends: two changes at once would otherwise undo one another. */
export const readProfile = async (db: Db, personId: string, lock = false): Promise<Profile | undefined> => {
  const found = db
    .select({ name: people.name, timeZone: people.timeZone, preferences: people.preferences })
    .from(people)
    .where(eq(people.id, personId));
  const [row] = await (lock ? found.for('update') : found);
  return row && { ...row, preferences: Preferences.parse(row.preferences) };
};

/** Changes only what is given; what other parts keep in the same place stays. */
export const writeProfile = async (
  db: Db,
  personId: string,
  change: { name?: string | undefined; timeZone?: string | undefined; preferences: Preferences },
): Promise<void> => {
  const { name, timeZone, preferences } = change;
  const kept = sql`${people.preferences} || ${JSON.stringify(preferences)}::jsonb`;
  await db
    .update(people)
    .set({ preferences: kept, ...(name === undefined ? {} : { name }), ...(timeZone === undefined ? {} : { timeZone }) })
    .where(eq(people.id, personId));
};

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Whether it is quiet for this person now. From 22:00 to 07:00 goes over midnight; from a time to itself is never. */
export const isQuiet = (quiet: Preferences['quiet'], timeZone: string, now: Date): boolean => {
  if (!quiet) return false;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(now);
  const [at, from, to] = [clock, quiet.from, quiet.to].map(minutesOf) as [number, number, number]; // three in, three out
  return from <= to ? at >= from && at < to : at >= from || at < to;
};
