import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startDeliverer } from '../../src/bot/deliver.ts';
import { ensureThread, postToThread } from '../../src/db/talk.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { eventually } from '../eventually.ts';
import { fakeSurface } from '../fakes/surface.ts';
import { type ChatRig, createChatRig } from './rig.ts';

let rig: ChatRig;
beforeAll(async () => {
  rig = await createChatRig([createTask]);
});
afterAll(() => rig.stop());
beforeEach(() => {
  rig.fake.faults.length = 0;
});

const post = (thread: string, text: string) =>
  rig.database.transaction(async ({ db }) => {
    const threadId = `fake:W1.C1:${thread}`;
    await ensureThread(db, { id: threadId, projectId: 'default', create: true, title: thread });
    await postToThread(db, { projectId: 'default', threadId, text, personId: null });
  });
const textsIn = (thread: string): string[] =>
  rig.fake.standing.filter(({ place }) => place.thread === thread).map(({ views }) => views.at(-1)?.text ?? '');
const stands = (text: string) => rig.until((view) => view.text === text);

test('a hundred lines of one thread arrive in the order in which they were written', async () => {
  const lines = Array.from({ length: 100 }, (_, at) => `line ${at}`);
  for (const line of lines) await post('ordered', line);
  await stands('line 99');
  expect(textsIn('ordered')).toEqual(lines);
});

test('a message whose answer was lost stands once', async () => {
  rig.fake.faults.push('lost', 'lost');
  await post('lost', 'only once');
  await stands('only once');
  await rig.sql(`select pg_sleep(0)`);
  await eventually(async () => (await open()) === 0);
  expect(textsIn('lost')).toEqual(['only once']);
});

const open = async (): Promise<number> => {
  const [row] = await rig.sql<{ n: number }>(`select count(*)::int as n from wilco.deliveries where sent < desired and state <> 'failed'`);
  return row?.n ?? -1;
};

test('a thread that is told to wait holds up no other, and keeps its order', async () => {
  rig.fake.faults.push({ code: 'rate_limited', message: 'slow down', retryAfterMs: 600 });
  await post('slow', 'first');
  await rig.until(() => rig.fake.faults.length === 0 || rig.fake.standing.length >= 0);
  await post('slow', 'second');
  await post('quick', 'meanwhile');
  await stands('meanwhile');
  await stands('second');
  expect(textsIn('slow')).toEqual(['first', 'second']);
});

test('what a surface refuses for good fails, is on record, and the next line arrives', async () => {
  rig.fake.faults.push({ code: 'refused', message: 'too long for the platform' });
  await post('refused', 'never');
  await post('refused', 'still here');
  await stands('still here');
  expect(textsIn('refused')).toEqual(['still here']);
  const failed = await rig.sql<{ problem: string }>(`select problem from wilco.deliveries where state = 'failed'`);
  expect(failed).toEqual([{ problem: 'too long for the platform' }]);
  expect(await rig.sql(`select 1 from wilco.events where kind = 'delivery.failed'`)).toHaveLength(1);
});

test('two processes that deliver at once bring everything once and in order', async () => {
  const other = fakeSurface();
  other.post = (place, view, once) => rig.fake.post(place, view, once);
  const second = startDeliverer({ heart: rig.heart, signals: rig.signals, surfaces: [other] });
  const lines = Array.from({ length: 60 }, (_, at) => `both ${at}`);
  for (const line of lines) await post('both', line);
  await stands('both 59');
  await second.stop();
  expect(textsIn('both')).toEqual(lines);
});

test('a try that takes longer than a worker is given is nobody else’s to begin', async () => {
  const slow = fakeSurface('slow');
  let finish = (): void => undefined;
  slow.faults.push({
    after: new Promise((resolve) => {
      finish = resolve;
    }),
  });
  const one = startDeliverer({ heart: rig.heart, signals: rig.signals, surfaces: [slow], leaseSeconds: 0.3 });
  const other = startDeliverer({ heart: rig.heart, signals: rig.signals, surfaces: [slow], leaseSeconds: 0.3 });
  await rig.database.transaction(async ({ db }) => {
    await ensureThread(db, { id: 'slow:W1.C1:t', projectId: 'default', create: true, title: 'slow' });
    await postToThread(db, { projectId: 'default', threadId: 'slow:W1.C1:t', text: 'searched for long', personId: null });
  });
  await eventually(() => slow.posts === 1);
  await sleep(1200);
  expect(slow.posts).toBe(1);
  finish();
  await eventually(async () => (await open()) === 0);
  await Promise.all([one.stop(), other.stop()]);
  expect(slow.standing).toHaveLength(1);
});

test('nothing is delivered for a thread of the room', async () => {
  await rig.says('U1', 'hello');
  await rig.proposed(rig.owner, { title: 'in the room' }, 'create_task');
  expect(await rig.sql(`select 1 from wilco.deliveries where thread_id like 'room:%'`)).toEqual([]);
});
