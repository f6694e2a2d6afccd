import type { Db } from '../db/client.ts';
import type { Passing, Signals } from '../db/signals.ts';
import type { Log } from '../log.ts';
import { createBell } from './bell.ts';
import type { Caller } from './deps.ts';
import { eventLines } from './event-lines.ts';
import { shareFeed } from './shared-feed.ts';

export type Streams = {
  /** A stream for this caller, with its first piece read already. Undefined: they have as many as they may. */
  open(caller: Caller, lastEventId: string | undefined): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Has every stream ask at once whether its caller may still hear it. */
  doubt(): void;
  /** How many are open. */
  count(): number;
  /** Ends all of them; none opens any more. */
  stop(): void;
};

const MOST_PER_CALLER = 50;
const HEARTBEAT_MS = 15_000;

type Open = { projectId: string; passing: Map<string, Passing>; doubt: { raised: boolean }; ring(): void; end(): void };

/** Of what passes a slow reader is kept the newest of a few things, never a backlog. */
const MOST_PASSING = 20;

const keepPassing = ({ passing: kept }: Open, passing: Passing): void => {
  const key = `${passing.kind} ${passing.threadId}`;
  if (kept.size < MOST_PASSING || kept.has(key)) kept.set(key, passing);
};

const nameOf = ({ actor }: Caller): string => actor.personId ?? `key:${actor.name}`;

/** All server-sent streams of this process. */
export const createStreams = (deps: { db: Db; signals: Signals; log: Log; heartbeatMs?: number }): Streams => {
  const { db, signals, log, heartbeatMs = HEARTBEAT_MS } = deps;
  const feed = shareFeed(db, signals);
  const open = new Map<Open, string>();
  let stopped = false;
  const ringAll = () => {
    for (const one of open.keys()) one.ring();
  };
  const unhear = signals.on('wilco_events', ringAll);
  const unpass = signals.onPass((passing) => {
    for (const one of open.keys()) {
      if (one.projectId !== passing.projectId) continue;
      keepPassing(one, passing);
      one.ring();
    }
  });
  const full = (name: string) => [...open.values()].filter((other) => other === name).length >= MOST_PER_CALLER;

  return {
    async open(caller, lastEventId) {
      const name = nameOf(caller);
      if (stopped || full(name)) return undefined;
      const bell = createBell();
      let ended = false;
      const doubt = { raised: false };
      const passing = new Map<string, Passing>();
      const end = () => {
        ended = true;
        open.delete(entry);
        bell.ring();
      };
      const entry: Open = { projectId: caller.actor.projectId, passing, doubt, ring: bell.ring, end };
      open.set(entry, name);
      const lines = eventLines({ db, feed, caller, lastEventId, bell, doubt, passing, heartbeatMs, ended: () => ended });
      return toStream(lines, { end, log });
    },
    doubt() {
      for (const one of open.keys()) one.doubt.raised = true;
      ringAll();
    },
    count: () => open.size,
    stop() {
      stopped = true;
      unhear();
      unpass();
      feed.stop();
      for (const one of [...open.keys()]) one.end();
    },
  };
};

const utf8 = new TextEncoder();

/** The next piece is asked for when the one before has left: a slow reader slows its own stream and nothing else. */
const toStream = async (lines: AsyncGenerator<string>, at: { end: () => void; log: Log }): Promise<ReadableStream<Uint8Array>> => {
  const first = await lines.next().catch((error: unknown) => {
    at.end();
    throw error;
  });
  let held: IteratorResult<string> | undefined = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = held ?? (await lines.next());
          held = undefined;
          if (!next.done) return controller.enqueue(utf8.encode(next.value));
        } catch (error) {
          at.log.error({ err: error instanceof Error ? error.name : typeof error }, 'stream.crashed');
        }
        at.end();
        controller.close();
      },
      cancel: at.end,
    },
    { highWaterMark: 0 },
  );
};
