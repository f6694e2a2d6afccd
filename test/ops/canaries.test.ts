import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, makeHome, removeHome, startWilco } from '../e2e/start.ts';
import { eventually } from '../eventually.ts';
import { ops } from './backup-rig.ts';

let home: string;
beforeAll(async () => {
  home = await makeHome();
});
afterAll(() => removeHome(home));

const canary = () => `hunter2${randomBytes(15).toString('hex')}`;

/** Variables that hold a secret, or may: those of this version, of later ones, and ones that nobody knows. */
const NAMES = [
  'WILCO_API_KEY',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'DISCORD_TOKEN',
  'ANTHROPIC_API_KEY',
  'OPENAI_API_KEY',
  'SMTP_URL',
  'WILCO_NOBODY_KNOWS',
  ...Array.from({ length: 40 }, (_, at) => `SECRET_${at}`),
];

test('[quiet] of the secrets in the environment none is said or logged, by the program or by a command of the operator', async () => {
  const secrets = new Map(NAMES.map((name) => [name, canary()]));
  const env: Record<string, string> = Object.fromEntries(secrets);
  env.OTEL_EXPORTER_OTLP_HEADERS = `authorization=${secrets.get('OTEL_EXPORTER_OTLP_HEADERS')}`;
  // Nobody listens there: what cannot be sent is not said either.
  env.OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:9';
  env.SMTP_URL = `smtp://user:${secrets.get('SMTP_URL')}@127.0.0.1:9`;
  // Whole pairs of other parts would be refused before anything runs; each is tried by its own tests.
  for (const name of [
    'SLACK_BOT_TOKEN',
    'SLACK_APP_TOKEN',
    'SLACK_SIGNING_SECRET',
    'DISCORD_TOKEN',
    'SMTP_URL',
    'ANTHROPIC_API_KEY',
    'OPENAI_API_KEY',
  ]) {
    const said = await ops({ WILCO_HOME: join(home, 'none'), PORT: '0', [name]: env[name] ?? '' }, 'doctor');
    expect(said.text.includes(secrets.get(name) ?? ''), name).toBe(false);
    delete env[name];
  }
  const wilco = await startWilco(home, { ...env, WILCO_LOG_LEVEL: 'debug' });
  await wilco.api('POST', '/api/room/messages', { text: `create a task called ${secrets.get('SECRET_1')}` });
  await eventually(async () => ((await wilco.api('GET', '/api/approvals')).body.items as unknown[]).length > 0);
  const said = [];
  for (const args of [
    ['doctor'],
    ['backup', join(home, 'x.backup')],
    ['restore', join(home, 'x.backup')],
    ['verify-log', join(home, 'x.backup')],
  ])
    said.push((await ops({ WILCO_HOME: home, ...env, WILCO_LOG_LEVEL: 'debug' }, ...args)).text);
  await wilco.stop();
  const all = wilco.output() + said.join('\n');
  expect(all).toContain('Wilco is ready at');
  expect([...secrets].filter(([, secret]) => all.includes(secret)).map(([name]) => name)).toEqual([]);
});

test('[quiet] a start that fails says nothing of the password in the address, nor of what an argument held', async () => {
  for (const url of [
    (secret: string) => `postgres://ana:${secret}@127.0.0.1:1/x`,
    (secret: string) => `postgres://${secret}:x@127.0.0.1:notaport/x`,
    (secret: string) => `mysql://ana:${secret}@127.0.0.1/x`,
    (secret: string) => `postgres://ana:${secret}#@127.0.0.1:1/x`,
  ]) {
    const secret = canary();
    const started = launch({ WILCO_HOME: home, DATABASE_URL: url(secret), WILCO_LOG_LEVEL: 'debug' });
    await eventually(async () => started.child.exitCode !== null);
    expect(started.output().length).toBeGreaterThan(10);
    expect(started.output()).not.toContain(secret);
    expect((await ops({ WILCO_HOME: home, DATABASE_URL: url(secret) }, 'backup', join(home, 'y.backup'))).text).not.toContain(secret);
  }
});
