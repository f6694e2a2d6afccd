import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buttonsIn, wordsOf } from '../bot/slack-driver.ts';
import { PATIENCE_MS } from '../eventually.ts';
import { createPeople, httpTransport, socketTransport, type Transport } from '../fakes/slack/client.ts';
import { type SlackServer, startSlack } from '../fakes/slack/server.ts';
import { APP_TOKEN, BOT_TOKEN, BOT_USER, type Message, SIGNING_SECRET } from '../fakes/slack/state.ts';
import { emptyDatabase } from '../ops/backup-rig.ts';
import { makeHome, removeHome, startWilco, type Wilco } from './start.ts';

let slack: SlackServer;
let home: string;
let database: Awaited<ReturnType<typeof emptyDatabase>>;
let wilco: Wilco | undefined;
beforeEach(async () => {
  slack = await startSlack();
  slack.channels.add('C0123456789');
  home = await makeHome();
  database = await emptyDatabase();
});
afterEach(async () => {
  await wilco?.stop();
  await slack.stop();
  await database.drop();
  await removeHome(home);
});

const setUp = (env: Record<string, string>, ...args: string[]): Promise<string> =>
  new Promise((done) => {
    const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', resolve(import.meta.dirname, '../../src/ops.ts')];
    const environment = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TZ: 'UTC', ...env };
    execFile(process.execPath, [...flags, 'slack:setup', ...args], { env: environment }, (_error, stdout, stderr) => done(stdout + stderr));
  });

const appears = async (what: (message: Message) => boolean): Promise<Message> => {
  for (const late = performance.now() + PATIENCE_MS; performance.now() < late; ) {
    const found = slack.messages.find((one) => one.user === BOT_USER && what(one));
    if (found) return found;
    await sleep(10);
  }
  throw new Error(`never stood there: ${slack.messages.map(({ blocks }) => wordsOf(blocks).slice(0, 80)).join(' | ')}\n${wilco?.output()}`);
};

test.for(['http', 'socket'] as const)('the guide, word for word, over %s: set up, linked, asked, approved, done', async (mode) => {
  const by: Record<string, string> = mode === 'http' ? { SLACK_SIGNING_SECRET: SIGNING_SECRET } : { SLACK_APP_TOKEN: APP_TOKEN };
  const env = { WILCO_HOME: home, DATABASE_URL: database.url, SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_API_URL: slack.apiUrl, ...by };
  const said = await setUp(env, '--channel', 'C0123456789');
  const [, code = ''] = /link ([A-Z0-9-]+)/.exec(said) ?? [];
  expect(code, said).not.toBe('');
  wilco = await startWilco(home, env);
  const people = createPeople(slack);
  const transport: Transport = mode === 'http' ? httpTransport(`${wilco.url}/slack/events`) : socketTransport(slack);
  const write = (channel: string, text: string) => transport.send('events_api', people.message({ channel, user: 'U1', text }));
  expect(await write('DU1', `link ${code}`)).toMatchObject({ acked: true });
  await appears(({ blocks }) => wordsOf(blocks).includes('Linked. You are'));

  const hello = slack.messages.find(({ channel, blocks }) => channel === 'C0123456789' && buttonsIn(blocks).length > 0);
  const [tryIt = {}] = buttonsIn(hello?.blocks);
  const at = { channel: 'C0123456789', ts: hello?.ts ?? '' };
  expect(await transport.send('interactive', people.press('U1', { ...at, button: tryIt, trigger: slack.trigger('U1') }))).toMatchObject({
    acked: true,
  });
  await appears(({ blocks }) => wordsOf(blocks).includes('Running'));

  expect(await write('C0123456789', `<@${BOT_USER}> create a task "from Slack"`)).toMatchObject({ acked: true });
  const card = await appears(({ blocks }) => wordsOf(blocks).includes('Title: from Slack'));
  const approve = buttonsIn(card.blocks).find((one) => wordsOf(one) === 'Approve') ?? {};
  const place = { channel: card.channel, ts: card.ts, thread_ts: card.thread_ts };
  for (let i = 0; i < 20 && !wordsOf(card.blocks).includes('Done'); i += 1) {
    await transport.send('interactive', people.press('U1', { ...place, button: approve, trigger: slack.trigger('U1') }));
    await sleep(250);
  }
  await appears(({ blocks }) => wordsOf(blocks).includes('Task "from Slack" created'));
  expect((await wilco.api('GET', '/status')).body).toMatchObject({ surfaces: expect.arrayContaining([{ name: 'slack', ok: true }]) });
  expect(slack.violations).toEqual([]);
});
