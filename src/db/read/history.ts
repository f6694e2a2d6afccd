import { and, desc, eq, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { STANDS } from '../stands.ts';
import type { ProposalState } from '../states.ts';
import { proposals, revisions } from '../tables/proposals.ts';
import { messages } from '../tables/talk.ts';

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

/** What was said in a thread before one of its messages, the newest last, up to a dozen things. What the system says is left out. */
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
    .where(and(eq(messages.threadId, at.threadId), sql`${messages.authorKind} <> 'system'`, STANDS, before))
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
