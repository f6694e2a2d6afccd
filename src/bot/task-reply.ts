import type { Addressed } from '../db/answer.ts';
import { openTasksOfThread } from '../db/read/tasks.ts';
import { writeNote } from '../db/task-notes.ts';
import { isChannelThread } from '../db/thread-id.ts';
import type { Heart } from '../dispatch/heart.ts';
import { looksLikeSecret } from '../tools/key-shapes.ts';
import { shortId } from './commands/which.ts';

const MOST = 3;

/** `noted`: the task whose timeline the words stand in now. `ask`: they may belong to one of several; a press on a line says which. */
export type TaskReply = { noted: string } | { ask: string[] };

/**
 * What somebody says in a thread that a task was made in, and that is no order, is said of that task. It is written once, however often its
 * job comes. Undefined: the thread has no open task.
 */
export const noteReply = async ({ database }: Heart, message: Addressed): Promise<TaskReply | undefined> => {
  const { threadId, text, id: messageId, automatic, actor } = message;
  const { projectId, personId, name } = actor;
  if (automatic || isChannelThread(threadId) || looksLikeSecret(text)) return undefined;
  const [task, ...others] = await openTasksOfThread(database.db, { projectId, threadId, limit: MOST });
  if (!task) return undefined;
  if (others.length > 0) return { ask: [task, ...others].map(({ id }) => `/comment ${shortId(id)} ${text.trim()}`) };
  const by = { personId, name: personId === null ? name : null };
  await database.transaction(({ db }) =>
    writeNote(db, { task: { id: task.id, projectId }, kind: 'commented', by, text: text.slice(0, 10_000).toWellFormed(), messageId }),
  );
  return { noted: task.title };
};
