import { spawn } from 'node:child_process';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import {
  cleanUp,
  connect,
  dataOf,
  isRunning,
  kill,
  newHome,
  outputOf,
  pidOf,
  processesOf,
  query,
  runProgram,
  started,
} from './embedded-home.ts';

afterAll(cleanUp);

const isLinux = process.platform === 'linux';

/** Four clients that insert until their connection breaks; the numbers whose commit was acknowledged. */
const insertUntilBroken = async (url: string, round: number): Promise<string[]> => {
  const acknowledged: string[] = [];
  const insert = async (name: string): Promise<void> => {
    const client = await connect(url);
    try {
      for (let count = 0; ; count += 1) {
        const id = `${round}-${name}-${count}`;
        await client.query('insert into rows (id) values ($1)', [id]);
        acknowledged.push(id);
      }
    } catch {
      await client.end().catch(() => undefined);
    }
  };
  await Promise.all(['a', 'b', 'c', 'd'].map(insert));
  return acknowledged;
};

const missingFrom = async (url: string, acknowledged: string[]): Promise<string[]> => {
  const kept = new Set((await query(url, 'select id from rows')).map(({ id }) => id));
  return acknowledged.filter((id) => !kept.has(id));
};

const crash = async (
  victims: (data: string) => Promise<number[]>,
): Promise<{ acknowledged: number; lost: string[]; startMs: number[] }> => {
  const home = await newHome();
  let { url } = await started(home);
  await query(url, 'create table rows (id text primary key)');
  const acknowledged: string[] = [];
  const startMs: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const inserting = insertUntilBroken(url, round);
    await sleep(120 + 60 * round);
    await kill(...(await victims(dataOf(home))));
    const began = performance.now();
    ({ url } = await started(home));
    startMs.push(Math.round(performance.now() - began));
    acknowledged.push(...(await inserting));
  }
  return { acknowledged: acknowledged.length, lost: await missingFrom(url, acknowledged), startMs };
};

test('a server killed with -9 starts again with every acknowledged row', async () => {
  const { acknowledged, lost } = await crash(async (data) => [await pidOf(data)]);
  expect(acknowledged).toBeGreaterThan(100);
  expect(lost).toEqual([]);
});

test('with every process of the server killed with -9, it starts again with every acknowledged row', async () => {
  const { acknowledged, lost } = await crash(async (data) => processesOf(await pidOf(data)));
  expect(acknowledged).toBeGreaterThan(100);
  expect(lost).toEqual([]);
});

test('a program killed with -9 in mid-insert finds every acknowledged row at its next start', async () => {
  const home = await newHome();
  const program = runProgram(
    home,
    `const client = new Client({ connectionString: result.value.url });
     await client.connect();
     await client.query('create table rows (id text primary key)');
     for (let id = 0; ; id += 1) { await client.query('insert into rows (id) values ($1)', [id]); console.log(id); }`,
  );
  const output = outputOf(program);
  program.stdout?.once('data', () => setTimeout(() => program.kill('SIGKILL'), 150));
  const acknowledged = (await output).trim().split('\n');
  expect(acknowledged.length).toBeGreaterThan(10);
  const { adopted, url } = await started(home);
  expect(adopted).toBe(true);
  expect(await missingFrom(url, acknowledged)).toEqual([]);
});

test('a first start killed with -9 at any moment leaves nothing that stops the next one', async () => {
  for (const ms of [200, 300, 400, 500]) {
    const home = await newHome();
    const program = runProgram(home, '');
    const ended = outputOf(program);
    await sleep(ms);
    program.kill('SIGKILL');
    await ended;
    const { url, stop } = await started(home);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await stop();
  }
});

// Starts the server again the way a stopped one was started, below a parent that never reaps: PID 1 of many containers is such.
const startBelowNegligentParent = async (data: string) => {
  const command = (await readFile(join(data, 'postmaster.opts'), 'utf8')).trim();
  const { uid, gid } = await stat(data);
  const parent = spawn('/bin/sh', ['-c', `${command} >/dev/null 2>&1 & exec sleep 600`], { uid, gid, cwd: '/', stdio: 'ignore' });
  // One that nobody knows of yet would be found by nobody.
  await eventually(() => pidOf(data).then(isRunning, () => false));
  return parent;
};

test.runIf(isLinux)('a killed server that nobody reaps, whose pid looks alive, does not stop the next start', async () => {
  const home = await newHome();
  const first = await started(home);
  await query(first.url, 'create table kept as select 7 as number');
  await first.stop();
  const parent = await startBelowNegligentParent(dataOf(home));
  const { adopted, url } = await started(home);
  expect(adopted).toBe(true);
  const zombie = await pidOf(dataOf(home));
  await query(url, 'insert into kept values (8)');
  process.kill(zombie, 'SIGKILL');
  while (!/\) Z /.test(await readFile(`/proc/${zombie}/stat`, 'utf8'))) await sleep(2);
  const next = await started(home);
  expect(next.adopted).toBe(false);
  expect(await query(next.url, 'select number from kept order by 1')).toEqual([{ number: 7 }, { number: 8 }]);
  parent.kill('SIGKILL');
});

test.runIf(isLinux)('stop does not wait for a parent that never reaps', async () => {
  const home = await newHome();
  await (await started(home)).stop();
  const parent = await startBelowNegligentParent(dataOf(home));
  const { adopted, stop } = await started(home);
  expect(adopted).toBe(true);
  const began = performance.now();
  await stop();
  expect(performance.now() - began).toBeLessThan(300_000);
  parent.kill('SIGKILL');
});

test('stop ends the server of its home also when that was killed and started again meanwhile', async () => {
  const home = await newHome();
  const first = await started(home);
  await kill(await pidOf(dataOf(home)));
  const second = await started(home);
  expect(second.url).toBe(first.url);
  const pid = await pidOf(dataOf(home));
  await first.stop();
  expect(await isRunning(pid)).toBe(false);
});

test.runIf(isLinux)('a backend that outlives its killed server is ended before the next server starts', async () => {
  const home = await newHome();
  const { url } = await started(home);
  const client = await connect(url);
  const { rows } = await client.query('select pg_backend_pid() as pid');
  // Sorting in memory: it waits for nothing, so that nothing tells it of its server's death.
  const busy = client.query('select count(*) from generate_series(1, 1e9::bigint) a').catch(() => 'broken');
  await sleep(200);
  await kill(await pidOf(dataOf(home)));
  expect(await isRunning(rows[0].pid)).toBe(true);
  const next = await started(home);
  expect(await isRunning(rows[0].pid)).toBe(false);
  expect(await busy).toBe('broken');
  expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

const leavePidFile = async (text: (pid: number) => string): Promise<string> => {
  const home = await newHome();
  await started(home);
  const file = join(dataOf(home), 'postmaster.pid');
  const [pid = '', ...rest] = (await readFile(file, 'utf8')).split('\n');
  await kill(...(await processesOf(Number(pid))));
  const { uid, gid } = await stat(dataOf(home));
  const stranger = spawn('sleep', ['60'], { uid, gid, stdio: 'ignore' });
  await rm(file);
  await writeFile(file, text(stranger.pid ?? 0) && [text(stranger.pid ?? 0), ...rest].join('\n'));
  setTimeout(() => stranger.kill('SIGKILL'), 10_000).unref();
  return home;
};

test("a dead server's pid that another program has got does not stop the next start", async () => {
  const home = await leavePidFile(String);
  expect((await started(home)).adopted).toBe(false);
});

test('a pid file that a power failure left empty does not stop the next start', async () => {
  const home = await leavePidFile(() => '');
  expect((await started(home)).adopted).toBe(false);
});
