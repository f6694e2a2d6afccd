import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { GUILD, type Json, OTHER_GUILD } from '../fakes/discord/world.ts';
import { createSteps, order, type Steps, until } from './contract-steps.ts';
import { type DiscordDriver, discordDriver } from './discord-driver.ts';

let driver: DiscordDriver;
let steps: Steps;
const open = async (...how: Parameters<typeof discordDriver>): Promise<void> => {
  driver = await discordDriver(...how);
  steps = createSteps(driver);
  await steps.linkTo('U1', driver.rig.installed.ownerId);
};
const namesIn = (menu: Json[] | undefined): unknown[] => (menu ?? []).map(({ name }) => name);

afterEach(() => driver.stop());

test('removed from the server it says so and asks Discord for nothing there; invited again, the commands are back and all goes on', async () => {
  await open();
  const { fake, surface, rig } = driver;
  driver.speaks('U1', order('before it was removed'));
  const seen = await steps.onRecord(steps.cardOf('before it was removed'));
  fake.gateway.leaveGuild(GUILD);
  await eventually(() => !surface.health().ok);
  expect(surface.health().detail).toContain('removed from the server');
  const before = fake.requests.length;
  // Decided in the room meanwhile: everything that is not in that server works on.
  const [row] = await rig.sql<{ id: string; digest: string }>(
    `select p.id, r.digest from wilco.proposals p join wilco.revisions r on r.proposal_id = p.id where r.input_text like '%before it was removed%'`,
  );
  const { decide } = await import('../../src/dispatch/decide.ts');
  const decision = { verb: 'approve' as const, proposalId: row?.id ?? '', revision: 1, digest: row?.digest ?? '' };
  expect(await decide(rig.heart, rig.owner, decision)).toMatchObject({ ok: true });
  await eventually(async () => (await rig.sql(`select 1 from wilco.tasks where title = 'before it was removed'`)).length === 1);
  await eventually(async () => (await rig.sql(`select 1 from wilco.deliveries where problem like '%removed from the server%'`)).length > 0);
  expect(fake.requests.slice(before)).toEqual([]);
  fake.menus.clear();
  fake.gateway.joinGuild(GUILD);
  await eventually(() => surface.health().ok);
  await eventually(() => namesIn(fake.menus.get(GUILD)).includes('task'));
  await until(driver, ({ id, words }) => id === seen.id && words.includes('Done'));
  driver.speaks('U1', order('after it came back'));
  await steps.cardOf('after it came back');
});

test('commands for every server and for this one are never shown twice', async () => {
  await open();
  const { fake } = driver;
  expect(namesIn(fake.menus.get(GUILD))).toContain('task');
  expect(namesIn(fake.menus.get('global'))).toEqual([]);
  const names = namesIn(fake.menu());
  await driver.stop();
  await open({ settings: { DISCORD_COMMANDS: 'global' }, prepare: (next) => void next.menus.set(GUILD, fake.menus.get(GUILD) ?? []) });
  await eventually(() => namesIn(driver.fake.menus.get(GUILD)).length === 0);
  expect(namesIn(driver.fake.menu())).toEqual(names);
  expect(namesIn(driver.fake.menus.get('global'))).toEqual(names);
});

test('over several connections each server and each direct message is heard once, and one that breaks misses nothing', async () => {
  await open({ prepare: ({ gateway }) => Object.assign(gateway.knobs, { shards: 4, concurrency: 16 }) });
  const { fake, surface } = driver;
  expect(fake.gateway.sessions().sort()).toEqual([
    [0, 4],
    [1, 4],
    [2, 4],
    [3, 4],
  ]);
  expect(surface.health()).toEqual({ ok: true, detail: 'Connected, over 4 shards.' });
  driver.speaks('U1', order('over the third'));
  await steps.cardOf('over the third');
  // The server is told of over the third connection; the first, which has the direct messages, hears on while that is made anew.
  fake.gateway.invalidate(2);
  driver.speaks('U1', order('missed by the third'));
  const direct = fake.world.directWith(fake.world.userCalled('U1').id);
  driver.speaks('U1', order('heard by the first'), { channel: direct.id, named: false });
  await steps.cardOf('heard by the first');
  await steps.cardOf('missed by the third');
  await eventually(() => surface.health().ok);
  for (const title of ['over the third', 'missed by the third', 'heard by the first'])
    expect(await driver.rig.sql(`select 1 from wilco.revisions where input_text like '%${title}%'`)).toHaveLength(1);
});

test('over several connections, too, no server is tied while the bot is in more than one', async () => {
  driver = await discordDriver({
    well: false,
    prepare: ({ gateway }) => Object.assign(gateway.knobs, { shards: 4, concurrency: 16, guilds: [GUILD, OTHER_GUILD] }),
  });
  await eventually(() => driver.surface.health().detail.includes('several servers'));
  expect(await driver.rig.sql('select 1 from wilco.project_links where platform = $$discord$$')).toEqual([]);
});

test('what a crash loop has left of the day’s connections is kept by the next process, which starts all the same', async () => {
  const from = performance.now();
  driver = await discordDriver({
    well: false,
    prepare: ({ gateway }) => Object.assign(gateway.knobs, { remaining: 4, resetAfterMs: 16_000 }),
  });
  const { surface, fake } = driver;
  // Its start was not held up; only Discord is.
  expect(surface.health()).toEqual({
    ok: false,
    detail: 'Discord lets this bot connect 4 more times today; the next time is in 4 seconds.',
  });
  expect(fake.gateway.knobs.identifies).toBe(0);
  await eventually(() => surface.health().ok);
  expect(performance.now() - from).toBeGreaterThan(3900);
  expect(fake.gateway.knobs.identifies).toBe(1);
});

test('a process that ends while it waits for its turn takes none', async () => {
  driver = await discordDriver({
    well: false,
    prepare: ({ gateway }) => Object.assign(gateway.knobs, { remaining: 4, resetAfterMs: 8000 }),
  });
  await driver.surface.stop();
  await sleep(2500);
  expect(driver.fake.gateway.knobs.identifies).toBe(0);
});

test('nothing where a server should be, while the others are waited for, ends nothing', async () => {
  await open({ prepare: ({ gateway }) => Object.assign(gateway.knobs, { nulls: true }) });
  driver.speaks('U1', order('after nothing'));
  await steps.cardOf('after nothing');
});

test('a text file that came with a message is read, from Discord’s own address alone', async () => {
  await open();
  const { fake, rig } = driver;
  const url = fake.upload('notes.txt', Buffer.from('The bell is out of tune.'));
  const file = { id: '1', filename: 'notes.txt', content_type: 'text/plain; charset=utf-8', size: 24, url };
  driver.speaks('U1', order('with a file'), { files: [file] });
  await steps.cardOf('with a file');
  expect(await rig.sql(`select name, convert_from(content, 'UTF8') as text from wilco.attachments`)).toEqual([
    { name: 'notes.txt', text: 'The bell is out of tune.' },
  ]);
  for (const bad of ['http://169.254.169.254/latest', 'https://discord.com.example.net/a', 'file:///etc/passwd', 'not a url']) {
    driver.speaks('U1', order('with a bad file'), { files: [{ ...file, url: bad }] });
    await until(driver, ({ words }) => words.includes('could not be fetched'));
  }
  expect(await rig.sql(`select 1 from wilco.messages where text like '%with a bad file%'`)).toEqual([]);
});

test.for([
  ['guest', 'Guests of this workspace'],
  ['visitor', 'Guests of this workspace'],
  ['disabled', 'This account is disabled'],
] as const)('an account that is tied to a person and becomes a %s may do nothing from then on', async ([kind, said]) => {
  await open();
  const { fake, rig } = driver;
  driver.speaks('U1', order(`before the ${kind}`));
  const seen = await steps.cardOf(`before the ${kind}`);
  const now = `U1:${kind}`;
  expect(await driver.command(now, '/status')).toMatchObject({ words: expect.stringContaining(said) });
  expect(await driver.presses(now, { on: seen, label: 'Approve' })).toMatchObject({ words: expect.stringContaining(said) });
  const direct = fake.world.directWith(fake.world.userCalled('U1').id);
  driver.speaks(now, order('in private, too'), { channel: direct.id, named: false });
  driver.speaks(now, order('kept from a tied one'));
  await until(driver, ({ where, words }) => where === direct.id && words.includes(said));
  expect(await rig.sql(`select 1 from wilco.messages where text like '%kept from a tied%' or text like '%in private, too%'`)).toEqual([]);
  expect(await rig.sql(`select 1 from wilco.tasks`)).toEqual([]);
});

test('an account that is tied to a person and leaves the server is a stranger, also in its direct messages', async () => {
  await open();
  const { fake, rig } = driver;
  const { id } = fake.world.userCalled('U1');
  fake.world.members.get(GUILD)?.delete(id);
  const direct = fake.world.directWith(id);
  const message = fake.world.put({
    channel_id: direct.id,
    author: { id, username: 'U1' },
    content: order('from outside'),
    type: 0,
    mentions: [],
    attachments: [],
    edited_timestamp: null,
    components: [],
    flags: 0,
  });
  fake.gateway.dispatch('MESSAGE_CREATE', message);
  await until(driver, ({ where, words }) => where === direct.id && words.includes('People of another workspace'));
  expect(await rig.sql(`select 1 from wilco.messages where text like '%from outside%'`)).toEqual([]);
});
