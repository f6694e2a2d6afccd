import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { record } from './record.ts';
import { facts } from './tables/agents.ts';
import { messages, threads } from './tables/talk.ts';

/** So many facts a project keeps: an agent is told the newest, and people read all of them. */
const MOST_FACTS = 2000;

/** `agentKey` null: for every agent. `proposalId`: an agent asked for it, and somebody approved. */
export type NewFact = { projectId: string; agentKey: string | null; text: string; personId: string | null; proposalId: string | null };

/** What a card is called that lists facts: such a card goes when one of them does. */
export const MEMORY_CARD = 'Memory';

/**
 * Keeps a fact, in the caller's transaction. The same words for the same agent are kept once: `known` says that they were there. Undefined:
 * there are too many already. The event carries ids alone, so that what is deleted stands nowhere else.
 */
export const addFact = async (db: Db, fact: NewFact): Promise<{ id: string; known: boolean } | undefined> => {
  const { projectId, agentKey, text, personId } = fact;
  // Of two who say the same at once, the second waits and then finds it.
  await db.execute(sql`select pg_advisory_xact_lock(hashtext(${`facts:${projectId}`}))`);
  const theirs = and(eq(facts.projectId, projectId), agentKey === null ? isNull(facts.agentKey) : eq(facts.agentKey, agentKey));
  const [same] = await db
    .select({ id: facts.id })
    .from(facts)
    .where(and(theirs, sql`lower(${facts.text}) = lower(${text})`));
  if (same) return { id: same.id, known: true };
  const [counted] = await db.select({ count: sql<number>`count(*)::int` }).from(facts).where(eq(facts.projectId, projectId));
  if ((counted?.count ?? 0) >= MOST_FACTS) return undefined;
  const [made] = await db.insert(facts).values(fact).returning({ id: facts.id });
  if (!made) throw new Error('the fact was not written');
  await record(db, { projectId, kind: 'fact.remembered', personId, data: { factId: made.id, agent: agentKey } });
  return { id: made.id, known: false };
};

const TAKEN_DOWN = {
  title: MEMORY_CARD,
  facts: [],
  arguments: [],
  changes: [],
  notes: ['Something on this list was deleted, so the list was taken down. /facts shows what is remembered now.'],
  actions: [],
  fits: true,
};

/**
 * Deletes a fact for good, and with it every card that listed it, wherever that stands. False: it is not there. What somebody wrote in a
 * conversation, and an approved proposal, stay what they are.
 */
export const removeFact = async (db: Db, which: { projectId: string; id: string; personId: string | null }): Promise<boolean> => {
  const { projectId, id, personId } = which;
  const [gone] = await db
    .delete(facts)
    .where(and(eq(facts.id, id), eq(facts.projectId, projectId)))
    .returning({ id: facts.id });
  if (!gone) return false;
  const here = sql`${messages.threadId} in (select ${threads.id} from ${threads} where ${threads.projectId} = ${projectId})`;
  const listsIt = sql`${messages.card}->>'title' like ${`${MEMORY_CARD}%`} and strpos(${messages.card}::text, ${id.slice(0, 8)}) > 0`;
  await db
    .update(messages)
    .set({ card: TAKEN_DOWN })
    .where(and(sql`${messages.card} is not null`, here, listsIt));
  await record(db, { projectId, kind: 'fact.forgotten', personId, data: { factId: id } });
  return true;
};
