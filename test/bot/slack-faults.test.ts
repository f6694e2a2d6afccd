import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effectsWithoutDecision } from '../dispatch/rig.ts';
import { eventually, PATIENCE_MS } from '../eventually.ts';
import { BOT_USER, type Fault } from '../fakes/slack/state.ts';
import { createSteps, order, type Steps, until } from './contract-steps.ts';
import { CHANNEL, type Mode, type SlackDriver, slackDriver } from './slack-driver.ts';

/** What every fault of Slack has to leave as it should be, whichever way its events come. */
const faults = (mode: Mode): void => {
  let driver: SlackDriver;
  let steps: Steps;
  beforeAll(async () => {
    driver = await slackDriver(mode);
    steps = createSteps(driver);
    expect(await steps.linkTo('U1', driver.rig.installed.ownerId)).toContain('Linked. You are');
  });
  afterAll(async () => {
    expect(await effectsWithoutDecision(driver.rig)).toBe(0);
    await driver.stop();
  });

  const tell = (text: string, more: { channel?: string; ts?: string; thread_ts?: string } = {}) => {
    const body = driver.people.message({ channel: CHANNEL, user: 'U1', text, ...more });
    const send = (retry = 0) => driver.transport.send('events_api', body, retry);
    return { body, send };
  };
  const told = async ({ body }: ReturnType<typeof tell>): Promise<void> => void (await driver.insists('events_api', body));
  const standingWith = (title: string) => driver.standing().filter(({ words }) => words.includes(title) && words.includes('Risk'));
  const stored = (title: string) =>
    driver.rig.sql<{ id: string }>(`select id from wilco.messages where author_kind = 'person' and text like '%${title}%'`);

  test(`${mode}: what cannot be stored is not acknowledged, and is taken when it comes again`, async () => {
    const { send } = tell(`<@${BOT_USER}> ${order('stored later')}`);
    await driver.rig.sql('alter table wilco.inbox rename to inbox_away');
    driver.slack.ackMs = 1000;
    try {
      expect(await send()).toMatchObject({ acked: false });
    } finally {
      driver.slack.ackMs = 15_000;
      await driver.rig.sql('alter table wilco.inbox_away rename to inbox');
    }
    expect(await stored('stored later')).toEqual([]);
    expect(await send(1)).toMatchObject({ acked: true });
    expect(await send(2)).toMatchObject({ acked: true });
    await steps.cardOf('stored later');
    expect(await stored('stored later')).toHaveLength(1);
  });

  test.for<{ name: string; fault: Fault }>([
    { name: 'lost after it was posted', fault: { kind: 'lost_after' } },
    { name: 'lost before it was posted', fault: { kind: 'lost_before' } },
    { name: 'answered 503', fault: { kind: 'status', status: 503 } },
    { name: 'answered internal_error', fault: { kind: 'error', error: 'internal_error' } },
  ])(`${mode}: a card whose post is $name stands once, in a thread and in a direct conversation`, async ({ name, fault }) => {
    for (const channel of [CHANNEL, 'DU1']) {
      const title = `${name} in ${channel}`;
      driver.slack.fault('chat.postMessage', fault);
      await told(tell(`<@${BOT_USER}> ${order(title)}`, { channel }));
      const card = await steps.onRecord(steps.cardOf(title));
      expect(standingWith(title)).toHaveLength(1);
      expect(await driver.presses('U1', { on: card, label: 'Approve' })).toEqual({ kind: 'nothing' });
      await until(driver, ({ id, words }) => id === card.id && words.includes('Done'));
    }
  });

  test(`${mode}: a change whose answer is lost is made again, and the card shows the last state`, async () => {
    await told(tell(`<@${BOT_USER}> ${order('changed in the dark')}`));
    const card = await steps.onRecord(steps.cardOf('changed in the dark'));
    driver.slack.fault('chat.update', { kind: 'lost_after' }, { kind: 'status', status: 500 });
    await driver.presses('U1', { on: card, label: 'Approve' });
    await until(driver, ({ id, words }) => id === card.id && words.includes('Done'));
    expect(standingWith('changed in the dark')).toHaveLength(1);
  });

  test(`${mode}: asked to wait, only that kind of call waits, and for as long as Slack said`, async () => {
    await told(tell(`<@${BOT_USER}> ${order('already there')}`));
    const card = await steps.onRecord(steps.cardOf('already there'));
    driver.slack.fault('chat.postMessage', { kind: 'rate_limited', seconds: 2 });
    const before = driver.slack.callsTo('chat.postMessage').length;
    await told(tell(`<@${BOT_USER}> ${order('after the wait')}`));
    while (driver.slack.callsTo('chat.postMessage').length === before) await sleep(5);
    expect(await driver.presses('U1', { on: card, label: 'Withdraw' })).toEqual({ kind: 'nothing' });
    await until(driver, ({ id, words }) => id === card.id && words.includes('Withdrawn'));
    await steps.cardOf('after the wait');
    const [refused, ...later] = driver.slack.callsTo('chat.postMessage').slice(before);
    expect((later[0]?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(1990);
    expect(standingWith('after the wait')).toHaveLength(1);
  });

  test(`${mode}: nobody acts whom Slack does not know at that moment`, async () => {
    await told(tell(`<@${BOT_USER}> ${order('guarded')}`));
    const card = await steps.onRecord(steps.cardOf('guarded'));
    const broken: Fault = { kind: 'status', status: 500 };
    driver.slack.fault('users.info', broken, broken);
    const answer = await driver.presses('U77', { on: card, label: 'Approve' });
    expect(answer).toMatchObject({ kind: 'private', words: expect.stringContaining('could not say who you are') });
    driver.slack.fault('users.info', { kind: 'lost_before' }, { kind: 'lost_before' });
    const said = driver.people.message({ channel: CHANNEL, user: 'U78', text: `<@${BOT_USER}> hello` });
    driver.slack.ackMs = 4000;
    expect(await driver.transport.send('events_api', said)).toMatchObject({ acked: false });
    driver.slack.ackMs = 15_000;
    expect(await driver.transport.send('events_api', said, 1)).toMatchObject({ acked: true });
    expect(await driver.presses('U1', { on: card, label: 'Withdraw' })).toEqual({ kind: 'nothing' });
  });

  test(`${mode}: an edit before its message counts, and a deletion before its message leaves nothing`, async () => {
    const ts = driver.slack.ts();
    const first = tell(`<@${BOT_USER}> ${order('words that came late')}`, { ts });
    await driver.insists('events_api', driver.people.changed(CHANNEL, ts, `<@${BOT_USER}> ${order('words that count')}`));
    await told(first);
    await steps.cardOf('words that count');
    const gone = tell(`<@${BOT_USER}> ${order('never to be')}`);
    const goneTs = String((gone.body.event as { ts: string }).ts);
    await driver.insists('events_api', driver.people.deleted(CHANNEL, goneTs));
    await told(gone);
    await told(tell(`<@${BOT_USER}> ${order('behind both')}`));
    await steps.cardOf('behind both');
    expect(await stored('words that came late')).toEqual([]);
    expect(await stored('never to be')).toEqual([]);
  });

  test(`${mode}: a form that Slack would not open any more is offered by a button`, async () => {
    await told(tell(`<@${BOT_USER}> ${order('opened too late')}`));
    const card = await steps.onRecord(steps.cardOf('opened too late'));
    driver.slack.triggerMs = -1;
    const late = await driver.presses('U1', { on: card, label: 'Reject' });
    driver.slack.triggerMs = 15_000;
    expect(late).toMatchObject({ kind: 'private', buttons: ['Open it'] });
    expect(await driver.presses('U1', { on: card, label: 'Reject' })).toMatchObject({ kind: 'form' });
  });

  test(`${mode}: messages that come one to four times in any order each become one card`, async () => {
    const titles = Array.from({ length: 12 }, (_, i) => `shuffled ${i} of twelve`);
    const sends = titles.flatMap((title, i) => {
      const { body } = tell(`<@${BOT_USER}> ${order(title)}`);
      return Array.from({ length: 1 + (i % 4) }, (_, n) => ({
        send: () => driver.insists('events_api', body, n),
        at: (i * 7 + n * 5) % 13,
      }));
    });
    await Promise.all(sends.sort((a, b) => a.at - b.at).map(({ send }) => send()));
    for (const title of titles) {
      await steps.cardOf(title);
      expect(await stored(title)).toHaveLength(1);
      expect(standingWith(title)).toHaveLength(1);
    }
  });

  test(`${mode}: a token that is revoked takes Slack offline, and Slack alone, until it holds again`, async () => {
    await eventually(() => driver.surface.health().ok);
    driver.slack.revoked = true;
    await driver.rig.says('U1', 'elsewhere');
    await told(tell(`<@${BOT_USER}> ${order('while revoked')}`));
    const late = Date.now() + PATIENCE_MS;
    while (driver.surface.health().ok && Date.now() < late) await sleep(10);
    expect(driver.surface.health()).toMatchObject({ ok: false, detail: expect.stringContaining('token') });
    driver.slack.revoked = false;
    while (!driver.surface.health().ok && Date.now() < late) await sleep(10);
    expect(driver.surface.health()).toMatchObject({ ok: true });
    const lines = `select text from wilco.messages where thread_id = 'room:team:feed' and text like 'Slack %' order by created_at`;
    await eventually(async () => (await driver.rig.sql(lines)).length >= 2);
    expect(await driver.rig.sql(lines)).toEqual([
      { text: expect.stringContaining('refuses the bot token') },
      { text: expect.stringContaining('is connected again') },
    ]);
  });

  test.for([{ type: 'app_uninstalled' }, { type: 'tokens_revoked', tokens: { oauth: [], bot: ['UBOT'] } }])(
    `${mode}: $type takes Slack offline at once, although nothing is called`,
    async (event) => {
      await eventually(() => driver.surface.health().ok);
      driver.slack.revoked = true;
      await driver.insists('events_api', driver.people.event(event));
      expect(driver.surface.health()).toMatchObject({ ok: false, detail: expect.stringContaining('Install the app again') });
      driver.slack.revoked = false;
      await eventually(() => driver.surface.health().ok);
    },
  );

  test(`${mode}: a token that is revoked while nobody says anything is found out all the same`, async () => {
    await eventually(() => driver.surface.health().ok);
    driver.slack.revoked = true;
    await eventually(() => !driver.surface.health().ok);
    driver.slack.revoked = false;
    await eventually(() => driver.surface.health().ok);
  });
};

faults('http');
faults('socket');
