import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { ok } from '../../src/result.ts';
import { defineTool, field } from '../../src/tools/tool.ts';
import { eventually } from '../eventually.ts';
import { GUILD } from '../fakes/discord/world.ts';
import { createSteps } from './contract-steps.ts';
import { type DiscordDriver, discordDriver } from './discord-driver.ts';

const CHOICES = Array.from({ length: 25 }, (_, at) => `A choice of many words, number ${at}`) as [string, ...string[]];

/** Within every limit of one option, and far beyond that of one command. */
const heavy = defineTool({
  name: 'heavy_tool',
  slash: 'heavy',
  title: 'A heavy tool',
  summary: 'Takes very much',
  examples: [],
  phrases: [],
  effect: 'write',
  replay: 'transactional',
  version: 1,
  account: 'this installation',
  input: z.strictObject(
    Object.fromEntries(
      Array.from({ length: 25 }, (_, at) => [`choice_${at}`, z.enum(CHOICES).meta(field({ title: `Choice ${at}`, control: 'choice' }))]),
    ),
  ),
  target: () => 'nothing',
  risk: () => 'low',
  preview: async () => ({ changes: ['Nothing'], reversible: 'Yes' }),
  execute: async () => ok({ summary: 'Done' }),
});

let driver: DiscordDriver;
const open = async (...how: Parameters<typeof discordDriver>): Promise<void> => {
  driver = await discordDriver(...how);
  await createSteps(driver).linkTo('U1', driver.rig.installed.ownerId);
};
afterEach(() => driver.stop());
const PUT = /^PUT \/applications\/\d+\/guilds\/\d+\/commands$/;
const putsIn = (lines: readonly string[]): string[] => lines.filter((line) => line.startsWith('PUT '));

test('while the commands are being registered everything else is answered', async () => {
  const slow = Promise.withResolvers<void>();
  await open({ prepare: ({ faults }) => void faults.push({ on: PUT, kind: 'held', until: slow.promise }) });
  expect(await driver.command('U1', '/status')).toMatchObject({ kind: 'private', words: expect.stringContaining('Running') });
  slow.resolve();
});

test('a menu that is as it was is not put there again, and one that is not is', async () => {
  await open();
  const { fake } = driver;
  await eventually(() => putsIn(fake.requests).length === 1);
  await driver.halt();
  await driver.resume();
  await eventually(() => fake.requests.filter((line) => line.startsWith('GET ') && line.endsWith(`/${GUILD}/commands`)).length === 2);
  await driver.command('U1', '/status');
  expect(putsIn(fake.requests)).toHaveLength(1);
  fake.menus.set(GUILD, (fake.menus.get(GUILD) ?? []).slice(1));
  await driver.halt();
  await driver.resume();
  await eventually(() => putsIn(fake.requests).length === 2);
});

test('a tool that is too heavy for Discord’s menu costs nothing but its own choices, and that is said', async () => {
  await open({ tools: [heavy] });
  await eventually(() => (driver.fake.menus.get(GUILD) ?? []).some(({ name }) => name === 'heavy'));
  expect((driver.fake.menus.get(GUILD) ?? []).map(({ name }) => name)).toContain('status');
  const { ok: isWell, detail } = await eventually(() => driver.surface.health().detail.includes('/heavy') && driver.surface.health());
  expect(isWell).toBe(true);
  expect(detail).toContain('/heavy without the choices of choice_0');
});

test('commands that are refused are said to be missing, and what broke on the way is tried again', async () => {
  await open({ prepare: ({ faults }) => void faults.push({ on: PUT, kind: 'refused', code: 50_035 }) });
  await eventually(() => driver.surface.health().detail.includes('Commands not registered: Discord answered 400, code 50035'));
  await driver.stop();
  await open({ prepare: ({ faults }) => void faults.push({ on: PUT, kind: 'status', status: 503, times: 4 }) });
  await eventually(() => (driver.fake.menus.get(GUILD) ?? []).length > 0);
  await eventually(() => driver.surface.health().detail === 'Connected.');
});
