import type { Database, Db } from './client.ts';

/** Runs `work` in a transaction in which the database lets nothing be written, and ends each statement in it that takes too long. */
export const readOnly = <T>(database: Database, statementMs: number, work: (db: Db) => Promise<T>): Promise<T> =>
  database.transaction(async (tx) => {
    await tx.query('set transaction read only');
    // The first statement fixes it: no later one can ask for the right to write again.
    await tx.query(`select set_config('statement_timeout', $1, true)`, [String(statementMs)]);
    return work(tx.db);
  });
