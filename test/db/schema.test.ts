import { readdirSync, readFileSync } from 'node:fs';
import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NEXT } from '../../src/db/states.ts';
import { freshDatabase, type TestDatabase } from '../database.ts';

let base: TestDatabase;
beforeAll(async () => {
  base = await freshDatabase();
});
afterAll(() => base.drop());

const TABLES = new URL('../../src/db/tables/', import.meta.url);
const declarations: unknown[] = (
  await Promise.all(readdirSync(TABLES).map((file): Promise<Record<string, unknown>> => import(new URL(file, TABLES).href)))
).flatMap((module) => Object.values(module));

const tables: PgTable[] = declarations.filter((value): value is PgTable => is(value, PgTable));

test('[tables] every column that the code knows is in the migrated database as it is declared, and no other', async () => {
  const declared = tables.flatMap((table) => {
    const { name, columns } = getTableConfig(table);
    return columns.map(
      (column) => `${name}.${column.name} ${column.getSQLType().replace(/^wilco\./, '')}${column.notNull ? ' not null' : ''}`,
    );
  });
  const { rows } = await base.database.pool.query<{ line: string }>(`
    select c.table_name || '.' || c.column_name || ' ' || format_type(a.atttypid, a.atttypmod) || case when c.is_nullable = 'NO' then ' not null' else '' end as line
    from information_schema.columns c
    join pg_attribute a on a.attrelid = format('wilco.%I', c.table_name)::regclass and a.attname = c.column_name
    where c.table_schema = 'wilco' and c.table_name <> 'migrations'`);
  const found = rows.map(({ line }) => line.replace(' wilco.', ' '));
  expect(found.sort()).toEqual(declared.sort());
  expect(declared.length).toBeGreaterThan(100);
});

test('[tables] every list of values is the same in the code and in the database', async () => {
  const enums = declarations.filter(
    (value): value is { enumName: string; enumValues: string[] } => typeof value === 'function' && 'enumName' in value,
  );
  const { rows } = await base.database.pool.query<{ name: string; values: string[] }>(`
    select t.typname as name, array_agg(e.enumlabel::text order by e.enumsortorder) as values
    from pg_type t join pg_enum e on e.enumtypid = t.oid join pg_namespace n on n.oid = t.typnamespace where n.nspname = 'wilco' group by 1`);
  const byName = (list: { name: string; values: string[] }[]) => list.sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(byName(rows)).toEqual(byName(enums.map(({ enumName, enumValues }) => ({ name: enumName, values: enumValues }))));
});

test('[moves][tables] the trigger of the database holds exactly the moves of the table', async () => {
  const { rows } = await base.database.pool.query<{ source: string }>(
    `select prosrc as source from pg_proc where proname = 'guard_proposal_state'`,
  );
  const inDatabase = [...(rows[0]?.source ?? '').matchAll(/'(\w+>\w+)'/g)].map(([, move]) => move);
  const inCode = Object.entries(NEXT).flatMap(([from, targets]) => targets.map((to) => `${from}>${to}`));
  expect(inDatabase.sort()).toEqual(inCode.sort());
});

test('[moves][tables] the committed migrations are the ones that the database was made with', async () => {
  const journal = JSON.parse(readFileSync('drizzle/meta/_journal.json', 'utf8')) as { entries: { when: number }[] };
  const { rows } = await base.database.pool.query<{ at: string }>('select created_at::text as at from wilco.migrations order by id');
  expect(rows.map(({ at }) => Number(at))).toEqual(journal.entries.map(({ when }) => when));
});
