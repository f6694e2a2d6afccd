import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkServer, LOWEST_POSTGRES } from '../../src/db/server-check.ts';
import { cleanUp, isRoot, newFolder, newHome, query, started } from './embedded-home.ts';

const PASSWORD = 'hunter2';
let url: string;

/** A port of this machine with this behind it; with nothing, it is closed again. */
const listen = async (behind?: (socket: Socket) => void): Promise<{ port: number; close: () => void }> => {
  const server = createServer(behind);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  if (behind === undefined) await once(server.close(), 'close');
  return { port: address.port, close: () => server.close() };
};

/** The same server, with some parts of the address exchanged. */
const variant = (parts: { user?: string; password?: string; database?: string; port?: number }): string => {
  const changed = new URL(url);
  if (parts.user !== undefined) changed.username = parts.user;
  if (parts.password !== undefined) changed.password = parts.password;
  if (parts.database !== undefined) changed.pathname = `/${parts.database}`;
  if (parts.port !== undefined) changed.port = String(parts.port);
  return changed.href;
};

const codeOf = async (address: string, lowest?: number): Promise<string> => {
  const answer = await checkServer(address, lowest);
  if (answer.ok) return `ok ${answer.value.version}`;
  expect(answer.error.message).toMatch(/^[A-Z].*\.$/);
  expect(answer.error.message).not.toContain(new URL(address).password || PASSWORD);
  return answer.error.code;
};

beforeAll(async () => {
  ({ url } = await started(await newHome()));
  await query(url, `create role guest login password '${PASSWORD}'`);
  await query(url, `create role crowd login connection limit 0 password '${PASSWORD}'`);
  await query(url, 'create database frozen');
  await query(url, 'alter database frozen set default_transaction_read_only = on');
  await query(url, 'create database closed');
  await query(url, 'revoke connect on database closed from public');
  await query(url, `create database ascii template template0 encoding 'SQL_ASCII' locale_provider libc locale 'C'`);
});
afterAll(cleanUp);

test('a server that will do is accepted with its version', async () => {
  expect(await checkServer(url)).toEqual({ ok: true, value: { version: 18 } });
});

test('a server that is not there is database_down, and so is a name that nobody knows', async () => {
  expect(await codeOf(variant({ port: (await listen()).port }))).toBe('database_down');
  expect(await codeOf(`postgresql://wilco:${PASSWORD}@no-such-host.invalid/wilco`)).toBe('database_down');
});

test('a server that never answers is database_down, and is not waited for', async () => {
  const { port, close } = await listen(() => undefined);
  const began = performance.now();
  expect(await codeOf(variant({ port }))).toBe('database_down');
  expect(performance.now() - began).toBeLessThan(20_000);
  close();
});

test('a server that hangs up is database_down', async () => {
  const { port, close } = await listen((socket) => socket.destroy());
  expect(await codeOf(variant({ port }))).toBe('database_down');
  close();
});

test('a wrong password, no password and an unknown user are database_auth', async () => {
  expect(await codeOf(variant({ password: 'guess-me' }))).toBe('database_auth');
  expect(await codeOf(variant({ password: '' }))).toBe('database_auth');
  expect(await codeOf(variant({ user: 'stranger' }))).toBe('database_auth');
});

test('a database that does not exist is database_missing, named in the sentence', async () => {
  const answer = await checkServer(variant({ database: 'atlantis' }));
  expect(answer).toMatchObject({ ok: false, error: { code: 'database_missing', message: expect.stringContaining('atlantis') } });
});

test('a database that can only be read is database_read_only', async () => {
  expect(await codeOf(variant({ database: 'frozen' }))).toBe('database_read_only');
});

test('a user that may not create a schema, or not connect, is database_no_permission', async () => {
  expect(await codeOf(variant({ user: 'guest', password: PASSWORD }))).toBe('database_no_permission');
  expect(await codeOf(variant({ user: 'guest', password: PASSWORD, database: 'closed' }))).toBe('database_no_permission');
  await query(url, 'grant create on database postgres to guest');
  expect(await codeOf(variant({ user: 'guest', password: PASSWORD }))).toBe('ok 18');
});

test('a server without a connection to spare is database_full', async () => {
  expect(await codeOf(variant({ user: 'crowd', password: PASSWORD }))).toBe('database_full');
});

test('a server below the lowest version is database_too_old', async () => {
  expect(await codeOf(url, 19)).toBe('database_too_old');
});

test('a database that cannot hold every character is database_encoding', async () => {
  expect(await codeOf(variant({ database: 'ascii' }))).toBe('database_encoding');
});

test('a server without the encryption that the address asks for is database_tls', async () => {
  expect(await codeOf(`${url}?sslmode=require`)).toBe('database_tls');
  expect(await codeOf(`${url}?sslmode=verify-full&sslrootcert=/no/such/file`)).toBe('database_tls');
});

test('an address that is none is database_url_invalid, and not repeated', async () => {
  for (const address of [
    '',
    'mysql://a:hunter2@b/c',
    'db.example.org',
    'postgresql://a:hunter2#x@b/c',
    'postgresql://a:hun ter2@b:99999/c',
  ]) {
    const answer = await checkServer(address);
    expect(answer).toMatchObject({ ok: false, error: { code: 'database_url_invalid' } });
    expect(JSON.stringify(answer)).not.toMatch(/hun ?ter2/);
  }
});

const DEBIAN = `/usr/lib/postgresql/${LOWEST_POSTGRES}/bin`;

describe.runIf(existsSync(DEBIAN))('on the lowest version', () => {
  let oldUrl: string;
  let data: string;
  let options: { uid?: number; gid?: number; cwd: string };
  let server: ReturnType<typeof spawn> | undefined;

  const startOld = async (): Promise<void> => {
    const port = new URL(oldUrl).port;
    const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'];
    server = spawn(`${DEBIAN}/postgres`, ['-D', data, '-p', port, ...settings], { ...options, stdio: 'ignore' });
    for (let tries = 0; tries < 200; tries += 1, await sleep(20)) {
      const answer = await checkServer(oldUrl);
      if (answer.ok || answer.error.code !== 'database_down') return;
    }
  };

  const stopOld = async (): Promise<void> => {
    if (server === undefined) return;
    server.kill('SIGQUIT');
    await once(server, 'exit');
  };

  beforeAll(async () => {
    const folder = await newFolder();
    data = join(folder, 'data');
    options = { cwd: folder };
    await mkdir(data);
    await writeFile(join(folder, 'password'), PASSWORD);
    if (isRoot) {
      const [uid = 0, gid = 0] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })));
      options = { cwd: folder, uid, gid };
      await chown(data, uid, gid);
    }
    const access = ['-U', 'owner', '-A', 'scram-sha-256', `--pwfile=${join(folder, 'password')}`];
    execFileSync(`${DEBIAN}/initdb`, ['-D', data, '-N', '-E', 'UTF8', '--locale=C', ...access], { ...options, stdio: 'ignore' });
    oldUrl = `postgresql://owner:${PASSWORD}@127.0.0.1:${(await listen()).port}/postgres`;
    await startOld();
  });
  afterAll(stopOld);

  test('it is accepted with its version', async () => {
    expect(await checkServer(oldUrl)).toEqual({ ok: true, value: { version: LOWEST_POSTGRES } });
  });

  test('its refusals have the same codes', async () => {
    await query(oldUrl, `create role guest login password '${PASSWORD}'`);
    const address = new URL(oldUrl);
    address.username = 'guest';
    expect(await codeOf(address.href)).toBe('database_no_permission');
    address.password = 'guess-me';
    expect(await codeOf(address.href)).toBe('database_auth');
    expect(await codeOf(oldUrl.replace(/\/postgres$/, '/atlantis'))).toBe('database_missing');
    expect(await codeOf(oldUrl, LOWEST_POSTGRES + 1)).toBe('database_too_old');
  });

  test('a standby is database_read_only', async () => {
    await stopOld();
    await writeFile(join(data, 'standby.signal'), '');
    await startOld();
    expect(await codeOf(oldUrl)).toBe('database_read_only');
  });
});
