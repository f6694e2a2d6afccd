import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';
import { z } from 'zod';
import { err, ok, type Result } from '../result.ts';

/** Several processes may start at once, and drizzle itself takes no lock: of five, four failed. */
const MIGRATION_LOCK = 0x57_49_4c_4d;
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
