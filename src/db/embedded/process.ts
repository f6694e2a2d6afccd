import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, readlink, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { failedWith } from './error.ts';

/** A server that holds a data folder, as its postmaster.pid tells; `port` is undefined until it listens. */
export type Server = { pid: number; port: number | undefined; ready: boolean };

const POLL_MS = 3;

/** Undefined for a file that is not there: all of these come and go while we look. */
export const readIfThere = async (file: string, ...alsoMissing: string[]): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (failedWith(error, 'ENOENT', ...alsoMissing)) return undefined;
    throw error;
  }
};

const send = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (failedWith(error, 'ESRCH')) return false;
    throw error;
  }
};

/** Names the processes of one data folder, so that those of a dead server can be told from everybody else's. */
export const clusterName = (data: string): string => `wilco-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`;

type Process = { state: string; parent: number; command: string };

const linuxProcess = async (pid: number): Promise<Process | undefined> => {
  // ESRCH: it ended while being read. EACCES, EPERM: /proc hides other users' processes, and ours is not one of those.
  const read = (file: string) => readIfThere(`/proc/${pid}/${file}`, 'ESRCH', 'EACCES', 'EPERM');
  const [stat, command] = await Promise.all([read('stat'), read('cmdline')]);
  if (stat === undefined || command === undefined) return undefined;
  // The second field is the program's name in brackets and may hold anything, so the rest is counted from the last bracket.
  const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, parent: Number(parent), command: command.replaceAll('\0', ' ') };
};

const otherProcess = (pid: number): Promise<Process | undefined> =>
  new Promise((resolve) => {
    execFile('ps', ['-ww', '-o', 'stat=,ppid=,command=', '-p', String(pid)], (error, stdout) => {
      const [, state = '', parent = '', command = ''] = /^\s*(\S+)\s+(\d+)\s+(.*)/.exec(stdout) ?? [];
      resolve(error ? undefined : { state, parent: Number(parent), command });
    });
  });

const isDead = (found: Process | undefined): boolean => found === undefined || /^[ZX]/.test(found.state);

// Docker's root may not follow another user's /proc/<pid>/cwd, so the command line, open to all, decides; the working folder
// only speaks for a server whose home was moved while it ran.
const worksIn = async (pid: number, data: string): Promise<boolean> => {
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === data;
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return false;
    throw error;
  }
};

/** A pid proves nothing: nobody may have reaped it (a zombie answers to signal 0), and another program may have got its number. */
const isServerAlive = async (pid: number, data: string): Promise<boolean> => {
  if (process.platform === 'win32') return send(pid, 0);
  const found = await (process.platform === 'linux' ? linuxProcess(pid) : otherProcess(pid));
  if (found === undefined || isDead(found)) return false;
  return found.command.includes(` ${data} `) || worksIn(pid, data);
};

/**
 * Ends what a killed postmaster left running. Its children go by themselves unless they are busy, and a new server must not
 * meet one that still writes. Nothing committed is lost with them: that is in the log already.
 */
const endOrphans = async (data: string): Promise<void> => {
  if (process.platform !== 'linux') return; // elsewhere PostgreSQL's own check on shared memory has to do
  const title = `postgres: ${clusterName(data)}: `;
  for (const pid of (await readdir('/proc')).map(Number).filter((number) => number > 1)) {
    const found = await linuxProcess(pid);
    if (found === undefined || isDead(found) || !found.command.startsWith(title)) continue;
    if (await isServerAlive(found.parent, data)) continue; // a child of a server that another start has just begun
    send(pid, 'SIGKILL');
    while (!isDead(await linuxProcess(pid))) await sleep(POLL_MS);
  }
};

const pidFile = (data: string): string => join(data, 'postmaster.pid');

const parseServer = (text: string): Server => {
  const lines = text.split('\n');
  const port = Number(lines[3]);
  return { pid: Number(lines[0]), port: port > 0 ? port : undefined, ready: lines[7]?.trim() === 'ready' };
};

// Removing the file by name could take the one that another start's server has written since: it is moved first, and looked at.
const removePidFile = async (data: string, dead: string): Promise<void> => {
  const aside = `${pidFile(data)}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(pidFile(data), aside);
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return;
    throw error;
  }
  if ((await readIfThere(aside)) === dead) await rm(aside);
  else await rename(aside, pidFile(data));
};

/** The server that holds this data folder. Of a dead one, what it left is cleared away, so that another can start. */
export const findServer = async (data: string): Promise<Server | undefined> => {
  let text = await readIfThere(pidFile(data));
  if (text === '') {
    await sleep(50); // a server may be about to write it; if not, the power failed just then
    text = await readIfThere(pidFile(data));
  }
  if (text === undefined) return undefined;
  const server = parseServer(text);
  if (server.pid > 0 && (await isServerAlive(server.pid, data))) return server;
  await endOrphans(data);
  await removePidFile(data, text);
  return undefined;
};

const waitUntilGone = async (server: { pid: number; data: string }, ms: number): Promise<boolean> => {
  for (const until = Date.now() + ms; Date.now() < until; await sleep(POLL_MS)) {
    if (!(await isServerAlive(server.pid, server.data))) return true;
  }
  return false;
};

/**
 * Stops a server: quickly and cleanly (SIGINT), else at once, leaving recovery to the next start (SIGQUIT). False if it stays.
 * Windows knows no signals: there the first one ends it at once.
 */
export const endServer = async (server: { pid: number; data: string }): Promise<boolean> => {
  for (const [signal, ms] of [['SIGINT', 20_000] as const, ['SIGQUIT', 10_000] as const]) {
    if (!(await isServerAlive(server.pid, server.data))) return true;
    send(server.pid, signal);
    if (await waitUntilGone(server, ms)) return true;
  }
  return false;
};
