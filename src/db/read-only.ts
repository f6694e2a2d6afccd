import type { Database, Db } from './client.ts';

/** Runs `work` in a transaction in which the database lets nothing be written, and ends each statement in it that takes too long. */
export const readOnly = <T>(database: Database, statementMs: number, work: (db: Db) => Promise<T>): Promise<T> =>
  database.transaction(
    async (tx) => {
      // The first statement with a snapshot fixes it: no later one can ask for the right to write again. All of it is one trip.
      const set = [
        tx.query('set transaction read only'),
        tx.query(`select set_config('statement_timeout', $1, true)`, [String(statementMs)]),
      ];
      await Promise.all([tx.begun, ...set]);
      return work(tx.db);
    },
    { eager: true },
  );
