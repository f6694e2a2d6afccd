import type { types } from '@slack/bolt';
import type { ThreadAddress } from '../../db/thread-id.ts';
import { err, ok } from '../../result.ts';
import type { View } from '../surface.ts';
import type { Api, Called } from './api.ts';
import { type Message, messageOf } from './blocks.ts';
import type { FindPosted, Sought } from './find-posted.ts';
import { INERT } from './options.ts';
import type { Places } from './places.ts';
import { slackPlace } from './read-event.ts';
import { isCode, type Streams } from './stream.ts';

const EVENT_TYPE = 'wilco_delivery';

const metadataOf = (key: string): types.MessageMetadata => ({ event_type: EVENT_TYPE, event_payload: { key } });

export type Out = { api: Api; places: Pick<Places, 'left'>; streams: Streams; find: FindPosted };

const send = async ({ api, places }: Out, place: ThreadAddress, at: { message: Message; key: string }): Called<{ remoteId: string }> => {
  const { message, key } = at;
  const { channel, threadTs } = slackPlace(place);
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  const sent = await api.call({ method: 'chat.postMessage', channel }, (client) =>
    client.chat.postMessage({ channel, ...thread, ...message, ...INERT, metadata: metadataOf(key) }),
  );
  if (!sent.ok && sent.error.code === 'gone') places.left(channel);
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

const begin = async (out: Out, place: ThreadAddress, at: { view: View; key: string }): Called<{ remoteId: string }> => {
  const { view, key } = at;
  const streamed = view.growing ? await out.streams.start(place, view.growing, key) : ok(null);
  if (!streamed.ok) return streamed;
  return streamed.value ? ok(streamed.value) : send(out, place, { message: messageOf(view), key });
};

/**
 * Puts a message into its thread. Where an earlier try may have arrived it is looked for first, and what stands there is brought up to date:
 * it is never posted a second time.
 */
export const postView = async (
  out: Out,
  place: ThreadAddress,
  at: Sought & { view: View; again: boolean },
): Called<{ remoteId: string }> => {
  const { view, key, again } = at;
  const found = again ? await out.find(place, at) : ok(null);
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
