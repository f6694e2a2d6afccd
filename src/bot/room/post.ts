import type { Db } from '../../db/client.ts';
import { listChannels, postToThread } from '../../db/talk.ts';
import { channelThread } from '../../db/thread-id.ts';
import { err, ok } from '../../result.ts';
import type { Post } from '../../tools/send-message.ts';

/** Posts into a channel of the room: a row in the caller's transaction, so it is there when the action is done and not before. */
export const postInRoom: Post = async (db: Db, post) => {
  const { projectId, channel, text, requesterId } = post;
  const messageId = await postToThread(db, { projectId, threadId: channelThread(channel), text, personId: requesterId });
  if (messageId) return ok({ threadId: channelThread(channel), messageId });
  const known = await listChannels(db, projectId);
  return err({
    code: 'channel_unknown',
    message: `There is no channel #${channel} here. There is ${known.map((name) => `#${name}`).join(', ')}.`,
  });
};
