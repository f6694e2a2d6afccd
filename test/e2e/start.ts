import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PATIENCE_MS } from '../eventually.ts';
import { ops } from '../ops/backup-rig.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');
const FLAGS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];

export type Wilco = {
  url: string;
  link: string;
  key: string;
  child: ChildProcess;
  output(): string;
  /** One call of the HTTP API with the owner's key. */
  api(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  kill(): Promise<void>;
  stop(): Promise<number | null>;
};

export const makeHome = async (): Promise<string> => {
  const home = await mkdtemp(join(tmpdir(), 'wilco-e2e-'));
  await chmod(home, 0o755);
  return home;
};

export const removeHome = (home: string): Promise<void> => rm(home, { recursive: true, force: true, maxRetries: 5 });

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done(child.exitCode);
    else child.once('exit', (code) => done(code));
  });

type Launched = { child: ChildProcess; output(): string };

/** The program as a user starts it, with nothing of this machine's configuration. */
export const launch = (env: Record<string, string>, args: string[] = []): Launched => {
  const child = spawn(process.execPath, [...FLAGS, MAIN, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', PORT: '0', TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return { child, output: () => output };
};

const until = async (launched: Launched, pattern: RegExp): Promise<RegExpExecArray> => {
  for (const late = performance.now() + PATIENCE_MS; performance.now() < late; ) {
    const found = pattern.exec(launched.output());
    if (found) return found;
    if (launched.child.exitCode !== null) break;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`it did not say ${pattern}: ${launched.output()}`);
};

/** Starts the real program on a home of the test's own and waits until it says that it is ready. */
export const startWilco = async (home: string, env: Record<string, string> = {}, args: string[] = []): Promise<Wilco> => {
  const launched = launch({ WILCO_HOME: home, ...env }, args);
  const { child, output } = launched;
  const [, url = ''] = await until(launched, /Wilco is ready at (\S+)/);
  const [, link = ''] = await until(launched, /Sign in, once: (\S+)/);
  await until(launched, /API key: /);
  const key = env.WILCO_API_KEY ?? (await readFile(join(home, 'api-key'), 'utf8')).trim();
  return {
    url,
    link,
    key,
    child,
    output,
    async api(method, path, body) {
      const headers = { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
      const answer = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
    },
    async kill() {
      child.kill('SIGKILL');
      await ended(child);
    },
    async stop() {
      child.kill('SIGINT');
      return ended(child);
    },
  };
};

/** Sets a surface up by the guide's own command; answers the code that it printed, by which the owner is linked. */
export const setUp = async (surface: 'slack' | 'discord', env: Record<string, string>, channel: string): Promise<string> => {
  const { text } = await ops(env, `${surface}:setup`, '--channel', channel);
  const [, code] = /link ([A-Z0-9-]+)/.exec(text) ?? [];
  if (!code) throw new Error(`no code was printed: ${text}`);
  return code;
};
