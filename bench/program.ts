import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../test/eventually.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PATIENCE_MS = 60_000;

/** The program itself, as `npm start` runs it, on a home of its own. */
export type Program = { pid: number; readyMs: number; url: string; stop(): Promise<void> };

/** What follows `node` in the start script: nothing is measured that nobody runs. */
const startArguments = async (): Promise<string[]> => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
  return scripts.start.split(' ').slice(1);
};

/** Answers the address that it is ready at. */
const readyLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(() => reject(new Error(`not ready after ${PATIENCE_MS} ms: ${said}`)), PATIENCE_MS);
    const hear = (text: string) => {
      said += text;
      const [, url] = /Wilco is ready at (\S+)\n/.exec(said) ?? [];
      if (!url) return;
      clearTimeout(late);
      resolve(url);
    };
    child.stdout?.setEncoding('utf8').on('data', hear);
    child.stderr?.setEncoding('utf8').on('data', hear);
    child.once('exit', () => {
      clearTimeout(late);
      reject(new Error(`it ended: ${said}`));
    });
  });

/** `more`: what is set beside the home. */
export const startProgram = async (home: string, more: Record<string, string> = {}): Promise<Program> => {
  const began = performance.now();
  const child = spawn(process.execPath, await startArguments(), {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, WILCO_HOME: home, PORT: '0', ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await readyLine(child);
  const readyMs = performance.now() - began;
  return {
    pid: child.pid ?? 0,
    readyMs,
    url,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
};

/** A code that ties an account on a platform to the owner of this home. */
export const linkCode = async (home: string, url: string): Promise<string> => {
  const key = (await readFile(join(home, 'api-key'), 'utf8')).trim();
  const asked = await fetch(`${url}/api/me/link-codes`, { method: 'POST', headers: { 'x-api-key': key } });
  const { code } = (await asked.json()) as { code: string };
  return code;
};

/** Looked for once a millisecond: what is measured is not the waiting. */
export const soon = <T>(look: () => T) => eventually(look, 1);

export const withHome = async <T>(work: (home: string) => Promise<T>): Promise<T> => {
  const home = await mkdtemp(join(tmpdir(), 'wilco-bench-home-'));
  try {
    return await work(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};

type Process = { pid: number; parent: number; ticks: number };

/** The fields after the name, which may itself hold blanks and brackets. */
const readProcess = async (pid: number): Promise<Process | undefined> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields && { pid, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
};

/** Every process below this one: the server is its child, and the server's processes are the child's. */
export const descendants = async (of: number): Promise<number[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = (await Promise.all(pids.map(readProcess))).filter((one) => one !== undefined);
  const below = (pid: number): number[] => all.filter((one) => one.parent === pid).flatMap((one) => [one.pid, ...below(one.pid)]);
  return below(of);
};

/** What these processes hold of the memory, with what they share counted once. */
export const megabytes = async (pids: number[]): Promise<number> => {
  const rolls = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')));
  return rolls.reduce((sum, roll) => sum + Number(/^Pss:\s+(\d+)/m.exec(roll)?.[1] ?? 0), 0) / 1024;
};

const TICKS_PER_SECOND = 100;

/** Seconds of processor time that the program and all below it use while `waits` runs; what ends meanwhile is left out. */
export const processorSeconds = async (of: number, waits: () => Promise<unknown>): Promise<number> => {
  const ticksOf = async () => {
    const all = await Promise.all([of, ...(await descendants(of))].map(readProcess));
    return new Map(all.filter((one) => one !== undefined).map(({ pid, ticks }) => [pid, ticks]));
  };
  const before = await ticksOf();
  await waits();
  const after = await ticksOf();
  return [...after].reduce((sum, [pid, ticks]) => sum + ticks - (before.get(pid) ?? 0), 0) / TICKS_PER_SECOND;
};
