import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buttonsIn, wordsOf } from '../../test/bot/slack-reading.ts';
import { createPeople, httpTransport, socketTransport, type Transport } from '../../test/fakes/slack/client.ts';
import { type SlackServer, startSlack } from '../../test/fakes/slack/server.ts';
import { APP_TOKEN, BOT_TOKEN, BOT_USER, type Message, SIGNING_SECRET } from '../../test/fakes/slack/state.ts';
import { type Context, type Figures, medians, quantile, type Report, type Row, round, type Verdict } from '../harness.ts';
import { linkCode, soon, startProgram, withHome } from '../program.ts';

const CHANNEL = 'C0123456789';
const PER_SECOND = 20;
const AT_ONCE = 32;

type People = ReturnType<typeof createPeople>;

const timed = async (transport: Transport, body: ReturnType<People['message']>): Promise<number> => {
  const began = performance.now();
  const { acked } = await transport.send('events_api', body);
  if (!acked) throw new Error('not acknowledged');
  return performance.now() - began;
};

const order = (people: People, text: string, channel = CHANNEL) => people.message({ channel, user: 'U1', text: `<@${BOT_USER}> ${text}` });

const steadily = async (transport: Transport, people: People, at: { seconds: number; name: string }): Promise<number[]> => {
  const began = performance.now();
  const sent: Promise<number>[] = [];
  for (let i = 0; i < at.seconds * PER_SECOND; i += 1) {
    await sleep(Math.max(0, began + (i * 1000) / PER_SECOND - performance.now()));
    sent.push(timed(transport, order(people, `create a task "${at.name} ${i}"`)));
  }
  return Promise.all(sent);
};

/** How many are acknowledged in a second, so many of them under way at a time. */
const rate = async (transport: Transport, bodies: ReturnType<People['message']>[]): Promise<number> => {
  const left = [...bodies];
  const began = performance.now();
  const lane = async () => {
    for (let body = left.pop(); body; body = left.pop()) await timed(transport, body);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return (bodies.length * 1000) / (performance.now() - began);
};

/** From the press to the change of the message that it was pressed on. */
const click = async (slack: SlackServer, at: { transport: Transport; people: People; title: string }): Promise<number> => {
  const { transport, people, title } = at;
  // In a channel of its own: in one that was just spoken in Slack takes a message a second.
  const channel = `CP${slack.next()}`;
  slack.channels.add(channel);
  await timed(transport, order(people, `create a task "${title}"`, channel));
  const standing = (): Message | undefined =>
    slack.messages.find(({ user, blocks }) => user === BOT_USER && wordsOf(blocks).includes(`Title: ${title}`));
  const card = await soon(standing);
  // What was pressed is held against what is on record as shown.
  await sleep(300);
  const button = buttonsIn(card.blocks).find((one) => wordsOf(one) === 'Approve') ?? {};
  const place = { channel: card.channel, ts: card.ts, thread_ts: card.thread_ts };
  const began = performance.now();
  await transport.send('interactive', people.press('U1', { ...place, button, trigger: slack.trigger('U1') }));
  await soon(() => (wordsOf(standing()?.blocks ?? []).includes('Waiting for approval') ? undefined : true));
  return performance.now() - began;
};

type Mode = 'http' | 'socket';
const MODES: readonly Mode[] = ['http', 'socket'];
const NAMES = { http: 'Slack over HTTP', socket: 'Slack in socket mode' } as const;
const SECRETS = { http: SIGNING_SECRET, socket: APP_TOKEN } as const;

const transportTo = (slack: SlackServer, mode: Mode, url: string): Transport =>
  mode === 'http' ? httpTransport(`${url}/slack/events`, slack) : socketTransport(slack);

const withBareBolt = async <T>(slack: SlackServer, mode: Mode, work: (transport: Transport) => Promise<T>): Promise<T> => {
  const file = fileURLToPath(new URL('bare-bolt.ts', import.meta.url));
  const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, file, slack.apiUrl, BOT_TOKEN, mode, SECRETS[mode]], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    if (mode === 'socket') await soon(() => slack.sockets().length > 0 || undefined);
    return await work(transportTo(slack, mode, `http://127.0.0.1:${Number(port.toString())}`));
  } finally {
    child.kill();
  }
};

const linked = async (home: string, url: string, told: { transport: Transport; people: People }): Promise<void> => {
  const code = await linkCode(home, url);
  await timed(told.transport, told.people.message({ channel: 'DU1', user: 'U1', text: `link ${code}` }));
};

const figuresOf = async (slack: SlackServer, transport: Transport, quick: boolean): Promise<Figures> => {
  const people = createPeople(slack);
  await steadily(transport, people, { seconds: 2, name: 'warm' });
  await sleep(2000);
  const steady = await steadily(transport, people, { seconds: quick ? 5 : 20, name: 'steady' });
  await sleep(5000);
  const clicks: number[] = [];
  for (let i = 0; i < (quick ? 10 : 50); i += 1) clicks.push(await click(slack, { transport, people, title: `pressed ${i}` }));
  const bodies = Array.from({ length: quick ? 300 : 1000 }, (_, i) => order(people, `create a task "many ${i}"`));
  return {
    'acknowledged p50, ms': quantile(steady, 0.5),
    'acknowledged p99, ms': quantile(steady, 0.99),
    'click → card changed p50, ms': quantile(clicks, 0.5),
    'click → card changed p95, ms': quantile(clicks, 0.95),
    'acknowledged a second': await rate(transport, bodies),
  };
};

const measured = async (slack: SlackServer, mode: Mode, quick: boolean): Promise<Figures> =>
  withHome(async (home) => {
    const way = mode === 'http' ? { SLACK_SIGNING_SECRET: SIGNING_SECRET } : { SLACK_APP_TOKEN: APP_TOKEN };
    const program = await startProgram(home, { SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_API_URL: slack.apiUrl, ...way });
    try {
      if (mode === 'socket') await soon(() => slack.sockets().length > 1 || undefined);
      const transport = transportTo(slack, mode, program.url);
      await linked(home, program.url, { transport, people: createPeople(slack) });
      return await figuresOf(slack, transport, quick);
    } finally {
      await program.stop();
    }
  });

const bare = (slack: SlackServer, mode: Mode, quick: boolean): Promise<Figures> =>
  withBareBolt(slack, mode, async (transport) => {
    const people = createPeople(slack);
    await steadily(transport, people, { seconds: 2, name: 'warm' });
    const steady = await steadily(transport, people, { seconds: quick ? 5 : 20, name: 'steady' });
    const bodies = Array.from({ length: quick ? 300 : 1000 }, (_, i) => order(people, `create a task "many ${i}"`));
    return {
      'bare Bolt: acknowledged p50, ms': quantile(steady, 0.5),
      'bare Bolt: acknowledged p99, ms': quantile(steady, 0.99),
      'bare Bolt: acknowledged a second': await rate(transport, bodies),
    };
  });

const measureOnce = async (quick: boolean): Promise<Figures> => {
  const all: Figures = {};
  for (const mode of MODES) {
    const slack = await startSlack();
    try {
      const figures = { ...(await measured(slack, mode, quick)), ...(await bare(slack, mode, quick)) };
      for (const [name, value] of Object.entries(figures)) all[`${NAMES[mode]}: ${name}`] = value;
    } finally {
      await slack.stop();
    }
  }
  return all;
};

const verdictsOf = (m: Figures, name: string): Verdict[] => {
  const of = (figure: string) => m[`${name}: ${figure}`] ?? Number.NaN;
  return [
    {
      what: `${name}: event → acknowledged, ${PER_SECOND} a second, p99`,
      value: `${round(of('acknowledged p99, ms'))} ms`,
      beside: `bare Bolt: ${round(of('bare Bolt: acknowledged p99, ms'))} ms`,
      ratio: of('acknowledged p99, ms') / of('bare Bolt: acknowledged p99, ms'),
      goal: '≤ 1,000 ms',
      met: of('acknowledged p99, ms') <= 1000,
    },
    {
      what: `${name}: click → card changed, p95`,
      value: `${round(of('click → card changed p95, ms'))} ms`,
      beside: '',
      ratio: null,
      goal: '≤ 1,000 ms',
      met: of('click → card changed p95, ms') <= 1000,
    },
    {
      what: `${name}: events acknowledged a second`,
      value: round(of('acknowledged a second')),
      beside: `bare Bolt: ${round(of('bare Bolt: acknowledged a second'))}`,
      ratio: of('acknowledged a second') / of('bare Bolt: acknowledged a second'),
      goal: '',
      met: null,
    },
  ];
};

const run = async ({ quick }: Context): Promise<Report> => {
  const repetitions: Figures[] = [];
  for (let i = 0; i < (quick ? 2 : 5); i += 1) repetitions.push(await measureOnce(quick));
  const m = medians(repetitions);
  return {
    unit: '',
    repetitions,
    verdicts: MODES.flatMap((mode) => verdictsOf(m, NAMES[mode])),
    notes: [
      'Events go into the whole program, which stores each before it is acknowledged, understands it, and posts its card meanwhile; the bare app acknowledges and forgets.',
      'The fake of Slack and the sender run on the same cores and are part of each figure.',
    ],
  };
};

export const slack: Row = { name: 'slack', title: 'Slack', run };
