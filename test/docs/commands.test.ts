import { expect, test } from 'vitest';
import { createCommands } from '../../src/bot/commands/registry.ts';
import { postInRoom } from '../../src/bot/room/post.ts';
import type { Heart } from '../../src/dispatch/heart.ts';
import { createTools } from '../../src/tools/registry.ts';
import { read, rows, section } from './documents.ts';

const guide = read('docs/guides/commands.md');
const heart = {} as Heart; // nothing is run here: commands touch it only when they are
const health = () => Promise.reject(new Error('not asked here'));
const tools = createTools({ home: '.', post: postInRoom }).filter(({ internal }) => !internal);
const receive = {
  database: heart.database,
  enqueueRoute: async () => undefined,
  agents: { members: async () => [], find: async () => undefined },
};
const commands = createCommands({ heart, tools, health, receive });

test('every command is documented as it is written and with its role', () => {
  const documented = rows(section(guide, '## Commands')).map(([name, usage, role]) => ({ name, usage, role }));
  expect(documented).toEqual(commands.map(({ name, usage, role }) => ({ name: `/${name}`, usage, role })));
});

test('the commands that change something are named as such', () => {
  const [, listed = ''] = /change something: ([^.]*)\./.exec(section(guide, '## Commands')) ?? [];
  const named = [...listed.matchAll(/`(\/[a-z-]+)`/g)].map(([, name]) => name);
  expect(named).toEqual(commands.filter(({ changes }) => changes).map(({ name }) => `/${name}`));
});

test('every action is documented with its tool, its role and an example of its own', () => {
  const documented = rows(section(guide, '## Actions')).map(([slash, tool, role]) => ({ slash, tool, role }));
  const declared = tools.map(({ slash, name, proposerRole }) => ({ slash: `/${slash}`, tool: name, role: proposerRole ?? 'operator' }));
  expect(documented).toEqual(declared);
  const examples = rows(section(guide, '## Actions')).map(([, tool = '', , , example = '']) => ({ tool, example }));
  const strange = examples.filter(
    ({ tool, example }) => example !== '' && !tools.find(({ name }) => name === tool)?.examples.includes(example),
  );
  expect(strange).toEqual([]);
});
