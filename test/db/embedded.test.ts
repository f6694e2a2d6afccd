import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locatePackage } from '../../src/db/embedded/software.ts';
import {
  cleanUp,
  connect,
  dataOf,
  isRoot,
  isRunning,
  newFolder,
  newHome,
  outputOf,
  pidOf,
  processesOf,
  query,
  runProgram,
  start,
  started,
} from './embedded-home.ts';

afterAll(cleanUp);

const isLinux = process.platform === 'linux';

// For the tests that only look at a running server.
let shared: { home: string; url: string };
beforeAll(async () => {
  const home = await newHome();
  shared = { home, url: (await started(home)).url };
});

test('an empty home becomes a PostgreSQL 18 that keeps what it commits', async () => {
  const [row] = await query(
    shared.url,
    `select current_setting('server_version_num')::int / 10000 as version, current_setting('fsync') as fsync,
       current_setting('synchronous_commit') as commit, current_setting('full_page_writes') as pages,
       current_setting('server_encoding') as encoding, current_setting('data_checksums') as checksums,
       (select datlocprovider::text || ' ' || datlocale from pg_database where datname = current_database()) as locale`,
  );
  expect(row).toEqual({ version: 18, fsync: 'on', commit: 'on', pages: 'on', encoding: 'UTF8', checksums: 'on', locale: 'b C.UTF-8' });
});

test('a stopped database starts again on its port with its rows, and as many connections as are asked for', async () => {
  const home = await newHome();
  const first = await started(home);
  await query(first.url, 'create table kept as select 7 as number');
  await first.stop();
  const second = await started(home, { maxConnections: 25 });
  expect(second.adopted).toBe(false);
  expect(second.url).toBe(first.url);
  expect(await query(second.url, `select number, current_setting('max_connections') as most from kept`)).toEqual([
    { number: 7, most: '25' },
  ]);
});

test('a port that somebody else took is exchanged for a free one', async () => {
  const home = await newHome();
  const first = await started(home);
  await first.stop();
  const squatter = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
  const second = await started(home);
  expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  squatter.close();
});

test('stop leaves no process, and may be called again', async () => {
  const home = await newHome();
  const { url, stop } = await started(home);
  const busy = await connect(url);
  const processes = await processesOf(await pidOf(dataOf(home)));
  expect(processes.length).toBeGreaterThan(4);
  await Promise.all([stop(), stop()]);
  await stop();
  expect((await Promise.all(processes.map(isRunning))).filter(Boolean)).toEqual([]);
  expect(await readdir(dataOf(home))).not.toContain('postmaster.pid');
  await busy.end().catch(() => undefined);
});

test.runIf(isLinux)('a server is in a session of its own, where Ctrl-C in the terminal does not reach it', async () => {
  const pid = await pidOf(dataOf(shared.home));
  const [, , group, session] = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
  expect([group, session]).toEqual([String(pid), String(pid)]);
});

test('a server that outlived its program is adopted', async () => {
  const home = await newHome();
  const program = runProgram(home, `process.kill(process.pid, 'SIGKILL');`);
  await outputOf(program);
  expect(program.signalCode).toBe('SIGKILL');
  const pid = await pidOf(dataOf(home));
  const { adopted, url, stop } = await started(home);
  expect(adopted).toBe(true);
  expect(await pidOf(dataOf(home))).toBe(pid);
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await stop();
  expect(await isRunning(pid)).toBe(false);
});

test('of many starts at once on an empty home, all get the same server', async () => {
  const home = await newHome();
  const others = [1, 2].map(() =>
    outputOf(runProgram(home, 'console.log(result.ok ? result.value.url : result.error.code); process.exit();')),
  );
  const mine = await Promise.all([1, 2, 3].map(() => started(home)));
  const urls = [...mine.map(({ url }) => url), ...(await Promise.all(others)).map((output) => output.trim())];
  expect(new Set(urls).size).toBe(1);
  expect(mine.filter(({ adopted }) => !adopted).length).toBeLessThanOrEqual(1);
  expect((await readdir(join(home, 'postgres'))).sort()).toEqual(['data', 'port', 'server.log']);
  expect((await readdir(home)).sort()).toEqual(['postgres', 'postgres.json']);
});

test('of many starts at once on a stopped database, all get the same server', async () => {
  const home = await newHome();
  await (await started(home)).stop();
  const starts = await Promise.all([1, 2, 3, 4].map(() => started(home)));
  expect(new Set(starts.map(({ url }) => url)).size).toBe(1);
  expect(starts.filter(({ adopted }) => !adopted).length).toBe(1);
});

test('only who has the password gets in, and only the owner of the home has it', async () => {
  const wrong = new URL(shared.url);
  wrong.password = 'guess';
  await expect(connect(wrong.href)).rejects.toThrow('password authentication failed');
  expect((await stat(join(shared.home, 'postgres.json'))).mode & 0o777).toBe(0o600);
  const [row] = await query(
    shared.url,
    `select (select array_agg(distinct auth_method) from pg_hba_file_rules) as methods,
       current_setting('unix_socket_directories') as sockets, current_setting('listen_addresses') as addresses`,
  );
  expect(row).toEqual({ methods: ['scram-sha-256'], sockets: '', addresses: '127.0.0.1' });
});

test('a lost record is made anew, and no row with it', async () => {
  const home = await newHome();
  const first = await started(home);
  await query(first.url, 'create table kept as select 7 as number');
  await rm(join(home, 'postgres.json'));
  const second = await started(home);
  expect(new URL(second.url).password).not.toBe(new URL(first.url).password);
  expect(await query(second.url, 'select number from kept')).toEqual([{ number: 7 }]);
});

test('the log of the server holds nothing that people wrote', async () => {
  await query(shared.url, 'create table mail (address text primary key)');
  await query(shared.url, `insert into mail values ('ann@example.org')`);
  await expect(query(shared.url, `insert into mail values ('ann@example.org')`)).rejects.toThrow('duplicate key');
  const log = await readFile(join(shared.home, 'postgres', 'server.log'), 'utf8');
  expect(log).toContain('ready to accept connections');
  expect(log).not.toContain('ann@example.org');
});

test.runIf(isLinux)('ten idle connections and the server take less than 120 MB together', async () => {
  const clients = await Promise.all(Array.from({ length: 10 }, () => connect(shared.url)));
  await Promise.all(clients.map((client) => client.query('select count(*) from pg_class join pg_attribute on attrelid = pg_class.oid')));
  const sizes = await Promise.all(
    (await processesOf(await pidOf(dataOf(shared.home)))).map(async (pid) => {
      const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
      return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]);
    }),
  );
  expect(sizes.reduce((sum, size) => sum + size) / 1024).toBeLessThan(120);
  await Promise.all(clients.map((client) => client.end()));
});

const codeOf = async (home: string): Promise<string> => {
  const result = await start(home);
  if (result.ok) return 'started';
  expect(result.error.message).toMatch(/^[A-Z/@].*[.]$/s);
  return result.error.code;
};

test('data of another major version is refused and left as it is', async () => {
  const home = await newHome();
  await mkdir(dataOf(home), { recursive: true });
  await writeFile(join(dataOf(home), 'PG_VERSION'), '17\n');
  expect(await codeOf(home)).toBe('data_version');
  expect(await readdir(dataOf(home))).toEqual(['PG_VERSION']);
});

test('something else in place of the data is refused and left as it is', async () => {
  const home = await newHome();
  await mkdir(dataOf(home), { recursive: true });
  await writeFile(join(dataOf(home), 'thesis.txt'), 'mine');
  expect(await codeOf(home)).toBe('data_foreign');
  expect(await readdir(dataOf(home))).toEqual(['thesis.txt']);
  const file = join(await newFolder(), 'file');
  await writeFile(file, 'mine');
  expect(await codeOf(file)).toBe('data_foreign');
});

test('a record that is not ours is refused', async () => {
  const home = await newHome();
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'postgres.json'), '{"password":');
  expect(await codeOf(home)).toBe('record_broken');
});

test('data with a damaged control file is refused with the reason', async () => {
  const home = await newHome();
  await (await started(home)).stop();
  await writeFile(join(dataOf(home), 'global', 'pg_control'), Buffer.alloc(8192));
  expect(await codeOf(home)).toBe('start_failed');
});

test('a machine without binaries is told to bring its own server', () => {
  const answer = locatePackage({ platform: 'freebsd', arch: 'riscv64' });
  expect(answer).toMatchObject({ ok: false, error: { code: 'platform_unsupported', message: expect.stringContaining('DATABASE_URL') } });
  const elsewhere = locatePackage({ platform: 'darwin', arch: process.platform === 'darwin' && process.arch === 'x64' ? 'arm64' : 'x64' });
  expect(elsewhere).toMatchObject({ ok: false, error: { code: 'package_missing' } });
});

test.runIf(isRoot)('a home that another user owns is refused', async () => {
  const home = await newHome();
  await (await started(home)).stop();
  const nobody = { uid: 65534, gid: 65534 };
  const answer = await outputOf(runProgram(home, `console.log(result.ok ? 'started' : result.error.code);`, nobody));
  expect(answer.trim()).toBe('data_unreadable');
});

const mountSmallDisk = async (): Promise<string | undefined> => {
  const folder = await newFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=80m,mode=0755', 'none', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return undefined;
  }
};

test.runIf(isRoot && isLinux)('a full disk is named, and with space again every row is there', async ({ skip }) => {
  const disk = await mountSmallDisk();
  if (disk === undefined) return skip('this container may not mount');
  const ballast = join(disk, 'ballast');
  try {
    const home = join(disk, 'home');
    await writeFile(ballast, Buffer.alloc(70 * 1024 * 1024));
    expect(await codeOf(home)).toBe('disk_full');
    await rm(ballast);
    const { url, stop } = await started(home);
    await query(url, 'create table kept as select 7 as number');
    await stop();
    await rm(join(home, 'postgres', 'server.log'));
    await writeFile(ballast, Buffer.alloc(100 * 1024 * 1024)).catch(() => undefined);
    expect(await codeOf(home)).toBe('disk_full');
    await rm(ballast);
    const again = await started(home);
    expect(await query(again.url, 'select number from kept')).toEqual([{ number: 7 }]);
    await again.stop();
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
});
