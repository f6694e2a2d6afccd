import { sql } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { record } from '../db/record.ts';
import { messages, threads } from '../db/tables/talk.ts';
import { ensureThread } from '../db/talk.ts';
import { channelThread } from '../db/thread-id.ts';
import type { Card } from './card.ts';
import { holdReport } from './hold-report.ts';
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
  /** The proposal that it is about, whose card is shown below it. */
  proposalId?: string;
  /** A card that stands on its own below it. */
  card?: Card;
};

/**
 * Puts a post into the team room, in the caller's transaction. Answers the id of its message; null for one of a heartbeat's run, which its
 * digest will say together with everything else that came of it.
 */
export const postToTeam = async (tx: Pick<Tx, 'db'>, post: TeamPost): Promise<string | null> => {
  const { projectId, kind, text, agent, runId = null, proposalId = null, card = null } = post;
  if (runId !== null && (await holdReport(tx, { projectId, runId, kind, text: storable(text) }))) return null;
  await ensureThread(tx.db, { id: TEAM_THREAD, projectId, create: true, title: 'Team' });
  const author = agent
    ? { authorKind: 'agent' as const, agentKey: agent.key, authorName: agent.name }
    : { authorKind: 'wilco' as const, authorName: null };
  const [message] = await tx.db
    .insert(messages)
    .values({ threadId: TEAM_THREAD, ...author, kind, runId, proposalId, card, text: storable(text) })
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

/** What an agent has just proposed, wherever it did. */
export type Proposing = {
  projectId: string;
  proposalId: string;
  agent: { key: string; name: string; runId: string | null };
  tool: string;
  target: string;
};

/**
 * Tells the team of a proposal that an agent made, in the transaction that makes it: so that there is one post for each, whichever process it
 * was and however often its job comes back. The post carries the proposal's own card.
 */
export const tellOfProposal = (tx: Tx, { projectId, proposalId, agent, tool, target }: Proposing): Promise<string | null> =>
  postToTeam(tx, {
    projectId,
    proposalId,
    agent,
    runId: agent.runId,
    kind: tool === 'create_task' ? 'task_proposal' : 'action_proposal',
    text: `Proposes to ${tool.replaceAll('_', ' ')}: ${target}`,
  });
