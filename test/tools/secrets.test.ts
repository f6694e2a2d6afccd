import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretCommand } from '../../src/db/secret-command.ts';
import { openSecretKey } from '../../src/db/secret-key.ts';
import { createSecretStore } from '../../src/db/secrets.ts';
import { secretsIn, withoutSecrets } from '../../src/tools/secret-reference.ts';
import { openWaysOut } from '../../src/tools/ways-out.ts';
import { createToolRig, type ToolRig } from './rig.ts';

let rig: ToolRig;
let home: string;
const store = createSecretStore(randomBytes(32));
beforeAll(async () => {
  rig = await createToolRig();
  home = await mkdtemp(join(tmpdir(), 'wilco-secret-'));
});
afterAll(async () => {
  await rig.drop();
  await rm(home, { recursive: true, force: true });
});

const at = (name: string) => ({ projectId: 'default', name, personId: null });
const CANARY = `canary-${randomBytes(9).toString('hex')}`;

test('[secret] a value is kept sealed, comes out for the action alone, and stands in no event', async () => {
  const since = await rig.lastEvent();
  expect(await store.set(rig.database, at('crm-key'), CANARY)).toEqual({ ok: true, value: null });
  expect(await store.read(rig.database.db, 'default', ['crm-key', 'other'])).toEqual(new Map([['crm-key', CANARY]]));
  expect(await store.missing(rig.database.db, 'default', ['crm-key', 'other'])).toEqual(['other']);
  expect(await store.list(rig.database.db, 'default')).toEqual([{ name: 'crm-key', updatedAt: expect.any(Date) }]);
  const { rows } = await rig.database.db.execute('select * from wilco.secrets');
  const events = await rig.eventsSince(since);
  expect(events.map(({ kind }) => kind)).toEqual(['secret.set']);
  expect(JSON.stringify([rows, events])).not.toContain(CANARY);
});

test('[secret] a sealed value opens under its own key, name and project alone, and not when a byte has changed', async () => {
  await store.set(rig.database, at('moved'), CANARY);
  expect(await createSecretStore(randomBytes(32)).read(rig.database.db, 'default', ['moved'])).toEqual(new Map());
  await rig.database.db.execute(
    `update wilco.secrets set ciphertext = (select ciphertext from wilco.secrets where name = 'crm-key') where name = 'moved'`,
  );
  expect(await store.read(rig.database.db, 'default', ['moved'])).toEqual(new Map());
  await store.set(rig.database, at('moved'), CANARY);
  await rig.database.db.execute(
    `update wilco.secrets set ciphertext = overlay(ciphertext placing (case when right(ciphertext, 1) = 'A' then 'B' else 'A' end) from length(ciphertext)-2 for 1) where name = 'moved'`,
  );
  expect(await store.read(rig.database.db, 'default', ['moved'])).toEqual(new Map());
  for (const broken of ['', 'v1', 'v1..', 'v2.a.b.c', 'v1.aaaa.bbbb.cccc']) {
    await rig.database.pool.query(`update wilco.secrets set ciphertext = $1 where name = 'moved'`, [broken]);
    expect(await store.read(rig.database.db, 'default', ['moved'])).toEqual(new Map());
  }
});

test('names and values that cannot be used are refused with a sentence', async () => {
  for (const name of ['', 'A', 'a b', '-a', 'a'.repeat(61), '../x'])
    expect(await store.set(rig.database, at(name), 'x'), name).toMatchObject({ ok: false, error: { code: 'secret_name' } });
  for (const value of ['', 'x\0y', '\ud800', 'x'.repeat(8193)])
    expect(await store.set(rig.database, at('fine'), value)).toMatchObject({ ok: false, error: { code: 'secret_value' } });
});

test('the key is made once, for its owner alone to read, and one that is not whole is not replaced', async () => {
  const both = await Promise.all([openSecretKey(home, null), openSecretKey(home, null)]);
  const [first, second] = both.map((key) => (key.ok ? key.value.toString('hex') : 'none'));
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(second).toBe(first);
  expect((await stat(join(home, 'secret-key'))).mode & 0o777).toBe(0o600);
  const given = await openSecretKey(home, 'x'.repeat(32));
  expect(given.ok && given.value.toString('hex')).not.toBe(first);
  await writeFile(join(home, 'secret-key'), 'cut');
  expect(await openSecretKey(home, null)).toMatchObject({ ok: false, error: { code: 'secret_key_unusable' } });
});

test('the command line sets, lists and removes, and shows no value', async () => {
  const run = (args: string[], input = '') =>
    secretCommand({ database: rig.database, store, projectId: 'default', input: Readable.from([Buffer.from(input)]) }, args);
  expect(await run(['set', 'from-shell'], `${CANARY}\n`)).toEqual({ ok: true, say: 'secret:from-shell has its value now.' });
  expect((await store.read(rig.database.db, 'default', ['from-shell'])).get('from-shell')).toBe(CANARY);
  const listed = await run(['list']);
  expect(listed.say.split('\n')).toContain('from-shell');
  expect(listed.say).not.toContain(CANARY);
  expect(await run(['remove', 'from-shell'])).toEqual({ ok: true, say: 'secret:from-shell is gone.' });
  expect(await run(['remove', 'from-shell'])).toMatchObject({ ok: false });
  expect(await run(['set', 'Bad Name'], 'x')).toMatchObject({ ok: false });
  for (const args of [[], ['set'], ['get', 'crm-key'], ['set', 'a', 'value-on-the-command-line']])
    expect(await run(args)).toMatchObject({ ok: false, say: expect.stringContaining('npm run secret -- set NAME') });
});

test('settings of the ways out that cannot be used stop the start with a sentence', async () => {
  const settings = { home: await mkdtemp(join(home, 'x-')), secretKey: null, egressPrivate: [], smtp: null };
  const open = async (more: object) => {
    const opened = await openWaysOut({ ...settings, ...more });
    return opened.ok ? opened.value : opened.error.code;
  };
  expect(await open({ egressPrivate: ['*.internal'] })).toBe('config_invalid');
  expect(await open({ smtp: { url: 'smtp://', from: 'a@example.com' } })).toBe('config_invalid');
  expect(await open({ smtp: { url: 'smtp://mail.example.com', from: 'Wilco <a@example.com>' } })).toBe('config_invalid');
  const opened = await open({ egressPrivate: ['Hooks.internal.', '10.0.0.5:8080'] });
  if (typeof opened === 'string') throw new Error(opened);
  expect([opened.egress.opens('hooks.internal'), opened.egress.opens('10.0.0.5:8080'), opened.egress.opens('10.0.0.5')]).toEqual([
    true,
    true,
    false,
  ]);
  expect(opened.mail).toBeUndefined();
});

test('references are found where they stand alone, and values are taken out in every spelling', () => {
  expect(secretsIn('Bearer secret:a-b, secret:c', undefined, 'mysecret:x secret:A secret:')).toEqual(['a-b', 'c']);
  const values = new Map([
    ['a', 'one"two'],
    ['b', 'one"two three/ä'],
  ]);
  const said = `${values.get('b')} ${encodeURIComponent('one"two three/ä')} ${JSON.stringify('one"two')} ${Buffer.from('one"two three/ä').toString('base64')}`;
  const clean = withoutSecrets(said, values);
  expect(clean).not.toMatch(/one|three/);
  expect(clean).toContain('secret:b');
});
