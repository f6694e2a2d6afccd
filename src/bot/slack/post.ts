import type { types, webApi } from '@slack/bolt';
import type { ThreadAddress } from '../../db/thread-id.ts';
import { err, ok } from '../../result.ts';
import type { View } from '../surface.ts';
import type { Api, Called } from './api.ts';
import { type Message, messageOf } from './blocks.ts';
import { INERT } from './options.ts';
import { slackPlace } from './read-event.ts';
import { isCode, markOf, type Streams } from './stream.ts';

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

/** A stream that has just begun carries no metadata yet. */
const isMarked = (blocks: unknown, key: string): boolean =>
  Array.isArray(blocks) && blocks.some((block: { block_id?: unknown }) => block.block_id === markOf(key));

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
    const found = read.value.messages?.find(({ metadata, blocks }) => keyOf(metadata) === key || isMarked(blocks, key));
    if (found?.ts !== undefined) return ok(found.ts);
    cursor = read.value.response_metadata?.next_cursor;
    if (!read.value.has_more || !cursor) return ok(null);
  }
  return ok(null);
};

const metadataOf = (key: string): types.MessageMetadata => ({ event_type: EVENT_TYPE, event_payload: { key } });

const send = async (api: Api, place: ThreadAddress, at: { message: Message; key: string }): Called<{ remoteId: string }> => {
  const { message, key } = at;
  const { channel, threadTs } = slackPlace(place);
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  const sent = await api.call({ method: 'chat.postMessage', channel }, (client) =>
    client.chat.postMessage({ channel, ...thread, ...message, ...INERT, metadata: metadataOf(key) }),
  );
  if (!sent.ok) return sent;
  return sent.value.ts === undefined ? err({ code: 'ambiguous', message: 'Slack named no message' }) : ok({ remoteId: sent.value.ts });
};

const replace = async (api: Api, place: ThreadAddress, at: { message: Message; remoteId: string; key?: string }): Called<null> => {
  const { message, remoteId, key } = at;
  const { channel } = slackPlace(place);
  const mark = key === undefined ? {} : { metadata: metadataOf(key) };
  const changed = await api.call({ method: 'chat.update', channel }, (client) =>
    client.chat.update({ channel, ts: remoteId, ...message, ...mark, parse: 'none', link_names: false }),
  );
  return changed.ok ? ok(null) : changed;
};

export type Out = { api: Api; streams: Streams };

/** Puts a whole message in the place of what stands. What is still a stream there is ended first, whoever began it. */
const settle = async ({ api, streams }: Out, place: ThreadAddress, at: { view: View; remoteId: string; key?: string }): Called<null> => {
  const { view, remoteId, key } = at;
  const change = { message: messageOf(view), remoteId, ...(key === undefined ? {} : { key }) };
  const end = () => streams.stop(place, remoteId, key === undefined ? undefined : metadataOf(key));
  const ended = streams.isOpen(place, remoteId) ? await end() : ok(null);
  if (!ended.ok && ended.error.code !== 'ambiguous') return ended;
  const changed = await replace(api, place, change);
  if (changed.ok || !isCode(changed.error, 'streaming_state_conflict')) return changed;
  const again = await end();
  return again.ok ? replace(api, place, change) : again;
};

const begin = async ({ api, streams }: Out, place: ThreadAddress, at: { view: View; key: string }): Called<{ remoteId: string }> => {
  const { view, key } = at;
  const streamed = view.growing ? await streams.start(place, view.growing, key) : ok(null);
  if (!streamed.ok) return streamed;
  return streamed.value ? ok(streamed.value) : send(api, place, { message: messageOf(view), key });
};

/**
 * Puts a message into its thread. Where an earlier try may have arrived it is looked for first, and what stands there is brought up to date:
 * it is never posted a second time.
 */
export const postView = async (
  out: Out,
  place: ThreadAddress,
  at: { view: View; key: string; again: boolean },
): Called<{ remoteId: string }> => {
  const { view, key, again } = at;
  const found = again ? await findPosted(out.api, place, key) : ok(null);
  if (!found.ok) return found;
  if (found.value === null) return begin(out, place, { view, key });
  const remoteId = found.value;
  const changed = await settle(out, place, { view, remoteId, key });
  return changed.ok ? ok({ remoteId }) : changed;
};

export const updateView = async (out: Out, place: ThreadAddress, at: { remoteId: string; view: View }): Called<null> => {
  const { remoteId, view } = at;
  const grown = view.growing ? await out.streams.grow(place, remoteId, view.growing) : ok('stale' as const);
  if (!grown.ok) return grown;
  return grown.value === null ? ok(null) : settle(out, place, { view, remoteId });
};
