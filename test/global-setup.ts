import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../src/db/client.ts';
import { startEmbedded } from '../src/db/embedded/start.ts';
import { ensureInstalled } from '../src/db/install.ts';
import { migrateDatabase } from '../src/db/migrate.ts';
import { createLog } from '../src/log.ts';
import { openQueue } from '../src/queue/boss.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    serverUrl: string;
    templateName: string;
  }
}

const TEMPLATE = 'wilco_template';

/** The database that every test file clones: migrated, with pg-boss's tables and a fresh installation. */
const makeTemplate = async (serverUrl: string): Promise<void> => {
  const admin = new Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`drop database if exists ${TEMPLATE}`);
  await admin.query(`create database ${TEMPLATE}`);
  const url = new URL(serverUrl);
  url.pathname = `/${TEMPLATE}`;
  const migrated = await migrateDatabase(url.href);
  if (!migrated.ok) throw new Error(migrated.error.message);
  const queue = await openQueue({ url: url.href, log: createLog('silent'), supervise: false });
  await queue.stop();
  const database = openDatabase(url.href, { max: 1, onIdleError: () => undefined });
  await ensureInstalled(database, { ownerName: 'Owner', timeZone: 'UTC' });
  await database.close();
  await admin.end();
};

/**
 * What a crash of this machine would take from a run of tests is nobody's loss, and each commit waits for the disk no more. What becomes of
 * a database that crashes is tested on servers of its own, which keep what Wilco sets.
 */
const hurry = async (serverUrl: string): Promise<void> => {
  const admin = new Client({ connectionString: serverUrl });
  await admin.connect();
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) await admin.query(`alter system set ${name} = off`);
  await admin.query('select pg_reload_conf()');
  await admin.end();
};

/** One real PostgreSQL for the whole run: the one that comes with Wilco, or `TEST_DATABASE_URL`. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const given = process.env.TEST_DATABASE_URL;
  const home = await mkdtemp(join(tmpdir(), 'wilco-test-'));
  // As root the server runs as another user, who has to get in.
  await chmod(home, 0o755);
  const server = given ? undefined : await startEmbedded({ home, log: createLog('silent'), maxConnections: 200 });
  if (server && !server.ok) throw new Error(server.error.message);
  const serverUrl = given ?? (server?.ok ? server.value.url : '');
  if (!given) await hurry(serverUrl);
  await makeTemplate(serverUrl);
  project.provide('serverUrl', serverUrl);
  project.provide('templateName', TEMPLATE);
  return async () => {
    if (server?.ok) await server.value.stop();
    await rm(home, { recursive: true, force: true });
  };
};
