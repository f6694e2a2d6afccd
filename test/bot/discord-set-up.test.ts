import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { restOf } from '../../src/bot/discord/gateway.ts';
import { inviteLink, PERMISSIONS } from '../../src/bot/discord/needs.ts';
import { setUpDiscord } from '../../src/bot/discord/set-up.ts';
import { linkedWorkspaces } from '../../src/db/read/heard.ts';
import { read } from '../docs/documents.ts';
import { eventually } from '../eventually.ts';
import { type FakeDiscord, startDiscord, TOKEN } from '../fakes/discord/server.ts';
import { APP, GUILD, OTHER_GUILD, ROOM } from '../fakes/discord/world.ts';
import { discordDriver } from './discord-driver.ts';

const ROOT = join(import.meta.dirname, '../..');

let fake: FakeDiscord;
beforeEach(async () => {
  fake = await startDiscord();
});
afterEach(async () => {
  await fake.stop();
  expect(fake.violations).toEqual([]);
});

const run = (token: string | null) => setUpDiscord(token, restOf(fake.apiUrl));

test('without a token it says how to get one, and with a wrong one that it is wrong', async () => {
  expect((await run(null)).lines.join('\n')).toContain('https://discord.com/developers/applications');
  expect(await run('not-the-token-0123456789')).toMatchObject({ ok: false, lines: [expect.stringContaining('does not know this token')] });
});

test('a bot in no server gets the link that invites it, with exactly the permissions of the list', async () => {
  fake.gateway.knobs.guilds = [];
  const { ok, lines } = await run(TOKEN);
  expect(ok).toBe(false);
  const link = lines.find((line) => line.startsWith('Invite it: '))?.replace('Invite it: ', '') ?? '';
  expect(link).toBe(inviteLink(APP));
  const granted = BigInt(new URL(link).searchParams.get('permissions') ?? 0);
  expect(granted).toBe(Object.values(PERMISSIONS).reduce((all, one) => all | one, 0n));
  expect(new URL(link).searchParams.get('scope')).toBe('bot applications.commands');
});

test('what is missing is named, and what is granted is said', async () => {
  fake.gateway.knobs.permissions = String(PERMISSIONS['View Channels']);
  fake.gateway.knobs.contentGranted = false;
  const { ok, lines } = await run(TOKEN);
  expect(ok).toBe(false);
  expect(lines.join('\n')).toContain('missing Send Messages, Create Public Threads');
  expect(lines.join('\n')).toContain('Message content: not granted');
});

test('in several servers nothing is chosen for anybody', async () => {
  fake.gateway.knobs.guilds = [GUILD, OTHER_GUILD];
  expect((await run(TOKEN)).lines.join('\n')).toContain('It is in 2 servers');
});

test('the set-up of the guide runs as it is written, and ends well when nothing is missing', async () => {
  const guide = read('docs/guides/discord.md');
  expect(guide).toContain('DISCORD_TOKEN=… npm run discord:setup');
  const env = { ...process.env, DISCORD_TOKEN: TOKEN, DISCORD_API_URL: fake.apiUrl };
  const said = await new Promise<{ code: number; out: string }>((resolve) => {
    execFile('npm', ['run', '--silent', 'discord:setup'], { cwd: ROOT, env }, (error, out) => resolve({ code: error ? 1 : 0, out }));
  });
  expect(said.out).toContain('Permissions: all there.');
  expect(said.out).toContain('Team room: #wilco');
  expect(said.out).toContain('link CODE');
  expect(said.code).toBe(0);
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
