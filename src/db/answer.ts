import { and, eq, inArray, not, sql } from 'drizzle-orm';
import type { Database, Db } from './client.ts';
import { dropGrowing, endGrowing, pointBelow, speakerOf } from './growing.ts';
import { record } from './record.ts';
import { type Role, roleAtLeast } from './states.ts';
import { agentRuns } from './tables/agents.ts';
import { members, people, projects } from './tables/people.ts';
import { messages, threads } from './tables/talk.ts';
import { waited } from './waited-for.ts';

/** A message that is to be answered, with who wrote it as they stand now. */
export type Addressed = {
  id: string;
  threadId: string;
  text: string;
  at: Date;
  /** When this answer was begun: another one, of the same message, is another's to end. */
  begun: Date;
  timeZone: string;
  /** The agent that it is for; null: the dispatcher. */
  agentKey: string | null;
  /** Nobody wrote it just now: a schedule brings it, in the name of whoever asked for that. */
  automatic: boolean;
  /** Said where several people talk, without calling for Wilco: it is answered only where something comes of it. */
  aside: boolean;
  /** The agent's run that has it. */
  runId: string | null;
  actor: { projectId: string; personId: string | null; name: string; role: Role; via: string };
};

/** As they stand now, and never more than the door allowed then: a key's words carry no more than the key. */
const lesser = (door: Role, now: Role | null): Role => (now && !roleAtLeast(now, door) ? now : door);

/** Whether more than one person has written in a thread. */
const areSeveral = async (db: Db, threadId: string): Promise<boolean> => {
  const wrote = and(eq(messages.threadId, threadId), eq(messages.authorKind, 'person'));
  const found = await db.selectDistinct({ id: messages.personId }).from(messages).where(wrote).limit(2);
  return found.length > 1;
};

/** Marks a message as being in a live worker's hands. Undefined: it is answered already, or whoever wrote it has no right here any more. */
export const beginMessage = (database: Database, id: string): Promise<Addressed | undefined> =>
  database.transaction(async ({ db }) => {
    const [taken] = await db
      .update(messages)
      .set({ state: 'delivered', deliveredAt: sql`date_trunc('milliseconds', clock_timestamp())` })
      .where(and(eq(messages.id, id), inArray(messages.state, ['queued', 'delivered'])))
      .returning();
    if (!taken?.deliveredAt) return undefined;
    const [row] = await db
      .select({
        projectId: threads.projectId,
        surface: threads.surface,
        projectZone: projects.timeZone,
        name: people.name,
        zone: people.timeZone,
        role: members.role,
        removedAt: members.removedAt,
      })
      .from(threads)
      .innerJoin(projects, eq(projects.id, threads.projectId))
      .leftJoin(people, sql`${people.id} = ${taken.personId}`)
      .leftJoin(members, and(eq(members.projectId, threads.projectId), sql`${members.personId} = ${taken.personId}`))
      .where(eq(threads.id, taken.threadId));
    if (!row) throw new Error('a message without its thread');
    if (taken.personId !== null && (!row.role || row.removedAt)) {
      await db.update(messages).set({ state: 'failed', problem: 'Whoever wrote this is no longer a member.' }).where(eq(messages.id, id));
      await dropGrowing(db, id);
      return undefined;
    }
    const { projectId, surface } = row;
    const role = lesser(taken.actorRole ?? 'viewer', row.role);
    const actor = { projectId, personId: taken.personId, name: row.name ?? taken.authorName ?? 'API key', role, via: surface };
    return {
      id,
      threadId: taken.threadId,
      text: taken.text,
      at: taken.createdAt,
      begun: taken.deliveredAt,
      timeZone: row.zone ?? row.projectZone,
      agentKey: taken.agentKey,
      automatic: taken.authorKind !== 'person',
      aside: taken.aside && (await areSeveral(db, taken.threadId)),
      runId: taken.runId,
      actor,
    };
  });

/** What is answered; `writtenBy` names the model whose words `text` is, `agent` who speaks where it is not the dispatcher. */
export type StoredReply = { text?: string; card?: unknown; writtenBy?: string; agent?: { key: string; name: string } };

/** Marks it answered and puts the answer into its thread, together. */
export const finishMessage = (database: Database, message: Addressed, reply: StoredReply): Promise<void> =>
  database.transaction(async ({ db }) => {
    const [done] = await db.update(messages).set({ state: 'processed' }).where(waited(message)).returning({ id: messages.id });
    if (!done) return;
    const { threadId } = message;
    if (reply.text !== undefined || reply.card !== undefined) {
      const { text = '', card = null } = reply;
      const answer = { ...speakerOf(reply), text, card };
      if (!(await endGrowing(db, message.id, answer))) await db.insert(messages).values({ threadId, ...answer });
    } else await pointBelow(db, message.id);
    await db.update(threads).set({ lastMessageAt: sql`now()` }).where(eq(threads.id, threadId));
    await record(db, {
      projectId: message.actor.projectId,
      kind: 'message.processed',
      threadId,
      personId: message.actor.personId,
      data: { messageId: message.id },
    });
  });

/** Hands a message that no worker could answer back to its author, with a sentence and a retry. */
export const failMessage = (database: Database, id: string, problem: string): Promise<void> =>
  database.transaction(async ({ db }) => {
    const [failed] = await db
      .update(messages)
      .set({ state: 'failed', problem })
      .where(and(eq(messages.id, id), inArray(messages.state, ['queued', 'delivered'])))
      .returning({ threadId: messages.threadId });
    if (!failed) return;
    await dropGrowing(db, id);
    const [thread] = await db.select({ projectId: threads.projectId }).from(threads).where(eq(threads.id, failed.threadId));
    if (thread)
      await record(db, { projectId: thread.projectId, kind: 'message.failed', threadId: failed.threadId, data: { messageId: id } });
  });

/** What an agent's run answers takes as long as that; the run has a watch of its own. */
const HAS_RUN = sql`exists (select 1 from ${agentRuns} r where r.id = ${messages.runId} and r.state in ('queued', 'running', 'parked'))`;

/** Messages that a worker took and then said nothing of for two minutes. One that still waits in the queue is not silent, however long. */
export const silentMessages = async (db: Db): Promise<string[]> => {
  const silent = await db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.state, 'delivered'), sql`${messages.deliveredAt} < now() - interval '2 minutes'`, not(HAS_RUN)))
    .limit(100);
  return silent.map((message) => message.id);
};
