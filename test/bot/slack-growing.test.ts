import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSlack } from '../../src/bot/slack/slack.ts';
import { visible, visibleBlock } from '../../src/dispatch/visible.ts';
import { eventually } from '../eventually.ts';
import { BOT_TOKEN, BOT_USER, type Fault, type Json, SIGNING_SECRET } from '../fakes/slack/state.ts';
import { createSteps, type Seen, until } from './contract-steps.ts';
import { CHANNEL, type Mode, type SlackDriver, slackDriver } from './slack-driver.ts';

const IS_WRITING = 'is writing';
const lines = (word: string): string => Array.from({ length: 16 }, (_, at) => `${word} ${String(at).padStart(2, '0')}`).join('\n');

/** What Slack may do to an answer that grows, and what stands in the end all the same. */
const growing = (mode: Mode): void => {
  let driver: SlackDriver;
  beforeAll(async () => {
    driver = await slackDriver(mode);
    await createSteps(driver).linkTo('U1', driver.rig.installed.ownerId);
  });
  afterAll(() => driver.stop());

  /** Told as Slack tells it: again, up to three times, until it is acknowledged. */
  const told = async (body: Json): Promise<void> => {
    for (let retry = 0; retry < 4; retry += 1) if ((await driver.transport.send('events_api', body, retry)).acked) return;
    throw new Error('never acknowledged');
  };
  const say = async (text: string, more: { channel?: string; thread_ts?: string } = {}): Promise<string> => {
    const body = driver.people.message({ channel: CHANNEL, user: 'U1', text: `<@${BOT_USER}> ${text}`, ...more });
    await told(body);
    return String((body.event as Json).ts);
  };
  /** Asks for an answer of sixteen lines, and waits for its end. */
  const answered = async (word: string, more: { channel?: string } = {}): Promise<Seen> => {
    await say(`slowly ${lines(word)}`, more);
    return until(driver, ({ words }) => words.includes(lines(word)) && !words.includes(IS_WRITING));
  };
  const standingWith = (words: string) => driver.standing().filter((one) => one.words.includes(words));
  const calls = (method: string, from = 0) => driver.slack.callsTo(method).slice(from);
  const session = (channel: string, thread: string) => driver.slack.sessions.get(`${channel} ${thread}`);
  const streams = (): void => {
    test(`${mode}: an answer is streamed to whoever asked, and ends as one message of plain blocks`, async () => {
      const end = await answered('alder');
      const [start] = calls('chat.startStream');
      expect(start?.args).toMatchObject({ channel: CHANNEL, recipient_user_id: 'U1', recipient_team_id: 'T1' });
      expect(calls('chat.appendStream').length).toBeGreaterThanOrEqual(1);
      expect(calls('chat.stopStream')).toHaveLength(1);
      expect(standingWith('alder 00')).toHaveLength(1);
      expect(driver.slack.messages.find(({ ts }) => ts === end.id)).toMatchObject({ streaming: false });
    });

    test.for<{ name: string; method: string; faults: Fault[] }>([
      { name: 'the begin of a stream is not heard of', method: 'chat.startStream', faults: [{ kind: 'lost_after' }] },
      { name: 'the begin of a stream does not arrive', method: 'chat.startStream', faults: [{ kind: 'lost_before' }] },
      { name: 'Slack asks to wait before a stream', method: 'chat.startStream', faults: [{ kind: 'rate_limited', seconds: 1 }] },
      { name: 'a part arrives unheard', method: 'chat.appendStream', faults: [{ kind: 'lost_after' }] },
      { name: 'Slack asks to wait within a stream', method: 'chat.appendStream', faults: [{ kind: 'rate_limited', seconds: 1 }] },
      {
        name: 'Slack has ended the stream',
        method: 'chat.appendStream',
        faults: [{ kind: 'error', error: 'message_not_in_streaming_state' }],
      },
      { name: 'the end of a stream is not heard of', method: 'chat.stopStream', faults: [{ kind: 'lost_after' }] },
      { name: 'the end of a stream fails', method: 'chat.stopStream', faults: [{ kind: 'status', status: 503 }] },
    ])(`${mode}: $name, and the answer stands once and whole`, async ({ name, method, faults }) => {
      const word = name.replaceAll(' ', '-').toLowerCase();
      driver.slack.fault(method, ...faults);
      await answered(word);
      expect(driver.slack.faults.get(method)).toEqual([]);
      expect(standingWith(`${word} 00`)).toHaveLength(1);
    });

    test(`${mode}: where streams are refused it is an ordinary message that is edited`, async () => {
      driver.slack.fault('chat.startStream', { kind: 'error', error: 'channel_type_not_supported' });
      const before = calls('chat.startStream').length;
      driver.slack.channels.add('C7');
      await answered('rowan', { channel: 'C7' });
      await answered('aspen', { channel: 'C7' });
      expect(calls('chat.startStream', before)).toHaveLength(1);
      expect(standingWith('rowan 00')).toHaveLength(1);
      expect(standingWith('aspen 00')).toHaveLength(1);
    });

    test(`${mode}: a stream that a process left open is ended by the next one, in the same message`, async () => {
      const by = { kind: 'http' as const, signingSecret: SIGNING_SECRET };
      const config = { botToken: BOT_TOKEN, apiUrl: driver.slack.apiUrl, by };
      const { database, heart } = driver.rig;
      const next = createSlack({ config, database, log: heart.log, mount: () => undefined });
      await next.start(async () => ({ kind: 'nothing' }));
      const place = { surface: 'slack', channel: `T1.${CHANNEL}`, thread: await say('briefly it begins') };
      const about = { messageId: '', author: visible('Wilco'), card: null, failed: null };
      const parts = {
        text: visibleBlock('birch 00\nbirch 01\nbir'),
        calls: [visible('Make <it>')],
        note: visible('m is writing'),
        for: 'U1',
      };
      const soFar = { ...about, text: visibleBlock('birch 00 so far'), growing: parts };
      const once = { key: randomUUID(), again: false, since: new Date() };
      const begun = await driver.surface.post(place, soFar, once);
      const standing = () => standingWith('birch 00').map(({ words }) => words);
      expect(standing()).toEqual([expect.stringMatching(/birch 01[\s\S]*Make &lt;it&gt;/)]);
      expect(await next.post(place, soFar, { ...once, again: true, since: new Date() })).toEqual(begun);
      expect(await next.post(place, soFar, { ...once, again: true, since: new Date() })).toEqual(begun);
      expect(standing()).toEqual(['birch 00 so far']);
      const remoteId = begun.ok ? begun.value.remoteId : '';
      const message = driver.slack.messages.find(({ ts }) => ts === remoteId);
      if (message) message.streaming = true;
      expect(await next.update(place, remoteId, { ...about, text: visibleBlock('birch 00 in the end') })).toMatchObject({ ok: true });
      expect(standing()).toEqual(['birch 00 in the end']);
      await next.stop();
    });
  };
  // What leaves for Slack goes one way, however its events come.
  if (mode === 'http') streams();

  test(`${mode}: the session of a thread is at work while Wilco is, and at rest after its answer and after a stop`, async () => {
    const ts = await say('briefly all is well');
    await until(driver, ({ words }) => words.includes('all is well'));
    await eventually(async () => session(CHANNEL, ts)?.statuses.at(-1) === 'active');
    expect(session(CHANNEL, ts)).toEqual({ statuses: ['processing', 'active'], title: 'briefly all is well' });
    const direct = await say(`endlessly ${lines('hazel')}`, { channel: 'DU1' });
    await until(driver, ({ words }) => words.includes('hazel 01'));
    expect(session('DU1', direct)?.statuses).toEqual(['processing']);
    const body = driver.people.stopped('U1', { channel: 'DU1', thread_ts: direct });
    await told(body);
    await told(body);
    await until(driver, ({ words }) => words.includes('hazel 01') && words.includes('Stopped by'));
    await eventually(async () => session('DU1', direct)?.statuses.at(-1) === 'active');
  });

  test(`${mode}: a stranger stops nothing`, async () => {
    const ts = await say(`endlessly ${lines('larch')}`);
    const begun = await until(driver, ({ words }) => words.includes('larch 01'));
    const body = driver.people.stopped('U66', { channel: CHANNEL, thread_ts: ts });
    driver.slack.user('U66');
    await told(body);
    await driver.surface.settled();
    expect(driver.slack.messages.filter(({ only }) => only === 'U66')).toHaveLength(1);
    const own = await driver.rig.sql(`select 1 from wilco.messages where answers is not null and text like 'larch%'`);
    expect(own).toHaveLength(1);
    await say('stop', { thread_ts: ts });
    await until(driver, ({ id, words }) => id === begun.id && words.includes('Stopped by'));
  });

  test(`${mode}: whoever opens the conversation is offered what to begin with, when they are known`, async () => {
    const opened = (user: string) => driver.people.event({ type: 'app_home_opened', user, channel: `D${user}`, tab: 'messages' });
    for (const user of ['U1', 'U66']) await told(opened(user));
    await driver.surface.settled();
    expect(driver.slack.prompts.get('DU1')?.length).toBe(4);
    expect(driver.slack.prompts.has('DU66')).toBe(false);
  });
};

growing('http');
growing('socket');
