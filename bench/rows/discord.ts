import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startDiscord, TOKEN } from '../../test/fakes/discord/server.ts';
import { APP, type FakeMessage, GUILD, type Json, ROOM } from '../../test/fakes/discord/world.ts';
import { type Context, type Figures, medians, quantile, type Report, type Row, round, type Verdict } from '../harness.ts';
import { linkCode, soon, startProgram, withHome } from '../program.ts';

const ADA = 'ada';

type Discord = Awaited<ReturnType<typeof startDiscord>>;

const says = ({ world, gateway }: Discord, channel: string, text: string): void => {
  const { id } = world.join(ADA);
  const { guild_id } = world.channels.get(channel) ?? {};
  const mentions = guild_id ? [{ id: APP }] : [];
  const content = guild_id ? `<@${APP}> ${text}` : text;
  const author = { id, username: ADA };
  const empty = { attachments: [], edited_timestamp: null, components: [], flags: 0 };
  const message = world.put({ channel_id: channel, author, content, type: 0, mentions, ...empty });
  gateway.dispatch('MESSAGE_CREATE', { ...message, ...(guild_id ? { guild_id, member: world.memberOf(guild_id, id) } : {}) });
};

const ours = ({ world }: Discord, has: string): FakeMessage | undefined =>
  [...world.messages.values()].find(({ author, components }) => author.id === APP && JSON.stringify(components).includes(has));

const buttonsIn = (part: unknown): Json[] => {
  if (Array.isArray(part)) return part.flatMap(buttonsIn);
  if (typeof part !== 'object' || part === null) return [];
  return 'custom_id' in part ? [part as Json] : Object.values(part).flatMap(buttonsIn);
};

/** A press, and how long it takes until Discord has heard of it. */
const press = async (fake: Discord, on: { message: FakeMessage; button: Json }): Promise<number> => {
  const { world, requests, interactions } = fake;
  const { id } = world.join(ADA);
  const { message, button } = on;
  const member = { ...world.memberOf(GUILD, id), user: { id, username: ADA }, permissions: '0' };
  const before = requests.length;
  const at = { guild_id: GUILD, member, channel_id: message.channel_id, channel: world.channels.get(message.channel_id) };
  const began = performance.now();
  const data = { component_type: 2, custom_id: button.custom_id };
  void interactions.send({ type: 3, message: { id: message.id, flags: message.flags }, data, ...at }, { more: async () => false });
  await soon(() => requests.slice(before).find((line) => /\/interactions\/.*\/callback/.test(line)));
  return performance.now() - began;
};

type Pressed = { carded: number; heard: number; changed: number };

const ask = async (fake: Discord, title: string): Promise<Pressed> => {
  const asked = performance.now();
  says(fake, ROOM, `create a task "${title}"`);
  const message = await soon(() => ours(fake, title));
  const carded = performance.now() - asked;
  // What was pressed is held against what is on record as shown.
  await sleep(300);
  const button = buttonsIn(message.components).find(({ label }) => label === 'Approve') ?? {};
  const began = performance.now();
  const heard = await press(fake, { message, button });
  await soon(() => (JSON.stringify(ours(fake, title)?.components).includes('Waiting for approval') ? undefined : true));
  return { carded, heard, changed: performance.now() - began };
};

const linked = async (fake: Discord, home: string, url: string): Promise<void> => {
  const code = await linkCode(home, url);
  const direct = fake.world.directWith(fake.world.join(ADA).id);
  says(fake, direct.id, `link ${code}`);
  await soon(() => ours(fake, 'Linked'));
};

const measured = (fake: Discord, quick: boolean): Promise<Figures> =>
  withHome(async (home) => {
    const program = await startProgram(home, { DISCORD_TOKEN: TOKEN, DISCORD_API_URL: fake.apiUrl });
    try {
      await linked(fake, home, program.url);
      for (let i = 0; i < 5; i += 1) await ask(fake, `warm ${i}`);
      const each: Pressed[] = [];
      for (let i = 0; i < (quick ? 20 : 100); i += 1) each.push(await ask(fake, `pressed ${i}`));
      return {
        'message → card p50': quantile(
          each.map(({ carded }) => carded),
          0.5,
        ),
        'message → card p95': quantile(
          each.map(({ carded }) => carded),
          0.95,
        ),
        'press → acknowledged p50': quantile(
          each.map(({ heard }) => heard),
          0.5,
        ),
        'press → acknowledged p95': quantile(
          each.map(({ heard }) => heard),
          0.95,
        ),
        'press → card changed p50': quantile(
          each.map(({ changed }) => changed),
          0.5,
        ),
        'press → card changed p95': quantile(
          each.map(({ changed }) => changed),
          0.95,
        ),
      };
    } finally {
      await program.stop();
    }
  });

const bare = async (fake: Discord, quick: boolean): Promise<Figures> => {
  const file = fileURLToPath(new URL('bare-discord.ts', import.meta.url));
  const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, file, TOKEN, fake.apiUrl], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'data');
    const message = await soon(() => ours(fake, 'pressed 0'));
    const heard: number[] = [];
    for (let i = 0; i < (quick ? 25 : 105); i += 1) heard.push(await press(fake, { message, button: { custom_id: 'x' } }));
    return {
      'bare discord.js: press → acknowledged p50': quantile(heard.slice(5), 0.5),
      'bare discord.js: press → acknowledged p95': quantile(heard.slice(5), 0.95),
    };
  } finally {
    child.kill();
  }
};

const repetition = async (quick: boolean): Promise<Figures> => {
  const fake = await startDiscord();
  try {
    return { ...(await measured(fake, quick)), ...(await bare(fake, quick)) };
  } finally {
    await fake.stop();
  }
};

const run = async ({ quick }: Context): Promise<Report> => {
  const repetitions: Figures[] = [];
  for (let i = 0; i < (quick ? 2 : 5); i += 1) repetitions.push(await repetition(quick));
  const m = medians(repetitions);
  const of = (name: string) => m[name] ?? Number.NaN;
  const acknowledged = of('press → acknowledged p95');
  const beside = of('bare discord.js: press → acknowledged p95');
  const line = (what: string, ms: number): Verdict => ({
    ...{ what, value: `${round(ms)} ms`, beside: '', ratio: null, goal: '≤ 1,000 ms', met: ms <= 1000 },
  });
  return {
    unit: 'ms',
    repetitions,
    verdicts: [
      {
        ...line('Discord: press → acknowledged, p95', acknowledged),
        beside: `bare discord.js: ${round(beside)} ms`,
        ratio: acknowledged / beside,
      },
      line('Discord: press → card changed, p95', of('press → card changed p95')),
      line('Discord: message → its card in a thread, p95', of('message → card p95')),
    ],
    notes: ['One after another, through the gateway and REST of the fake, which runs on the same cores and looks once a millisecond.'],
  };
};

export const discord: Row = { name: 'discord', title: 'Discord', run };
