import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientOptions, Events, Options, REST, type RESTOptions, SimpleIdentifyThrottler } from 'discord.js';
import type { Log } from '../../log.ts';
import { BETTER_WITH, INTENTS } from './needs.ts';

/** Everything that the gateway tells, as it came. */
export type Packet = { t: string | null; d: unknown };

type Opening = {
  token: string;
  apiUrl: string | null;
  log: Log;
  onPacket(packet: Packet): void;
  onHealth(health: { ok: boolean; detail: string }): void;
};

/** Of a day's identifies so many are never spent quickly: Discord resets a token that has used up all of them. */
const RESERVE = 50;
/** A wait that is longer than this goes back to the worker that brings messages, which has other threads to serve. */
const LONGEST_WAIT_MS = 5000;
const PATIENCE_MS = [1000, 2000, 5000, 15_000, 60_000];

type Manager = Parameters<NonNullable<NonNullable<ClientOptions['ws']>['buildIdentifyThrottler']>>[0];

/** Lets a connection identify itself only as often as the day allows, so that neither a crash loop nor a broken session can use it up. */
const throttled = (log: Log) => async (manager: Manager) => {
  const { session_start_limit: limit } = await manager.fetchGatewayInformation();
  const simple = new SimpleIdentifyThrottler(limit.max_concurrency);
  return {
    async waitForIdentify(shardId: number, signal: AbortSignal) {
      const { remaining, reset_after } = (await manager.fetchGatewayInformation(true)).session_start_limit;
      if (remaining < RESERVE) {
        log.warn({ surface: 'discord', remaining }, 'identify.held');
        await sleep(reset_after / Math.max(1, remaining), undefined, { signal });
      }
      await simple.waitForIdentify(shardId, signal);
    },
  };
};

/** What discord.js makes of a packet is of no use here, and a null where it expects none must not end the process. */
const guarded = (client: Client, log: Log): void => {
  const manager = client.ws as unknown as { handlePacket(...args: unknown[]): boolean }; // private in its types, and the only place to stand in between
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

const restOptions = (apiUrl: string | null): Partial<RESTOptions> => ({
  ...(apiUrl ? { api: apiUrl } : {}),
  retries: 2,
  timeout: 15_000,
  rejectOnRateLimit: ({ timeToReset, retryAfter }) => Math.max(timeToReset, retryAfter) > LONGEST_WAIT_MS,
});

/** Discord's API alone, without a connection to its gateway. */
export const restOf = (apiUrl: string | null): REST => new REST({ version: '10', ...restOptions(apiUrl) });

const makeClient = (options: Opening, intents: number[]): Client => {
  const { apiUrl, log, onPacket, onHealth } = options;
  const client = new Client({
    intents,
    rest: restOptions(apiUrl),
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
    ws: { buildIdentifyThrottler: throttled(log) },
  });
  guarded(client, log);
  client.on(Events.Raw as never, onPacket); // told before anything else looks at it; its type leaves the name out
  client.on(Events.Error, (error) => log.warn({ surface: 'discord', err: error.name }, 'client.failed'));
  client.on(Events.ShardError, (error) => log.warn({ surface: 'discord', err: error.name }, 'gateway.failed'));
  client.on(Events.ShardReconnecting, () => onHealth({ ok: false, detail: 'The connection to Discord broke; it is being made again.' }));
  client.on(Events.ShardDisconnect, ({ code }) => onHealth({ ok: false, detail: `Discord closed the connection for good (${code}).` }));
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

export type Gateway = { rest(): Client['rest']; open(): Promise<void>; stop(): Promise<void> };

/**
 * Connects to Discord, and stays at it: without the message-content intent where that is not granted, and later where Discord cannot be
 * reached now. `open` resolves when it is connected or has a reason why not.
 */
export const createGateway = (options: Opening): Gateway => {
  const { token, onHealth, log } = options;
  const base = Object.values(INTENTS);
  let content = true;
  const make = (): Client => makeClient(options, content ? [...base, ...Object.values(BETTER_WITH)] : base);
  let client = make();
  let stopped = false;
  const giveUp = new AbortController();

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
      return true;
    } catch (error) {
      await client.destroy();
      const reason = reasonOf(error);
      client = make();
      if (reason === undefined) return login();
      onHealth({ ok: false, detail: reason });
      return reason !== UNREACHABLE;
    }
  };
  const keepTrying = async (): Promise<void> => {
    for (let at = 0; !stopped; at += 1) {
      await sleep(PATIENCE_MS[Math.min(at, PATIENCE_MS.length - 1)], undefined, { signal: giveUp.signal });
      if (await login()) return;
    }
  };
  let trying: Promise<void> | undefined;
  return {
    rest: () => client.rest,
    async open() {
      if (!(await login())) trying = keepTrying().catch(() => undefined);
    },
    async stop() {
      stopped = true;
      giveUp.abort();
      await trying;
      await client.destroy();
    },
  };
};
