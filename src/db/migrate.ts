import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';
import { z } from 'zod';
import { err, ok, type Result } from '../result.ts';

/** Several processes may start at once, and drizzle itself takes no lock: of five, four failed. */
export const MIGRATION_LOCK = 0x57_49_4c_4d;
const FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url));
const Journal = z.object({ entries: z.array(z.object({ when: z.number() })) });

export type MigrateError = { code: 'database_newer'; message: string };

const newestKnown = async (): Promise<number> => {
  const journal = Journal.parse(JSON.parse(await readFile(`${FOLDER}/meta/_journal.json`, 'utf8')));
  return Math.max(...journal.entries.map((entry) => entry.when));
};

const newestApplied = async (client: Client): Promise<number> => {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass('wilco.migrations') is not null as there`);
  if (!rows[0]?.there) return 0;
  const applied = await client.query<{ newest: string | null }>('select max(created_at)::text as newest from wilco.migrations');
  return Number(applied.rows[0]?.newest ?? 0);
};

/** Brings the database to this program's tables, one process at a time. A database that a newer program has changed is refused. */
export const migrateDatabase = async (url: string): Promise<Result<null, MigrateError>> => {
  const client = new Client({ connectionString: url, application_name: 'wilco-migrate' });
  client.on('error', () => undefined); // a connection that breaks fails its query too
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query('create schema if not exists wilco');
    if ((await newestApplied(client)) > (await newestKnown()))
      return err({
        code: 'database_newer',
        message: 'This database was used by a newer Wilco. Start that version, or restore a backup made with this one.',
      });
    await migrate(drizzle(client), { migrationsFolder: FOLDER, migrationsSchema: 'wilco', migrationsTable: 'migrations' });
    return ok(null);
  } finally {
    await client.end();
  }
};

/** Every table that a migration makes: what else somebody has put into our schema is theirs. */
export const knownTables = (): string[] =>
  readMigrationFiles({ migrationsFolder: FOLDER }).flatMap(({ sql }) =>
    sql.flatMap((statement) => [...statement.matchAll(/^\s*CREATE TABLE "wilco"\."([a-z_]+)"/gm)].map(([, name = '']) => name)),
  );

/** The hash of every migration that this program knows, oldest first. */
export const knownMigrations = (): string[] => readMigrationFiles({ migrationsFolder: FOLDER }).map(({ hash }) => hash);

/**
 * Makes the tables as they were after the first `count` migrations, or goes on from there to all of them, inside the caller's transaction:
 * drizzle's own runner would commit it.
 */
export const migrateWithin = async (client: Client, range: { from: number; to: number }): Promise<void> => {
  await client.query('create schema if not exists wilco');
  await client.query('create table if not exists wilco.migrations (id serial primary key, hash text not null, created_at bigint)');
  for (const { sql, hash, folderMillis } of readMigrationFiles({ migrationsFolder: FOLDER }).slice(range.from, range.to)) {
    for (const statement of sql) await client.query(statement);
    await client.query('insert into wilco.migrations (hash, created_at) values ($1, $2)', [hash, folderMillis]);
  }
};

/** How far a database is: the migrations that it has of those that this program knows, and whether it has others. */
export const migrationState = async (client: Client): Promise<{ applied: number; known: number; newer: boolean }> => {
  const applied = await newestApplied(client);
  const known = readMigrationFiles({ migrationsFolder: FOLDER });
  const newer = applied > Math.max(...known.map(({ folderMillis }) => folderMillis));
  return { applied: known.filter(({ folderMillis }) => folderMillis <= applied).length, known: known.length, newer };
};
