import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbedded } from '../src/db/embedded/start.ts';
import { createLog } from '../src/log.ts';

export const silent = createLog('silent');

/** The server that comes with Wilco, in a folder that goes away with it. */
export const startServer = async (): Promise<{ url: string; stop(): Promise<void> }> => {
  const home = await mkdtemp(join(tmpdir(), 'wilco-bench-'));
  const server = await startEmbedded({ home, log: silent, maxConnections: 100 });
  if (!server.ok) throw new Error(server.error.message);
  return {
    url: server.value.url,
    async stop() {
      await server.value.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
};

/** A new database on that server, for one side of one row. */
export const createDatabase = async (serverUrl: string, name: string): Promise<{ url: string; drop(): Promise<void> }> => {
  const admin = async (sql: string) => {
    const client = new Client({ connectionString: serverUrl });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await admin(`drop database if exists ${name} with (force)`);
  await admin(`create database ${name}`);
  return { url: url.href, drop: () => admin(`drop database if exists ${name} with (force)`) };
};
