import { and, desc, eq, inArray, or, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { STANDS } from '../stands.ts';
import type { ProposalState } from '../states.ts';
import { proposals, revisions } from '../tables/proposals.ts';
import { deliveries } from '../tables/surfaces.ts';
import { messages } from '../tables/talk.ts';
import { splitThreadId, threadId } from '../thread-id.ts';

/** One thing in a thread, as it was said, with the proposal behind it as it stands now. */
export type Said = {
  author: 'person' | 'wilco';
  text: string;
  proposal: {
    id: string;
    revision: number;
    tool: string;
    inputText: string;
    state: ProposalState;
    requester: string;
  } | null;
};

const TURNS = 12;
/** Nobody needs more of one thing to know what a sentence is about; a whole file stands behind some. */
const LONGEST = 4000;

/** What stands at the root of a channel, and has this thread below it: a post of the team room, a card that came as a direct message. */
const rootOf = (db: Db, id: string) => {
  const place = splitThreadId(id);
  if (!place || place.thread === 'feed') return undefined;
  const root = and(eq(deliveries.threadId, threadId({ ...place, thread: 'feed' })), eq(deliveries.remoteId, place.thread));
  return inArray(messages.id, db.select({ id: deliveries.messageId }).from(deliveries).where(root));
};

/** What was said in a thread before one of its messages, the newest last, up to a dozen things. What the system says is left out. A thread below
 * something of Wilco's own begins with that. */
export const readHistory = async (db: Db, at: { threadId: string; messageId: string }): Promise<Said[]> => {
  const before = sql`(${messages.createdAt}, ${messages.id}) < (select b.created_at, b.id from ${messages} b where b.id = ${at.messageId})`;
  const rows = await db
    .select({
      kind: messages.authorKind,
      text: sql<string>`left(${messages.text}, ${LONGEST})`,
      id: proposals.id,
      revision: proposals.revision,
      tool: proposals.tool,
      state: proposals.state,
      requester: proposals.requester,
      inputText: revisions.inputText,
    })
    .from(messages)
    .leftJoin(proposals, eq(proposals.id, messages.proposalId))
    .leftJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision)))
    .where(and(or(eq(messages.threadId, at.threadId), rootOf(db, at.threadId)), sql`${messages.authorKind} <> 'system'`, STANDS, before))
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(TURNS);
  return rows.reverse().map((row) => {
    const { kind, text, id, revision, tool, state, requester, inputText } = row;
    const known = id !== null && revision !== null && tool !== null && state !== null && requester !== null && inputText !== null;
    return {
      author: kind === 'person' ? 'person' : 'wilco',
      text,
      proposal: known ? { id, revision, tool, inputText, state, requester } : null,
    };
  });
};

/** Whether the last thing that Wilco said in a thread asks for what an order left open. */
export const isAskedIn = async (db: Db, thread: string): Promise<boolean> => {
  const [last] = await db
    .select({ asks: sql<boolean>`coalesce(${messages.card} -> 'form', 'null') <> 'null'` })
    .from(messages)
    .where(and(eq(messages.threadId, thread), sql`${messages.authorKind} <> 'person'`))
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(1);
  return last?.asks === true;
};
