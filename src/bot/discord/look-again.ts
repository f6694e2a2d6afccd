import { Routes } from 'discord.js';
import type { Database } from '../../db/client.ts';
import { waitingEvents } from '../../db/read/heard.ts';
import { splitThreadId } from '../../db/thread-id.ts';
import { apiCode } from './errors.ts';
import { Message } from './incoming.ts';
import type { Link } from './link.ts';
import { hearDeleted, hearMessage } from './messages.ts';
import { writtenIn } from './place.ts';

/** So many cards are looked after; each costs one call. */
const MOST_WAITING = 100;
const UNKNOWN_MESSAGE = 10_008;

export type AuthorOf = Parameters<typeof hearDeleted>[2];

/** The message as it is now; undefined: it was deleted. */
const messageNow = async (link: Link, at: { channelId: string; id: string }): Promise<Message | undefined> => {
  try {
    return Message.parse(await link.rest.get(Routes.channelMessage(at.channelId, at.id)));
  } catch (error) {
    if (apiCode(error) === UNKNOWN_MESSAGE) return undefined;
    throw error;
  }
};

/**
 * Looks again at the messages of a server whose cards still wait: Discord does not tell afterwards what was edited or deleted while nobody
 * listened. Answers one piece of work for each, by its channel.
 */
export const lookAgain = async (
  link: Link,
  at: { database: Database; workspace: string; authorOf: AuthorOf },
): Promise<{ channelId: string; look(): Promise<void> }[]> => {
  const { database, workspace, authorOf } = at;
  const waiting = await waitingEvents(database.db, { surface: link.platform, workspace, limit: MOST_WAITING });
  return waiting.flatMap(({ eventId, threadId }) => {
    const place = splitThreadId(threadId);
    const id = eventId.split('/')[1];
    if (!place || !id) return [];
    const channelId = writtenIn(place, id);
    const look = async (): Promise<void> => {
      const now = await messageNow(link, { channelId, id });
      if (!now) await hearDeleted(link, { id, channelId }, authorOf);
      else if (now.edited_timestamp) await hearMessage(link, now, true);
    };
    return [{ channelId, look }];
  });
};
