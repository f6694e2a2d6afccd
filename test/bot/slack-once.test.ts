import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pageOf } from '../../src/bot/slack/answer.ts';
import { cardBlocks, VIEW } from '../../src/bot/slack/blocks.ts';
import { formModal, readModal } from '../../src/bot/slack/modal.ts';
import type { View } from '../../src/bot/surface.ts';
import { plainCard } from '../../src/dispatch/card.ts';
import { visible, visibleBlock } from '../../src/dispatch/visible.ts';
import { problemsOfView } from '../fakes/slack/limits.ts';
import type { Message } from '../fakes/slack/state.ts';
import { CHANNEL, type SlackDriver, slackDriver } from './slack-driver.ts';
import { buttonsIn, wordsOf } from './slack-reading.ts';

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
    // How often it was asked too early is the machine's; that it was told to wait, and went on, is not.
    expect(new Set(tries)).toEqual(new Set(['rate_limited']));
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

const long = Array.from({ length: 900 }, (_, i) => `line ${i} of what a model has to say about "it"`).join('\n');

test.for(['feed', 'a thread'])('a text that no message holds stands whole in several, once, in %s', async (where) => {
  const at = { ...place, thread: where === 'feed' ? 'feed' : driver.slack.ts() };
  const view = { ...viewOf(''), text: visibleBlock(`${where}\n${long}`) };
  const once = { key: randomUUID(), since: new Date() };
  driver.slack.fault('chat.postMessage', { kind: 'held', until: Promise.resolve() }, { kind: 'lost_after' }, { kind: 'lost_before' });
  let posted = await driver.surface.post(at, view, { ...once, again: false });
  for (let tries = 0; !posted.ok && tries < 5; tries += 1) posted = await driver.surface.post(at, view, { ...once, again: true });
  if (!posted.ok) throw new Error(posted.error.message);
  const { remoteId } = posted.value;
  const thread = where === 'feed' ? remoteId : at.thread;
  const parts = () =>
    driver.slack.messages.filter(({ ts, thread_ts, user }) => user === 'UBOT' && (ts === remoteId || thread_ts === thread));
  const words = () =>
    parts()
      .map(({ blocks }) => wordsOf(blocks))
      .join('')
      .replaceAll('\n', '');
  expect(words()).toBe(`${where}${long}`.replaceAll('\n', ''));
  const many = parts().length;
  expect(many).toBeGreaterThan(3);
  expect(
    await driver.surface.update(at, remoteId, { ...view, text: visibleBlock(`${where}\n${long.replaceAll('it', 'us')}`) }),
  ).toMatchObject({ ok: true });
  expect(parts()).toHaveLength(many);
  expect(words()).toContain('"us"');
});

test('a card that no message holds says where it stands whole, and leads there', async () => {
  const table = {
    columns: [visible('Name')],
    rows: Array.from({ length: 900 }, (_, i) => ({ cells: [visible(`row ${i} of many`)] })),
    empty: visible('-'),
  };
  const card = plainCard({ title: visible('A long list'), table });
  const text = visibleBlock('Here it is.');
  const posted = await driver.surface.post(place, { ...viewOf(''), text, card }, { key: randomUUID(), since: new Date(), again: false });
  const message = driver.slack.messages.find(({ ts }) => posted.ok && ts === posted.value.remoteId);
  expect(wordsOf(message?.blocks)).toContain('A long list');
  expect(buttonsIn(message?.blocks).map(({ url }) => url)).toEqual([`https://wilco.test/t/${encodeURIComponent('slack:T1.C1:feed')}`]);
});

test('a view is never larger than Slack takes, whatever alphabet it is written in', () => {
  const chinese = visibleBlock('字'.repeat(2900));
  const wide = plainCard({ title: visible('字'), notes: Array.from({ length: 45 }, () => chinese) });
  expect(problemsOfView(readModal('x', cardBlocks(wide, { room: VIEW, messageId: null }), '{}') as never)).toEqual([]);
  const field = { label: 'x', hint: undefined, control: 'text' as const, choices: [], required: true, nullable: false, value: chinese };
  const fields = Array.from({ length: 40 }, (_, i) => ({ ...field, name: `f${i}` }));
  expect(formModal({ id: 'x', title: 'x', about: null, submit: 'x', fields }, '{}')).toBeUndefined();
  const page = pageOf({
    kind: 'home',
    cards: Array.from({ length: 40 }, () => plainCard({ title: visible('字'), notes: [chinese, chinese] })),
  });
  expect(problemsOfView({ type: 'home', blocks: page })).toEqual([]);
});
