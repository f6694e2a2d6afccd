import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { Context, MiddlewareHandler } from 'hono';
import { problem } from './answer.ts';
import type { WebEnv } from './deps.ts';
import { contentPolicy } from './secure-headers.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** The addresses that the console itself makes sense of. */
const CLIENT_ROUTE =
  /^\/(sign-in|people|dms|dashboard|schedules|settings|policies|memory|decisions|approvals(\/[^/]*)?|tasks(\/[^/]*)?|agents(\/[^/]*)?|runs\/[^/]+|t\/[^/]+)?\/?$/;
const LOOK_AGAIN_MS = 1000;

/** Every file of the folder by its address. What is asked for is looked up in here and never becomes a path: there is nothing to climb out of. */
const listFiles = async (folder: string): Promise<Map<string, string>> => {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []); // not built yet
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [`/${relative(folder, file).split(sep).join('/')}`, file]));
};

const page = (c: Context<WebEnv>, bytes: Buffer): Response => {
  const nonce = randomBytes(16).toString('base64');
  return c.html(bytes.toString('utf8').replaceAll('__NONCE__', nonce), 200, { 'content-security-policy': contentPolicy(nonce) });
};

const asset = (c: Context<WebEnv>, at: { path: string; file: string; bytes: Buffer }): Response => {
  const { path, file, bytes } = at;
  // A name under /assets/ holds the hash of what is in it.
  const cacheControl = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  return c.body(new Uint8Array(bytes), 200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'cache-control': cacheControl,
  });
};

/** Serves the built console, and its page for every address that the console knows. Anything else is left to others. */
export const consoleFiles = (folder: string): MiddlewareHandler<WebEnv> => {
  let files = new Map<string, string>();
  let listedAt = Number.NEGATIVE_INFINITY;
  const find = async (path: string): Promise<string | undefined> => {
    // Built again while we run: what is missing is looked for once more, but not at every request.
    if (!files.has(path) && performance.now() - listedAt > LOOK_AGAIN_MS) {
      listedAt = performance.now();
      files = await listFiles(folder);
    }
    return files.get(path);
  };
  return async (c, next) => {
    const { path } = c.req;
    const isPage = CLIENT_ROUTE.test(path) || path === '/index.html';
    const file = await find(isPage ? '/index.html' : path);
    const bytes = file && (await readFile(file).catch(() => undefined)); // being built anew at this moment
    if (isPage) return bytes ? page(c, bytes) : problem(c, { code: 'console_missing' });
    return file && bytes ? asset(c, { path, file, bytes }) : next();
  };
};
