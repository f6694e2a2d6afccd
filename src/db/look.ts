import { Client } from 'pg';
import { migrationState } from './migrate.ts';

/** A connection of its own to look at a database with, outside any pool. */
export type Look = {
  one<Row extends object>(sql: string): Promise<Row>;
  migrations(): ReturnType<typeof migrationState>;
  end(): Promise<void>;
};

/** For whoever looks and changes nothing: no question takes longer than 20 s, and nothing can be written. */
export const openLook = async (url: string): Promise<Look> => {
  const options = '-c default_transaction_read_only=on';
  const client = new Client({ connectionString: url, application_name: 'wilco-look', statement_timeout: 20_000, options });
  client.on('error', () => undefined); // a connection that breaks fails its query too
  await client.connect();
  return {
    async one<Row extends object>(sql: string) {
      const [row] = (await client.query<Row>(sql)).rows;
      if (!row) throw new Error('a query that answers one row answered none');
      return row;
    },
    migrations: () => migrationState(client),
    end: () => client.end(),
  };
};
