import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';

const OPS = resolve(import.meta.dirname, '../../src/ops.ts');
const FLAGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', OPS];
const environment = (env: Record<string, string>) => ({ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TZ: 'UTC', ...env });

export type Said = { code: number; text: string };

/** A command of the operator as they run it. */
export const ops = (env: Record<string, string>, ...args: string[]): Promise<Said> =>
  new Promise((done) => {
    execFile(process.execPath, [...FLAGS, ...args], { env: environment(env), maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code ?? 1) : 0, text: stdout + stderr });
    });
  });

/** The same, to be killed in the middle. */
export const opsProcess = (env: Record<string, string>, ...args: string[]) =>
  spawn(process.execPath, [...FLAGS, ...args], { env: environment(env), stdio: 'ignore' });

export const query = async <Row>(url: string, sql: string): Promise<Row[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
};

/** A database with nothing in it, as an operator makes one for Wilco. */
export const emptyDatabase = async (): Promise<{ url: string; drop(): Promise<void> }> => {
  const name = `empty_${randomUUID().replaceAll('-', '')}`;
  await query(inject('serverUrl'), `create database ${name}`);
  const url = new URL(inject('serverUrl'));
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await query(inject('serverUrl'), `drop database if exists ${name} with (force)`);
    },
  };
};

const TABLES = `select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'wilco' and c.relkind = 'r' and c.relname <> 'migrations' order by 1`;

/** The bytes of every row of every table as PostgreSQL writes them, by table; without what belongs to one server (`xid`). */
export const everything = async (url: string): Promise<Map<string, string[]>> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`set timezone = 'UTC'`);
  const found = new Map<string, string[]>();
  for (const { name } of (await client.query<{ name: string }>(TABLES)).rows) {
    const { rows } = await client.query<{ row: string }>(`select (to_jsonb(t) - 'xid')::text as row from wilco."${name}" t order by 1`);
    found.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  await client.end();
  return found;
};

export const urlOf = async (home: string): Promise<string> => {
  const { readFile } = await import('node:fs/promises');
  const { password } = JSON.parse(await readFile(`${home}/postgres.json`, 'utf8')) as { password: string };
  const port = (await readFile(`${home}/postgres/port`, 'utf8')).trim();
  return `postgresql://wilco:${password}@127.0.0.1:${port}/postgres`;
};
