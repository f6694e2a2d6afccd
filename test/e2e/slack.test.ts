import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buttonsIn, wordsOf } from '../bot/slack-reading.ts';
import { eventually, PATIENCE_MS } from '../eventually.ts';
import { createPeople, httpTransport, socketTransport, type Transport } from '../fakes/slack/client.ts';
import { type SlackServer, startSlack } from '../fakes/slack/server.ts';
import { APP_TOKEN, BOT_TOKEN, BOT_USER, type Json, type Message, SIGNING_SECRET } from '../fakes/slack/state.ts';
import { emptyDatabase } from '../ops/backup-rig.ts';
import { makeHome, removeHome, setUp, startWilco, type Wilco } from './start.ts';

const CHANNEL = 'C0123456789';

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

const appears = async (what: (message: Message) => boolean): Promise<Message> => {
  for (const late = performance.now() + PATIENCE_MS; performance.now() < late; ) {
    const found = slack.messages.find((one) => one.user === BOT_USER && what(one));
    if (found) return found;
    await sleep(10);
  }
  throw new Error(`never stood there: ${slack.messages.map(({ blocks }) => wordsOf(blocks).slice(0, 80)).join(' | ')}\n${wilco?.output()}`);
};

type Mode = 'http' | 'socket';

/** Set up by the guide's own command, started, and the owner linked by the code that it printed. */
const linked = async (mode: Mode) => {
  const by: Record<string, string> = mode === 'http' ? { SLACK_SIGNING_SECRET: SIGNING_SECRET } : { SLACK_APP_TOKEN: APP_TOKEN };
  const env = { WILCO_HOME: home, DATABASE_URL: database.url, SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_API_URL: slack.apiUrl, ...by };
  const code = await setUp('slack', env, CHANNEL);
  const people = createPeople(slack);
  const begin = async (): Promise<Transport> => {
    wilco = await startWilco(home, env);
    return mode === 'http' ? httpTransport(`${wilco.url}/slack/events`) : socketTransport(slack);
  };
  let transport = await begin();
  /** Told again until it is taken, as Slack does. */
  const tell = (kind: 'events_api' | 'interactive', body: Json) =>
    eventually(async () => (await transport.send(kind, body)).acked, 100).then(() => undefined);
  const write = (channel: string, text: string) => tell('events_api', people.message({ channel, user: 'U1', text }));
  const press = ({ channel, ts, thread_ts, blocks }: Message, label: string) => {
    const button = buttonsIn(blocks).find((one) => wordsOf(one) === label) ?? {};
    return tell('interactive', people.press('U1', { channel, ts, thread_ts, button, trigger: slack.trigger('U1') }));
  };
  await write('DU1', `link ${code}`);
  await appears(({ blocks }) => wordsOf(blocks).includes('Linked. You are'));
  return {
    write,
    press,
    /** Until it is on record that it stands there, it is opened once more. */
    async approve(card: Message): Promise<void> {
      for (let i = 0; i < 100 && !wordsOf(card.blocks).includes('Done'); i += 1) {
        if (wordsOf(card.blocks).includes('Waiting for approval')) await press(card, 'Approve');
        await sleep(250);
      }
      expect(wordsOf(card.blocks)).toContain('Done');
    },
    async restart(): Promise<void> {
      await wilco?.kill();
      transport = await begin();
    },
  };
};

test.for(['http', 'socket'] as const)('the guide, word for word, over %s: set up, linked, asked, approved, done', async (mode) => {
  const { write, press, approve } = await linked(mode);
  const hello = await appears(({ channel, blocks }) => channel === CHANNEL && buttonsIn(blocks).length > 0);
  await press(hello, 'Try it');
  await appears(({ blocks }) => wordsOf(blocks).includes('Running'));
  await write(CHANNEL, `<@${BOT_USER}> create a task "from Slack"`);
  await approve(await appears(({ blocks }) => wordsOf(blocks).includes('Title: from Slack')));
  await appears(({ blocks }) => wordsOf(blocks).includes('Task "from Slack" created'));
  expect((await wilco?.api('GET', '/status'))?.body).toMatchObject({ surfaces: expect.arrayContaining([{ name: 'slack', ok: true }]) });
  expect(slack.violations).toEqual([]);
});

test('killed between a post and its answer it finds its card when it is back, and posts none again', async () => {
  const { write, approve, restart } = await linked('http');
  slack.fault('chat.postMessage', { kind: 'held', until: new Promise<void>(() => undefined) });
  await write(CHANNEL, `<@${BOT_USER}> create a task "across a kill"`);
  const card = await appears(({ blocks }) => wordsOf(blocks).includes('Title: across a kill'));
  await restart();
  await approve(card);
  await appears(({ blocks }) => wordsOf(blocks).includes('Task "across a kill" created'));
  expect(slack.messages.filter(({ blocks }) => wordsOf(blocks).includes('Title: across a kill'))).toHaveLength(1);
  expect(slack.violations).toEqual([]);
});
