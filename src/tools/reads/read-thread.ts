import { and, desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { STANDS } from '../../db/stands.ts';
import { people } from '../../db/tables/people.ts';
import { proposals, revisions } from '../../db/tables/proposals.ts';
import { messages, threads } from '../../db/tables/talk.ts';
import { isChannelThread, splitThreadId } from '../../db/thread-id.ts';
import { err, ok } from '../../result.ts';
import { defineRead } from '../read.ts';
import { listed } from './answer.ts';
import { offset, ROWS } from './fields.ts';

/**
 * A channel of the room is everybody's. Of an outside platform nobody here can tell whether a channel is public, and every other thread is
 * somebody's own conversation: those are read from within alone.
 */
const isPublic = (id: string): boolean => splitThreadId(id)?.surface === 'room' && isChannelThread(id);

const Input = z.strictObject({
  thread_id: z.string().min(1).max(300).optional().describe("A channel's thread, such as room:general:feed; without it, this thread."),
  offset,
});

export const readThread = defineRead({
  name: 'read_thread',
  summary: 'Reads what was said in this thread or in a channel of the room, the newest first',
  input: Input,
  async run({ thread_id, offset: from }, { db, projectId, threadId }) {
    const wanted = thread_id ?? threadId;
    const missing = err({
      code: 'thread_missing',
      message: 'There is no such thread that you may read: this one, or a channel of the room.',
    });
    if (wanted !== threadId && !isPublic(wanted)) return missing;
    const [thread] = await db
      .select({ id: threads.id })
      .from(threads)
      .where(and(eq(threads.id, wanted), eq(threads.projectId, projectId)));
    if (!thread) return missing;
    const rows = await db
      .select({
        message: messages,
        person: people.name,
        tool: proposals.tool,
        state: proposals.state,
        target: revisions.target,
        total: sql<number>`count(*) over ()::int`,
      })
      .from(messages)
      .leftJoin(people, eq(people.id, messages.personId))
      .leftJoin(proposals, eq(proposals.id, messages.proposalId))
      .leftJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.revision, proposals.revision)))
      .where(and(eq(messages.threadId, thread.id), STANDS))
      .orderBy(desc(messages.createdAt), desc(messages.id))
      .offset(from)
      .limit(ROWS);
    const items = rows.map(({ message, person, tool, state, target }) => ({
      at: message.createdAt.toISOString(),
      by: person ?? message.authorName ?? (message.authorKind === 'agent' ? message.agentKey : 'Wilco'),
      text: message.text,
      proposed: tool,
      on: target,
      state,
    }));
    return ok(listed(items, { total: rows[0]?.total ?? 0, offset: from, none: 'Nothing was said here yet.' }));
  },
});
