import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRoster } from '../../src/agents/roster.ts';
import { createCommands } from '../../src/bot/commands/registry.ts';
import { EVENTS, METHODS, manifest, SCOPES } from '../../src/bot/slack/manifest.ts';
import { createSlack } from '../../src/bot/slack/slack.ts';
import { parseConfig } from '../../src/config.ts';
import { slack as slackCheck } from '../../src/ops/checks/slack.ts';
import { slackSetup } from '../../src/ops/slack-setup.ts';
import { createRig, type Rig } from '../dispatch/rig.ts';
import { PATIENCE_MS } from '../eventually.ts';
import { type SlackServer, startSlack } from '../fakes/slack/server.ts';
import { APP_TOKEN, BOT_TOKEN, CONFIG_TOKEN, SIGNING_SECRET } from '../fakes/slack/state.ts';

const FOLDER = resolve(import.meta.dirname, '../../src/bot/slack');
const code = readdirSync(FOLDER)
  .filter((name) => name !== 'manifest.ts')
  .map((name) => readFileSync(join(FOLDER, name), 'utf8'))
  .join('\n');

let rig: Rig;
let slack: SlackServer;
beforeAll(async () => {
  rig = await createRig();
  slack = await startSlack();
  slack.channels.add('C12345');
});
afterAll(async () => {
  await slack.stop();
  await rig.stop();
});

const environment = (more: Record<string, string> = {}) => ({
  DATABASE_URL: rig.url,
  SLACK_BOT_TOKEN: BOT_TOKEN,
  SLACK_APP_TOKEN: APP_TOKEN,
  SLACK_API_URL: slack.apiUrl,
  ...more,
});
const run = async (env: Record<string, string>, ...args: string[]): Promise<{ code: number; said: string }> => {
  const lines: string[] = [];
  const result = await slackSetup({ config: parseConfig(env, []), args, log: rig.heart.log, say: (line) => lines.push(line) });
  return { code: result, said: lines.join('\n') };
};

test('the scopes are those of the methods that are called, and no other', () => {
  const called = new Set(
    [
      ...code.matchAll(/\b(?:client|client\(\)|at)\.((?:auth|users|usergroups|conversations|chat|views|agents|assistant)(?:\.\w+)+)\(/g),
    ].map(([, name = '']) => name),
  );
  expect([...called].sort()).toEqual(Object.keys(METHODS).sort());
});

test('the events are those that are read, and no other', () => {
  const read = [...code.matchAll(/z\.(?:literal|enum)\(\[?((?:'[a-z_]+'(?:, )?)+)\]?\)/g)].flatMap(([, names = '']) =>
    [...names.matchAll(/'([a-z_]+)'/g)].map(([, name]) => name),
  );
  const kinds = new Set(Object.keys(EVENTS).map((name) => name.split('.')[0]));
  expect([...kinds].filter((name) => !read.includes(name))).toEqual([]);
});

test('the manifest asks for these, and for nothing of a person', () => {
  const made = JSON.stringify(manifest({ requestUrl: null, short: true }));
  expect(JSON.parse(made)).toMatchObject({
    oauth_config: { scopes: { bot: SCOPES } },
    settings: {
      socket_mode_enabled: true,
      interactivity: { is_enabled: true },
      event_subscriptions: { bot_events: Object.keys(EVENTS).sort() },
    },
  });
  expect(made).not.toContain('request_url');
  expect(JSON.parse(JSON.stringify(manifest({ requestUrl: 'https://wilco.test/slack/events', short: false })))).toMatchObject({
    features: { slash_commands: [{ command: '/wilco', url: 'https://wilco.test/slack/events' }] },
    settings: { socket_mode_enabled: false, event_subscriptions: { request_url: 'https://wilco.test/slack/events' } },
  });
});

test('the commands that stand beside /wilco are commands that there are', () => {
  const commands = createCommands({
    heart: rig.heart,
    tools: [],
    health: () => Promise.reject(new Error('not asked')),
    receive: { database: rig.database, agents: createRoster(rig.database.db, []), enqueueRoute: async () => undefined },
  });
  const { features } = manifest({ requestUrl: null, short: true }) as { features: { slash_commands: { command: string }[] } };
  const [own, ...short] = features.slash_commands.map(({ command }) => command.slice(1));
  expect(own).toBe('wilco');
  expect(short.filter((name) => !commands.some((one) => one.name === name))).toEqual([]);
});

test('without tokens it says where the app is made; with them it looks, says hello and ties it to the owner', async () => {
  const first = await run({ DATABASE_URL: rig.url });
  expect(first).toMatchObject({ code: 0, said: expect.stringContaining('https://api.slack.com/apps?new_app=1&manifest_json=') });
  const second = await run(environment(), '--channel', 'C12345');
  expect(second).toMatchObject({ code: 0, said: expect.stringMatching(/link [A-Z0-9]{5}-[A-Z0-9]{5}/) });
  expect(await rig.sql(`select team_channel from wilco.project_links where platform = 'slack' and workspace = 'T1'`)).toEqual([
    { team_channel: 'C12345' },
  ]);
  expect(slack.messages.at(-1)).toMatchObject({ channel: 'C12345', text: expect.stringContaining('Wilco is here') });
  expect(slack.violations).toEqual([]);
});

test('with a configuration token Slack makes the app by itself, once, as the manifest says; one that it refuses is named', async () => {
  const making = { DATABASE_URL: rig.url, SLACK_API_URL: slack.apiUrl, SLACK_CONFIG_TOKEN: CONFIG_TOKEN };
  expect(await run(making)).toMatchObject({ code: 0, said: expect.stringMatching(/The app is made.*apps\/A1.*SLACK_APP_TOKEN/s) });
  expect(slack.apps).toEqual([manifest({ requestUrl: null, short: true })]);
  const refused = await run({ ...making, SLACK_CONFIG_TOKEN: 'xoxe.xoxp-old' });
  expect(refused).toMatchObject({ code: 1, said: expect.stringContaining('SLACK_CONFIG_TOKEN: Slack refused the token: invalid_auth') });
  expect(slack.apps).toHaveLength(1);
});

/** Somebody who types these, one after the other. */
const somebody = (...answers: string[]) => {
  const asked: { question: string; hidden: boolean }[] = [];
  const opened: string[] = [];
  return {
    asked,
    opened,
    async ask(question: string, how = { hidden: false }) {
      asked.push({ question, ...how });
      return answers.shift() ?? '';
    },
    open: (url: string) => void opened.push(url),
  };
};

test('in front of a terminal the page opens by itself, tokens are taken unseen, and the channel is chosen by its name', async () => {
  const lines: string[] = [];
  const terminal = somebody(BOT_TOKEN, APP_TOKEN, '#c12345');
  const config = parseConfig({ DATABASE_URL: rig.url, SLACK_API_URL: slack.apiUrl, SLACK_CONFIG_TOKEN: CONFIG_TOKEN }, []);
  const before = slack.messages.length;
  expect(await slackSetup({ config, args: [], log: rig.heart.log, say: (line) => lines.push(line), terminal })).toBe(0);
  expect(terminal.opened).toEqual([expect.stringContaining('https://api.slack.com/apps/A')]);
  expect(terminal.asked.map(({ hidden }) => hidden)).toEqual([true, true, false]);
  expect(slack.messages.slice(before)).toMatchObject([{ channel: 'C12345' }]);
  const said = lines.join('\n');
  expect(said).toMatch(/#c1 \(C1, it is there\).*#lobby \(C9\)/);
  for (const secret of [BOT_TOKEN, APP_TOKEN]) expect(said).not.toContain(secret);
});

test('a channel that nobody can see is named, with those that there are', async () => {
  expect(await run(environment(), '--channel', '#nowhere')).toMatchObject({ code: 1, said: expect.stringContaining('#c12345') });
});

test.for([
  [6, '6 minutes ahead of Slack'],
  [-6, '6 minutes behind Slack'],
] as const)('a clock that is %i minutes off is named by the doctor', async ([minutes, said]) => {
  const config = parseConfig(environment(), []);
  if (!config.ok) throw new Error(config.error.message);
  const check = slackCheck(config.value, () => Date.now() + minutes * 60_000);
  expect(await check.run()).toMatchObject({ state: 'warn', say: expect.stringContaining(said) });
});

test('a scope that is missing is named, by the set-up and by the doctor', async () => {
  slack.scopes = SCOPES.filter((scope) => scope !== 'users:read');
  expect(await run(environment())).toMatchObject({ code: 1, said: expect.stringContaining('lacks users:read') });
  const config = parseConfig(environment(), []);
  if (!config.ok) throw new Error(config.error.message);
  expect(await slackCheck(config.value).run()).toMatchObject({ state: 'fail', say: expect.stringContaining('users:read') });
  slack.scopes = SCOPES;
  expect(await slackCheck(config.value).run()).toMatchObject({ state: 'ok' });
});

test('a token that Slack refuses is named', async () => {
  expect((await run(environment({ SLACK_BOT_TOKEN: 'xoxb-other' }))).said).toContain(
    'SLACK_BOT_TOKEN: Slack refused the token: invalid_auth',
  );
  expect((await run(environment({ SLACK_APP_TOKEN: 'xapp-other' }))).said).toContain(
    'SLACK_APP_TOKEN: Slack refused the token: invalid_auth',
  );
});

test.for([
  [{ SLACK_BOT_TOKEN: BOT_TOKEN }, 'SLACK_BOT_TOKEN needs one of two'],
  [{ SLACK_APP_TOKEN: APP_TOKEN }, 'need SLACK_BOT_TOKEN beside them'],
  [{ SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_APP_TOKEN: APP_TOKEN, SLACK_SIGNING_SECRET: SIGNING_SECRET }, 'SLACK_BOT_TOKEN needs one of two'],
  [{ SLACK_BOT_TOKEN: 'xoxp-of-a-person', SLACK_APP_TOKEN: APP_TOKEN }, 'begins with xoxb-'],
] as const)('half a configuration is refused: %j', ([env, said]) => {
  expect(parseConfig(env, [])).toMatchObject({ ok: false, error: { message: expect.stringContaining(said) } });
});

test('requests that no web side of this process could take are refused', () => {
  const env = { DATABASE_URL: 'postgres://x', SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_SIGNING_SECRET: SIGNING_SECRET };
  expect(parseConfig(env, ['--role', 'bot,worker'])).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('run the roles bot and web') },
  });
  expect(parseConfig(env, ['--role', 'bot,web'])).toMatchObject({ ok: true });
});

test('Slack that is not there at the start is connected to when it is', async () => {
  const config = { botToken: BOT_TOKEN, apiUrl: slack.apiUrl, by: { kind: 'socket' as const, appToken: APP_TOKEN } };
  await slack.down();
  const surface = createSlack({ config, database: rig.database, log: rig.heart.log, mount: () => undefined, reconnectMs: 50 });
  await surface.start(async () => ({ kind: 'nothing' }));
  expect(surface.health()).toMatchObject({ ok: false });
  await slack.up();
  const late = Date.now() + PATIENCE_MS;
  while (!surface.health().ok && Date.now() < late) await new Promise((done) => setTimeout(done, 10));
  expect(surface.health()).toMatchObject({ ok: true });
  await surface.stop();
});
