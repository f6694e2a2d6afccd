import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Pool, type PoolClient } from 'pg';

/** Queries, on the pool or inside one transaction: the two look alike, so a function says nothing about which it is given. */
export type Db = NodePgDatabase;

/** A transaction together with what its commit lets loose. */
export type Tx = {
  db: Db;
  /** Resolves when the transaction stands. It stands already, unless the work asked to be eager. */
  begun: Promise<void>;
  /**
   * The connection itself, for SQL that another library brings (pg-boss) and for locks: it is sent before the call returns, so statements
   * that are issued later run later, without waiting for one another's answers.
   */
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  /** Runs after the commit, never after a rollback; in the order given. */
  afterCommit(act: () => void): void;
};

/** `eager`: what is sent first travels with BEGIN. Only for work that awaits `begun` with its first reads, before it writes anything. */
export type TransactionOptions = { eager?: boolean };

export type Database = {
  db: Db;
  pool: Pool;
  url: string;
  /**
   * Runs `work` in one READ COMMITTED transaction. Whatever it throws rolls back and is thrown on.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  close(): Promise<void>;
};

/** So long may a transaction wait for its own process. No work of ours waits for anything but the database while it holds one. */
const IDLE_MS = 10_000;

const MOST_NAMES = 150;
const MOST_SEEN = 1000;
const names = new Map<string, string>();
const seen = new Map<string, number>();

/** The name of a statement that comes again and again; one that is made up anew each time (a list of some other length) stays without. */
const nameOf = (text: string): string | undefined => {
  const known = names.get(text);
  if (known || names.size >= MOST_NAMES) return known;
  const times = (seen.get(text) ?? 0) + 1;
  if (times < 3) {
    if (seen.size >= MOST_SEEN) seen.clear();
    seen.set(text, times);
    return undefined;
  }
  seen.delete(text);
  const name = `wilco_${names.size + 1}`;
  names.set(text, name);
  return name;
};

/**
 * Lets a connection parse and plan each statement with parameters once: it took the server more time than everything else together. `begin`,
 * NOTIFY and their like have no parameters and are sent as they are.
 */
const keepPlans = (client: PoolClient): void => {
  const send = client.query.bind(client) as (...args: unknown[]) => unknown;
  const query = (config: string | { text: string; name?: string }, ...rest: unknown[]): unknown => {
    const name = Array.isArray(rest[0]) ? nameOf(typeof config === 'string' ? config : config.text) : undefined;
    if (name === undefined) return send(config, ...rest);
    return send(typeof config === 'string' ? { text: config, name } : { ...config, name }, ...rest);
  };
  client.query = query as typeof client.query;
};

const run = async <T>(client: PoolClient, work: (tx: Tx) => Promise<T>, options: TransactionOptions): Promise<T> => {
  const afterCommit: (() => void)[] = [];
  let over = false;
  const begun = client.query('begin').then(() => undefined);
  const tx: Tx = {
    begun,
    db: drizzle(client),
    // Another library may come late, after a rollback: on a connection that is somebody else's by then, its write would stand alone.
    query: (text, values) => (over ? Promise.reject(new Error('the transaction is over')) : client.query(text, values)),
    afterCommit: (act) => afterCommit.push(act),
  };
  // A write must not be on its way before this is known to hold: alone it would commit by itself.
  if (!options.eager) await begun;
  begun.catch(() => undefined);
  try {
    const value = await work(tx);
    await client.query('commit');
    for (const act of afterCommit) act();
    return value;
  } finally {
    over = true;
  }
};

/** Opens a pool. `onCommit` hears of each transaction that committed. `onIdleError` hears of connections that broke while nobody used them; the next query opens another. */
export const openDatabase = (
  url: string,
  options: { max: number; onIdleError: (error: Error) => void; onCommit?: () => void },
): Database => {
  const pool = new Pool({
    connectionString: url,
    max: options.max,
    connectionTimeoutMillis: 10_000,
    application_name: 'wilco',
    pipeline: true,
    // A process that freezes while it holds a lock (a proposal's, the switch's) would hold up everybody, a kill too, for as long as it is.
    idle_in_transaction_session_timeout: IDLE_MS,
  });
  pool.on('error', options.onIdleError);
  pool.on('connect', (client) => {
    // A connection that breaks while it is held emits 'error' as well as failing its query; unheard, it would end the process. It is heard from
    // the first moment on: the server's last word may come together with its first.
    client.on('error', () => undefined);
    keepPlans(client);
  });
  return {
    db: drizzle(pool),
    pool,
    url,
    async transaction(work, how = {}) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        const value = await run(client, work, how);
        options.onCommit?.();
        return value;
      } catch (error) {
        await client.query('rollback').catch((cause: Error) => {
          broken = cause;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
};
