import { access } from 'node:fs/promises';
import { Client } from 'pg';
import { err, ok, type Result } from '../../result.ts';
import { migrationState } from '../migrate.ts';
import { type ArchiveWriter, writeArchive } from './archive.ts';
import { copyOut } from './copy.ts';
import { packFiles } from './files.ts';
import { type BackupError, BackupRefused } from './refused.ts';
import { listTables, sectionsOf } from './tables.ts';

export type Made = { bytes: number; rows: Record<string, number>; files: number };

type From = {
  url: string;
  home: string;
  file: string;
  version: string;
  /** Names of files of the home that open what is encrypted, or doors; only where the operator asked for them. */
  keys: readonly string[];
};

const packTables = async (client: Client, archive: ArchiveWriter): Promise<Record<string, number>> => {
  const rows: Record<string, number> = {};
  for (const { table, columns, sql } of sectionsOf(await listTables(client))) {
    await archive.begin({ table, columns });
    const count = await copyOut(client, sql, archive.write);
    await archive.end(count);
    rows[table] = (rows[table] ?? 0) + count;
  }
  return rows;
};

const pack = async (client: Client, from: From): Promise<Made> => {
  // One snapshot for everything. Read only, it holds no transaction id, so the record is read and sealed by others meanwhile.
  await client.query('begin transaction isolation level repeatable read, read only');
  await client.query(
    `set local timezone = 'UTC'; set local datestyle = 'ISO'; set local bytea_output = 'hex'; set local statement_timeout = 0; set local search_path = ''`,
  );
  if ((await migrationState(client)).newer)
    throw new BackupRefused('backup_newer', 'This database was changed by a newer Wilco. Make the backup with that version.');
  const { rows } = await client.query<{ hash: string }>('select hash from wilco.migrations order by created_at, id');
  const at = new Date().toISOString();
  const archive = await writeArchive(from.file, { at, version: from.version, migrations: rows.map((row) => row.hash) });
  try {
    const packed = await packTables(client, archive);
    await client.query('commit');
    const files = await packFiles(archive, from);
    return { bytes: await archive.finish(), rows: packed, files };
  } catch (error) {
    await archive.abandon();
    throw error;
  }
};

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Writes everything that an installation holds into one file, whether or not it works meanwhile. */
export const makeBackup = async (from: From): Promise<Result<Made, BackupError>> => {
  if (await exists(from.file))
    return err({ code: 'backup_exists', message: `${from.file} is there already. Choose another name, or remove it first.` });
  const client = new Client({ connectionString: from.url, application_name: 'wilco-backup' });
  client.on('error', () => undefined); // a connection that breaks fails its query too
  await client.connect();
  try {
    return ok(await pack(client, from));
  } catch (error) {
    if (error instanceof BackupRefused) return err({ code: error.code, message: error.message });
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC')
      return err({
        code: 'backup_not_written',
        message: `The disk that should hold ${from.file} is full: free some space, or choose another.`,
      });
    throw error;
  } finally {
    await client.end();
  }
};
