import { sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { record } from '../db/record.ts';
import { messages, threads } from '../db/tables/talk.ts';
import { ensureThread } from '../db/talk.ts';
import { channelThread } from '../db/thread-id.ts';
import { storable } from './thread.ts';

/** Where agents and people work side by side: one long thread of the room for each project. */
export const TEAM_THREAD = channelThread('team');

export type TeamPost = {
  projectId: string;
  kind: 'finding' | 'status' | 'task_proposal' | 'action_proposal' | 'system';
  text: string;
  /** Who posts; null: Wilco itself. */
  agent: { key: string; name: string } | null;
  runId?: string | null;
  /** The card that it is about, shown below it. */
  proposalId?: string;
};

/** Puts a post into the team room, in the caller's transaction. Answers the id of its message. */
export const postToTeam = async (tx: Tx, post: TeamPost): Promise<string> => {
  const { projectId, kind, text, agent, runId = null, proposalId = null } = post;
  await ensureThread(tx.db, { id: TEAM_THREAD, projectId, create: true, title: 'Team' });
  const author = agent
    ? { authorKind: 'agent' as const, agentKey: agent.key, authorName: agent.name }
    : { authorKind: 'wilco' as const, authorName: null };
  const [message] = await tx.db
    .insert(messages)
    .values({ threadId: TEAM_THREAD, ...author, kind, runId, proposalId, text: storable(text) })
    .returning({ id: messages.id });
  if (!message) throw new Error('the post was not written');
  await tx.db.update(threads).set({ lastMessageAt: sql`now()` }).where(sql`${threads.id} = ${TEAM_THREAD}`);
  await record(tx.db, {
    projectId,
    kind: 'team.posted',
    threadId: TEAM_THREAD,
    proposalId,
    data: { messageId: message.id, kind, agent: agent?.key ?? null },
  });
  return message.id;
};
