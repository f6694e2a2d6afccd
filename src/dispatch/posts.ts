import { and, eq, inArray, isNull, like, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { isUuid } from '../db/read/place.ts';
import { record } from '../db/record.ts';
import { roleAtLeast } from '../db/states.ts';
import { proposals } from '../db/tables/proposals.ts';
import { messages, threads } from '../db/tables/talk.ts';
import { err, ok, type Result } from '../result.ts';
import type { Actor } from './actor.ts';
import type { Card } from './card.ts';
import { decide } from './decide.ts';
import type { Heart } from './heart.ts';
import { type Proposed, propose } from './propose.ts';
import { type HeartError, heartError } from './sentences.ts';
import { readStanding, roleNow } from './standing.ts';

export type PostError = HeartError | { code: 'message_missing'; message: string };

const MISSING: PostError = { code: 'message_missing', message: 'That message does not exist here.' };
const NO_POST = 'Only what agents post can be put aside.';
const DISMISSED = 'Dismissed in the team room.';

/** What agents post for people to look at. */
const POSTS: readonly string[] = ['finding', 'status', 'task_proposal', 'action_proposal'];

type Post = typeof messages.$inferSelect;

const readPost = async (db: Db, projectId: string, messageId: string): Promise<Post | undefined> => {
  if (!isUuid(messageId)) return undefined;
  const [row] = await db
    .select({ message: messages })
    .from(messages)
    .innerJoin(threads, eq(threads.id, messages.threadId))
    .where(and(eq(messages.id, messageId), eq(threads.projectId, projectId)));
  return row?.message;
};

/** A dismissed proposal is a rejected one, by whoever may reject it, and through the one door for decisions. */
const rejectPost = async (heart: Heart, actor: Actor, proposalId: string): Promise<Result<null, PostError>> => {
  const standing = await readStanding(heart.database.db, actor.projectId, proposalId);
  if (!standing) return err(heartError('proposal_missing'));
  const { revision } = standing.proposal;
  const done = await decide(heart, actor, { verb: 'reject', proposalId, revision, reason: DISMISSED });
  return done.ok ? ok(null) : done;
};

/** Puts a post aside: a proposal is rejected by that, anything else is marked as dealt with. Of several at once the first counts. */
export const dismissPost = async (heart: Heart, actor: Actor, messageId: string): Promise<Result<null, PostError>> => {
  const { projectId, personId } = actor;
  const post = await readPost(heart.database.db, projectId, messageId);
  if (!post) return err(MISSING);
  if (!POSTS.includes(post.kind)) return err(heartError('wrong_state', { message: NO_POST }));
  if (post.proposalId) return rejectPost(heart, actor, post.proposalId);
  return heart.database.transaction(async ({ db }) => {
    const role = await roleNow(db, actor);
    if (!role || !roleAtLeast(role, 'operator')) return err(heartError('not_allowed'));
    const [put] = await db
      .update(messages)
      .set({ resolvedAs: 'dismissed', resolvedBy: personId, resolvedAt: sql`now()` })
      .where(and(eq(messages.id, post.id), isNull(messages.resolvedAs)))
      .returning({ threadId: messages.threadId });
    if (!put) return err(heartError('already_decided', { message: 'Somebody dealt with this before you.' }));
    await record(db, { projectId, kind: 'team.dismissed', threadId: put.threadId, personId, data: { messageId: post.id, via: actor.via } });
    return ok(null);
  });
};

const LONGEST_TITLE = 200;
const LONGEST_TEXT = 5000;

const titleOf = (words: string): string => {
  const first = words.split(/[\r\n\u2028\u2029]/).find((one) => one.trim() !== '') ?? '';
  const line = first.replaceAll(/\p{Cc}+/gu, ' ').trim();
  const characters = [...line];
  return characters.length > LONGEST_TITLE ? `${characters.slice(0, LONGEST_TITLE - 1).join('')}…` : line;
};

/** What the message says: its own words, or what its card is about. */
const wordsOf = async (heart: Heart, projectId: string, post: Post): Promise<string> => {
  const standing = post.proposalId ? await readStanding(heart.database.db, projectId, post.proposalId) : undefined;
  if (standing) return `${heart.tools.get(standing.proposal.tool)?.title ?? standing.proposal.tool}: ${standing.revision.target}`;
  return post.text.trim() === '' ? ((post.card as Card | null)?.title ?? '') : post.text; // a card is stored as we made it
};

/** Counts the times that it was turned down: whoever presses again then asks again, and two who press at once ask once. */
const originFor = async (db: Db, messageId: string): Promise<string> => {
  const turnedDown = inArray(proposals.state, ['rejected', 'expired', 'withdrawn', 'void']);
  const before = await db.$count(proposals, and(like(proposals.origin, `promote:${messageId}:%`), turnedDown));
  return `promote:${messageId}:${before}`;
};

/** Proposes a task with the words of a message, in the name of whoever wants it; nothing is made before that is approved. */
export const promoteMessage = async (heart: Heart, actor: Actor, messageId: string): Promise<Result<Proposed, PostError>> => {
  const { db } = heart.database;
  const post = await readPost(db, actor.projectId, messageId);
  if (!post) return err(MISSING);
  const words = await wordsOf(heart, actor.projectId, post);
  const title = titleOf(words);
  if (title === '') return err(heartError('invalid_input', { message: 'There are no words in that message to make a task of.' }));
  const description = title === words.trim() ? '' : words.slice(0, LONGEST_TEXT).toWellFormed();
  const origin = await originFor(db, post.id);
  return propose(heart, actor, { threadId: post.threadId, tool: 'create_task', input: { title, description }, origin });
};
