import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { modalOf, pageCount } from '../../src/bot/discord/modal.ts';
import type { Form } from '../../src/bot/surface.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { ok } from '../../src/result.ts';
import { assignTask } from '../../src/tools/assign-task.ts';
import { defineTool, field } from '../../src/tools/tool.ts';
import { eventually } from '../eventually.ts';
import { modalProblems } from '../fakes/discord/limits.ts';
import { type FakeMessage, GUILD, type Json, ROOM } from '../fakes/discord/world.ts';
import { createSteps, order, type Seen, type Steps, until } from './contract-steps.ts';
import { type DiscordDriver, discordDriver } from './discord-driver.ts';
import { fieldsIn, submitted } from './discord-modal.ts';
import { buttonsOf } from './discord-reading.ts';

const word = (title: string) =>
  z
    .string()
    .min(1, `Say the ${title}.`)
    .meta(field({ title, control: 'line', slot: 'words' }));
const COLOURS = Array.from({ length: 30 }, (_, at) => `Colour ${at}`) as [string, ...string[]];

/** More fields than one modal holds, one of more choices than a list, and one for more text than anybody may edit. */
const paint = defineTool({
  name: 'paint_room',
  slash: 'paint',
  title: 'Paint a room',
  summary: 'Paints a room',
  examples: ['paint the room "Aurora"'],
  phrases: ['paint the room {room}'],
  effect: 'write',
  replay: 'transactional',
  version: 1,
  account: 'this installation',
  input: z.strictObject({
    room: word('Room'),
    day: word('Day'),
    from: word('From'),
    till: word('Till'),
    who: word('Who'),
    coats: z
      .int()
      .min(1)
      .meta(field({ title: 'Coats', control: 'number' })),
    colour: z.enum(COLOURS).meta(field({ title: 'Colour', control: 'choice' })),
    notes: z
      .string()
      .optional()
      .meta(field({ title: 'Notes', control: 'text' })),
  }),
  target: ({ room }) => room,
  risk: () => 'low',
  preview: async ({ room }) => ({ changes: [`Paints ${room}`], reversible: 'Yes' }),
  execute: async ({ room }) => ok({ summary: `Painted ${room}` }),
});
const VALUES = { room: 'Borealis', day: 'Friday', from: '10', till: '11', who: 'Ana', coats: '2', colour: 'colour 7', notes: 'thin' };

let driver: DiscordDriver;
let steps: Steps;
beforeAll(async () => {
  driver = await discordDriver({ tools: [paint, assignTask] });
  steps = createSteps(driver);
  await steps.linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(() => driver.stop());

const idOf = (message: Pick<FakeMessage, 'components'>, label: string): string => {
  const found = buttonsOf(message).find((one) => one.label === label);
  if (!found) throw new Error(`no ${label} there`);
  return String(found.custom_id);
};
/** Says it, and answers the message that comes with this button. */
const offered = async (text: string, label: string): Promise<{ seen: Seen; message: FakeMessage }> => {
  const said = driver.speaks('U1', text);
  const seen = await until(driver, ({ buttons, where }) => buttons.includes(label) && where === said.id);
  await steps.onRecord(seen);
  const message = driver.fake.world.messages.get(seen.id);
  if (!message) throw new Error('no such message');
  return { seen, message };
};
const below = ({ seen }: { seen: Seen }) => ({ channel_id: seen.where, message: { id: seen.id } });
const opens = async (on: { seen: Seen }, custom_id: string): Promise<Json> => {
  const shown = await driver.interacts('U1', { ...below(on), type: 3, data: { component_type: 2, custom_id } });
  if (shown.kind !== 'modal') throw new Error(`no form: ${JSON.stringify(shown)}`);
  return shown.modal;
};
const hands = (on: { seen: Seen }, modal: Json, values: Record<string, string>) =>
  driver.interacts('U1', {
    ...below(on),
    type: 5,
    data: { custom_id: modal.custom_id, components: submitted(modal, { ...fieldsIn(modal), ...values }) },
  });
const told = async (outcome: ReturnType<typeof hands>): Promise<{ words: string; messages: FakeMessage[] }> => {
  const seen = await outcome;
  if (seen.kind !== 'private') throw new Error(`nothing was said: ${seen.kind}`);
  const came = driver.came('U1', seen, '');
  return { words: came.kind === 'private' ? came.words : '', messages: seen.messages };
};
const proposed = (room: string) => driver.rig.sql(`select input_text from wilco.revisions where input_text like '%${room}%'`);

test('after a restart a page of several is not handed in alone: it gives back what was typed, and says to open the form again', async () => {
  const on = await offered('paint the room "Restart"', 'Fill in the rest');
  const first = await opens(on, idOf(on.message, 'Fill in the rest'));
  await driver.halt();
  await driver.resume();
  const { words } = await told(hands(on, first, { ...VALUES, room: 'Typed before' }));
  expect(words).toContain('not known any more');
  expect(words).toContain('Typed before');
  expect(words).toContain('Ana');
  expect(await proposed('Typed before')).toEqual([]);
});

test('a page that was opened from an older form leaves everything on the other pages as it is', async () => {
  const on = await offered('paint the room "Twice opened"', 'Fill in the rest');
  const press = idOf(on.message, 'Fill in the rest');
  const { messages } = await told(hands(on, await opens(on, press), VALUES));
  // Opened anew: what was typed on the first page is forgotten, but not what the order said.
  await opens(on, press);
  const second = await opens(on, idOf({ components: messages.flatMap(({ components }) => components) }, 'Go on'));
  const { words } = await told(hands(on, second, VALUES));
  expect(words).toContain('Day');
  expect(words).not.toContain('Room');
});

test('a choice of more than a list holds is typed, in any case of its letters, and the form says what may be chosen', async () => {
  const on = await offered('paint the room "Typed choice"', 'Fill in the rest');
  const kept = await told(hands(on, await opens(on, idOf(on.message, 'Fill in the rest')), { ...VALUES, room: 'Typed choice' }));
  const second = await opens(on, idOf({ components: kept.messages.flatMap(({ components }) => components) }, 'Go on'));
  expect(JSON.stringify(second)).toContain('One of: Colour 0, Colour 1');
  const wrong = await told(hands(on, second, { ...VALUES, colour: 'Mauve' }));
  expect(wrong.words).toContain('Colour: This is none of them. One of: Colour 0');
  expect(wrong.words).toContain('Colour 29');
  // It opens the page on which it is, with what is wrong beside it, and keeps the rest.
  const again = await opens(on, idOf({ components: wrong.messages.flatMap(({ components }) => components) }, 'Correct it'));
  expect(again.title).toContain('(2 of 2)');
  expect(JSON.stringify(again)).toContain('This is none of them.');
  expect(fieldsIn(again)).toMatchObject({ coats: '2', colour: 'Mauve' });
  expect(await hands(on, again, { colour: 'COLOUR 7' })).toEqual({ kind: 'nothing' });
  await until(driver, ({ words, buttons }) => words.includes('Colour 7') && words.includes('Typed choice') && buttons.includes('Approve'));
});

test('a text that is longer than anybody may edit stays as it is, and everything else can be edited', async () => {
  const long = 'long '.repeat(900).trim();
  const { heart, owner } = driver.rig;
  const { seen: asked } = await offered('paint the room "Long notes"', 'Fill in the rest');
  const threadId = `discord:${GUILD}.${ROOM}:${asked.where}`;
  const input = { ...VALUES, coats: 2, colour: 'Colour 7', room: 'Long notes', notes: long };
  expect(await propose(heart, owner, { threadId, tool: 'paint_room', input })).toMatchObject({ ok: true });
  const seen = await until(driver, ({ buttons, words }) => buttons.includes('Edit') && words.includes('too long for this card'));
  await steps.onRecord(seen);
  const message = driver.fake.world.messages.get(seen.id);
  const on = { seen };
  const first = await opens(on, idOf({ components: message?.components ?? [] }, 'Edit'));
  expect(JSON.stringify(first)).toContain('stays as it is');
  expect(Object.keys(fieldsIn(first))).toEqual(['room', 'day', 'from', 'till']);
  const kept = await told(hands(on, first, { room: 'Edited beside it' }));
  const second = await opens(on, idOf({ components: kept.messages.flatMap(({ components }) => components) }, 'Go on'));
  expect(Object.keys(fieldsIn(second))).toEqual(['who', 'coats', 'colour']);
  expect(await hands(on, second, {})).toEqual({ kind: 'nothing' });
  await eventually(async () => (await proposed('Edited beside it')).length > 0);
  expect(JSON.stringify(await proposed('Edited beside it'))).toContain(long);
});

test('what is too long, or nothing at all, never makes a modal that Discord would refuse', () => {
  const made = (count: number, long: number, value = 'x'): Form => ({
    id: 'command.odd',
    title: '😀'.repeat(40),
    about: null,
    submit: 'Run',
    fields: Array.from({ length: count }, (_, at) => ({
      name: `field_${at}`,
      label: `${at} ${'😀'.repeat(40)}`,
      hint: 'é'.repeat(300),
      control: 'text' as const,
      choices: [],
      required: true,
      nullable: false,
      value: at < long ? 'y'.repeat(4001) : value,
    })),
  });
  for (const [count, long] of [
    [1, 0],
    [5, 0],
    [6, 0],
    [6, 1],
    [11, 3],
    [12, 11],
  ] as const) {
    const draft = { form: made(count, long), values: {}, picked: {}, problems: {} };
    const pages = Array.from({ length: pageCount(draft.form) }, (_, page) => modalOf(draft, page));
    expect(pages.flatMap((page) => modalProblems(page as unknown as Json))).toEqual([]);
    expect(pages.flatMap((page) => Object.keys(fieldsIn(page as unknown as Json)))).toHaveLength(count - long);
    expect(JSON.stringify(pages[0]).includes('stays as it is')).toBe(long > 0);
    for (const { title } of pages) expect(title.isWellFormed()).toBe(true);
  }
  expect(pageCount(made(0, 0))).toBe(0);
  expect(pageCount(made(3, 3))).toBe(0);
});

test('in a direct message nobody is listed to pick from, so that people are typed', async () => {
  const channel = driver.fake.world.directWith(driver.fake.world.userCalled('U1').id).id;
  driver.speaks('U1', order('bell'), { channel, named: false });
  await driver.presses('U1', { on: await steps.settled(await steps.cardOf('bell')), label: 'Approve' });
  await until(driver, ({ words }) => words.includes('Task "bell" created'));
  driver.speaks('U1', 'assign the task "bell" to Owner', { channel, named: false });
  const card = await until(driver, ({ words, buttons }) => words.includes('Assign a task') && buttons.includes('Edit'));
  const form = await driver.presses('U1', { on: await steps.settled(card), label: 'Edit' });
  if (form.kind !== 'form') throw new Error(`no form: ${form.kind}`);
  expect(form.fields).toMatchObject({ assignee_name: 'Owner', assignee_id: driver.rig.installed.ownerId });
  expect(await form.submit(form.fields)).toMatchObject({ problems: expect.stringContaining('Nothing was changed') });
});
