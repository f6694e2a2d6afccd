import { execFile } from 'node:child_process';
import { access, mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);

/** Fetched only where the machine has no Chromium of its own: 66 MB that nobody needs to run Wilco. */
const PACKAGE = '@sparticuz/chromium@147.0.0';
const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * What the package sets for a place of its own kind. Without its guards a browser names no origin, and Wilco rightly refuses what it sends;
 * in a single process one page that ends badly ends them all.
 */
const UNLIKE = ['--disable-web-security', '--single-process', '--no-zygote'];

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

type Sparticuz = { default: { executablePath(): Promise<string>; args: string[] } };

const fromNpm = async (): Promise<{ path: string; args: string[] }> => {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'wilco-test-browser');
  const entry = join(cache, 'node_modules/@sparticuz/chromium');
  if (!(await exists(join(entry, 'package.json')))) {
    await mkdir(cache, { recursive: true });
    await run('npm', ['install', '--no-save', '--prefix', cache, PACKAGE], { timeout: 240_000 });
  }
  const { main } = JSON.parse(await readFile(join(entry, 'package.json'), 'utf8')) as { main: string };
  const { default: packed } = (await import(join(entry, main))) as Sparticuz;
  return { path: await packed.executablePath(), args: packed.args };
};

/** A real Chromium: the machine's own, or the one that comes with npm. */
export const openBrowser = async (): Promise<Browser> => {
  for (const path of SYSTEM) if (await exists(path)) return chromium.launch({ executablePath: path, args: QUIET });
  const { path, args } = await fromNpm();
  const guarded = args.filter((arg) => !UNLIKE.includes(arg));
  return chromium.launch({ executablePath: path, args: [...new Set([...guarded, ...QUIET])], headless: true });
};
