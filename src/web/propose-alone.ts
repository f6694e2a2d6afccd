import { dropEmptyThread } from '../db/read/threads.ts';
import { ensureThread } from '../db/talk.ts';
import { newConversation } from '../db/thread-id.ts';
import type { Actor } from '../dispatch/actor.ts';
import type { Heart } from '../dispatch/heart.ts';
import { propose } from '../dispatch/propose.ts';
import { type HeartError, heartError } from '../dispatch/sentences.ts';
import { visible } from '../dispatch/visible.ts';
import { err, ok, type Result } from '../result.ts';
import { readApproval } from './approval.ts';
import type { Approval } from './schemas.ts';

const LONGEST_TITLE = 80;

/**
 * Proposes something that was not said in any thread: it gets a conversation of its own, where its card stands. Nothing runs by it. Where
 * nothing comes of it, or the same is waiting elsewhere already, no empty conversation stays behind.
 */
export const proposeAlone = async (
  heart: Heart,
  actor: Actor,
  wish: { tool: string; input: unknown; title: string },
): Promise<Result<Approval, HeartError>> => {
  const { tool, input } = wish;
  if (!heart.tools.has(tool)) return err(heartError('tool_unknown'));
  const threadId = newConversation();
  const title = visible(wish.title.trim().slice(0, LONGEST_TITLE).toWellFormed());
  await heart.database.transaction(({ db }) => ensureThread(db, { id: threadId, projectId: actor.projectId, create: true, title }));
  const proposed = await propose(heart, actor, { threadId, tool, input });
  if (!proposed.ok || proposed.value.joined) await dropEmptyThread(heart.database.db, threadId);
  if (!proposed.ok) return proposed;
  const approval = await readApproval(heart, actor, proposed.value.proposalId);
  return approval ? ok(approval) : err(heartError('proposal_missing'));
};
