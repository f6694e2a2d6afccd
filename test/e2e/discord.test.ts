import { afterEach, beforeEach, expect, test } from 'vitest';
import { buttonsOf, wordsOf } from '../bot/discord-reading.ts';
import { eventually } from '../eventually.ts';
import { type FakeDiscord, startDiscord, TOKEN } from '../fakes/discord/server.ts';
import { APP, BOT, type FakeMessage, GUILD, type Json, ROOM } from '../fakes/discord/world.ts';
import { emptyDatabase } from '../ops/backup-rig.ts';
import { makeHome, removeHome, setUp, startWilco, type Wilco } from './start.ts';

let fake: FakeDiscord;
let home: string;
let database: Awaited<ReturnType<typeof emptyDatabase>>;
let wilco: Wilco | undefined;
beforeEach(async () => {
  fake = await startDiscord();
  home = await makeHome();
  database = await emptyDatabase();
});
afterEach(async () => {
  await wilco?.stop();
  await fake.stop();
  await database.drop();
  await removeHome(home);
});

const stands = (words: string): Promise<FakeMessage> =>
  eventually(() => [...fake.world.messages.values()].find((one) => one.author.id === BOT.id && wordsOf(one).includes(words)));

/** Set up by the guide's own command, started, and the owner linked by the code that it printed. */
const linked = async () => {
  const env = { WILCO_HOME: home, DATABASE_URL: database.url, DISCORD_TOKEN: TOKEN, DISCORD_API_URL: fake.apiUrl };
  const code = await setUp('discord', env, 'wilco');
  wilco = await startWilco(home, env);
  const { world, gateway, interactions } = fake;
  const owner = world.join('Ana');
  const member = { ...world.memberOf(GUILD, owner.id), user: owner, permissions: '0' };
  const write = (channel: string, content: string, more: Json): void => {
    const base = { author: owner, type: 0, mentions: [], attachments: [], edited_timestamp: null, components: [], flags: 0 };
    gateway.dispatch('MESSAGE_CREATE', { ...world.put({ channel_id: channel, content, ...base }), ...more });
  };
  const press = (on: FakeMessage, label: string) => {
    const found = buttonsOf(on).find((one) => one.label === label);
    const { id, flags, channel_id } = on;
    const at = { guild_id: GUILD, member, channel_id, channel: world.channels.get(channel_id) };
    return interactions.send(
      { ...at, type: 3, message: { id, flags }, data: { component_type: 2, custom_id: found?.custom_id } },
      { more: async () => false },
    );
  };
  await eventually(() => (fake.menus.get(GUILD) ?? []).some(({ name }) => name === 'status'));
  write(world.directWith(owner.id).id, `link ${code}`, {});
  await stands('Linked. You are');
  return {
    press,
    asks: (text: string) => write(ROOM, `<@${APP}> ${text}`, { guild_id: GUILD, member, mentions: [{ id: APP }] }),
    /** Until it is on record that it stands there, it is opened once more. */
    approve: (card: FakeMessage) =>
      eventually(async () => {
        if (wordsOf(card).includes('Done')) return true;
        if (wordsOf(card).includes('Waiting for approval')) await press(card, 'Approve');
        return false;
      }, 250),
    async restart(): Promise<void> {
      await wilco?.kill();
      wilco = await startWilco(home, env);
      await eventually(() => gateway.connected());
    },
  };
};

test('the guide, word for word: set up, linked, asked, approved, done', async () => {
  const { press, asks, approve } = await linked();
  await press(await stands('Wilco is here'), 'Try it');
  await stands('Running');
  asks('create a task "from Discord"');
  await approve(await stands('Title: from Discord'));
  await stands('Task "from Discord" created');
  expect((await wilco?.api('GET', '/status'))?.body).toMatchObject({ surfaces: expect.arrayContaining([{ name: 'discord', ok: true }]) });
  expect(fake.violations).toEqual([]);
});

test('killed between a post and its answer it finds its card when it is back, and posts none again', async () => {
  const { asks, approve, restart } = await linked();
  fake.faults.push({ on: /^POST \/channels\/\d+\/messages$/, kind: 'held', until: new Promise<void>(() => undefined) });
  asks('create a task "across a kill"');
  const card = await stands('Title: across a kill');
  // As long after it as Discord remembers no nonce any more.
  fake.memory.nonces = false;
  await restart();
  await approve(card);
  await stands('Task "across a kill" created');
  expect([...fake.world.messages.values()].filter((one) => wordsOf(one).includes('Title: across a kill'))).toHaveLength(1);
  expect(fake.violations).toEqual([]);
});
