import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { View } from '../../src/bot/surface.ts';
import { visible } from '../../src/dispatch/visible.ts';
import type { Message } from '../fakes/slack/state.ts';
import { CHANNEL, type SlackDriver, slackDriver, wordsOf } from './slack-driver.ts';

let driver: SlackDriver;
beforeAll(async () => {
  driver = await slackDriver('http');
});
afterAll(() => driver.stop());

const viewOf = (text: string): View => ({
  messageId: randomUUID(),
  author: visible('Wilco'),
  text: visible(text),
  card: null,
  failed: null,
});

/** What people say to one another in the channel. */
const chatter = (many: number, ts: () => string, where: Partial<Message> = {}): void => {
  for (let i = 0; i < many; i += 1)
    driver.slack.messages.push({ channel: CHANNEL, ts: ts(), user: 'U5', text: 'x', blocks: [], edited: 0, ...where });
};
const standing = (text: string) => driver.standing().filter(({ words }) => words.includes(text));
const place = { surface: 'slack', channel: `T1.${CHANNEL}`, thread: 'feed' };

test('a message that may have arrived is looked for back to when there was first something to send, and no further', async () => {
  chatter(1000, () => `1600000000.${String(driver.slack.next()).padStart(6, '0')}`);
  const once = { key: randomUUID(), since: new Date() };
  const before = driver.slack.callsTo('conversations.history').length;
  expect(await driver.surface.post(place, viewOf('looked for'), { ...once, again: true })).toMatchObject({ ok: true });
  expect(driver.slack.callsTo('conversations.history')).toHaveLength(before + 1);
  expect(standing('looked for')).toHaveLength(1);
});

test.for(['feed', 'a thread'])(
  'nothing is posted before all of %s was looked through, however much there is and whatever Slack asks to wait',
  async (where) => {
    const root = driver.slack.ts();
    const thread = where === 'feed' ? {} : { thread_ts: root };
    const method = where === 'feed' ? 'conversations.history' : 'conversations.replies';
    if (where !== 'feed') {
      driver.slack.messages.push({ channel: CHANNEL, ts: root, user: 'U5', text: 'x', blocks: [], edited: 0 });
      chatter(2500, driver.slack.ts, thread);
    }
    const at = { ...place, thread: where === 'feed' ? 'feed' : root };
    const once = { key: randomUUID(), since: new Date() };
    driver.slack.fault('chat.postMessage', { kind: 'lost_after' });
    expect(await driver.surface.post(at, viewOf(`posted in ${where}`), { ...once, again: false })).toMatchObject({ ok: false });
    if (where === 'feed') chatter(2500, driver.slack.ts);
    const [there] = standing(`posted in ${where}`);
    const before = driver.slack.callsTo(method).length;
    driver.slack.fault(method, { kind: 'held', until: Promise.resolve() }, { kind: 'held', until: Promise.resolve() });
    driver.slack.fault(method, { kind: 'rate_limited', seconds: 1 });
    const tries: unknown[] = [];
    let done = await driver.surface.post(at, viewOf(`posted in ${where}`), { ...once, again: true });
    while (!done.ok && tries.length < 5) {
      tries.push(done.error.code);
      await new Promise((resolve) => setTimeout(resolve, done.ok ? 0 : (done.error.retryAfterMs ?? 0)));
      done = await driver.surface.post(at, viewOf(`posted in ${where}`), { ...once, again: true });
    }
    expect(done).toEqual({ ok: true, value: { remoteId: there?.id } });
    expect(tries).toEqual(['rate_limited', 'rate_limited']);
    expect(standing(`posted in ${where}`)).toHaveLength(1);
    // The page that was refused is asked for again, and no other.
    const cursors = driver.slack
      .callsTo(method)
      .slice(before)
      .map(({ args }) => args.cursor ?? '');
    expect(cursors.length - new Set(cursors).size).toBe(1);
  },
);

test('a place in the channel that Slack does not know any more is no end: it is looked through from the beginning', async () => {
  const once = { key: randomUUID(), since: new Date() };
  driver.slack.fault('chat.postMessage', { kind: 'lost_after' });
  await driver.surface.post(place, viewOf('begun anew'), { ...once, again: false });
  chatter(300, driver.slack.ts);
  driver.slack.fault('conversations.history', { kind: 'held', until: Promise.resolve() }, { kind: 'error', error: 'invalid_cursor' });
  expect(await driver.surface.post(place, viewOf('begun anew'), { ...once, again: true })).toMatchObject({
    error: { code: 'rate_limited' },
  });
  expect(await driver.surface.post(place, viewOf('begun anew'), { ...once, again: true })).toMatchObject({ ok: true });
  expect(driver.slack.messages.filter(({ blocks }) => wordsOf(blocks).includes('begun anew'))).toHaveLength(1);
});
