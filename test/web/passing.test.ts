import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGrowing } from '../../src/bot/growing.ts';
import { openSignals, type Passing, type Signals } from '../../src/db/signals.ts';
import { createLog } from '../../src/log.ts';
import { createWebRig, type WebRig } from './rig.ts';
import { readFrames } from './sse.ts';

let rig: WebRig;
/** Another process on the same database. */
let elsewhere: Signals;
beforeAll(async () => {
  rig = await createWebRig();
  elsewhere = await openSignals({ url: rig.url, pool: rig.database.pool, log: createLog('silent') });
});
afterAll(async () => {
  await elsewhere.stop();
  await rig.stop();
});

const growing = (text: string, projectId = 'default'): Passing => ({
  projectId,
  threadId: 'room:c:1',
  kind: 'message.growing',
  data: { messageId: 'm', model: 'x', text, calls: [] },
});

test('what passes in one process is told by another, without an id, and only to its own project', async () => {
  const stream = readFrames(await rig.ask('/api/events', { as: rig.ownerKey }));
  await stream.until(() => stream.events('hello').length === 1);
  elsewhere.pass(growing('not yours', 'other'));
  elsewhere.pass(growing('one'));
  expect(await stream.until(() => stream.events('passing').length >= 1)).toBe(true);
  expect(stream.events('passing').map(({ id, data }) => [id, JSON.parse(data)])).toEqual([
    [undefined, { kind: 'message.growing', threadId: 'room:c:1', data: { messageId: 'm', model: 'x', text: 'one', calls: [] } }],
  ]);
  await stream.close();
});

test('of what passes quickly a reader gets the newest, never a backlog, and nothing of it is in the record', async () => {
  const before = await rig.sql('select 1 from wilco.events');
  const stream = readFrames(await rig.ask('/api/events', { as: rig.ownerKey }));
  await stream.until(() => stream.events('hello').length === 1);
  for (let at = 0; at < 200; at += 1) rig.signals.pass(growing(`text ${at}`));
  expect(await stream.until(() => stream.events('passing').at(-1)?.data.includes('text 199') === true)).toBe(true);
  expect(stream.events('passing').length).toBeLessThan(100);
  expect(await rig.sql('select 1 from wilco.events')).toHaveLength(before.length);
  expect(rig.lines.join('')).not.toContain('text 199');
  await stream.close();
});

test('what does not fit into one NOTIFY is not passed on, and what nobody of ours sent is not heard', async () => {
  const heard: Passing[] = [];
  const unhear = rig.signals.onPass((passing) => heard.push(passing));
  rig.signals.pass(growing('x'.repeat(9000)));
  await rig.sql(`notify wilco_passing, 'no json'`);
  elsewhere.pass(growing('last'));
  await expect.poll(() => heard.length).toBe(1);
  expect(heard[0]?.data.text).toBe('last');
  unhear();
});

test('an answer grows at most ten times a second, each time whole, and not after its end', async () => {
  const heard: Passing[] = [];
  const unhear = rig.signals.onPass((passing) => heard.push(passing));
  const one = createGrowing(rig.signals, { projectId: 'default', threadId: 't', messageId: 'm', model: 'x' });
  const began = performance.now();
  for (let at = 0; at < 60; at += 1) {
    one.onText(`\u202e${at} `);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  one.onCall('create_task');
  const most = Math.ceil((performance.now() - began) / 100) + 2;
  await expect.poll(() => heard.at(-1)?.data.calls).toEqual(['create_task']);
  expect(heard.length).toBeGreaterThan(2);
  expect(heard.length).toBeLessThanOrEqual(most);
  expect(heard.at(-1)?.data.text).toMatch(/^⟨U\+202E⟩0 .*59 $/s);
  one.onText('x'.repeat(20_000));
  await expect.poll(() => String(heard.at(-1)?.data.text)).toContain('xxx');
  const count = heard.length;
  one.onText('more');
  await one.stop();
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(heard.length).toBe(count);
  unhear();
});
