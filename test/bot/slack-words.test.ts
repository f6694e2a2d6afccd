import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStatus } from '../../src/bot/slack/status.ts';
import { readWords } from '../../src/bot/slack/words.ts';
import { visible } from '../../src/dispatch/visible.ts';
import { err, ok } from '../../src/result.ts';
import { BOT_USER, type Json } from '../fakes/slack/state.ts';
import { createSteps, type Steps, until } from './contract-steps.ts';
import { CHANNEL, type SlackDriver, slackDriver } from './slack-driver.ts';

let driver: SlackDriver;
let steps: Steps;
beforeAll(async () => {
  driver = await slackDriver('http', { pace: { burst: 3, perSecond: 1 } });
  steps = createSteps(driver);
  await steps.linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(() => driver.stop());

const BOT = `<@${BOT_USER}>`;
const say = async (text: string, more: { channel?: string; thread_ts?: string; user?: string; ts?: string } = {}) => {
  const body = driver.people.message({ channel: CHANNEL, user: 'U1', text, ...more });
  const { acked } = await driver.transport.send('events_api', body);
  return { acked, ts: String((body.event as Json).ts) };
};

test.for([
  ['at the beginning', `${BOT} create a task "called first"`, 'called first'],
  ['after a greeting', `hey ${BOT}, create a task "called after a greeting"`, 'called after a greeting'],
  ['at the end', `create a task "called at last" please ${BOT}!`, 'called at last'],
] as const)('called %s it does what the other words say', async ([, text, title]) => {
  await say(text);
  expect((await steps.cardOf(title)).words).toContain(`Title: ${title}`);
});

test('whoever is mentioned is called by their name here, or by the one that Slack shows', async () => {
  Object.assign(driver.slack.user('U2'), { profile: { display_name: 'Ben <Example>' } });
  await say(`${BOT} create a task "ask <@U2> and <@U1> for the bell"`);
  const [owner] = await driver.rig.sql<{ name: string }>(`select name from wilco.people where id = '${driver.rig.installed.ownerId}'`);
  expect((await steps.cardOf('for the bell')).words).toContain(`Title: ask Ben Example and ${owner?.name} for the bell`);
});

test.for([
  [`hi ${BOT} pay <@U2>`, 'pay Ben Example'],
  [`${BOT} ${BOT} stop`, 'stop'],
  [`ask ${BOT} later`, 'ask Wilco later'],
  [`this is high ${BOT}`, 'this is high'],
  [`hide ${BOT} and seek`, 'hide Wilco and seek'],
  [BOT, ''],
  ['<@U3>', 'kill all'],
  ['<@U4> <@U404>', 'note-taker do it @U404'],
] as const)('%s reads as %s', async ([text, words]) => {
  const names: Record<string, string> = { U2: 'Ben <Example>', U3: '/kill "all"', U4: '@note-taker  do\nit' };
  expect(await readWords(text, { botUserId: BOT_USER, nameOf: async (id) => names[id] })).toBe(words);
});

test('what people say to one another in many threads is taken in, however little Slack says of them', async () => {
  const before = driver.slack.callsTo('conversations.replies').length;
  const roots = Array.from({ length: 12 }, () => driver.slack.ts());
  for (const ts of roots)
    driver.slack.messages.push({ channel: CHANNEL, ts, user: 'U5', text: 'lunch?', blocks: [], edited: 0, thread_ts: ts });
  const told = await Promise.all(roots.map((thread_ts) => say('at noon', { thread_ts, user: 'U6' })));
  expect(told.map(({ acked }) => acked)).toEqual(roots.map(() => true));
  expect(driver.slack.callsTo('conversations.replies').length - before).toBeLessThan(12);
});

test('a thread whose beginning was heard is known without asking', async () => {
  const { ts } = await say(`${BOT} create a task "begun here"`);
  await steps.cardOf('begun here');
  const chatter = await say('lunch?', { user: 'U6' });
  await say('create a task "below it"', { thread_ts: ts });
  await say('create a task "below lunch"', { thread_ts: chatter.ts });
  expect((await steps.cardOf('below it')).where).toBe(`${CHANNEL}:${ts}`);
  const asked = driver.slack.callsTo('conversations.replies').map(({ args }) => args.ts);
  expect(asked.filter((one) => one === ts || one === chatter.ts)).toEqual([]);
  expect(driver.standing().filter(({ words }) => words.includes('below lunch'))).toEqual([]);
});

/** The statuses that Slack is told, and what it says to each; the last answer counts for all that follow. */
const statuses = (...codes: (string | null)[]) => {
  const asked: string[] = [];
  let now = 0;
  const api = {
    client: undefined as never,
    async call({ channel }: { channel: string }) {
      asked.push(channel);
      const code = codes.length > 1 ? codes.shift() : codes[0];
      return code ? err({ code: 'refused' as const, message: `Slack: ${code}` }) : (ok({}) as never);
    },
  };
  const show = createStatus(
    api,
    () => ({ workspace: 'T1', botUserId: BOT_USER }),
    () => now,
  );
  return {
    asked,
    later: (ms: number) => {
      now += ms;
    },
    work: (channel: string) =>
      show({ surface: 'slack', channel: `T1.${channel}`, thread: '1.1' }, { busy: true, title: visible('x'), by: 'U1' }),
  };
};

test('a status that Slack refuses for one thread is shown in the next', async () => {
  const { asked, work } = statuses('invalid_arguments', null);
  await work('C1');
  await work('C2');
  expect(asked).toEqual(['C1', 'C2']);
});

test('an app that may set no status is asked again after a while', async () => {
  const { asked, work, later } = statuses('missing_scope', null);
  await work('C1');
  await work('C2');
  expect(asked).toEqual(['C1']);
  later(600_001);
  await work('C3');
  await work('C4');
  expect(asked).toEqual(['C1', 'C3', 'C4']);
});

test('a line below the other in a direct conversation corrects the request before it, and answers what was asked of it', async () => {
  const { ts } = await say('create a task "repaint the bell", priority 3', { channel: 'DU1' });
  const card = await steps.cardOf('repaint the bell');
  expect(card.where).toBe(`DU1:${ts}`);
  await say('no, make it priority 8', { channel: 'DU1' });
  const changed = await until(driver, ({ where, words }) => where === `DU1:${ts}` && words.includes('I changed the card above'));
  expect(changed).toBeDefined();
  await until(driver, ({ id, words }) => id === card.id && words.includes('8'));
  const asked = await say('create a task', { channel: 'DU1' });
  await until(driver, ({ where, buttons }) => where === `DU1:${asked.ts}` && buttons.includes('Fill in the rest'));
  await say('"hang the horn"', { channel: 'DU1' });
  await until(driver, ({ where, words }) => where === `DU1:${asked.ts}` && words.includes('Did you mean'));
  const anew = await say('create a task "another bell"', { channel: 'DU1' });
  expect((await steps.cardOf('another bell')).where).toBe(`DU1:${anew.ts}`);
});

test('what is said below a card that came as a direct message is about that card', async () => {
  await driver.command('U1', 'create a task "sent by command", priority 2');
  const card = await steps.cardOf('sent by command');
  expect(card.where).toBe(`${CHANNEL}:feed`);
  await steps.onRecord(card);
  await say('no, make it priority 9', { thread_ts: card.id });
  await until(driver, ({ id, words }) => id === card.id && words.includes('Priority') && words.includes('9'));
});
