import { and, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { STANDS } from '../stands.ts';
import { facts } from '../tables/agents.ts';
import { documents, documentVersions } from '../tables/documents.ts';
import { members, people } from '../tables/people.ts';
import { proposals, revisions } from '../tables/proposals.ts';
import { messages } from '../tables/talk.ts';

export type Written = { text: string; by: string | null; at: Date };
export type WrittenDocument = Written & { docType: string; agentKey: string };
export type Turn = Written & { proposed: string | null; on: string | null; state: string | null };

/** What one agent is told of its project and its thread, each the newest first. */
export type Background = { documents: WrittenDocument[]; facts: Written[]; thread: Turn[]; people: { name: string; role: string }[] };

/** Of each kind so many are read; what fits is for the reader to say. */
const MOST_DOCUMENTS = 20;
const MOST_FACTS = 200;
const MOST_TURNS = 40;
const MOST_PEOPLE = 100;
/** No more of one text is ever shown. */
const LONGEST = 20_000;

/** What everybody goes by; the project's other documents are there to be looked up. */
const SHARED = ['mission', 'brief', 'voice'];

const documentsFor = (db: Db, { projectId, agentKey }: At) =>
  db
    .select({
      docType: documents.docType,
      agentKey: documents.agentKey,
      text: sql<string>`left(${documentVersions.content}, ${LONGEST})`,
      by: people.name,
      at: documents.updatedAt,
    })
    .from(documents)
    .innerJoin(documentVersions, and(eq(documentVersions.documentId, documents.id), eq(documentVersions.version, documents.version)))
    .leftJoin(people, eq(people.id, documentVersions.personId))
    .where(
      and(
        eq(documents.projectId, projectId),
        or(eq(documents.agentKey, agentKey), and(eq(documents.agentKey, ''), inArray(documents.docType, SHARED))),
      ),
    )
    .orderBy(desc(documents.updatedAt), desc(documents.id))
    .limit(MOST_DOCUMENTS);

const factsFor = (db: Db, { projectId, agentKey }: At) =>
  db
    .select({ text: facts.text, by: people.name, at: facts.createdAt })
    .from(facts)
    .leftJoin(people, eq(people.id, facts.personId))
    .where(and(eq(facts.projectId, projectId), or(isNull(facts.agentKey), eq(facts.agentKey, agentKey))))
    .orderBy(desc(facts.createdAt), desc(facts.id))
    .limit(MOST_FACTS);

const turnsOf = (db: Db, { threadId }: At) =>
  db
    .select({
      text: sql<string>`left(${messages.text}, ${LONGEST})`,
      by: sql<string | null>`coalesce(${people.name}, ${messages.authorName}, ${messages.agentKey}, 'Wilco')`,
      at: messages.createdAt,
      proposed: proposals.tool,
      on: revisions.target,
      state: proposals.state,
    })
    .from(messages)
    .leftJoin(people, eq(people.id, messages.personId))
    .leftJoin(proposals, eq(proposals.id, messages.proposalId))
    .leftJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision)))
    .where(and(eq(messages.threadId, threadId), sql`${messages.authorKind} <> 'system'`, STANDS))
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(MOST_TURNS);

type At = { projectId: string; agentKey: string; threadId: string };

/** Reads all of it. Whoever calls says how much of it is shown, and marks it as data. */
export const readBackground = async (db: Db, at: At): Promise<Background> => {
  const [written, known, thread, team] = await Promise.all([
    documentsFor(db, at),
    factsFor(db, at),
    turnsOf(db, at),
    db
      .select({ name: people.name, role: members.role })
      .from(members)
      .innerJoin(people, eq(people.id, members.personId))
      .where(and(eq(members.projectId, at.projectId), sql`${members.joinedAt} is not null`, isNull(members.removedAt)))
      .orderBy(people.name)
      .limit(MOST_PEOPLE),
  ]);
  return { documents: written, facts: known, thread, people: team };
};
