import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Embedded, startEmbedded } from '../../src/db/embedded/start.ts';
import { createLog } from '../../src/log.ts';

export const log = createLog('silent');
export const isRoot = process.getuid?.() === 0;

type Options = Omit<Parameters<typeof startEmbedded>[0], 'home' | 'log'>;

const folders: string[] = [];
const homes = new Set<string>();

export const newFolder = async (): Promise<string> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'wilco-embedded-')));
  await chmod(folder, 0o755); // mkdtemp shuts out the user that runs the server
  folders.push(folder);
  return folder;
};

export const newHome = async (): Promise<string> => join(await newFolder(), 'home');

export const start = (home: string, options: Options = {}) => {
  homes.add(home);
  return startEmbedded({ home, log, ...options });
};

export const started = async (home: string, options: Options = {}): Promise<Embedded> => {
  const result = await start(home, options);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
};

export const connect = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // these tests kill servers
  await client.connect();
  return client;
};

export const query = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
  const client = await connect(url);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

export const dataOf = (home: string): string => join(home, 'postgres', 'data');

export const pidOf = async (data: string): Promise<number> => Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]);

const commandOf = async (pid: number): Promise<string> => {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

/** The live processes of the server with this pid: itself, then its children. A zombie has no command line and is not among them. */
export const processesOf = async (postmaster: number): Promise<number[]> => {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).map(Number).filter((number) => number > 1)) {
    if ((await commandOf(pid)) === '') continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (pid === postmaster || parent === postmaster) found.push(pid);
  }
  return found.sort((left, right) => Number(right === postmaster) - Number(left === postmaster));
};

export const isRunning = async (pid: number): Promise<boolean> => (await commandOf(pid)) !== '';

export const kill = async (...pids: number[]): Promise<void> => {
  for (const pid of pids) if (await isRunning(pid)) process.kill(pid, 'SIGKILL');
  for (const pid of pids) while (await isRunning(pid)) await sleep(2);
};

/** A program of its own that starts the database of `home` and then runs `body`, with `result`, `home` and `Client` in reach. */
export const runProgram = (home: string, body: string, user?: { uid: number; gid: number }): ChildProcess => {
  homes.add(home);
  const source = new URL('../../src/', import.meta.url).href;
  const script = `
    import { startEmbedded } from '${source}db/embedded/start.ts';
    import { createLog } from '${source}log.ts';
    import { Client } from 'pg';
    const home = ${JSON.stringify(home)};
    const result = await startEmbedded({ home, log: createLog('silent') });
    ${body}`;
  const options = { cwd: new URL('../..', import.meta.url), ...user };
  return spawn(process.execPath, ['--input-type=module', '-e', script], { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
};

export const outputOf = (program: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    let output = '';
    program.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    program.on('close', () => resolve(output));
  });

const folderOf = async (home: string): Promise<string | null> => {
  const record = await readFile(join(home, 'postgres.json'), 'utf8').catch(() => '');
  return /"folder":"([^"]+)"/.exec(record)?.[1] ?? null;
};

/** Ends every server of this file and removes every folder it made. */
export const cleanUp = async (): Promise<void> => {
  for (const home of homes) {
    const folder = await folderOf(home);
    const data = folder === null ? dataOf(home) : join(folder, 'data');
    await kill(...(await processesOf(await pidOf(data).catch(() => -1))));
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
};
