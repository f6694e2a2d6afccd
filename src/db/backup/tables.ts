import type { Client } from 'pg';
import { knownTables } from '../migrate.ts';

/** A table of ours with its columns, as the database that is asked knows them. */
export type Table = { name: string; columns: string[] };

const TABLES = `
  select c.relname::text as name,
         array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
         array(select distinct f.confrelid::regclass::text from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as needs
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'wilco' and c.relkind in ('r', 'p') and not c.relispartition and c.relname = any($1) order by c.relname`;

/** Every table, each behind those that its foreign keys name, so that rows can be put in again in this order. */
export const listTables = async (client: Client): Promise<Table[]> => {
  const { rows } = await client.query<Table & { needs: string[] }>(TABLES, [knownTables()]);
  const ordered: Table[] = [];
  let left = rows.map((row) => ({ ...row, needs: row.needs.map((name) => name.replace(/^wilco\./, '')) }));
  while (left.length > 0) {
    const ready = left.filter((table) => table.needs.every((name) => ordered.some((done) => done.name === name)));
    if (ready.length === 0) throw new Error(`tables refer to one another in a circle: ${left.map((table) => table.name).join(', ')}`);
    ordered.push(...ready.map(({ name, columns }) => ({ name, columns })));
    left = left.filter((table) => !ready.includes(table));
  }
  return ordered;
};

/** A table, or a part of one, with the query that reads it. */
export type Section = { table: string; columns: string[]; sql: string };

const quoted = (columns: readonly string[]): string => columns.map((name) => `"${name}"`).join(', ');

const whole = ({ name, columns }: Table): Section => ({
  table: name,
  columns,
  sql: `copy wilco."${name}" (${quoted(columns)}) to stdout`,
});

/**
 * Transaction ids belong to one server, and the record is read in their order: on another, where counting is not as far, old events would
 * stand behind new ones for ever. So what is sealed, whose order the seals keep, goes without them and gets the id of the restoring
 * transaction. What is not sealed yet keeps them, for they are its order; it is sealed in that order when it is restored.
 */
const eventParts = ({ name, columns }: Table): Section[] => {
  const sealed = columns.filter((column) => column !== 'xid');
  const where = 'exists (select 1 from wilco.event_seals s where s.event_id = e.id)';
  const part = (of: string[], condition: string): Section => ({
    table: name,
    columns: of,
    sql: `copy (select ${quoted(of)} from wilco.events e where ${condition} order by id) to stdout`,
  });
  return [part(sealed, where), part(columns, `not ${where}`)];
};

/** What a backup holds of the database, in the order in which it is restored. */
export const sectionsOf = (tables: readonly Table[]): Section[] =>
  tables.flatMap((table) => (table.name === 'events' ? eventParts(table) : [whole(table)]));

export const copyInSql = ({ table, columns }: { table: string; columns: readonly string[] }): string =>
  `copy wilco."${table}" (${quoted(columns)}) from stdin`;
