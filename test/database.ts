import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../src/db/client.ts';
import { ensureInstalled, type Installed } from '../src/db/install.ts';

export type TestDatabase = { database: Database; url: string; installed: Installed; drop(): Promise<void> };

const admin = async (sql: string): Promise<void> => {
  const client = new Client({ connectionString: inject('serverUrl') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};

/** A database of this test file's own, cloned from the migrated template: real PostgreSQL, nothing shared. */
export const freshDatabase = async (options: { max?: number; onCommit?: () => void } = {}): Promise<TestDatabase> => {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await admin(`create database ${name} template ${inject('templateName')}`);
  const url = new URL(inject('serverUrl'));
  url.pathname = `/${name}`;
  const database = openDatabase(url.href, {
    max: options.max ?? 10,
    onIdleError: () => undefined,
    ...(options.onCommit ? { onCommit: options.onCommit } : {}),
  });
  const installed = await ensureInstalled(database, { ownerName: 'Owner', timeZone: 'UTC' });
  return {
    database,
    url: url.href,
    installed,
    async drop() {
      await database.close();
      await admin(`drop database if exists ${name} with (force)`);
    },
  };
};
