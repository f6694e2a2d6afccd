import { setTimeout as sleep } from 'node:timers/promises';
import { type App, type Logger, type Receiver, SocketModeReceiver, type webApi } from '@slack/bolt';
import type { Log } from '../../log.ts';
import { within } from '../../within.ts';

/** Slack refreshes each connection now and then, and any one of them gets an event: while one is away the other hears. */
const SOCKETS = 2;
const HELLO_MS = 10_000;
const PING_MS = 5000;
const WAITS_MS = [100, 500, 1000, 2000, 5000];

export type Sockets = Receiver & { connected(): number; wanted: number };

export type SocketSettings = { appToken: string; clientOptions: webApi.WebClientOptions; logger: Logger; log: Log };

/** A frame that the client cannot read rejects in nobody's hands there, which would end the process. */
const tolerate = ({ client }: SocketModeReceiver, log: Log): void => {
  const [read] = client.listeners('ws_message');
  if (!read) return;
  client.removeAllListeners('ws_message');
  client.on('ws_message', async (...frame: unknown[]) => {
    try {
      await read(...frame);
    } catch {
      log.warn({ surface: 'slack' }, 'frame.unreadable');
    }
  });
};

/**
 * Socket mode without a public address. The client's own way of coming back waits five seconds and ends the process when Slack refuses it
 * meanwhile, so coming back is done here: for ever, after a moment at first and never more than five seconds.
 */
export const createSockets = ({ appToken, clientOptions, logger, log }: SocketSettings): Sockets => {
  const receivers = Array.from(
    { length: SOCKETS },
    () =>
      new SocketModeReceiver({
        appToken,
        logger,
        clientPingTimeout: PING_MS,
        autoReconnectEnabled: false,
        installerOptions: { clientOptions },
      }),
  );
  for (const receiver of receivers) tolerate(receiver, log);
  const up = new Set<number>();
  const stopping = new AbortController();
  const loops: Promise<void>[] = [];

  /** Resolves when the connection has ended; throws when it never was. */
  const once = async (receiver: (typeof receivers)[number], at: number, first: () => void): Promise<void> => {
    const { client } = receiver;
    const ended = new Promise<void>((resolve) => client.once('disconnected', () => resolve()));
    const patience = setTimeout(() => void client.disconnect(), HELLO_MS);
    await receiver.start().finally(() => clearTimeout(patience));
    up.add(at);
    first();
    log.info({ surface: 'slack', socket: at }, 'socket.connected');
    await ended;
    log.info({ surface: 'slack', socket: at }, 'socket.ended');
  };

  const keep = async (receiver: (typeof receivers)[number], at: number, first: () => void): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        await once(receiver, at, first);
        failures = 0;
      } catch (error) {
        failures += 1;
        log.warn({ surface: 'slack', socket: at, err: error instanceof Error ? error.name : 'unknown' }, 'socket.not_connected');
        first();
      }
      up.delete(at);
      const wait = WAITS_MS[Math.min(failures, WAITS_MS.length - 1)];
      await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  return {
    wanted: SOCKETS,
    connected: () => up.size,
    init(app: App) {
      for (const receiver of receivers) receiver.init(app);
    },
    async start() {
      await Promise.all(receivers.map((receiver, at) => new Promise<void>((resolve) => loops.push(keep(receiver, at, resolve)))));
    },
    async stop() {
      stopping.abort();
      await Promise.all(receivers.map(({ client }, at) => (up.has(at) ? client.disconnect() : undefined)));
      await within(HELLO_MS, Promise.all(loops));
    },
  };
};
