import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { record } from '../../src/db/record.ts';
import { GENESIS, isSealBehind, linkHash, sealEvents } from '../../src/db/seal.ts';
import { StreamEvent } from '../../src/web/schemas.ts';
import { startWeb } from '../../src/web/server.ts';
import { createWebRig, PUBLIC_URL, type WebRig } from './rig.ts';
import { readFrames } from './sse.ts';

let rig: WebRig;
beforeAll(async () => {
  rig = await createWebRig({ heartbeatMs: 400 });
});
afterAll(() => rig.stop());

/** Until everything that was written is certain: a transaction of any test on this server holds back what comes after it. */
const quiet = async (): Promise<void> => {
  for (;;) {
    const [row] = await rig.sql<{ n: number }>(
      'select count(*)::int as n from wilco.events where xid >= pg_snapshot_xmin(pg_current_snapshot())',
    );
    if (row?.n === 0) return;
    await sleep(10);
  }
};
beforeEach(quiet);

const open = async (ask: { as?: string; cookie?: string; last?: string } = {}) => {
  const { last, ...rest } = ask;
  const answer = await rig.ask('/api/events', {
    ...(rest.cookie === undefined ? { as: rig.ownerKey } : {}),
    ...rest,
    headers: last === undefined ? {} : { 'last-event-id': last },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
  return readFrames(answer);
};

const happen = (kind: string, count = 1): Promise<void> =>
  rig.database.transaction(async ({ db }) => {
    for (let i = 0; i < count; i += 1) await record(db, { projectId: 'default', kind, data: { i } });
  });

test('[feed] a page that connects says hello with its place and then hears what happens, at once', async () => {
  await happen('test.before');
  await quiet();
  const stream = await open();
  await stream.until(() => stream.frames.length > 0);
  expect(stream.frames[0]).toMatchObject({ event: 'hello', id: expect.stringMatching(/^\d+\.\d+$/) });
  await happen('test.after');
  await stream.until(() => stream.events('wilco').length > 0);
  const [event] = stream.events('wilco');
  expect(StreamEvent.parse(JSON.parse(event?.data ?? ''))).toMatchObject({ kind: 'test.after', threadId: null, data: { i: 0 } });
  expect(stream.events('wilco')).toHaveLength(1);
  const took: number[] = [];
  for (let i = 2; i < 12; i += 1) {
    await sleep(30);
    const began = performance.now();
    await happen('test.again');
    await stream.until(() => stream.events('wilco').length === i);
    took.push(performance.now() - began);
  }
  // The quickest: a transaction of another test on this server may hold any single one back.
  expect(Math.min(...took)).toBeLessThan(2000);
  await stream.close();
});

test('[feed] whoever comes back with the last id gets what came in between, once and in order', async () => {
  const first = await open();
  await happen('test.one');
  await first.until(() => first.events('wilco').length === 1);
  await first.close();
  const last = first.events('wilco')[0]?.id ?? '';
  await happen('test.missed', 3);
  const second = await open({ last });
  await second.until(() => second.events('wilco').length === 3);
  await happen('test.new');
  await second.until(() => second.events('wilco').length === 4);
  const ids = second.events('wilco').map((frame) => frame.id);
  expect(new Set(ids).size).toBe(4);
  expect(
    second
      .events('wilco')
      .map((frame) => JSON.parse(frame.data) as { kind: string; data: { i: number } })
      .map((event) => `${event.kind} ${event.data.i}`),
  ).toEqual(['test.missed 0', 'test.missed 1', 'test.missed 2', 'test.new 0']);
  await second.close();
});

test('a place that this database never gave out is answered with a reset, not with silence or an error', async () => {
  const wrong = [
    'nonsense',
    '1',
    '99999999999999999999.1',
    '18446744073709551615.9223372036854775807',
    '1.9999999999999999999',
    '-1.-1',
    '5.5',
    '',
    "1.1' or '1'='1",
    '0'.repeat(500),
  ];
  for (const last of wrong) {
    const stream = await open({ last });
    await stream.until(() => stream.frames.length > 0);
    expect(stream.frames[0], last).toMatchObject({
      event: last === '' ? expect.stringMatching(/hello|reset/) : 'reset',
      id: expect.stringMatching(/^\d+\.\d+$/),
    });
    await stream.close();
  }
});

test('more than a thousand behind, everything is to be read anew, and the stream goes on from there', async () => {
  const first = await open();
  await first.until(() => first.frames.length > 0);
  const last = first.frames[0]?.id ?? '';
  await first.close();
  await happen('test.burst', 1000);
  const near = await open({ last });
  await near.until(() => near.events('wilco').length === 1000);
  expect(near.events('reset')).toEqual([]);
  await happen('test.burst');
  // An older transaction of whatever else runs on this server may hide the last one for a moment.
  await near.until(() => near.events('wilco').length === 1001);
  await near.close();
  const far = await open({ last });
  await far.until(() => far.events('reset').length > 0);
  expect(far.events('wilco')).toEqual([]);
  await happen('test.then');
  await far.until(() => far.events('wilco').length > 0);
  expect(far.events('wilco')).toHaveLength(1);
  await far.close();
});

test('[feed] what an older open transaction hides is told when that ends, in order and without a gap', async () => {
  const stream = await open();
  await stream.until(() => stream.frames.length > 0);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const older = rig.database.transaction(async ({ db }) => {
    await record(db, { projectId: 'default', kind: 'test.older' });
    await held;
  });
  await sleep(50);
  await happen('test.younger');
  await sleep(300);
  expect(stream.events('wilco')).toEqual([]);
  release();
  await older;
  await stream.until(() => stream.events('wilco').length === 2);
  expect(stream.events('wilco').map((frame) => (JSON.parse(frame.data) as { kind: string }).kind)).toEqual(['test.older', 'test.younger']);
  await stream.close();
});

test('[feed] a hundred streams hear each of five hundred events once', async () => {
  const people = await Promise.all([1, 2].map((i) => rig.person(`Listener ${i}`, 'viewer')));
  const keys = await Promise.all(people.map((person) => rig.keyOf(person)));
  const streams = await Promise.all(Array.from({ length: 100 }, (_, i) => open({ as: keys[i % 2] ?? '' })));
  await Promise.all(streams.map((stream) => stream.until(() => stream.frames.length > 0)));
  await Promise.all(Array.from({ length: 100 }, () => happen('test.many', 5)));
  await Promise.all(streams.map((stream) => stream.until(() => stream.events('wilco').length >= 500, 15_000)));
  const heard = streams.map((stream) => stream.events('wilco').map((frame) => frame.id));
  expect(heard.every((ids) => ids.length === 500 && new Set(ids).size === 500)).toBe(true);
  expect(new Set(heard.map((ids) => ids.join())).size).toBe(1);
  await Promise.all(streams.map((stream) => stream.close()));
});

test('nobody has more than fifty, and one that is closed makes room', async () => {
  const key = await rig.keyOf(await rig.person('Fifty', 'viewer'));
  const streams = await Promise.all(Array.from({ length: 50 }, () => open({ as: key })));
  expect(await rig.problem('/api/events', { as: key })).toMatchObject({ status: 429, code: 'too_many_streams' });
  await streams[0]?.close();
  const again = await open({ as: key });
  await Promise.all([...streams, again].map((stream) => stream.close()));
});

test('asking for the head of a stream begins none', async () => {
  const key = await rig.keyOf(await rig.person('Header', 'viewer'));
  for (let i = 0; i < 60; i += 1) expect((await rig.ask('/api/events', { as: key, method: 'HEAD' })).status).toBe(200);
  const stream = await open({ as: key });
  await stream.close();
});

test('a heartbeat says that one is still there', async () => {
  const stream = await open();
  expect(await stream.until(() => stream.frames.filter((frame) => frame.comment === ': still here').length >= 2)).toBe(true);
  await stream.close();
});

test('a stream ends when its session does, at once', async () => {
  const cookie = await rig.cookieOf(await rig.person('Leaves', 'viewer'));
  const stream = await open({ cookie });
  await stream.until(() => stream.frames.length > 0);
  const began = performance.now();
  await rig.ask('/api/sign-out', { cookie, json: {}, headers: { origin: PUBLIC_URL } });
  expect(await stream.until(stream.over)).toBe(true);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('a stream of somebody who was removed ends before it tells anything more', async () => {
  const gone = await rig.person('Removed', 'viewer');
  const stream = await open({ as: await rig.keyOf(gone) });
  await stream.until(() => stream.frames.length > 0);
  await rig.database.transaction(async ({ db }) => {
    await db.execute(`update wilco.members set removed_at = now() where person_id = '${gone.personId}'`);
    await record(db, { projectId: 'default', kind: 'person.removed', data: { person: gone.personId } });
    await record(db, { projectId: 'default', kind: 'test.secret' });
  });
  expect(await stream.until(stream.over)).toBe(true);
  expect(stream.events('wilco')).toEqual([]);
});

test('without an event of it, a right that ended ends the stream by the next heartbeat', async () => {
  const gone = await rig.person('Quietly', 'viewer');
  const stream = await open({ as: await rig.keyOf(gone) });
  await stream.until(() => stream.frames.length > 0);
  await rig.sql(`update wilco.members set removed_at = now() where person_id = '${gone.personId}'`);
  expect(await stream.until(stream.over, 2000)).toBe(true);
});

test('a stream outlives the end of every database connection', async () => {
  const stream = await open();
  await stream.until(() => stream.frames.length > 0);
  await rig
    .sql('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()')
    .catch(() => undefined);
  await sleep(300);
  await happen('test.survived').catch(() => happen('test.survived'));
  expect(await stream.until(() => stream.events('wilco').length > 0, 8000)).toBe(true);
  expect(stream.over()).toBe(false);
  await stream.close();
});

test('who listens without reading holds nothing up and loses nothing that a reset does not say', async () => {
  let address = '';
  const web = await startWeb({ ...rig.deps, publicUrl: () => address }, { host: '127.0.0.1', port: 0 });
  if (!web.ok) throw new Error(web.error.message);
  address = `http://127.0.0.1:${web.value.port}`;
  const stalled = await fetch(`${address}/api/events`, { headers: { 'x-api-key': rig.ownerKey } });
  const reader = stalled.body?.getReader();
  await reader?.read();
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 30; i += 1) await happen('test.flood', 900);
  expect((await fetch(`${address}/status`)).status).toBe(200);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  let text = '';
  const decoder = new TextDecoder();
  for (
    const end = performance.now() + 10_000;
    performance.now() < end && !text.includes('event: reset') && (text.match(/event: wilco/g) ?? []).length < 27_000;
  ) {
    const read = await reader?.read();
    if (!read || read.done) break;
    text += decoder.decode(read.value);
  }
  expect(text.includes('event: reset') || (text.match(/event: wilco/g) ?? []).length === 27_000).toBe(true);
  await web.value.stop();
});

test('[record] the export holds the chain whole: each hash follows from the line and the hash before', async () => {
  while (await isSealBehind(rig.database.db)) await sealEvents(rig.database);
  const answer = await rig.ask('/api/events/export', { as: rig.ownerKey });
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await answer.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Parameters<typeof linkHash>[1] & { seq: number; hash: string });
  expect(lines.length).toBeGreaterThan(1500);
  let hash = GENESIS;
  for (const [index, line] of lines.entries()) {
    hash = linkHash(hash, line);
    expect({ seq: line.seq, hash: line.hash }).toEqual({ seq: index + 1, hash });
  }
  expect(await rig.problem('/api/events/export', { as: await rig.keyOf(await rig.person('Curious', 'approver')) })).toMatchObject({
    status: 403,
    code: 'not_allowed',
  });
});
