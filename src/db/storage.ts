import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { err, ok, type Result } from '../result.ts';
import { type Database, openDatabase } from './client.ts';
import { startEmbedded } from './embedded/start.ts';
import { takeInstance } from './instance.ts';
import { migrateDatabase } from './migrate.ts';
import { checkServer } from './server-check.ts';
import { openSignals, type Signals } from './signals.ts';
import { strikeOffAll } from './workers.ts';

export type Storage = { url: string; embedded: boolean; database: Database; signals: Signals; stop(): Promise<void> };
export type StorageError = { code: string; message: string };

type Options = {
  home: string;
  databaseUrl: string | null;
  connections: number;
  log: Log;
  /** The database went away and cannot come back under this process. */
  onFatal(message: string): void;
};

/** The server, ours or the operator's, proven to be usable; `stop` ends it only when it is ours. */
type Server = { url: string; embedded: boolean; stop(): Promise<void> };

const BROKEN_AGAIN_MS = 1000;

/** Starts the embedded server again for as long as it goes away by itself: a killed database costs a moment and nothing else. */
const keepAlive = (options: Options, url: string): { stop(): Promise<void>; watch(): Promise<boolean> } => {
  const { home, log, onFatal } = options;
  let stopping = false;
  let release: (() => Promise<void>) | undefined;
  const again = async (): Promise<void> => {
    while (!stopping) {
      const started = await startEmbedded({ home, log });
      if (started.ok && started.value.url !== url)
        return onFatal('The database had to move to another port. Start Wilco again; nothing is lost.');
      if (started.ok && (await watch())) return log.warn('database.restarted');
      await sleep(BROKEN_AGAIN_MS);
    }
  };
  const watch = async (): Promise<boolean> => {
    const instance = await takeInstance(url, () => void again().catch(() => log.error('database.not_restarted'))).catch(() => undefined);
    release = instance?.release;
    return instance !== undefined;
  };
  return {
    watch,
    async stop() {
      stopping = true;
      await release?.();
    },
  };
};

const openEmbedded = async (options: Options): Promise<Result<Server, StorageError>> => {
  const started = await startEmbedded({ home: options.home, log: options.log });
  if (!started.ok) return started;
  const { url, stop } = started.value;
  const alive = keepAlive(options, url);
  if (!(await alive.watch()))
    return err({
      code: 'already_running',
      message: `Wilco already runs on ${options.home}. Use that one, or set DATABASE_URL to let several processes share a server.`,
    });
  const stopBoth = async () => {
    await alive.stop();
    await stop();
  };
  return ok({ url, embedded: true, stop: stopBoth });
};

const openGiven = async (url: string): Promise<Result<Server, StorageError>> => {
  const checked = await checkServer(url);
  return checked.ok ? ok({ url, embedded: false, stop: async () => undefined }) : checked;
};

/**
 * Opens everything that lies in PostgreSQL: the server, this program's tables, a pool, and the signals between processes. Each refusal is a
 * sentence that says what to do. On the embedded server this is then the only process.
 */
export const openStorage = async (options: Options): Promise<Result<Storage, StorageError>> => {
  const { databaseUrl, connections, log } = options;
  const server = databaseUrl ? await openGiven(databaseUrl) : await openEmbedded(options);
  if (!server.ok) return server;
  const { url, embedded } = server.value;
  const migrated = await migrateDatabase(url);
  if (!migrated.ok) {
    await server.value.stop();
    return migrated;
  }
  let committed: () => void = () => undefined;
  const database = openDatabase(url, {
    max: connections,
    onIdleError: () => log.warn('database.connection_lost'),
    onCommit: () => committed(),
  });
  const signals = await openSignals({ url, pool: database.pool, log });
  committed = () => signals.tell('wilco_events');
  if (embedded) await strikeOffAll(database.db);
  const stop = async () => {
    await signals.stop();
    await database.close();
    await server.value.stop();
  };
  return ok({ url, embedded, database, signals, stop });
};
