import { randomUUID } from 'node:crypto';
import { Client, type Pool } from 'pg';
import type { Log } from '../log.ts';

/** What processes tell one another. A signal carries nothing: whoever hears it reads the tables. */
export const CHANNELS = ['wilco_events', 'wilco_jobs', 'wilco_switch'] as const;
export type Channel = (typeof CHANNELS)[number];

/**
 * Something that is worth knowing for a moment and is kept nowhere, such as an answer while it is being written. Whoever misses it finds in
 * the tables what became of it. `data` is small: all of it has to fit into one NOTIFY.
 */
export type Passing = { projectId: string; threadId: string | null; kind: string; data: Record<string, unknown> };
const PASSING = 'wilco_passing';
/** PostgreSQL takes 7,999 bytes. */
const MOST_BYTES = 7900;

export type Signals = {
  /** Hears this process's signals at once and every other's as soon as NOTIFY brings them. Answers how to stop hearing. */
  on(channel: Channel, hear: () => void): () => void;
  /** To be called after a commit: inside the transaction NOTIFY would queue all commits behind one lock. Many calls become one NOTIFY. */
  tell(channel: Channel): void;
  /** Tells every process something that passes; lost when it is too large or nobody can be reached. */
  pass(passing: Passing): void;
  onPass(hear: (passing: Passing) => void): () => void;
  /** Whether the listening connection stands. While it does not, the backstops of those who listen carry on. */
  listening(): boolean;
  stop(): Promise<void>;
};

const RECONNECT_MS = [100, 250, 500, 1000, 2000];

/** One connection that listens, connected again for ever when it breaks, and a coalescing teller over the pool. */
export const openSignals = async (at: { url: string; pool: Pool; log: Log }): Promise<Signals> => {
  const hearers = new Map<Channel, Set<() => void>>(CHANNELS.map((channel) => [channel, new Set()]));
  const hear = (channel: Channel) => {
    for (const act of hearers.get(channel) ?? []) act();
  };
  // What this process tells it has heard already.
  const self = randomUUID();
  const passers = new Set<(passing: Passing) => void>();
  const hearPassing = (passing: Passing) => {
    for (const act of passers) act(passing);
  };
  const stopListening = await listen({ ...at, self }, { hear, hearPassing });
  const telling = new Map<Channel, 'sending' | 'again'>();
  const send = (channel: Channel) => {
    telling.set(channel, 'sending');
    // A lost NOTIFY is not an error: each listener looks again on its own within seconds.
    const done = () => {
      const again = telling.get(channel) === 'again';
      telling.delete(channel);
      if (again) send(channel);
    };
    at.pool.query(`notify ${channel}, '${self}'`).then(done, done);
  };
  return {
    on(channel, act) {
      hearers.get(channel)?.add(act);
      return () => hearers.get(channel)?.delete(act);
    },
    tell(channel) {
      hear(channel);
      if (telling.has(channel)) telling.set(channel, 'again');
      else send(channel);
    },
    pass(passing) {
      const payload = JSON.stringify({ self, passing });
      if (Buffer.byteLength(payload) > MOST_BYTES) return;
      hearPassing(passing);
      at.pool.query('select pg_notify($1, $2)', [PASSING, payload]).catch(() => undefined);
    },
    onPass(act) {
      passers.add(act);
      return () => passers.delete(act);
    },
    listening: stopListening.up,
    stop: stopListening.stop,
  };
};

type Hearing = { hear(channel: Channel): void; hearPassing(passing: Passing): void };

/** What another process passed on; undefined for what this one did, and for what none of ours sent. */
const readPassing = (payload: string | undefined, self: string): Passing | undefined => {
  try {
    const read = JSON.parse(payload ?? '') as { self?: string; passing?: Passing }; // written by `pass`, in another process
    return read.self === self ? undefined : read.passing;
  } catch {
    return undefined;
  }
};

const listen = async (at: { url: string; log: Log; self: string }, { hear, hearPassing }: Hearing) => {
  let client: Client | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let connecting: Promise<void> = Promise.resolve();
  const connect = async (): Promise<void> => {
    const next = new Client({ connectionString: at.url, application_name: 'wilco-listen', keepAlive: true });
    next.on('notification', ({ channel, payload }) => {
      if (channel === PASSING) {
        const passing = readPassing(payload, at.self);
        if (passing) hearPassing(passing);
      } else if (payload !== at.self) hear(channel as Channel);
    });
    next.on('error', () => undefined);
    next.once('end', () => {
      if (client === next) client = undefined;
      again();
    });
    await next.connect();
    for (const channel of [...CHANNELS, PASSING]) await next.query(`listen ${channel}`);
    if (stopped) return next.end();
    client = next;
    failures = 0;
    // Whatever was told while nobody listened.
    for (const channel of CHANNELS) hear(channel);
  };
  const again = () => {
    if (stopped || timer) return;
    const delay = RECONNECT_MS[Math.min(failures, RECONNECT_MS.length - 1)] ?? 2000;
    failures += 1;
    timer = setTimeout(() => {
      timer = undefined;
      connecting = connect().catch(() => again());
    }, delay);
  };
  await connect();
  return {
    up: () => client !== undefined,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await connecting;
      await client?.end();
    },
  };
};
