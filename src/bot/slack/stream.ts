import type { types } from '@slack/bolt';
import type { ThreadAddress } from '../../db/thread-id.ts';
import { err, ok } from '../../result.ts';
import type { Growing, SurfaceError } from '../surface.ts';
import type { Api, Called } from './api.ts';
import { type Block, textBlocks } from './blocks.ts';
import { slackPlace } from './read-event.ts';
import { escapeText, plain } from './text.ts';

/** So many blocks one stream takes; what comes later is there when it ends. */
const MOST_BLOCKS = 50;
/** A line that goes on for longer is shown as far as its last whole word. */
const LONG_LINE = 400;
const TITLE = 256;
const MOST_KEPT = 500;

/** By which the message of a stream is found again, when nobody heard which one it is. */
export const markOf = (key: string): string => `wilco.growing.${key}`;

/** What a stream shows by now. */
type Shown = { text: string; calls: number; blocks: number };
const NOTHING: Shown = { text: '', calls: 0, blocks: 0 };

export const isCode = (error: SurfaceError, code: string): boolean => error.message.endsWith(` ${code}`);

/** What can be added to it: whole lines, for each part stands as a paragraph of its own. */
const readyOf = (text: string, sent: string): string => {
  const rest = text.slice(sent.length);
  const lines = rest.lastIndexOf('\n') + 1;
  return rest.slice(0, lines > 0 || rest.length < LONG_LINE ? lines : rest.lastIndexOf(' ') + 1);
};

const tasks = (calls: readonly string[], from: number): types.TaskUpdateChunk[] =>
  calls.slice(Math.max(0, from - 1)).map((title, i) => {
    const at = Math.max(0, from - 1) + i;
    const status = at === calls.length - 1 ? ('in_progress' as const) : ('complete' as const);
    return { type: 'task_update', id: `call-${at}`, title: escapeText(title).slice(0, TITLE), status };
  });

/** The next part of it; nothing where there is none yet. Only plain text: what a stream makes of mark-up nobody has looked at. */
const nextOf = ({ text, calls }: Growing, shown: Shown, head: Block[]): { chunks: types.AnyChunk[]; then: Shown } => {
  const ready = readyOf(text, shown.text);
  const words = ready.trim() === '' ? [] : textBlocks(ready.trimEnd());
  const blocks = [...head, ...words];
  const fits = shown.blocks + blocks.length <= MOST_BLOCKS;
  const grown: types.AnyChunk[] = fits && blocks.length > 0 ? [{ type: 'blocks', blocks }] : [];
  const made = calls.length > shown.calls ? tasks(calls, shown.calls) : [];
  const then = { text: fits ? shown.text + ready : shown.text, calls: calls.length, blocks: shown.blocks + (fits ? blocks.length : 0) };
  return { chunks: [...grown, ...made], then };
};

export type Streams = {
  /** Begins to show an answer; null: not here, so it is posted like any other. */
  start(place: ThreadAddress, growing: Growing, key: string): Called<{ remoteId: string } | null>;
  /** Shows more of it. `stale`: this is no stream that is known to be open here. */
  grow(place: ThreadAddress, remoteId: string, growing: Growing): Called<null | 'stale'>;
  isOpen(place: ThreadAddress, remoteId: string): boolean;
  /** Ends one, whoever began it. One that has ended already is as good. */
  stop(place: ThreadAddress, remoteId: string, metadata?: types.MessageMetadata): Called<null>;
};

/**
 * Answers that Slack shows while they are written. What a stream shows is known only to the process that began it; any other ends it, and
 * goes on by changing the message.
 */
export const createStreams = (api: Api, workspace: () => string): Streams => {
  const open = new Map<string, Shown>();
  const refused = new Set<string>();
  const idOf = (place: ThreadAddress, remoteId: string): string => `${slackPlace(place).channel} ${remoteId}`;
  const keep = (id: string, shown: Shown): void => {
    open.set(id, shown);
    const [oldest] = open.keys();
    if (open.size > MOST_KEPT && oldest !== undefined) open.delete(oldest);
  };
  /** Outside a direct conversation Slack streams to one person; the others see the message when it is done. */
  const recipient = (channel: string, to: string | null) =>
    channel.startsWith('D') ? {} : to === null ? undefined : { recipient_user_id: to, recipient_team_id: workspace() };
  const begin = async (
    at: { channel: string; threadTs: string; to: object },
    growing: Growing,
    key: string,
  ): Called<{ remoteId: string }> => {
    const { channel, threadTs, to } = at;
    const head: Block[] = [{ type: 'context', block_id: markOf(key), elements: [plain(growing.note)] }];
    const { chunks, then } = nextOf(growing, NOTHING, head);
    const begun = await api.call({ method: 'chat.startStream', channel }, (client) =>
      client.chat.startStream({ channel, thread_ts: threadTs, chunks, task_display_mode: 'timeline', ...to }),
    );
    if (!begun.ok) return begun;
    const { ts } = begun.value;
    if (ts === undefined) return err({ code: 'ambiguous', message: 'Slack named no message' });
    keep(`${channel} ${ts}`, then);
    return ok({ remoteId: ts });
  };
  const add = (at: { channel: string; remoteId: string }, chunks: types.AnyChunk[]): Called<unknown> =>
    api.call({ method: 'chat.appendStream', channel: at.channel }, (client) =>
      client.chat.appendStream({ channel: at.channel, ts: at.remoteId, chunks }),
    );
  return {
    async start(place, growing, key) {
      const { channel, threadTs } = slackPlace(place);
      const to = recipient(channel, growing.for);
      if (threadTs === undefined || to === undefined || refused.has(channel)) return ok(null);
      const begun = await begin({ channel, threadTs, to }, growing, key);
      if (begun.ok) return begun;
      const { code } = begun.error;
      if (code === 'refused') refused.add(channel);
      return code === 'refused' || code === 'rate_limited' ? ok(null) : begun;
    },
    async grow(place, remoteId, growing) {
      const shown = open.get(idOf(place, remoteId));
      // Where it does not go on from what is shown, somebody began anew.
      if (!shown || !growing.text.startsWith(shown.text)) return ok('stale');
      const { chunks, then } = nextOf(growing, shown, []);
      const added = chunks.length === 0 ? ok(null) : await add({ channel: slackPlace(place).channel, remoteId }, chunks);
      if (added.ok) keep(idOf(place, remoteId), then);
      else if (added.error.code === 'rate_limited' || added.error.code === 'offline') return added;
      // It may show this or not, or has ended: the message as a whole is put in its place.
      return ok(added.ok ? null : 'stale');
    },
    isOpen: (place, remoteId) => open.has(idOf(place, remoteId)),
    async stop(place, remoteId, metadata) {
      const { channel } = slackPlace(place);
      const stopped = await api.call({ method: 'chat.stopStream', channel }, (client) =>
        client.chat.stopStream({ channel, ts: remoteId, ...(metadata ? { metadata } : {}) }),
      );
      if (!stopped.ok && !isCode(stopped.error, 'message_not_in_streaming_state')) return stopped;
      open.delete(idOf(place, remoteId));
      return ok(null);
    },
  };
};
