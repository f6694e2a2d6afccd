import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { inviteLink, PERMISSIONS } from '../../src/bot/discord/needs.ts';
import { bitsIn } from '../../src/bot/discord/overwrites.ts';
import { parseConfig } from '../../src/config.ts';
import { linkedWorkspaces } from '../../src/db/read/heard.ts';
import { discord as discordCheck } from '../../src/ops/checks/discord.ts';
import { discordSetup } from '../../src/ops/discord-setup.ts';
import { createRig, type Rig } from '../dispatch/rig.ts';
import { read } from '../docs/documents.ts';
import { eventually } from '../eventually.ts';
import { type FakeDiscord, startDiscord, TOKEN } from '../fakes/discord/server.ts';
import { APP, BOT, GUILD, OTHER_GUILD, ROOM } from '../fakes/discord/world.ts';
import { until } from './contract-steps.ts';
import { discordDriver } from './discord-driver.ts';

const ROOT = join(import.meta.dirname, '../..');

let fake: FakeDiscord;
let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.stop());
beforeEach(async () => {
  fake = await startDiscord();
});
afterEach(async () => {
  await fake.stop();
  expect(fake.violations).toEqual([]);
});

const environment = (token: string | null) => ({
  DATABASE_URL: rig.url,
  DISCORD_API_URL: fake.apiUrl,
  ...(token === null ? {} : { DISCORD_TOKEN: token }),
});
const run = async (token: string | null, ...args: string[]): Promise<{ code: number; said: string }> => {
  const lines: string[] = [];
  const config = parseConfig(environment(token), []);
  const code = await discordSetup({ config, args, log: rig.heart.log, say: (line) => lines.push(line) });
  return { code, said: lines.join('\n') };
};
const check = () => {
  const config = parseConfig(environment(TOKEN), []);
  if (!config.ok) throw new Error(config.error.message);
  return discordCheck(config.value).run();
};

test('without a token it says how to get one, and with a wrong one that it is wrong', async () => {
  expect(await run(null)).toMatchObject({ code: 1, said: expect.stringContaining('https://discord.com/developers/applications') });
  expect(await run('not-the-token-0123456789')).toMatchObject({ code: 1, said: expect.stringContaining('does not know this token') });
  expect(await run(TOKEN, '--chanel', 'wilco')).toMatchObject({ code: 1, said: expect.stringContaining('not understood') });
});

test('a bot in no server gets the link that invites it, with exactly the permissions of the list', async () => {
  fake.gateway.knobs.guilds = [];
  const { code, said } = await run(TOKEN);
  expect(code).toBe(1);
  const link = /Invite it: (\S+)/.exec(said)?.[1] ?? '';
  expect(link).toBe(inviteLink(APP));
  const granted = BigInt(new URL(link).searchParams.get('permissions') ?? 0);
  expect(granted).toBe(Object.values(PERMISSIONS).reduce((all, one) => all | one, 0n));
  expect(new URL(link).searchParams.get('scope')).toBe('bot applications.commands');
  expect(await check()).toMatchObject({ state: 'fail', fix: expect.stringContaining(link) });
});

test('what is missing is named with what mends it, by the set-up and by the doctor, and what is granted is said', async () => {
  fake.gateway.knobs.permissions = String(PERMISSIONS['View Channels']);
  fake.gateway.knobs.contentGranted = false;
  const { code, said } = await run(TOKEN);
  expect(code).toBe(1);
  expect(said).toContain('missing Send Messages, Create Public Threads');
  expect(said).toContain(inviteLink(APP));
  expect(said).toContain('Message content: not granted');
  expect(await check()).toMatchObject({ state: 'fail', say: expect.stringContaining('lacks Send Messages, Create Public Threads') });
});

test('it puts the first commands into the menu, and says when the bot may have none, or anybody may invite it', async () => {
  fake.gateway.knobs.isPublic = true;
  const { code, said } = await run(TOKEN);
  expect(code).toBe(0);
  expect(said).toContain('Public bot: anybody may invite it');
  expect((fake.menus.get(GUILD) ?? []).map(({ name }) => name)).toEqual(['wilco', 'Make a task', 'Ask Wilco']);
  fake.menus.clear();
  fake.faults.push({ on: /^GET \/applications\/\d+\/guilds\/\d+\/commands$/, kind: 'refused', code: 50_001 });
  expect(await run(TOKEN)).toMatchObject({ code: 1, said: expect.stringContaining('Commands not registered') });
});

test('what the channel of the team takes from the bot is named, too', async () => {
  const room = fake.world.channels.get(ROOM);
  if (!room) throw new Error('no room');
  const denied = String(PERMISSIONS['Send Messages'] | PERMISSIONS['Attach Files']);
  Object.assign(room, { permission_overwrites: [{ id: GUILD, type: 0, allow: '0', deny: denied }] });
  expect(await run(TOKEN)).toMatchObject({
    code: 1,
    said: expect.stringContaining('#wilco takes Send Messages, Attach Files from the bot'),
  });
  expect(await check()).toMatchObject({ state: 'warn', say: expect.stringContaining('takes Send Messages, Attach Files') });
});

test('a channel says what everybody, a role and the bot itself may do there, in this order', () => {
  const whose = { guild: 'g', bot: 'b', roles: ['r'] };
  const overwrite = (id: string, allow: bigint, deny: bigint) => ({
    id,
    type: id === 'b' ? 1 : 0,
    allow: String(allow),
    deny: String(deny),
  });
  expect(bitsIn(3n, [overwrite('g', 0n, 1n)], whose)).toBe(2n);
  expect(bitsIn(3n, [overwrite('r', 1n, 0n), overwrite('g', 0n, 3n)], whose)).toBe(1n);
  expect(bitsIn(3n, [overwrite('b', 2n, 1n), overwrite('r', 1n, 0n), overwrite('g', 0n, 3n)], whose)).toBe(2n);
  expect(bitsIn(3n, [overwrite('other', 0n, 3n)], whose)).toBe(3n);
});

test('in several servers nothing is chosen for anybody, until it is said or one is tied', async () => {
  fake.gateway.knobs.guilds = [GUILD, OTHER_GUILD];
  await rig.sql("delete from wilco.project_links where platform = 'discord'");
  const { code: before, said } = await run(TOKEN);
  expect({ before, said }).toMatchObject({ before: 1, said: expect.stringContaining(`It is in 2 servers. Say which is yours`) });
  expect(said).toContain(`server ${GUILD} (${GUILD})`);
  expect(await run(TOKEN, '--guild', 'nowhere')).toMatchObject({ code: 1, said: expect.stringContaining('It is in no server nowhere') });
  expect(await run(TOKEN, '--guild', GUILD)).toMatchObject({ code: 0, said: expect.stringContaining('Team room: #wilco') });
  // From then on it is known which.
  expect(await run(TOKEN)).toMatchObject({ code: 0, said: expect.stringContaining(`Server: server ${GUILD}`) });
  expect(await check()).toMatchObject({ state: 'warn', say: expect.stringContaining('in 2 servers') });
});

test('when all is well the doctor says so, and without the message-content intent what is lost', async () => {
  expect(await check()).toMatchObject({ state: 'ok' });
  fake.gateway.knobs.contentGranted = false;
  expect(await check()).toMatchObject({ state: 'warn', fix: expect.stringContaining('developer portal') });
});

test('the set-up of the guide runs as it is written: a channel of the team, a message with a button, a code for the owner', async () => {
  const guide = read('docs/guides/discord.md');
  expect(guide).toContain('DISCORD_TOKEN=… npm run discord:setup\n');
  expect(guide).toContain('DISCORD_TOKEN=… npm run discord:setup -- --channel wilco\n');
  const env = { ...process.env, ...environment(TOKEN) };
  const typed = (...args: string[]) =>
    new Promise<{ code: number; out: string }>((resolve) => {
      execFile('npm', ['run', '--silent', 'discord:setup', ...args], { cwd: ROOT, env }, (error, out) =>
        resolve({ code: error ? 1 : 0, out }),
      );
    });
  const first = await typed();
  expect(first.out).toContain('Permissions: all there.');
  expect(first.out).toContain('Team room: #wilco');
  expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/link [A-Z0-9]{5}-[A-Z0-9]{5}/) });
  const second = await typed('--', '--channel', 'wilco');
  expect(second).toMatchObject({ code: 0, out: expect.stringContaining('A message stands in #wilco') });
  expect(await rig.sql("select workspace, team_channel from wilco.project_links where platform = 'discord'")).toEqual([
    { workspace: GUILD, team_channel: ROOM },
  ]);
  const posted = fake.world.inChannel(ROOM);
  expect(posted.map(({ author }) => author.id)).toEqual([BOT.id]);
  expect(JSON.stringify(posted[0]?.components)).toContain('say:/status');
});

test('a channel that is not there is named beside those that are, and nothing is posted', async () => {
  const { code, said } = await run(TOKEN, '--channel', '#nowhere');
  expect({ code, said }).toMatchObject({ code: 1, said: expect.stringContaining('There is #wilco') });
  expect(fake.world.inChannel(ROOM)).toEqual([]);
});

test('the button of the first message shows that presses arrive', async () => {
  const driver = await discordDriver();
  try {
    const config = parseConfig({ DATABASE_URL: driver.rig.url, DISCORD_TOKEN: TOKEN, DISCORD_API_URL: driver.fake.apiUrl }, []);
    const lines: string[] = [];
    const set = { config, args: ['--channel', ROOM], log: driver.rig.heart.log, say: (line: string) => lines.push(line) };
    expect(await discordSetup(set)).toBe(0);
    const [code = ''] = /[A-Z0-9]{5}-[A-Z0-9]{5}/.exec(lines.join('\n')) ?? [];
    expect(await driver.link('U1', code)).toContain('Linked');
    const hello = await until(driver, ({ words }) => words.includes('Wilco is here'));
    expect(await driver.presses('U1', { on: hello, label: 'Try it' })).toEqual({ kind: 'nothing' });
    await until(driver, ({ words }) => words.includes('Running'));
  } finally {
    await driver.stop();
  }
});

test('the first server is tied to the project with its team room, and another one never is', async () => {
  const driver = await discordDriver();
  try {
    expect(await linkedWorkspaces(driver.rig.database.db, 'discord')).toEqual([GUILD]);
    expect(await driver.rig.sql("select team_channel from wilco.project_links where platform = 'discord'")).toEqual([
      { team_channel: ROOM },
    ]);
    driver.fake.gateway.joinGuild(OTHER_GUILD);
    driver.fake.gateway.invalidate();
    await driver.halt();
    await driver.resume();
    expect(await linkedWorkspaces(driver.rig.database.db, 'discord')).toEqual([GUILD]);
  } finally {
    await driver.stop();
  }
});

test('without the message-content intent it connects all the same, by one more identify', async () => {
  const driver = await discordDriver({ prepare: ({ gateway }) => Object.assign(gateway.knobs, { contentGranted: false }) });
  try {
    expect(driver.surface.health().ok).toBe(true);
    expect(driver.fake.gateway.knobs).toMatchObject({ identifies: 2 });
  } finally {
    await driver.stop();
  }
});

test('when the day’s identifies are nearly used up, they are spread over what is left of the day', async () => {
  const driver = await discordDriver();
  const { knobs } = driver.fake.gateway;
  try {
    knobs.remaining = 4;
    knobs.resetAfterMs = 8000;
    const [before, from] = [knobs.identifies, performance.now()];
    driver.fake.gateway.invalidate();
    await eventually(() => knobs.identifies !== before);
    expect(knobs.identifies).toBe(before + 1);
    // A fourth of what is left of the day; without the budget it would have been half a second.
    expect(performance.now() - from).toBeGreaterThan(1900);
  } finally {
    await driver.stop();
  }
});
