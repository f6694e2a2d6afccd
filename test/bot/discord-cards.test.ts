// As in the whole program, where a file once never left: https://github.com/nodejs/undici/issues/5520
import 'undici';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderPages, renderView } from '../../src/bot/discord/card.ts';
import { inert } from '../../src/bot/discord/inert.ts';
import { BETTER_WITH, INTENTS, PERMISSIONS } from '../../src/bot/discord/needs.ts';
import type { View } from '../../src/bot/surface.ts';
import { type Card, plainCard } from '../../src/dispatch/card.ts';
import { visible, visibleBlock } from '../../src/dispatch/visible.ts';
import { firstCells, read, section, sorted } from '../docs/documents.ts';
import { eventually } from '../eventually.ts';
import { messageProblems } from '../fakes/discord/limits.ts';
import { type Json, ROOM } from '../fakes/discord/world.ts';
import { createSteps, order, type Steps, until } from './contract-steps.ts';
import { type DiscordDriver, discordDriver } from './discord-driver.ts';
import { drawn } from './discord-reading.ts';

const view = (card: Card | null, text: string | null = null): View => ({
  messageId: '00000000-0000-4000-8000-000000000000',
  author: visible('Wilco'),
  text: text === null ? null : visibleBlock(text),
  card,
  failed: null,
});
const proposal = { id: '00000000-0000-4000-8000-000000000001', revision: 3, digest: 'd', state: 'proposed' as const };
const cardWith = (value: string): Card =>
  plainCard({
    title: visible('Create a task'),
    arguments: [{ name: 'description', label: 'Description', value: visibleBlock(value), block: true }],
    actions: [
      { verb: 'approve', label: 'Approve', tone: 'primary' },
      { verb: 'reject', label: 'Reject', tone: 'danger' },
    ],
    proposal,
  });
const problemsOf = (rendered: ReturnType<typeof renderView>): string[] =>
  messageProblems({ components: rendered.components, flags: 32_772, allowed_mentions: { parse: [] } }, true);
const json = (rendered: ReturnType<typeof renderView>): string => JSON.stringify(rendered.components);

test('whatever is written is drawn as it was written, and is never a mention, a link, a heading or a fence', () => {
  const nasty = fc.string({ unit: fc.constantFrom(...'\\`*_~|<>#+-:@[]()1. ax/\n'), maxLength: 80 });
  fc.assert(
    fc.property(nasty, (text) => {
      const safe = inert(text);
      expect(safe.replace(/\\([^A-Za-z0-9\s])/g, '$1')).toBe(text);
      // No sign that means something stands without its own backslash.
      expect(safe.replace(/\\[^A-Za-z0-9\s]/g, '')).not.toMatch(/[\\`*_~|<>#+\-:@[\]()]/);
    }),
  );
});

test('whatever is on a card, it stays within Discord’s limits, and an approve is only there where every argument is', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '*', '\n', 'é', ' '), maxLength: 6000 }), (value) => {
      const rendered = renderView(view(cardWith(value)), 'key');
      expect(problemsOf(rendered)).toEqual([]);
      const shown = drawn(JSON.parse(json(rendered))[0].components[1].content);
      if (json(rendered).includes('approve:')) for (const line of value.split('\n')) expect(shown).toContain(line);
      for (const page of renderPages(cardWith(value))) expect(problemsOf(page)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test.for([12, 60])(
  'a list of %i lines that lead to other cards has a button beside the first for one pair of eyes, and the others to choose from',
  (many) => {
    const ids = Array.from({ length: many }, (_, at) => `00000000-0000-4000-8000-0000000000${String(at + 10)}`);
    const rows = ids.map((proposalId, at) => ({ cells: [visible(`line ${at}`), visible('*odd*')], proposalId }));
    const list = plainCard({ title: visible('Waiting'), table: { columns: ['What', 'On'], rows, empty: '' } });
    const pages = renderPages(list);
    expect(pages.flatMap(problemsOf)).toEqual([]);
    const said = pages.map(json).join('');
    for (const at of rows.keys()) expect(said).toMatch(new RegExp(`line ${at}(?:\\*\\*| )`));
    expect(said.match(/open:[0-9a-f-]{36}:1/g)).toEqual(ids.slice(0, 58).map((id) => `open:${id}:1`));
    // In a thread it says what was, and what was decided is not to be pressed there any more.
    expect(json(renderView(view(list), 'key'))).not.toContain('open:');
    for (const page of renderPages(plainCard({ ...list, prose: visibleBlock('w '.repeat(3000)) }))) expect(problemsOf(page)).toEqual([]);
  },
);

test('a card that does not fit says how long each argument is, and offers to be opened in place of an approve', () => {
  const rendered = json(renderView(view(cardWith('x'.repeat(5000))), 'key'));
  expect(rendered).toContain('5000 characters');
  expect(rendered).toContain('Open in full');
  expect(rendered).not.toContain('approve:');
  expect(rendered).toContain(`reject:${proposal.id}:${proposal.revision}`);
});

test('opened in full, every character is on some page, and the approve is on the last', () => {
  const words = Array.from({ length: 2000 }, (_, at) => `word${at}`).join(' ');
  const pages = renderPages(cardWith(words));
  expect(pages.length).toBeGreaterThan(1);
  const all = pages.map(json);
  expect(all.slice(0, -1).join('')).not.toContain('approve:');
  expect(all.at(-1)).toContain('approve:');
  const read = pages
    .map(({ components }) => JSON.parse(JSON.stringify(components))[0].content.replace(/\n-# .*$/, ''))
    .join('')
    .replaceAll('> ', '');
  expect(drawn(read)).toContain(words);
});

test('what nobody would page through is a file, and is not approved from there', () => {
  const [only, ...more] = renderPages(cardWith('y'.repeat(60_000)));
  expect(more).toEqual([]);
  expect(only && json(only)).not.toContain('approve:');
  expect(only?.file?.text).toContain('y'.repeat(60_000));
});

let driver: DiscordDriver;
let steps: Steps;
beforeAll(async () => {
  driver = await discordDriver();
  steps = createSteps(driver);
  await steps.linkTo('U1', driver.rig.installed.ownerId);
});
afterAll(() => driver.stop());

test('a card that is too long is opened in full by a press, and approved from what was shown', async () => {
  const { propose } = await import('../../src/dispatch/propose.ts');
  const first = await steps.asked('short one');
  const threadId = `discord:100000000000000001.${ROOM}:${first.where}`;
  const input = { title: 'a long one', description: 'long words '.repeat(420).trim(), priority: 5 };
  expect(await propose(driver.rig.heart, driver.rig.owner, { threadId, tool: 'create_task', input })).toMatchObject({ ok: true });
  const seen = await until(
    driver,
    ({ words, buttons }) => words.includes('a long one') || (buttons.includes('Open in full') && words.includes('too long')),
  );
  expect(seen.buttons).toEqual(['Open in full', 'Reject', 'Edit', 'Withdraw']);
  const opened = await driver.presses('U1', { on: seen, label: 'Open in full' });
  if (opened.kind !== 'private') throw new Error(`not opened: ${opened.kind}`);
  await eventually(() => opened.buttons.includes('Approve'));
  expect(opened.words.match(/long words/g)?.length).toBeGreaterThanOrEqual(419);
  expect(await opened.pressed('Approve')).toEqual({ kind: 'nothing' });
  await until(driver, ({ id, words }) => id === seen.id && words.includes('Done'));
  const edit = await driver.presses('U1', { on: await steps.asked('another'), label: 'Edit' });
  expect(edit.kind).toBe('form');
});

test('what waits is listed with a button on each line, which opens its card for the eyes of whoever pressed', async () => {
  await steps.asked('to be opened');
  const list = await driver.command('U1', '/approvals');
  if (list.kind !== 'private') throw new Error(`no list: ${list.kind}`);
  expect(list.buttons).toContain('Open');
  const opened = await list.pressed('Open');
  if (opened.kind !== 'private') throw new Error(`not opened: ${opened.kind}`);
  await eventually(() => opened.buttons.length > 0);
  expect(opened.words).toContain('Risk');
  expect(opened.buttons).toContain('Approve');
});

test('a command of a tool becomes a proposal: what was asked stands in the channel, and the card in a thread of that', async () => {
  expect(await driver.command('U1', '/task "by command"')).toEqual({ kind: 'nothing' });
  const asked = await until(driver, ({ words, where }) => where === ROOM && words.includes('U1 asked: /task · title: "by command"'));
  const seen = await until(driver, ({ words }) => words.includes('by command') && words.includes('Risk'));
  expect(seen.where).toBe(asked.id);
  // It goes on there, without the bot's name.
  driver.speaks('U1', order('and one more in it'), { channel: asked.id, named: false });
  expect((await until(driver, ({ words }) => words.includes('and one more in it') && words.includes('Risk'))).where).toBe(asked.id);
});

test('words behind /wilco open a thread that is called like them, and what is only an answer stands nowhere', async () => {
  const before = driver.standing().length;
  expect(await driver.command('U1', '/wilco /status')).toMatchObject({ kind: 'private', words: expect.stringContaining('Running') });
  expect(await driver.command('U1', '/wilco link AAAAA-AAAAA')).toMatchObject({ kind: 'private' });
  expect(driver.standing()).toHaveLength(before);
  expect(await driver.command('U1', '/wilco create a task "by words"')).toEqual({ kind: 'nothing' });
  const seen = await until(driver, ({ words }) => words.includes('by words') && words.includes('Risk'));
  expect(driver.fake.world.channels.get(seen.where)?.name).toBe('create a task "by words"');
  // A key that was typed for Wilco alone is shown to nobody.
  await driver.command('U1', '/wilco create a task "use ghp_abcdefghijklmnopqrstuvwxyz0123456789 for it"');
  await until(driver, ({ words }) => words.includes('asked for something'));
  expect(driver.standing().some(({ words }) => words.includes('asked') && words.includes('ghp_'))).toBe(false);
});

test('whoever is not known is told so alone, and nothing of what they asked stays in the channel', async () => {
  expect(await driver.command('Nobody', '/wilco create a task "by nobody"')).toMatchObject({
    kind: 'private',
    words: expect.stringContaining('I do not know you here yet'),
  });
  expect(driver.standing().filter(({ words }) => words.includes('by nobody'))).toEqual([]);
});

test('what somebody else wrote becomes a task, or a question, in a thread of it with its files, and never a command', async () => {
  const { fake } = driver;
  const on = (content: string, name: string, more: Json = {}) => {
    const message = fake.world.put({
      ...{
        channel_id: ROOM,
        author: { id: '5', username: 'Eve' },
        content,
        type: 0,
        mentions: [],
        attachments: [],
        components: [],
        flags: 0,
      },
      ...more,
    });
    const data = { id: '1', type: 3, name, target_id: message.id, resolved: { messages: { [message.id]: message } } };
    return driver.interacts('U1', { type: 2, data }).then(() => message);
  };
  const url = fake.upload('plants.txt', Buffer.from('fern, moss'));
  const attachments = [{ id: '1', filename: 'plants.txt', content_type: 'text/plain; charset=utf-8', size: 10, url }];
  const message = await on('"water the plants"', 'Make a task', { attachments });
  const seen = await until(driver, ({ words }) => words.includes('water the plants') && words.includes('Risk'));
  expect(seen.where).toBe(message.id);
  expect(await driver.rig.sql(`select name from wilco.attachments`)).toEqual([{ name: 'plants.txt' }]);
  for (const content of ['/kill', 'kill', '<@900000000000000001> /kill now', '@wilco /kill']) await on(content, 'Ask Wilco');
  await steps.asked('after the four');
  expect(await driver.rig.sql('select 1 from wilco.switches where killed')).toEqual([]);
});

test('what is typed after /wilco is completed from the registries', async () => {
  const options = [{ name: 'text', type: 3, value: '/app', focused: true }];
  const seen = await driver.interacts('U1', { type: 4, data: { id: '1', type: 1, name: 'wilco', options } });
  expect(seen).toMatchObject({ kind: 'choices', choices: [{ value: '/approvals' }, { value: '/approve-safe' }] });
});

test('the commands in Discord’s menu are those of the registries', () => {
  const names = driver.fake
    .menu()
    .filter(({ type }) => type === 1)
    .map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['wilco', 'status', 'approvals', 'help', 'task', 'cancel']));
});

test('in a thread of its own everything is for Wilco, unless somebody else is named; elsewhere only what names it', async () => {
  const { where } = await steps.asked('opens a thread');
  driver.speaks('U1', order('goes on'), { channel: where, named: false });
  expect((await until(driver, ({ words }) => words.includes('goes on') && words.includes('Risk'))).where).toBe(where);
  driver.speaks('U1', order('overheard'), { named: false });
  await steps.asked('after overhearing');
  expect(await driver.rig.sql(`select 1 from wilco.messages where text like '%overheard%'`)).toEqual([]);
});

test('whoever takes no direct messages is answered by a reply', async () => {
  driver.fake.world.join('U8', { closed: true });
  const before = driver.fake.requests.length;
  driver.speaks('U8:closed', 'hello');
  const seen = await until(driver, ({ words }) => words.includes('I do not know you here yet'));
  expect(seen.where).toBe(ROOM);
  expect(driver.fake.requests.slice(before)).toContain('POST /users/@me/channels');
});

test('the bot asks for what the list says, and uses every permission of it', async () => {
  const bits = [...Object.values(INTENTS), ...Object.values(BETTER_WITH)].reduce((all, one) => all | one, 0);
  expect(driver.fake.gateway.knobs.intents).toBe(bits);
  driver.speaks('U1', `/docs ${'x'.repeat(10)}`);
  await driver.rig.database.transaction(async ({ db }) => {
    const { ensureThread, postToThread } = await import('../../src/db/talk.ts');
    const threadId = `discord:100000000000000001.${ROOM}:feed`;
    await ensureThread(db, { id: threadId, projectId: 'default', create: true, title: 'feed' });
    await postToThread(db, { projectId: 'default', threadId, text: 'a very long text '.repeat(400), personId: null });
  });
  await until(driver, ({ words }) => words.includes('all of it is in the file'));
  driver.fake.gateway.invalidate();
  driver.speaks('U1', order('missed for history'));
  await until(driver, ({ words }) => words.includes('missed for history'));
  expect(sorted([...driver.fake.used])).toEqual(sorted(Object.keys(PERMISSIONS)));
  const guide = section(read('docs/guides/discord.md'), '## What it asks for');
  expect(sorted(firstCells(guide))).toEqual(sorted(Object.keys(PERMISSIONS)));
});
