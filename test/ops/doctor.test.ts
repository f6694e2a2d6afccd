import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { type Look, openLook } from '../../src/db/look.ts';
import { port, publicAddress } from '../../src/ops/checks/address.ts';
import { clock, queue, seals, switches, tables, workers } from '../../src/ops/checks/database.ts';
import { homeFolder } from '../../src/ops/checks/home.ts';
import { nodeVersion } from '../../src/ops/checks/node-version.ts';
import { createRig, type Rig } from '../dispatch/rig.ts';
import { makeHome, removeHome, startWilco } from '../e2e/start.ts';
import { ops } from './backup-rig.ts';

let rig: Rig;
let database: Look;
let home: string;
beforeAll(async () => {
  rig = await createRig();
  database = await openLook(rig.url);
  home = await makeHome();
});
afterAll(async () => {
  await database.end();
  await rig.stop();
  await removeHome(home);
});

const configOf = (env: Record<string, string>) => {
  const config = parseConfig(env, []);
  if (!config.ok) throw new Error(config.error.message);
  return config.value;
};
const inside = () => ({ config: configOf({ DATABASE_URL: rig.url }), database });

test('a sound installation has nothing to mend', async () => {
  while ((await import('../../src/db/seal.ts').then(({ sealEvents }) => sealEvents(rig.database))) > 0);
  for (const make of [tables, clock, workers, queue, switches, seals]) expect(await make(inside()).run()).toMatchObject({ state: 'ok' });
  expect(await nodeVersion().run()).toMatchObject({ state: 'ok' });
});

test.for(['18.20.0', '20.19.1', '22.11.9'])('Node %s is named as too old', async (version) => {
  expect(await nodeVersion(version).run()).toMatchObject({ state: 'fail', fix: expect.stringContaining('22.12') });
});

test('what waits too long, failed for good or was left unsealed is found while somebody works', async () => {
  await rig.sql(`update wilco.workers set heartbeat_at = now()`);
  await rig.sql(`insert into pgboss.job (name, data, start_after) values ('route', '{}', now() - interval '5 minutes')`);
  expect(await queue(inside()).run()).toMatchObject({ state: 'warn', say: expect.stringContaining('waits 300 s') });
  await rig.sql(`insert into pgboss.job (name, data) values ('dead', '{}')`);
  expect(await queue(inside()).run()).toMatchObject({ state: 'warn', say: expect.stringContaining('failed for good') });
  await rig.sql('delete from pgboss.job');
  await rig.sql(`insert into wilco.events (project_id, kind, at) values ('default', 'x', now() - interval '5 minutes')`);
  expect(await seals(inside()).run()).toMatchObject({ state: 'warn', fix: expect.stringContaining('pg_stat_activity') });
});

test('a thrown switch is said with who lifts it', async () => {
  await rig.sql(`insert into wilco.switches (project_id, killed) values ('default', true)`);
  expect(await switches(inside()).run()).toMatchObject({ state: 'warn', fix: expect.stringContaining('/unkill') });
  await rig.sql(`update wilco.switches set killed = false, paused = true`);
  expect(await switches(inside()).run()).toMatchObject({ state: 'warn', fix: expect.stringContaining('/resume') });
  await rig.sql('delete from wilco.switches');
});

test('a database that a newer version changed fails', async () => {
  await rig.sql(`insert into wilco.migrations (hash, created_at) values ('x', 99999999999999)`);
  expect(await tables(inside()).run()).toMatchObject({ state: 'fail' });
  await rig.sql(`delete from wilco.migrations where hash = 'x'`);
});

test('a key that others can read is named with the command that mends it', async () => {
  await writeFile(join(home, 'api-key'), 'x', { mode: 0o644 });
  await chmod(join(home, 'api-key'), 0o644);
  expect(await homeFolder(home).run()).toMatchObject({ state: 'warn', fix: `chmod 600 ${join(home, 'api-key')}` });
  await chmod(join(home, 'api-key'), 0o600);
  expect(await homeFolder(home).run()).toMatchObject({ state: 'ok' });
});

test('a port is free, or taken by something else', async () => {
  const server = createServer((_, response) => response.end('hello'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  const taken = String((server.address() as AddressInfo).port);
  expect(await port(configOf({ PORT: taken })).run()).toMatchObject({ state: 'fail', fix: expect.stringContaining('PORT') });
  await new Promise((done) => server.close(done));
  expect(await port(configOf({ PORT: taken })).run()).toMatchObject({ state: 'ok' });
});

test.for([
  [{}, 'ok'],
  [{ PUBLIC_URL: 'https://wilco.example.com' }, 'ok'],
  [{ PUBLIC_URL: 'http://wilco.example.com' }, 'warn'],
  [{ HOST: '0.0.0.0', PUBLIC_URL: 'http://localhost:3000' }, 'warn'],
] as const)('the address %o is %s', async ([env, state]) => {
  expect(await publicAddress(configOf(env)).run()).toMatchObject({ state });
});

test('the doctor leaves a home as it finds it, whether Wilco rests, works, or was never there', async () => {
  const own = await makeHome();
  expect(await ops({ WILCO_HOME: join(own, 'none'), PORT: '0' }, 'doctor')).toMatchObject({
    code: 0,
    text: expect.stringContaining('All is well.'),
  });
  const wilco = await startWilco(own);
  const { port: at } = new URL(wilco.url);
  const working = await ops({ WILCO_HOME: own, PORT: at }, 'doctor');
  expect(working).toMatchObject({ code: 0, text: expect.stringContaining('1 at work') });
  expect(working.text).toContain('is held by a Wilco that answers');
  expect((await wilco.api('GET', '/status')).status).toBe(200);
  await wilco.stop();
  expect(await ops({ WILCO_HOME: own, PORT: '0', WILCO_TYPO: 'x' }, 'doctor')).toMatchObject({
    code: 0,
    text: expect.stringContaining('WILCO_TYPO'),
  });
  expect(await ops({ WILCO_HOME: own, HOST: '0.0.0.0' }, 'doctor')).toMatchObject({ code: 1, text: expect.stringContaining('PUBLIC_URL') });
  await removeHome(own);
});

test('[quiet] what cannot be reached is said without its password', async () => {
  const said = await ops({ WILCO_HOME: home, PORT: '0', DATABASE_URL: 'postgres://ana:hunter2@127.0.0.1:1/x' }, 'doctor');
  expect(said).toMatchObject({ code: 1, text: expect.stringContaining('database_down') });
  expect(said.text).not.toContain('hunter2');
});
