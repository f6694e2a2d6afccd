import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startNotifier } from '../../src/bot/notifier.ts';
import { isQuiet } from '../../src/db/preferences.ts';
import { keepSubscription } from '../../src/db/push-subscriptions.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { MyPreferences, NoticePage, PushInfo } from '../../src/web/notification-schemas.ts';
import { createPusher, type Pusher } from '../../src/web/push.ts';
import { isPushService } from '../../src/web/push-endpoint.ts';
import { type PushKeys, pushKeys } from '../../src/web/push-keys.ts';
import { pushService } from '../fakes/push-service.ts';
import { createWebRig, type WebRig } from './rig.ts';

let rig: WebRig;
let home: string;
let keys: PushKeys;
let service: Awaited<ReturnType<typeof pushService>>;
let pushers: Pusher[];
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  rig = await createWebRig();
  home = await mkdtemp(join(tmpdir(), 'wilco-push-'));
  keys = await pushKeys(home);
  service = await pushService();
  const mayReach = (endpoint: string) => endpoint.startsWith(service.origin);
  pushers = [0, 1].map(() =>
    createPusher({ database: rig.database, heart: rig.heart, keys, publicUrl: () => '', log: rig.heart.log, mayReach }),
  );
  // Two processes that both hear of everything.
  for (const pusher of pushers) {
    const { database, signals } = rig;
    const notifier = startNotifier({
      database,
      signals,
      projectId: 'default',
      health: rig.deps.health,
      push: pusher.push,
      log: rig.heart.log,
      checkMs: 600_000,
      doubtMs: 10,
    });
    stops.push(notifier.stop);
  }
  const { pump, worker } = await rig.work();
  stops.push(async () => {
    await pump.stop(5000);
    await worker.stop();
  });
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  await service.stop();
  await rig.stop();
  await rm(home, { recursive: true, force: true });
});
beforeEach(() => {
  service.pushed.length = 0;
});

const inbox = async (who: Actor) => rig.read('/api/notifications', NoticePage, { as: await rig.keyOf(who) });
const subscribe = async (who: Actor, name: string) => {
  const { endpoint, keys: own } = service.browser(name);
  await keepSubscription(rig.database.db, { endpoint, personId: who.personId ?? '', keys: { ...own, server: keys.publicKey } });
  return endpoint;
};
const pushesTo = (name: string) => service.pushed.filter(({ path }) => path === `/${name}`);
/** Of this card: a process that is slow may still tell of what was before. */
const pushesOf = (name: string, { id }: { id: string }) => pushesTo(name).filter(({ text }) => text.includes(`/approvals/${id}`));
const prefer = async (who: Actor, json: object) =>
  (await rig.ask('/api/me/preferences', { as: await rig.keyOf(who), json, method: 'PATCH' })).json();

test('who may approve is told, in the inbox and once in each browser, whichever process hears it; nobody else is', async () => {
  const [ana, olga] = [await rig.person('Ana', 'approver'), await rig.person('Olga', 'operator')];
  await Promise.all([subscribe(ana, 'ana-phone'), subscribe(ana, 'ana-desk'), subscribe(olga, 'olga')]);
  const card = await rig.proposed(olga, { text: 'the secret words of this wish' });
  await expect.poll(() => service.pushed.length).toBe(2);
  expect((await inbox(ana)).items).toMatchObject([
    { kind: 'approval', title: 'An approval waits: Send a note', path: `/approvals/${card.id}`, unread: true },
  ]);
  expect(await inbox(olga)).toMatchObject({ items: [], unread: 0 });
  for (const pusher of pushers) await pusher.push();
  expect(service.pushed.map(({ path }) => path).sort()).toEqual(['/ana-desk', '/ana-phone']);
});

test('a push says the title of an action and nothing that anybody wrote, and only the browser can read it', async () => {
  const ben = await rig.person('Ben', 'approver');
  await subscribe(ben, 'ben');
  const card = await rig.proposed(rig.owner, { text: 'the secret words of this wish' });
  await expect.poll(() => pushesOf('ben', card).length).toBe(1);
  const [push] = pushesOf('ben', card);
  expect(JSON.parse(push?.text ?? '')).toEqual({
    title: 'An approval waits: Send a note',
    path: `/approvals/${card.id}`,
    tag: `approval:${card.id}:1`,
  });
  expect(push?.raw).not.toContain('approval');
  expect(push?.headers).toMatchObject({ 'content-encoding': 'aes128gcm', urgency: 'high', ttl: '43200' });
  expect(push?.headers.authorization).toMatch(/^vapid t=.+, k=/);
});

test('what was decided waits for nobody any more', async () => {
  const cem = await rig.person('Cem', 'approver');
  const card = await rig.proposed(rig.owner, { text: 'decide this' });
  const mine = async () => (await inbox(cem)).items.find(({ proposalId }) => proposalId === card.id);
  await expect.poll(mine).toMatchObject({ unread: true, settled: false });
  await rig.approve(cem, card);
  await expect.poll(mine).toMatchObject({ unread: false, settled: true });
});

test('who asked is told of a failure, and who may settle of an outcome that nobody can tell', async () => {
  const [dora, eve] = [await rig.person('Dora', 'operator'), await rig.person('Eve', 'approver')];
  const runs = async (who: Actor) => (await inbox(who)).items.filter(({ kind }) => kind === 'run').map(({ title }) => title);
  await rig.approve(eve, await rig.proposed(dora, { text: 'refused' }));
  await expect.poll(() => runs(dora)).toEqual(['Failed: Send a note']);
  await rig.approve(eve, await rig.proposed(dora, { text: 'lost' }));
  await expect.poll(() => runs(dora)).toEqual(['Outcome unknown, please settle: Send a note', 'Failed: Send a note']);
  expect(await runs(eve)).toContain('Outcome unknown, please settle: Send a note');
});

test('a browser that is gone is forgotten; one whose service fails for now is kept', async () => {
  const fay = await rig.person('Fay', 'approver');
  service.answer(await subscribe(fay, 'fay-gone'), 410);
  service.answer(await subscribe(fay, 'fay-missing'), 404);
  service.answer(await subscribe(fay, 'fay-busy'), 503);
  // Nothing is followed to where a push service points.
  service.answer(await subscribe(fay, 'fay-moved'), 307);
  expect(await pushers[0]?.tryOut(fay.personId ?? '')).toEqual(['gone', 'gone', 'failed', 'failed']);
  const left = await rig.sql<{ endpoint: string; failed_at: Date | null }>(
    `select endpoint, failed_at from wilco.push_subscriptions where person_id = '${fay.personId}' order by 1`,
  );
  expect(left.map(({ endpoint }) => new URL(endpoint).pathname)).toEqual(['/fay-busy', '/fay-moved']);
  expect(left.every(({ failed_at }) => failed_at !== null)).toBe(true);
});

test('nobody hears of what they switched off, and in quiet hours nothing is pushed', async () => {
  const [gil, hal] = [await rig.person('Gil', 'approver'), await rig.person('Hal', 'approver')];
  await Promise.all([subscribe(gil, 'gil'), subscribe(hal, 'hal')]);
  await prefer(gil, { notify: { approval: false } });
  const clock = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);
  await prefer(hal, { timeZone: 'UTC', quiet: { from: clock(-60), to: clock(60) } });
  const ida = await rig.person('Ida', 'approver');
  await subscribe(ida, 'ida');
  const card = await rig.proposed(rig.owner, { text: 'after hours' });
  await expect.poll(() => pushesOf('ida', card).length).toBe(1);
  const heard = async (who: Actor) => (await inbox(who)).items.filter(({ proposalId }) => proposalId === card.id);
  expect(await heard(gil)).toEqual([]);
  expect(await heard(hal)).toMatchObject([{ unread: true }]);
  expect([...pushesOf('gil', card), ...pushesOf('hal', card)]).toEqual([]);
});

test('quiet hours go by the clock of the person, over midnight too', () => {
  const quiet = { from: '22:00', to: '07:00' };
  const at = (time: string) => new Date(`2026-11-21T${time}:00Z`);
  expect(isQuiet(quiet, 'UTC', at('23:30'))).toBe(true);
  expect(isQuiet(quiet, 'UTC', at('06:59'))).toBe(true);
  expect(isQuiet(quiet, 'UTC', at('07:00'))).toBe(false);
  expect(isQuiet(quiet, 'Asia/Tokyo', at('14:00'))).toBe(true);
  expect(isQuiet({ from: '12:00', to: '13:00' }, 'UTC', at('13:00'))).toBe(false);
  expect(isQuiet(null, 'UTC', at('23:30'))).toBe(false);
});

test('admins hear once that most of the day is spent, again when all of it is, and of a connection that goes down until it is well', async () => {
  const titles = async () =>
    (await inbox(rig.owner)).items
      // A machine that is too busy for a worker's heartbeat says so too.
      .filter(({ kind, title }) => kind !== 'approval' && kind !== 'run' && title !== 'No worker is alive')
      .map(({ title }) => title);
  await rig.policy({ dailyLimitMicros: 1_000_000 });
  const jan = await rig.person('Jan', 'approver');
  const spend = async (cents: number) =>
    rig.settled(
      await rig.proposed(rig.owner, { text: `spend ${cents}`, cents }).then(async (card) => {
        await rig.approve(jan, card);
        return card.id;
      }),
    );
  await spend(85);
  await expect.poll(titles).toEqual(['80 % of the budget of the project for this day is used']);
  await spend(3);
  await spend(12);
  await expect
    .poll(titles)
    .toEqual(['All of the budget of the project for this day is used', '80 % of the budget of the project for this day is used']);
  await rig.sql(`insert into wilco.connections (name, ok, detail) values ('smtp', true, 'Well.')`);
  await rig.sql(`update wilco.connections set ok = false, detail = 'It refuses the password.' where name = 'smtp'`);
  await expect.poll(titles).toContain('A connection is down: smtp');
  expect((await inbox(jan)).items.map(({ kind }) => kind)).not.toContain('health');
  await rig.sql(`update wilco.connections set ok = true where name = 'smtp'`);
  await expect.poll(async () => (await inbox(rig.owner)).items.find(({ kind }) => kind === 'health')).toMatchObject({ settled: true });
});

test('what is read is read for good, on every page of that person and of nobody else', async () => {
  const [kim, lea] = [await rig.person('Kim', 'approver'), await rig.person('Lea', 'approver')];
  await rig.proposed(rig.owner, { text: 'read me' });
  await expect.poll(async () => (await inbox(kim)).unread).toBe(1);
  await expect.poll(async () => (await inbox(lea)).unread).toBe(1);
  const theirs = (await inbox(lea)).items.map(({ id }) => id);
  const key = await rig.keyOf(kim);
  await rig.ask('/api/notifications/read', { as: key, json: { ids: theirs } });
  expect((await inbox(lea)).unread).toBe(1);
  expect(await (await rig.ask('/api/notifications/read', { as: key, json: {} })).json()).toEqual({ unread: 0 });
  expect((await inbox(kim)).items[0]).toMatchObject({ unread: false, settled: false });
});

test('a browser can name only a push service that is known, and nothing inside the house', async () => {
  const good = [
    'https://fcm.googleapis.com/fcm/send/abc',
    'https://updates.push.services.mozilla.com/wpush/v2/x',
    'https://web.push.apple.com/x',
    'https://db5p.notify.windows.com/w/?token=x',
  ];
  const bad = [
    'http://fcm.googleapis.com/fcm/send/abc',
    'https://fcm.googleapis.com:8443/x',
    'https://user:pass@fcm.googleapis.com/x',
    'https://fcm.googleapis.com.evil.example/x',
    'https://fcm.googleapis.com@127.0.0.1/x',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://169.254.169.254/latest/meta-data',
    'https://localhost/x',
    'https://evilpush.services.mozilla.com.evil.example/',
    'https://xpush.apple.com/x',
    'https://fcm.googleapis.com./x',
    'file:///etc/passwd',
    'fcm.googleapis.com',
  ];
  expect(good.filter((url) => !isPushService(url))).toEqual([]);
  expect(bad.filter(isPushService)).toEqual([]);
  const { keys: own } = service.browser('stranger');
  const ask = (endpoint: string) => rig.problem('/api/notifications/push', { as: rig.ownerKey, json: { endpoint, keys: own } });
  expect(await ask('https://169.254.169.254/x')).toMatchObject({ code: 'push_unavailable' });
  const before = service.pushed.length;
  const strict = createPusher({ database: rig.database, heart: rig.heart, keys, publicUrl: () => '', log: rig.heart.log });
  const mia = await rig.person('Mia', 'viewer');
  await subscribe(mia, 'mia');
  expect(await strict.tryOut(mia.personId ?? '')).toEqual(['refused']);
  expect(service.pushed.length).toBe(before);
});

test('keys are made once, by one of several that start at the same moment, and nobody else may read them', async () => {
  const fresh = await mkdtemp(join(tmpdir(), 'wilco-push-'));
  const made = await Promise.all([1, 2, 3, 4].map(() => pushKeys(fresh)));
  expect(new Set(made.map(({ publicKey }) => publicKey)).size).toBe(1);
  expect(await pushKeys(fresh)).toEqual(made[0]);
  expect((await stat(join(fresh, 'push-keys.json'))).mode & 0o777).toBe(0o600);
  await rm(fresh, { recursive: true });
});

test('a key that is nobody has no inbox and no preferences', async () => {
  const as = await rig.serviceKey();
  for (const path of ['/api/notifications', '/api/me/preferences', '/api/notifications/push'])
    expect(await rig.problem(path, { as })).toMatchObject({ status: 403, code: 'not_a_person' });
  expect(await rig.read('/api/notifications/push', PushInfo)).toEqual({ publicKey: null, browsers: 0 });
});

test('changes that are made at the same moment do not undo one another', async () => {
  const noa = await rig.person('Noa', 'viewer');
  const all = [
    { sound: true },
    { guided: true },
    { notify: { cost: false } },
    { notify: { run: false } },
    { quiet: { from: '21:00', to: '06:00' } },
  ];
  await Promise.all(all.map((json) => prefer(noa, json)));
  expect(await rig.read('/api/me/preferences', MyPreferences, { as: await rig.keyOf(noa) })).toMatchObject({
    sound: true,
    guided: true,
    notify: { approval: true, run: false, cost: false, health: true },
    quiet: { from: '21:00', to: '06:00' },
  });
});
