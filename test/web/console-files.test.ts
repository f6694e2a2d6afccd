import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
let place: string;
let dist: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'wilco-console-'));
  dist = join(place, 'dist');
  rig = await createWebRig({ consoleFolder: dist });
});
afterAll(async () => {
  await rig.stop();
  await rm(place, { recursive: true, force: true });
});

const build = async (name: string): Promise<void> => {
  await mkdir(join(dist, 'assets'), { recursive: true });
  await writeFile(
    join(dist, 'index.html'),
    `<meta name="csp-nonce" content="__NONCE__"><style nonce="__NONCE__"></style><script src="/assets/${name}.js"></script>`,
  );
  await writeFile(join(dist, 'assets', `${name}.js`), 'export {};');
  await writeFile(join(dist, 'theme.js'), '1');
  await writeFile(join(dist, 'app.webmanifest'), '{}');
  await writeFile(join(dist, '.hidden'), 'kept out of no list, but harmless');
};

test('without a build the page says what to run, and the API works', async () => {
  for (const path of ['/', '/sign-in', '/t/x'])
    expect(await rig.problem(path), path).toMatchObject({
      status: 404,
      code: 'console_missing',
      body: { detail: 'The console is not built: run npm run build.' },
    });
  expect((await rig.ask('/status')).status).toBe(200);
});

test('built while it runs, the page is there, with a nonce of its own each time', async () => {
  await build('app-1');
  await sleep(1100);
  const nonces = new Set<string>();
  for (const path of [
    '/',
    '/sign-in',
    '/t/room%3Aconversations%3Ax',
    '/approvals',
    '/approvals/some-id',
    '/tasks',
    '/tasks/some-id',
    '/people',
    '/index.html',
    '/sign-in?x=1',
  ]) {
    const answer = await rig.ask(path);
    expect(answer.status, path).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const policy = answer.headers.get('content-security-policy') ?? '';
    const [, nonce = ''] = /style-src 'self' 'nonce-([\w+/=]+)'/.exec(policy) ?? [];
    expect(nonce.length).toBeGreaterThanOrEqual(22);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("default-src 'none'");
    const html = await answer.text();
    expect(html.match(new RegExp(nonce.replaceAll(/[+/]/g, '\\$&'), 'g'))).toHaveLength(2);
    expect(html).not.toContain('__NONCE__');
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(10);
});

test('assets with a hash are kept for good, the others asked for again', async () => {
  const asset = await rig.ask('/assets/app-1.js');
  expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(await asset.text()).toBe('export {};');
  expect((await rig.ask('/theme.js')).headers.get('cache-control')).toBe('no-cache');
  expect((await rig.ask('/app.webmanifest')).headers.get('content-type')).toBe('application/manifest+json');
  expect(await (await rig.ask('/assets/app-1.js', { method: 'HEAD' })).text()).toBe('');
  expect((await rig.ask('/assets/app-1.js', { method: 'POST' })).status).toBe(404);
});

test('a new build is found while it runs', async () => {
  await build('app-2');
  await sleep(1100);
  expect((await rig.ask('/assets/app-2.js')).status).toBe(200);
});

test('nothing outside the folder can be reached, by whatever spelling', async () => {
  await writeFile(join(place, 'secret.txt'), 'the secret');
  await symlink(join(place, 'secret.txt'), join(dist, 'link.txt'));
  await symlink(place, join(dist, 'up'));
  await sleep(1100);
  const spellings = [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/..;/..;/secret.txt',
    '/....//secret.txt',
    '//secret.txt',
    '/%00secret.txt',
    '/secret.txt%00.js',
    '/%c0%ae%c0%ae/secret.txt',
    '/%252e%252e/secret.txt',
    `/${join(place, 'secret.txt')}`,
    `/file:${join(place, 'secret.txt')}`,
    '/link.txt',
    '/up/secret.txt',
    '/assets',
    '/assets/',
    '/assets/.',
  ];
  for (const spelling of spellings) {
    const answer = await rig.app.fetch(new Request('http://127.0.0.1:3000/', { headers: {} }));
    await answer.text();
    const tried = await rig.ask(spelling);
    expect(tried.status, spelling).toBe(404);
    expect(await tried.text(), spelling).not.toContain('the secret');
  }
});
