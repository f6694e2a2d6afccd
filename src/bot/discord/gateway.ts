import { setTimeout as sleep } from 'node:timers/promises';
import { ActivityType, Client, Events, GatewayOpcodes, Options, REST, type RESTOptions } from 'discord.js';
import type { Log } from '../../log.ts';
import { within } from '../../within.ts';
import { type Hold, throttled } from './identify.ts';
import { BETTER_WITH, INTENTS } from './needs.ts';

/** Everything that the gateway tells, as it came. */
export type Packet = { t: string | null; d: unknown };

type Opening = {
  token: string;
  apiUrl: string | null;
  log: Log;
  onPacket(packet: Packet, shard: number): void;
  /** Discord failed at a call to this path; it is tried again. */
  onFault(path: string): void;
  /** What is wrong with the connection; null: nothing any more. */
  onTrouble(detail: string | null): void;
};

/** A wait that is longer than this goes back to the worker that brings messages, which has other threads to serve. */
const LONGEST_WAIT_MS = 5000;
/** So long a connection that is being made may take until it is left in the midst of it. */
const STOPPING_MS = 2000;
const PATIENCE_MS = [1000, 2000, 5000, 15_000, 60_000];

type Private = {
  _ws?: { send(shard: number, packet: object): Promise<void> } | null;
  handlePacket(...args: unknown[]): boolean;
  shards: { set(id: number, shard: { onReadyPacket(packet: { guilds?: unknown }): void }): unknown };
};

const there = (guilds: unknown): unknown[] => (Array.isArray(guilds) ? guilds.filter((guild) => guild !== null) : []);

/** What discord.js makes of a packet is of no use here, and a null where it expects none must not end the process. */
const guarded = (client: Client, log: Log): void => {
  const manager = client.ws as unknown as Private; // private in its types, and the only places to stand in between
  const set = manager.shards.set.bind(manager.shards);
  manager.shards.set = (id, shard) => {
    const read = shard.onReadyPacket.bind(shard);
    shard.onReadyPacket = (packet) => read({ ...packet, guilds: there(packet.guilds) });
    return set(id, shard);
  };
  const handle = manager.handlePacket.bind(manager);
  manager.handlePacket = (...args) => {
    try {
      return handle(...args);
    } catch (error) {
      log.warn({ surface: 'discord', err: error instanceof Error ? error.name : 'unknown' }, 'packet.unreadable');
      return false;
    }
  };
};

type Fetch = typeof fetch;

/**
 * Node's fetch, with each failure of the other side told by the path that was called. The client's own event of an answer is empty wherever
 * somebody has put a `Response` of their own in the place of Node's, as the web side does.
 */
const tellingOf =
  (onFault: (path: string) => void): Fetch =>
  async (input, init) => {
    const answer = await fetch(input, init);
    if (answer.status >= 500) onFault(new URL(answer.url).pathname.replace(/^.*?\/v\d+/, ''));
    return answer;
  };

const restOptions = (apiUrl: string | null, makeRequest: Fetch = fetch): Partial<RESTOptions> => {
  const options: Partial<RESTOptions> = {
    ...(apiUrl ? { api: apiUrl } : {}),
    retries: 2,
    timeout: 15_000,
    rejectOnRateLimit: ({ timeToReset, retryAfter }) => Math.max(timeToReset, retryAfter) > LONGEST_WAIT_MS,
  };
  // Its own undici takes the dispatcher of any other version that is loaded, and then never ends the upload of a file
  // (https://github.com/nodejs/undici/issues/5520). Node's fetch does; only its types are those of another version.
  return Object.assign(options, { makeRequest });
};

/** Discord's API alone, without a connection to its gateway. */
export const restOf = (apiUrl: string | null): REST =>
  // A command asks a few things and ends: nothing is swept, and no timer holds it.
  new REST({ version: '10', hashSweepInterval: 0, handlerSweepInterval: 0, ...restOptions(apiUrl) });

/** The shards that are not connected, with what is said of the latest. */
type Troubles = {
  add(shard: number, detail: string): void;
  over(shard: number): void /** Resolves when each is connected. */;
  none(): Promise<void>;
};

const troubles = (tell: (detail: string | null) => void): Troubles => {
  const down = new Map<number, string>();
  let wait = Promise.withResolvers<void>();
  wait.resolve();
  return {
    add(shard, detail) {
      if (down.size === 0) wait = Promise.withResolvers<void>();
      down.set(shard, detail);
      tell(detail);
    },
    over(shard) {
      down.delete(shard);
      if (down.size === 0) wait.resolve();
      tell([...down.values()].at(-1) ?? null);
    },
    none: () => wait.promise,
  };
};

const BROKE = 'The connection to Discord broke; it is being made again.';
const STANDS: readonly (string | null)[] = ['READY', 'RESUMED'];

const listenTo = (client: Client, { log, onPacket }: Opening, trouble: Troubles): void => {
  // Told before anything else looks at it; its type leaves the name out.
  client.on(Events.Raw as never, (packet: Packet, shard: number) => {
    if (STANDS.includes(packet.t)) {
      trouble.over(shard);
      log.info({ surface: 'discord', shard, shards: client.ws.shards.size }, 'gateway.connected');
    }
    onPacket(packet, shard);
    // What is looked at next takes for granted that there is something in it.
    packet.d ??= {};
  });
  client.on(Events.Error, (error) => log.warn({ surface: 'discord', err: error.name }, 'client.failed'));
  client.on(Events.ShardError, (error, shard) => log.warn({ surface: 'discord', shard, err: error.name }, 'gateway.failed'));
  client.on(Events.ShardReconnecting, (shard) => trouble.add(shard, BROKE));
  client.on(Events.ShardDisconnect, ({ code }, shard) => trouble.add(shard, `Discord closed the connection for good (${code}).`));
};

const makeClient = (options: Opening, at: { intents: number[]; hold: Hold; trouble: Troubles }): Client => {
  const { apiUrl, log } = options;
  const { intents, hold, trouble } = at;
  const client = new Client({
    intents,
    // As many as Discord advises: one up to a thousand servers. All of them are served by this process.
    shards: 'auto',
    rest: restOptions(apiUrl, tellingOf(options.onFault)),
    allowedMentions: { parse: [] },
    // Nothing is read from its memory, so it keeps none.
    makeCache: Options.cacheWithLimits({
      MessageManager: 0,
      PresenceManager: 0,
      UserManager: 0,
      GuildMemberManager: 0,
      ReactionManager: 0,
      ThreadMemberManager: 0,
    }),
    ws: { buildIdentifyThrottler: throttled(hold) },
  });
  guarded(client, log);
  listenTo(client, options, trouble);
  return client;
};

const REFUSED: Record<string, string> = {
  TokenInvalid: 'Discord does not know this token. Make a new one in the developer portal and set DISCORD_TOKEN.',
};

const UNREACHABLE = 'Discord cannot be reached.';

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
/** 4014, in the words of either of the two that may throw it. */
const wasDisallowed = (error: unknown): boolean =>
  codeOf(error) === 'DisallowedIntents' || (error instanceof Error && /disallowed intents/i.test(error.message));

/** What stands beside the bot's name. */
export type Presence = { status: 'online' | 'idle' | 'dnd'; says: string };

/** Sent over each connection that stands. That it could not be shown is nothing to anybody: discord.js's own way leaves that unhandled. */
const sendPresence = async (client: Client, { status, says }: Presence): Promise<void> => {
  const { _ws: connections } = client.ws as unknown as Private;
  const activities = [{ name: says, state: says, type: ActivityType.Custom }];
  const packet = { op: GatewayOpcodes.PresenceUpdate, d: { since: null, afk: false, status, activities } };
  await Promise.allSettled([...client.ws.shards.keys()].map(async (id) => connections?.send(id, packet)));
};

export type Gateway = {
  rest(): Client['rest'];
  /** From now on, and again whenever it connects anew. */
  show(presence: Presence): void;
  open(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Connects to Discord, and stays at it: without the message-content intent where that is not granted, and later where Discord cannot be
 * reached now. `open` resolves when it is connected or has a reason why not.
 */
export const createGateway = (options: Opening): Gateway => {
  const { token, onTrouble, log } = options;
  const base = Object.values(INTENTS);
  let content = true;
  const giveUp = new AbortController();
  const answered = Promise.withResolvers<void>();
  const hold: Hold = {
    log,
    stopped: giveUp.signal,
    onHold(detail) {
      onTrouble(detail);
      // Nobody waits for it: it may take hours, and everything else starts.
      answered.resolve();
    },
  };
  let shown: Presence | undefined;
  let trouble = troubles(onTrouble);
  const make = (): Client => {
    trouble = troubles(onTrouble);
    const made = makeClient(options, { intents: content ? [...base, ...Object.values(BETTER_WITH)] : base, hold, trouble });
    made.on(Events.ShardReady, () => void (shown && sendPresence(made, shown)));
    return made;
  };
  let client = make();
  const isStopped = (): boolean => giveUp.signal.aborted;

  /** What a login that failed leaves to do; undefined: another try, as it is now. */
  const reasonOf = (error: unknown): string | undefined => {
    if (wasDisallowed(error) && content) {
      content = false;
      log.warn({ surface: 'discord' }, 'intent.not_granted');
      return undefined;
    }
    return REFUSED[codeOf(error)] ?? UNREACHABLE;
  };
  /** True: connected, or never. */
  const login = async (): Promise<boolean> => {
    try {
      await client.login(token);
      if (isStopped()) await client.destroy();
      return true;
    } catch (error) {
      await client.destroy();
      if (isStopped()) return true;
      const reason = reasonOf(error);
      client = make();
      if (reason === undefined) return login();
      onTrouble(reason);
      return reason !== UNREACHABLE;
    }
  };
  const keepTrying = async (): Promise<void> => {
    for (let at = 0; !isStopped(); at += 1) {
      await sleep(PATIENCE_MS[Math.min(at, PATIENCE_MS.length - 1)], undefined, { signal: giveUp.signal });
      if (await login()) return;
    }
  };
  return {
    rest: () => client.rest,
    show(presence) {
      shown = presence;
      void sendPresence(client, presence);
    },
    async open() {
      const connect = async (): Promise<void> => {
        const done = await login();
        answered.resolve();
        if (!done) await keepTrying();
      };
      void connect().catch(() => answered.resolve());
      await answered.promise;
    },
    async stop() {
      giveUp.abort();
      // One that is told to stop while it waits for the other side takes that for a fault: it connects again, and never says that it stopped.
      await within(STOPPING_MS, trouble.none());
      await within(STOPPING_MS, client.destroy());
    },
  };
};
