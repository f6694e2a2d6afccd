import { setTimeout as sleep } from 'node:timers/promises';
import type { Message, StreamEvent } from '../../src/web/schemas.ts';
import { type Frame, readFrames } from '../web/sse.ts';

export type Said = { status: number; body: Record<string, unknown> };

/** Somebody's page of the room, without the page: what they send, and every thread as the stream of events keeps it. */
export type RoomClient = {
  /** One request. Undefined: nobody knows what became of it. */
  send(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Said | undefined>;
  /** Every message of the threads that something happened in, oldest first. */
  messages(): { message: Message; threadId: string }[];
  close(): void;
};

const AGAIN_MS = 50;

export const openRoomClient = (url: string, key: string): RoomClient => {
  const threads = new Map<string, readonly Message[]>();
  const end = new AbortController();
  const send: RoomClient['send'] = async (method, path, body) => {
    try {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : {} };
    } catch {
      return undefined; // broken off, or refused at the door
    }
  };
  const reading = new Map<string, 'once' | 'again'>();
  /** Reads a thread, and once more where something happened meanwhile. */
  const read = async (threadId: string): Promise<void> => {
    if (reading.has(threadId)) return void reading.set(threadId, 'again');
    reading.set(threadId, 'once');
    const answer = await send('GET', `/api/threads/${encodeURIComponent(threadId)}?limit=200`);
    if (answer?.status === 200) threads.set(threadId, answer.body.messages as Message[]);
    const again = reading.get(threadId) === 'again' || answer?.status !== 200;
    reading.delete(threadId);
    if (!again || end.signal.aborted) return;
    if (answer?.status !== 200) await sleep(AGAIN_MS);
    await read(threadId);
  };
  let last: string | undefined;
  const heard = (frame: Frame): void => {
    if (frame.id !== undefined) last = frame.id;
    if (frame.event !== 'wilco') return;
    const { threadId, proposalId } = JSON.parse(frame.data) as StreamEvent; // from our own server
    if (threadId) void read(threadId);
    // A card may stand in several threads, and changes in all of them.
    const showing = [...threads].filter(([, all]) => proposalId && all.some((message) => message.proposalId === proposalId));
    for (const [id] of showing) void read(id);
  };
  /** Resumes where it was: nothing that happened meanwhile is read but by the stream itself. */
  const listen = async (): Promise<void> => {
    const headers = { 'x-api-key': key, ...(last === undefined ? {} : { 'last-event-id': last }) };
    const stream = readFrames(await fetch(`${url}/api/events`, { headers, signal: end.signal }));
    for (let seen = 0; !stream.over() || seen < stream.frames.length; ) {
      await stream.until(() => stream.over() || stream.frames.length > seen);
      for (const frame of stream.frames.slice(seen)) heard(frame);
      seen = stream.frames.length;
    }
  };
  void (async () => {
    while (!end.signal.aborted) {
      await listen().catch(() => undefined); // cut: it is opened again, as a browser does
      await sleep(AGAIN_MS);
    }
  })();
  return {
    send,
    messages: () => [...threads].flatMap(([threadId, all]) => all.map((message) => ({ message, threadId }))),
    close: () => end.abort(),
  };
};
