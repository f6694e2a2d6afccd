import { expect, test } from 'vitest';
import { createCommands } from '../../src/bot/commands/registry.ts';
import { commandsOf } from '../../src/bot/discord/commands.ts';
import { toolFields } from '../../src/bot/forms.ts';
import { menuOf } from '../../src/bot/menu.ts';
import { postInRoom } from '../../src/bot/room/post.ts';
import { SUGGESTED } from '../../src/bot/suggest.ts';
import type { Heart } from '../../src/dispatch/heart.ts';
import { createTools } from '../../src/tools/registry.ts';
import { commandProblems } from '../fakes/discord/commands.ts';
import type { Json } from '../fakes/discord/world.ts';

const heart = {} as Heart; // nothing is run here: commands touch it only when they are
const tools = createTools({ home: '.', post: postInRoom }).filter(({ internal }) => !internal);
const agents = { members: async () => [], find: async () => undefined };
const receive = { database: heart.database, enqueueRoute: async () => undefined, agents };
const commands = createCommands({ heart, tools, health: () => Promise.reject(new Error('not asked here')), receive });
const menu = menuOf({ commands, tools });

test('the whole registry fits into Discord’s menus, with every option', () => {
  expect(commandProblems(commandsOf(menu).commands as unknown as Json[])).toEqual([]);
});

test('every command and every action stands in the menu, and nothing else', () => {
  expect(menu.map(({ name }) => name)).toEqual([...commands.map(({ name }) => name), ...tools.map(({ slash }) => slash)]);
});

test('what a line needs stands first, and what a line cannot hold is left to a form', () => {
  const task = menu.find(({ name }) => name === 'task')?.fields ?? [];
  expect(task[0]).toMatchObject({ name: 'title', required: true, limits: { longest: 200 } });
  expect(task.find(({ name }) => name === 'priority')).toMatchObject({ control: 'number', limits: { whole: true, least: 1, most: 10 } });
  expect(menu.flatMap(({ fields }) => fields).filter(({ control }) => control === 'json' || control === 'list')).toEqual([]);
  for (const { fields } of menu)
    expect(fields.map(({ required }) => required)).toEqual(fields.map(({ required }) => required).sort((a, b) => Number(b) - Number(a)));
});

test('whatever is looked up while it is typed is an argument of something in the registries', () => {
  const names = [
    ...commands.flatMap(({ name, args }) => toolFields({ input: args }).map((field) => `${name} ${field.name}`)),
    ...tools.flatMap((tool) => toolFields(tool).map((field) => `${tool.slash} ${field.name}`)),
  ];
  expect(Object.keys(SUGGESTED.BY_SLASH).filter((key) => !names.includes(key))).toEqual([]);
  expect(Object.keys(SUGGESTED.BY_NAME).filter((key) => !names.some((name) => name.endsWith(` ${key}`)))).toEqual([]);
});
