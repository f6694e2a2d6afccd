import type { Client } from 'pg';
import { MIGRATION_LOCK } from '../migrate.ts';
import { BackupRefused } from './refused.ts';

/** What the connections of a Wilco that works are called. */
const WORKING = ['wilco', 'wilco-queue', 'wilco-listen'];

type Contents = { events: number; people: number; words: number };

const contentsOf = async (client: Client): Promise<Contents | undefined> => {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass('wilco.events') is not null as there`);
  if (!rows[0]?.there) return undefined;
  const counted = await client.query<Contents>(
    `select (select count(*) from wilco.events)::int as events, (select count(*) from wilco.people)::int as people,
            ((select count(*) from wilco.messages) + (select count(*) from wilco.proposals))::int as words`,
  );
  return counted.rows[0];
};

/** Nobody starts on a database in mid-restore: the lock that every start takes is held until the connection ends. */
const keepOut = async (client: Client): Promise<void> => {
  await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = any($1)`,
    [WORKING],
  );
  if ((rows[0]?.n ?? 0) > 0)
    throw new BackupRefused('restore_running', 'A Wilco works on this database. Stop every process of it, then restore.');
};

/** An installation that was started and never used may be replaced as it is; anything else only by whoever types what is lost. */
const checkEmpty = async (client: Client, replace: string | null): Promise<void> => {
  const contents = await contentsOf(client);
  if (!contents || (contents.words === 0 && contents.people <= 1)) return;
  const word = `erase-${contents.events}-events`;
  if (replace === word) return;
  throw new BackupRefused(
    'restore_used',
    `This installation is in use: it holds ${contents.events} events, ${contents.words} messages and proposals, ${contents.people} people. ` +
      `Make a backup of it first. To erase all of that for good, add: --replace ${word}`,
  );
};

/** Takes away what the restore puts its own in place of, in the caller's transaction: our tables, and our jobs in the queue's. */
export const clearTarget = async (client: Client, at: { replace: string | null; jobs: readonly string[] }): Promise<void> => {
  await keepOut(client);
  await client.query('begin');
  await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
  await checkEmpty(client, at.replace);
  await client.query('drop schema if exists wilco cascade');
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass('pgboss.job') is not null as there`);
  if (rows[0]?.there) await client.query('delete from pgboss.job where name = any($1)', [at.jobs]);
};
