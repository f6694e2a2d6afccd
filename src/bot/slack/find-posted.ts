import type { webApi } from '@slack/bolt';
import type { ThreadAddress } from '../../db/thread-id.ts';
import { recent } from '../../recent.ts';
import { err, ok } from '../../result.ts';
import type { SurfaceError } from '../surface.ts';
import type { Api, Called } from './api.ts';
import { slackPlace } from './read-event.ts';
import { markOf } from './stream.ts';

type Page = Pick<webApi.ConversationsHistoryResponse, 'messages' | 'has_more' | 'response_metadata'>;

const PAGE = 200;
/** So many pages are read in one try, which has to end before its lease does; the next one goes on where it ended. */
const PAGES_AT_ONCE = 8;
/** Slack's clock and ours may be this far apart. */
const SKEW_MS = 300_000;
const MOST_KEPT = 500;

/** A message to be found: by its key, and not before the moment in which there was first something to send. */
export type Sought = { key: string; since: Date };

const keyOf = (metadata: unknown): unknown => {
  if (typeof metadata !== 'object' || metadata === null || !('event_payload' in metadata)) return undefined;
  const { event_payload: payload } = metadata;
  return typeof payload === 'object' && payload !== null && 'key' in payload ? payload.key : undefined;
};

/** A stream that has just begun carries no metadata yet. */
const isMarked = (blocks: unknown, key: string): boolean =>
  Array.isArray(blocks) && blocks.some((block: { block_id?: unknown }) => block.block_id === markOf(key));

const readPage = (api: Api, place: ThreadAddress, at: { since: Date; cursor: string | undefined }): Called<Page> => {
  const { channel, threadTs } = slackPlace(place);
  const { since, cursor } = at;
  const oldest = ((since.getTime() - SKEW_MS) / 1000).toFixed(6);
  const page = { channel, limit: PAGE, oldest, include_all_metadata: true, ...(cursor === undefined ? {} : { cursor }) };
  return threadTs === undefined
    ? api.call({ method: 'conversations.history', channel }, (client) => client.conversations.history(page))
    : api.call({ method: 'conversations.replies', channel }, (client) => client.conversations.replies({ ...page, ts: threadTs }));
};

const NOT_DONE: SurfaceError = { code: 'rate_limited', message: 'The channel is still being looked through', retryAfterMs: 0 };

/**
 * Looks for the message that an earlier try at a delivery left. It says that there is none only when it has seen everything since there was
 * something to send; where Slack asks to wait, or there is much to see, the next try goes on where this one ended.
 */
export const createFinder = (api: Api) => {
  const reached = recent<string>(MOST_KEPT);
  const remember = (key: string, cursor: string | undefined): void => {
    if (cursor === undefined) reached.delete(key);
    else reached.set(key, cursor);
  };
  const failed = (key: string, error: SurfaceError): Awaited<Called<string | null>> => {
    if (error.message.endsWith('thread_not_found')) return ok(null);
    // A cursor that Slack does not take any more is no place to go on from.
    return error.code === 'refused' && reached.delete(key) ? err(NOT_DONE) : err(error);
  };
  /** One page more: the message, null for none, or `more` where this page did not end it. */
  const step = async (place: ThreadAddress, { key, since }: Sought): Called<string | null | { more: true }> => {
    const read = await readPage(api, place, { since, cursor: reached.get(key) });
    if (!read.ok) return failed(key, read.error);
    const { messages, has_more, response_metadata } = read.value;
    const ts = messages?.find(({ metadata, blocks }) => keyOf(metadata) === key || isMarked(blocks, key))?.ts;
    const next = (has_more && ts === undefined && response_metadata?.next_cursor) || undefined;
    remember(key, next);
    return ok(next === undefined ? (ts ?? null) : { more: true });
  };
  return async (place: ThreadAddress, sought: Sought): Called<string | null> => {
    for (let pages = 0; pages < PAGES_AT_ONCE; pages += 1) {
      const read = await step(place, sought);
      if (!read.ok) return read;
      if (read.value === null || typeof read.value === 'string') return ok(read.value);
    }
    return err(NOT_DONE);
  };
};

export type FindPosted = ReturnType<typeof createFinder>;
