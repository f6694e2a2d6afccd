import type { webApi } from '@slack/bolt';
import type { ThreadAddress } from '../../db/thread-id.ts';
import { err, ok } from '../../result.ts';
import type { View } from '../surface.ts';
import type { Api, Called } from './api.ts';
import { type Message, messageOf } from './blocks.ts';
import { INERT } from './options.ts';
import { slackPlace } from './read-event.ts';

const EVENT_TYPE = 'wilco_delivery';

type Page = Pick<webApi.ConversationsHistoryResponse, 'messages' | 'has_more' | 'response_metadata'>;

const PAGE = 200;
/** As far back as a message is looked for that may have arrived: a channel's newest ones, all of a thread. */
const MOST_PAGES = 50;

const keyOf = (metadata: unknown): unknown => {
  if (typeof metadata !== 'object' || metadata === null || !('event_payload' in metadata)) return undefined;
  const { event_payload: payload } = metadata;
  return typeof payload === 'object' && payload !== null && 'key' in payload ? payload.key : undefined;
};

const readPage = (api: Api, place: ThreadAddress, cursor: string | undefined): Called<Page> => {
  const { channel, threadTs } = slackPlace(place);
  const at = { channel, limit: PAGE, include_all_metadata: true, ...(cursor === undefined ? {} : { cursor }) };
  return threadTs === undefined
    ? api.call({ method: 'conversations.history', channel }, (client) => client.conversations.history(at))
    : api.call({ method: 'conversations.replies', channel }, (client) => client.conversations.replies({ ...at, ts: threadTs }));
};

/** The message that an earlier try at this delivery left, by the key that it carries out of sight; null: there is none. */
const findPosted = async (api: Api, place: ThreadAddress, key: string): Called<string | null> => {
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const read = await readPage(api, place, cursor);
    if (!read.ok) return read.error.message.endsWith('thread_not_found') ? ok(null) : read;
    const found = read.value.messages?.find(({ metadata }) => keyOf(metadata) === key);
    if (found?.ts !== undefined) return ok(found.ts);
    cursor = read.value.response_metadata?.next_cursor;
    if (!read.value.has_more || !cursor) return ok(null);
  }
  return ok(null);
};

const send = async (api: Api, place: ThreadAddress, at: { message: Message; key: string }): Called<{ remoteId: string }> => {
  const { message, key } = at;
  const { channel, threadTs } = slackPlace(place);
  const metadata = { event_type: EVENT_TYPE, event_payload: { key } };
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  const sent = await api.call({ method: 'chat.postMessage', channel }, (client) =>
    client.chat.postMessage({ channel, ...thread, ...message, ...INERT, metadata }),
  );
  if (!sent.ok) return sent;
  return sent.value.ts === undefined ? err({ code: 'ambiguous', message: 'Slack named no message' }) : ok({ remoteId: sent.value.ts });
};

const replace = async (api: Api, place: ThreadAddress, at: { message: Message; remoteId: string }): Called<null> => {
  const { message, remoteId } = at;
  const { channel } = slackPlace(place);
  const changed = await api.call({ method: 'chat.update', channel }, (client) =>
    client.chat.update({ channel, ts: remoteId, ...message, parse: 'none', link_names: false }),
  );
  return changed.ok ? ok(null) : changed;
};

/**
 * Puts a message into its thread. Where an earlier try may have arrived it is looked for first, and what stands there is brought up to date:
 * it is never posted a second time.
 */
export const postView = async (
  api: Api,
  place: ThreadAddress,
  at: { view: View; key: string; again: boolean },
): Called<{ remoteId: string }> => {
  const { view, key, again } = at;
  const message = messageOf(view);
  const found = again ? await findPosted(api, place, key) : ok(null);
  if (!found.ok) return found;
  if (found.value === null) return send(api, place, { message, key });
  const remoteId = found.value;
  const changed = await replace(api, place, { message, remoteId });
  return changed.ok ? ok({ remoteId }) : changed;
};

export const updateView = (api: Api, place: ThreadAddress, at: { remoteId: string; view: View }): Called<null> =>
  replace(api, place, { message: messageOf(at.view), remoteId: at.remoteId });
