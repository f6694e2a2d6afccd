import { drizzle } from 'drizzle-orm/node-postgres';
import { Client, DatabaseError } from 'pg';
import { err, ok, type Result } from '../../result.ts';
import type { Db } from '../client.ts';
import { knownMigrations, migrateWithin } from '../migrate.ts';
import { sealRest } from '../seal.ts';
import { type Header, type Part, readArchive } from './archive.ts';
import { type CopyIn, copyIn } from './copy.ts';
import { type Unpacking, unpackFiles } from './files.ts';
import { type BackupError, BackupRefused } from './refused.ts';
import { copyInSql } from './tables.ts';
import { clearTarget } from './target.ts';

export type Restored<Parked> = { at: string; rows: number; files: number; parked: Parked };

type Into<Parked> = {
  url: string;
  home: string;
  file: string;
  /** What the operator typed to erase an installation that is in use. */
  replace: string | null;
  /** The queue's names of our jobs: none survives, they are made anew from the tables. */
  jobs: readonly string[];
  /** Puts everything that would go on by itself to rest, in the transaction of the restore. */
  park(db: Db, backup: { at: string }): Promise<Parked>;
};

type Proved = { header: Header; rows: number; files: number };

/** Reads the whole file once and believes nothing of it before. */
const prove = async (file: string): Promise<Proved> => {
  let header: Header | undefined;
  let [rows, files] = [0, 0];
  for await (const record of readArchive(file)) {
    if (record.kind === 'header') header = record.header;
    if (record.kind === 'begin' && 'file' in record.part) files += 1;
    if (record.kind === 'end') rows += record.rows;
  }
  if (!header) throw new Error('an archive without a header was read to its end');
  const known = knownMigrations();
  const foreign = header.migrations.findIndex((hash, at) => hash !== known[at]);
  if (foreign !== -1 || header.migrations.length === 0)
    throw new BackupRefused(
      'backup_newer',
      'The tables in this backup are not ones that this version knows. Restore it with the version that made it, or a later one.',
    );
  return { header, rows, files };
};

type Sink = { write(chunk: Buffer): Promise<void>; end(rows: number): Promise<void> };

const tableSink = (copy: CopyIn): Sink => ({
  write: copy.write,
  async end(rows) {
    if ((await copy.end()) !== rows) throw new Error('the server took another number of rows than the backup holds');
  },
});

const openSink = async (client: Client, files: Unpacking, part: Part): Promise<Sink> => {
  if ('table' in part) return tableSink(await copyIn(client, copyInSql(part)));
  if ('file' in part) await files.file(part);
  else await files.key(part.key);
  return { write: files.write, end: files.end };
};

/** Puts every part where it belongs, and holds it against its hashes once more: the file may have changed since it was proved. */
const load = async (client: Client, files: Unpacking, file: string): Promise<void> => {
  let sink: Sink | undefined;
  for await (const record of readArchive(file)) {
    if (record.kind === 'begin') sink = await openSink(client, files, record.part);
    if (record.kind === 'data') await sink?.write(record.chunk);
    if (record.kind === 'end') await sink?.end(record.rows);
  }
};

const COUNTERS = `
  select c.relname::text as table, a.attname::text as column, pg_get_serial_sequence(c.oid::regclass::text, a.attname) as sequence
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where n.nspname = 'wilco' and c.relkind in ('r', 'p') and c.relname <> 'migrations' and pg_get_serial_sequence(c.oid::regclass::text, a.attname) is not null`;

/** Ids that the database gives out go on behind those that it was given. */
const setCounters = async (client: Client): Promise<void> => {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(COUNTERS);
  for (const { table, column, sequence } of rows)
    await client.query(`select setval($1, coalesce(max("${column}"), 0) + 1, false) from wilco."${table}"`, [sequence]);
};

/**
 * What was not sealed yet is sealed in the order that it had, then gets this transaction's id as all else. After that every event of the
 * backup stands before every one that is to come, and what the restore itself records is sealed as the last.
 */
const rebase = async (client: Client, db: Db): Promise<void> => {
  // Without figures the server would look through all seals for each batch that has none.
  await client.query('analyze wilco.events; analyze wilco.event_seals');
  await sealRest(db);
  await client.query('alter table wilco.events disable trigger events_append_only');
  await client.query('update wilco.events set xid = pg_current_xact_id() where xid <> pg_current_xact_id()');
  await client.query('alter table wilco.events enable trigger events_append_only');
  // Whoever reads on from a place of its own has read all that is in the backup.
  await client.query(
    `update wilco.feed_readers set cursor = pg_current_xact_id()::text || '.' || coalesce((select max(id) from wilco.events), 0)`,
  );
  await client.query(
    `update wilco.schedules set fingerprint = pg_current_xact_id()::text || '.' || coalesce((select max(id) from wilco.events), 0) where fingerprint is not null`,
  );
};

/** What a trigger made of a row is in the backup, too: it is not to be made a second time. */
const withoutTriggers = async (client: Client, work: () => Promise<void>): Promise<void> => {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'wilco' and tablename <> 'migrations'`,
  );
  const all = (what: string) => client.query(rows.map(({ name }) => `alter table wilco.${name} ${what} trigger user`).join('; '));
  await all('disable');
  await work();
  await all('enable');
};

const fill = async <Parked>(client: Client, files: Unpacking, at: { into: Into<Parked>; proved: Proved }): Promise<Parked> => {
  const { into, proved } = at;
  const { header } = proved;
  const db = drizzle(client);
  await clearTarget(client, into);
  await migrateWithin(client, { from: 0, to: header.migrations.length });
  await withoutTriggers(client, () => load(client, files, into.file));
  await setCounters(client);
  await migrateWithin(client, { from: header.migrations.length, to: knownMigrations().length });
  await rebase(client, db);
  const parked = await into.park(db, header);
  await sealRest(db);
  return parked;
};

const run = async <Parked>(client: Client, into: Into<Parked>): Promise<Restored<Parked>> => {
  const proved = await prove(into.file);
  await client.connect();
  const files = await unpackFiles(into.home);
  try {
    const parked = await fill(client, files, { into, proved });
    const takeBack = await files.place();
    await client.query('commit').catch(async (error: unknown) => {
      await takeBack();
      throw error;
    });
    // The server knows nothing of the tables yet, and would plan by guess until it looked by itself.
    await client.query('analyze');
    return { at: proved.header.at, rows: proved.rows, files: proved.files, parked };
  } finally {
    await files.abandon();
  }
};

/**
 * Puts a backup into a database, all of it or nothing: it is read and proved to its end first, and everything happens in one transaction,
 * so that a restore that is killed leaves the target as it was.
 */
export const restoreBackup = async <Parked>(into: Into<Parked>): Promise<Result<Restored<Parked>, BackupError>> => {
  const client = new Client({ connectionString: into.url, application_name: 'wilco-restore' });
  client.on('error', () => undefined); // a connection that breaks fails its query too
  try {
    return ok(await run(client, into));
  } catch (error) {
    if (error instanceof BackupRefused) return err({ code: error.code, message: error.message });
    // Its message may quote a row.
    if (error instanceof DatabaseError)
      return err({
        code: 'restore_failed',
        message: `The database refused (${error.code ?? 'no code'}), and nothing was changed. Restore into an empty one.`,
      });
    throw error;
  } finally {
    await client.end();
  }
};
