import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { optionsOf } from '../../src/bot/discord/options.ts';
import { menuOf } from '../../src/bot/menu.ts';
import { ok } from '../../src/result.ts';
import { defineTool, field } from '../../src/tools/tool.ts';
import { commandProblems } from '../fakes/discord/commands.ts';
import { type Json, ROOM } from '../fakes/discord/world.ts';
import { createSteps, until } from './contract-steps.ts';
import { type DiscordDriver, discordDriver } from './discord-driver.ts';

const optional = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`extra_${at}`, z.string().optional()]));

/** A tool whose arguments are everything that a form knows, under names that Discord would not take. */
const odd = defineTool({
  name: 'odd_tool',
  slash: 'odd',
  title: 'An odd tool',
  summary: 'Takes everything',
  examples: [],
  phrases: [],
  effect: 'write',
  replay: 'transactional',
  version: 1,
  account: 'this installation',
  input: z.strictObject({
    'Loud Name': z.string().optional(),
    'loud-name': z.string().optional(),
    gently: z.boolean().optional(),
    share: z.number().min(-1e300).max(1).optional(),
    many: z.array(z.string()).optional(),
    deep: z.object({ a: z.string() }).optional(),
    letter: z.enum(Array.from({ length: 30 }, (_, at) => `letter ${at}`)).optional(),
    count: z
      .int()
      .min(1)
      .max(9)
      .meta(field({ title: 'Count', control: 'number' })),
    mood: z.enum(['fine', 'so so']),
    ...optional,
  }),
  target: () => 'nothing',
  risk: () => 'low',
  preview: async () => ({ changes: ['Nothing'], reversible: 'Yes' }),
  execute: async () => ok({ summary: 'Done' }),
});

let driver: DiscordDriver;
beforeAll(async () => {
  driver = await discordDriver({ tools: [odd] });
  await createSteps(driver).linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(() => driver.stop());

const run = (name: string, options: Json[], how = {}) =>
  driver.interacts('U1', { type: 2, data: { id: '1', type: 1, name, options } }, how);
const typing = async (user: string, name: string, options: Json[]): Promise<Json[]> => {
  const seen = await driver.interacts(user, { type: 4, data: { id: '1', type: 1, name, options } });
  if (seen.kind !== 'choices') throw new Error(`no choices: ${seen.kind}`);
  return seen.choices;
};
const inputs = async (tool: string): Promise<Json[]> => {
  const rows = await driver.rig.sql<{ text: string }>(
    `select r.input_text as text from wilco.revisions r join wilco.proposals p on p.id = r.proposal_id where p.tool = '${tool}' order by p.proposed_at`,
  );
  return rows.map(({ text }) => JSON.parse(text) as Json);
};
const optionOf = (name: string, option: string): Json | undefined =>
  ((driver.fake.menu().find((one) => one.name === name)?.options ?? []) as Json[]).find((one) => one.name === option);

test('an action of the registry has options of its own kinds, with the limits of its schema', () => {
  expect(optionOf('task', 'title')).toMatchObject({ type: 3, required: true, max_length: 200 });
  expect(optionOf('task', 'priority')).toMatchObject({ type: 4, required: false, min_value: 1, max_value: 10 });
  expect(optionOf('task', 'due_on')).toMatchObject({ type: 3, autocomplete: true });
  expect(optionOf('odd', 'mood')).toMatchObject({ required: true, choices: [{ value: 'fine' }, { value: 'so so' }] });
  expect(optionOf('odd', 'gently')).toMatchObject({ type: 5 });
  expect(optionOf('odd', 'share')).toMatchObject({ type: 10, max_value: 1 });
  expect(optionOf('odd', 'letter')).toMatchObject({ type: 3, autocomplete: true });
  // What only the tool can know is asked of nobody.
  expect(optionOf('cancel', 'task_id')).toBeUndefined();
  expect(optionOf('pause-agent', 'agent')).toMatchObject({ type: 3, required: true, autocomplete: true });
});

test('whatever a tool is called and takes, Discord takes its options: at most 25, each name once, what is needed first', () => {
  const options = optionsOf(menuOf({ commands: [], tools: [odd] })[0] ?? { name: '', summary: '', fields: [], proposes: false });
  expect(commandProblems([{ type: 1, name: 'odd', description: 'odd', options: options as unknown as Json[] }])).toEqual([]);
  expect(options).toHaveLength(25);
  expect(options.slice(0, 3).map(({ name, required }) => [name, required])).toEqual([
    ['count', true],
    ['mood', true],
    ['loud_name', false],
  ]);
  expect(options.map(({ name }) => name)).not.toContain('many');
});

test.for([
  'x, due Friday, priority 10',
  '"quoted" and \'quoted\' and “quoted”',
  '--priority 9 --title other',
  '/kill',
  '@wilco /kill and @note-taker',
  'title:other priority:9',
  'a `fence` **bold** <@1> \\ back',
])('what is filled in is what is proposed, to the letter: %s', async (title) => {
  expect(await run('task', [{ name: 'title', type: 3, value: title }])).toEqual({ kind: 'nothing' });
  await until(driver, ({ words, where }) => where !== ROOM && words.includes(title) && words.includes('Risk'));
  expect((await inputs('create_task')).at(-1)).toMatchObject({ title, priority: 5 });
  expect(await driver.rig.sql('select 1 from wilco.switches where killed')).toEqual([]);
});

test('numbers, truths and choices arrive as what they are', async () => {
  const options = [
    { name: 'loud_name', type: 3, value: '7' },
    { name: 'gently', type: 5, value: false },
    { name: 'share', type: 10, value: 0.5 },
    { name: 'count', type: 4, value: 3 },
    { name: 'mood', type: 3, value: 'so so' },
  ];
  await run('odd', options);
  await until(driver, ({ words }) => words.includes('An odd tool') && words.includes('Risk'));
  expect(await inputs('odd_tool')).toEqual([{ 'Loud Name': '7', gently: false, share: 0.5, count: 3, mood: 'so so' }]);
});

test('one command that Discord tells twice is proposed once', async () => {
  await run('task', [{ name: 'title', type: 3, value: 'told twice by command' }], { times: 2 });
  await until(driver, ({ words }) => words.includes('told twice by command') && words.includes('Risk'));
  expect((await inputs('create_task')).filter(({ title }) => title === 'told twice by command')).toHaveLength(1);
});

test('what Discord lets pass and the action does not is asked for in its form, with the rest as it was', async () => {
  const options = [
    { name: 'title', type: 3, value: 'due when' },
    { name: 'priority', type: 4, value: 8 },
    { name: 'due_on', type: 3, value: 'some day' },
  ];
  const asked = driver.came('U1', await run('task', options), ROOM);
  if (asked.kind !== 'private') throw new Error(`not asked: ${asked.kind}`);
  const form = await asked.pressed('Fill it in');
  if (form.kind !== 'form') throw new Error(`no form: ${form.kind}`);
  expect(form.fields).toMatchObject({ title: 'due when', priority: '8', due_on: 'some day' });
  // What is still wrong is said, and nothing of it stands for all to see.
  expect(await form.submit({ ...form.fields, due_on: 'another day' })).toMatchObject({ problems: expect.stringContaining('day') });
  expect(driver.standing().filter(({ words }) => words.includes('asked: /task · title: due when'))).toEqual([]);
  // That it is done is said in a message of its own, which comes when it comes.
  expect(['nothing', 'private']).toContain((await form.submit({ ...form.fields, due_on: '2031-01-02' })).kind);
  // As if it had been filled in at once: what was asked stands in the channel, and the card in a thread of that.
  await until(driver, ({ where, words }) => where !== ROOM && words.includes('due when') && words.includes('Risk'));
  const asking = await until(driver, ({ where, words }) => where === ROOM && words.includes('asked: /task · title: due when'));
  expect(asking.words).toContain('due_on: 2031-01-02');
  expect((await inputs('create_task')).at(-1)).toMatchObject({ title: 'due when', priority: 8, due_on: '2031-01-02' });
});

test('agents, days, and everything with more choices than a menu holds are completed while they are typed', async () => {
  const agent = { name: 'agent', type: 3, value: 'note', focused: true };
  expect(await typing('U1', 'pause-agent', [agent])).toMatchObject([{ name: 'Note-taker (@note-taker)', value: 'note-taker' }]);
  const day = { name: 'due_on', type: 3, value: '2 January 2031', focused: true };
  expect(await typing('U1', 'task', [{ name: 'title', type: 3, value: 'x' }, day])).toMatchObject([{ value: '2031-01-02' }]);
  expect(await typing('U1', 'task', [{ ...day, value: '' }])).toHaveLength(7);
  const letters = await typing('U1', 'odd', [{ name: 'letter', type: 3, value: 'LETTER', focused: true }]);
  expect(letters).toHaveLength(25);
  expect(letters[0]).toEqual({ name: 'letter 0', value: 'letter 0' });
});

test('nobody but a known member is offered anything that is known here', async () => {
  const agent = { name: 'agent', type: 3, value: 'note', focused: true };
  for (const who of ['U99', driver.outsider('guest'), driver.outsider('stranger')])
    expect(await typing(who, 'pause-agent', [agent])).toEqual([]);
});

test('whoever is not known proposes nothing by a command', async () => {
  const options = [{ name: 'title', type: 3, value: 'by nobody' }];
  const said = await driver.interacts('U98', { type: 2, data: { id: '1', type: 1, name: 'task', options } });
  expect(driver.came('U98', said, ROOM)).toMatchObject({ words: expect.stringContaining('I do not know you here yet') });
  expect((await inputs('create_task')).filter(({ title }) => title === 'by nobody')).toEqual([]);
});
