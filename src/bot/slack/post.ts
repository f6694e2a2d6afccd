import type { types } from '@slack/bolt';
import type { ThreadAddress } from '../../db/thread-id.ts';
import { err, ok } from '../../result.ts';
import type { View } from '../surface.ts';
import type { Api, Called } from './api.ts';
import type { Message } from './blocks.ts';
import type { FindPosted, Sought } from './find-posted.ts';
import { messagesOf } from './long.ts';
import { INERT } from './options.ts';
import type { Places } from './places.ts';
import { slackPlace } from './read-event.ts';
import { isCode, type Streams } from './stream.ts';

const EVENT_TYPE = 'wilco_delivery';

const metadataOf = (key: string): types.MessageMetadata => ({ event_type: EVENT_TYPE, event_payload: { key } });

export type Out = { api: Api; publicUrl: string | null; places: Pick<Places, 'left'>; streams: Streams; find: FindPosted };

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

/** What was too long for one message follows it in the same thread; in a channel it begins one. Each part is there once, and says what it should. */
const goOn = async (out: Out, place: ThreadAddress, at: { view: View; remoteId: string; rest: readonly Message[] }): Called<null> => {
  const { view, remoteId, rest } = at;
  const below = place.thread === 'feed' ? { ...place, thread: remoteId } : place;
  const since = new Date(Number(remoteId) * 1000);
  for (const [i, message] of rest.entries()) {
    const key = `${view.messageId}.${i + 2}`;
    const found = await out.find(below, { key, since });
    if (!found.ok) return found;
    const done =
      found.value === null
        ? await send(out, below, { message, key })
        : await replace(out.api, below, { message, remoteId: found.value, key });
    if (!done.ok) return done;
  }
  return ok(null);
};

/** Puts a whole message in the place of what stands. What is still a stream there is ended first, whoever began it. */
const settle = async (out: Out, place: ThreadAddress, at: { view: View; remoteId: string; key?: string }): Called<null> => {
  const { api, streams, publicUrl } = out;
  const { view, remoteId, key } = at;
  const [message, ...rest] = messagesOf(view, { place, publicUrl });
  const change = { message, remoteId, ...(key === undefined ? {} : { key }) };
  const end = () => streams.stop(place, remoteId, key === undefined ? undefined : metadataOf(key));
  const ended = streams.isOpen(place, remoteId) ? await end() : ok(null);
  if (!ended.ok && ended.error.code !== 'ambiguous') return ended;
  const changed = await replace(api, place, change);
  if (!changed.ok && isCode(changed.error, 'streaming_state_conflict')) {
    const again = await end();
    if (!again.ok) return again;
    const changedAfter = await replace(api, place, change);
    if (!changedAfter.ok) return changedAfter;
  } else if (!changed.ok) return changed;
  return goOn(out, place, { view, remoteId, rest });
};

const begin = async (out: Out, place: ThreadAddress, at: { view: View; key: string }): Called<{ remoteId: string }> => {
  const { view, key } = at;
  const streamed = view.growing ? await out.streams.start(place, view.growing, key) : ok(null);
  if (!streamed.ok) return streamed;
  if (streamed.value) return ok(streamed.value);
  const [message, ...rest] = messagesOf(view, { place, publicUrl: out.publicUrl });
  const sent = await send(out, place, { message, key });
  if (!sent.ok || rest.length === 0) return sent;
  const { remoteId } = sent.value;
  // The first part stands. What of the rest does not stand yet is looked for by the next try, which finds the first.
  const gone = await goOn(out, place, { view, remoteId, rest });
  return gone.ok ? sent : err({ ...gone.error, code: gone.error.code === 'refused' ? 'ambiguous' : gone.error.code });
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
