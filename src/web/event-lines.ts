import type { Db } from '../db/client.ts';
import { type Cursor, type FeedEvent, feedHead } from '../db/feed.ts';
import { isKnownCursor } from '../db/read/feed-place.ts';
import { isUnreachable } from '../db/read/unreachable.ts';
import type { Passing } from '../db/signals.ts';
import type { Bell } from './bell.ts';
import type { Caller } from './deps.ts';
import type { PassingEvent } from './passing-schemas.ts';
import type { StreamEvent } from './schemas.ts';
import { FARTHEST_BEHIND, type SharedFeed } from './shared-feed.ts';

/** How often what no signal brought is looked for, and how soon what an older open transaction still hides. */
const BACKSTOP_MS = 2000;
const PENDING_MS = { least: 10, most: 250 };
/** Under a burst a stream reads at most this often, and tells all of it at once. */
const BREATH_MS = 20;
const RECONNECT_MS = 1000;

export type Listener = {
  db: Db;
  feed: SharedFeed;
  caller: Caller;
  /** What the client heard last, as its browser says. */
  lastEventId: string | undefined;
  bell: Bell;
  /** Set when the server stops or the client is gone. */
  ended(): boolean;
  /** Set when the caller's right may have ended; the listener asks and clears it. */
  doubt: { raised: boolean };
  /** What passes, the newest of each kind and thread; told without an id, so that nobody resumes behind it. */
  passing: Map<string, Passing>;
  heartbeatMs: number;
};

const frame = (name: string, id: Cursor, data: unknown): string => `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

const told = ({ cursor, at, kind, threadId, proposalId, taskId, personId, data }: FeedEvent): string =>
  frame('wilco', cursor, { kind, threadId, proposalId, taskId, personId, at: at.toISOString(), data } satisfies StreamEvent);

const tellPassing = (passing: Map<string, Passing>): string => {
  const frames = [...passing.values()].map(({ kind, threadId, data }) => {
    const event: PassingEvent = { kind, threadId, data };
    return `event: passing\ndata: ${JSON.stringify(event)}\n\n`;
  });
  passing.clear();
  return frames.join('');
};

const begin = async ({ db, lastEventId }: Listener): Promise<{ cursor: Cursor; text: string }> => {
  const retry = `retry: ${RECONNECT_MS}\n`;
  if (lastEventId !== undefined && (await isKnownCursor(db, lastEventId))) return { cursor: lastEventId, text: `${retry}: resumed\n\n` };
  const cursor = await feedHead(db);
  return { cursor, text: retry + frame(lastEventId === undefined ? 'hello' : 'reset', cursor, {}) };
};

/** What one look at the feed gives the client, and where the client stands afterwards. `people`: it tells of somebody's rights. */
type Seen = { cursor: Cursor; text: string; pending: boolean; people: boolean };

const look = async ({ feed, caller, db }: Listener, after: Cursor): Promise<Seen> => {
  const page = await feed.read({ projectId: caller.actor.projectId, after });
  if (page && page.events.length <= FARTHEST_BEHIND) {
    const { cursor, events, pending } = page;
    return { cursor, text: events.map(told).join(''), pending, people: events.some((event) => event.kind.startsWith('person.')) };
  }
  const cursor = await feedHead(db);
  return { cursor, text: frame('reset', cursor, {}), pending: false, people: true };
};

/** A stream outlives the database's absence: it goes on where it stood as soon as that is back. */
const ifReachable = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await ask();
  } catch (error) {
    if (isUnreachable(error)) return undefined;
    throw error;
  }
};

/** Whether the caller may hear more. Undefined: nobody can tell now, so nothing is told until somebody can. */
const mayHear = async ({ caller, doubt }: Listener, ask: boolean): Promise<boolean | undefined> => {
  if (ask) doubt.raised = true;
  if (!doubt.raised) return true;
  const holds = await ifReachable(() => caller.holds());
  if (holds !== undefined) doubt.raised = false;
  return holds;
};

/** When to look again, and when to say that one is still there. */
const createPace = ({ bell, heartbeatMs }: Listener) => {
  let beatAt = performance.now() + heartbeatMs;
  let pendingMs = PENDING_MS.least;
  return {
    due: (): boolean => performance.now() >= beatAt,
    beaten(): void {
      beatAt = performance.now() + heartbeatMs;
    },
    async rest(pending: boolean): Promise<void> {
      const patience = pending ? pendingMs : BACKSTOP_MS;
      pendingMs = pending ? Math.min(pendingMs * 2, PENDING_MS.most) : PENDING_MS.least;
      await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
      await bell.wait(Math.max(1, Math.min(patience, beatAt - performance.now())));
    },
  };
};

/** What there is to tell now, if the caller may hear it. */
const nextPiece = async (listener: Listener, at: { cursor: Cursor; due: boolean }): Promise<Seen | 'over'> => {
  const nothing: Seen = { cursor: at.cursor, text: '', pending: false, people: false };
  const seen = (await ifReachable(() => look(listener, at.cursor))) ?? nothing;
  const allowed = await mayHear(listener, at.due || seen.people);
  if (allowed === false) return 'over';
  return allowed ? { ...seen, text: seen.text + tellPassing(listener.passing) } : nothing;
};

/**
 * The text of one stream of server-sent events, piece by piece, for as long as the caller's right lasts. Nothing is read ahead: whoever
 * does not listen costs no memory, and is told to read everything anew when they are too far behind.
 */
export const eventLines = async function* (listener: Listener): AsyncGenerator<string> {
  let { cursor, text } = await begin(listener);
  yield text;
  const pace = createPace(listener);
  while (!listener.ended()) {
    const due = pace.due();
    const piece = await nextPiece(listener, { cursor, due });
    if (piece === 'over') return;
    cursor = piece.cursor;
    text = due ? `${piece.text}: still here\n\n` : piece.text;
    if (text !== '') yield text;
    if (due) pace.beaten();
    await pace.rest(piece.pending);
  }
};
