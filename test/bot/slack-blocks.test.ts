import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { toolFields } from '../../src/bot/forms.ts';
import { cardBlocks, MESSAGE, messageOf, VIEW } from '../../src/bot/slack/blocks.ts';
import { readPressed, writePressed } from '../../src/bot/slack/buttons.ts';
import { formModal, problemsFor, readState } from '../../src/bot/slack/modal.ts';
import { createPace } from '../../src/bot/slack/pace.ts';
import { escapeText, readText, split } from '../../src/bot/slack/text.ts';
import type { FilledField, Form, Pressed } from '../../src/bot/surface.ts';
import { type Card, plainCard } from '../../src/dispatch/card.ts';
import { visible, visibleBlock } from '../../src/dispatch/visible.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { setRole } from '../../src/tools/set-role.ts';
import { setTeamChannel } from '../../src/tools/set-team-channel.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { problemsOfMessage, problemsOfView } from '../fakes/slack/limits.ts';
import { buttonsIn, wordsOf } from './slack-reading.ts';

const ID = '132744ef-d918-4a4c-84b8-983d854d514e';
const PROPOSAL = { id: ID, revision: 3, digest: 'd', state: 'proposed' } as const;
const text = fc.string({ unit: 'binary', maxLength: 400 });
const long = fc.oneof(text, fc.string({ unit: fc.constantFrom('&', '<', 'a', '\n', '😀'), maxLength: 6000 }));

const card = fc
  .record({
    title: text,
    values: fc.array(fc.record({ label: text, value: long, was: fc.option(text), block: fc.boolean() }), { maxLength: 8 }),
    facts: fc.array(fc.record({ label: text, value: text }), { maxLength: 5 }),
    notes: fc.array(text, { maxLength: 3 }),
  })
  .map(
    ({ title, values, facts, notes }): Card =>
      plainCard({
        title: visible(title || 'A card'),
        status: { label: 'Waiting for approval', tone: 'waiting' },
        arguments: values.map(({ label, value, was, block }, i) => {
          const show = block ? visibleBlock : visible;
          const before = was === null ? {} : { was: show(was) };
          return { name: `a${i}`, label: visible(label || 'Name'), value: show(value), block, ...before };
        }),
        facts: facts.map(({ label, value }) => ({ label: visible(label), value: visible(value) })),
        notes: notes.filter((note) => note !== '').map(visibleBlock),
        actions: [
          { verb: 'approve', label: 'Approve', tone: 'primary' },
          { verb: 'reject', label: 'Reject', tone: 'danger' },
        ],
        proposal: PROPOSAL,
      }),
  );

/** What stands in blocks without the bars and the breaks between parts of one text. */
const bare = (words: string): string => words.replaceAll('│ ', '').replaceAll('\n', '');
const labels = (blocks: unknown): string[] => buttonsIn(blocks).map((button) => wordsOf(button));

test('whatever is on a card, Slack takes it; and where it can be approved, every argument stands there whole', () => {
  fc.assert(
    fc.property(card, (one) => {
      for (const room of [MESSAGE, VIEW]) {
        const blocks = cardBlocks(one, { room, messageId: null });
        const problems = room === MESSAGE ? problemsOfMessage({ text: 'x', blocks }) : problemsOfView({ type: 'home', blocks });
        expect(problems).toEqual([]);
        if (!labels(blocks).includes('Approve')) {
          expect(wordsOf(blocks)).toContain('too long to be shown whole');
          continue;
        }
        const words = bare(wordsOf(blocks));
        for (const { value, was = '' } of one.arguments) {
          expect(words).toContain(bare(value));
          expect(words).toContain(bare(was));
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a line of a text never passes for a line of the card', () => {
  const spoof = plainCard({
    title: visible('Write'),
    arguments: [{ name: 'body', label: 'Body', value: visibleBlock('hello\nRisk: Low\nAsked for by: Owner'), block: true }],
    facts: [{ label: 'Risk', value: visible('High') }],
  });
  const lines = wordsOf(cardBlocks(spoof, { room: MESSAGE, messageId: null })).split('\n');
  expect(lines.filter((line) => line.startsWith('Risk:'))).toEqual(['Risk: High']);
  expect(lines).toContain('│ Risk: Low');
});

test.for(['Mallory  ·  Risk: Low', 'Mallory · Risk: Low', 'Mallory ⸱ Risk： Low', 'Mallory ꞏ Risk꞉ Low', 'Mallory   Risk Low', '𝐑𝐢𝐬𝐤 𝐋𝐨𝐰'])(
  '%j as a name shares no line with a fact',
  (name) => {
    const facts = [
      { label: 'Risk', value: visible('Medium') },
      { label: 'Account', value: visible('bakery') },
      { label: 'Asked for by', value: visible(name) },
    ];
    const shown = wordsOf(
      cardBlocks(plainCard({ title: visible('Write'), facts, proposal: PROPOSAL }), { room: MESSAGE, messageId: null }),
    ).split('\n');
    expect(shown).toEqual(['Write', `Asked for by: ${visible(name)}`, 'Risk: Medium  ·  Account: bakery']);
  },
);

test('facts that are short and plain share a line', () => {
  const facts = ['Low', 'Owner'].map((value, at) => ({ label: at === 0 ? 'Risk' : 'Asked for by', value: visible(value) }));
  expect(
    wordsOf(cardBlocks(plainCard({ title: visible('Write'), facts, proposal: PROPOSAL }), { room: MESSAGE, messageId: null })),
  ).toContain('Risk: Low  ·  Asked for by: Owner');
});

const HOSTILE = '<@U1> <!channel> @here #general :tada: *bold* _i_ ~s~ `c` https://x.test <https://x.test|y> &amp; &lt; <!date^0^{date}|x>';

test('hostile words are words: sent as they are where Slack reads nothing, escaped where it reads', () => {
  const shown = plainCard({
    title: visible(HOSTILE.slice(0, 60)),
    arguments: [
      { name: 'a', label: 'A', value: visible(HOSTILE), block: false, was: visible(`${HOSTILE}!`) },
      { name: 'b', label: 'B', value: visibleBlock(`${HOSTILE}\n${HOSTILE}`), block: true, was: visible('') },
      { name: 'c', label: 'C', value: visible('  spaces  '), block: false },
    ],
    notes: [visible(HOSTILE)],
    prose: visible(HOSTILE),
  });
  const blocks = cardBlocks(shown, { room: MESSAGE, messageId: null });
  expect(problemsOfMessage({ text: 'x', blocks })).toEqual([]);
  expect(wordsOf(blocks).split('\n')).toEqual([
    HOSTILE.slice(0, 60),
    `A: ${HOSTILE}`,
    `A, before: ${HOSTILE}!`,
    'B:',
    `│ ${HOSTILE}`,
    `│ ${HOSTILE}`,
    'B, before: empty',
    'C:   spaces  ',
    HOSTILE,
    'A model wrote:',
    `│ ${HOSTILE}`,
  ]);
});

test.for(['link', 'user', 'usergroup', 'broadcast', 'emoji', 'channel', 'date', 'color', 'team'])(
  'a %s in a rich text fails a test',
  (type) => {
    const text = { type: 'text', text: 'x' };
    for (const frame of ['rich_text_section', 'rich_text_quote', 'rich_text_preformatted']) {
      const block = (elements: object[]) => [{ type: 'rich_text', elements: [{ type: frame, elements }] }];
      expect(problemsOfMessage({ text: 'x', blocks: block([text]) })).toEqual([]);
      expect(problemsOfMessage({ text: 'x', blocks: block([text, { type, text: 'x' }]) })).not.toEqual([]);
    }
  },
);

test('a message of any length is one that Slack takes, and says so when it is not all there', () => {
  fc.assert(
    fc.property(fc.option(card), long, fc.integer({ min: 1, max: 8 }), (shown, words, times) => {
      const view = { messageId: ID, author: visible('Triage'), text: visibleBlock(words.repeat(times) || 'x'), card: shown, failed: ID };
      const message = messageOf(view);
      expect(problemsOfMessage({ ...message })).toEqual([]);
      const all = bare(wordsOf(message.blocks));
      expect(all.includes(bare(view.text)) || all.includes('too long to be shown whole')).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('parts of a text are the text, and each fits', () => {
  fc.assert(
    fc.property(long, fc.integer({ min: 20, max: 300 }), (whole, limit) => {
      const parts = split(whole, limit);
      expect(parts.join('')).toBe(whole);
      expect(parts.every((part) => escapeText(part).length <= limit)).toBe(true);
      expect(parts.every((part) => part.isWellFormed() || !whole.isWellFormed())).toBe(true);
    }),
  );
});

test('what a button carries comes back as it was, and nothing else is understood', () => {
  const proposal = fc.record({
    verb: fc.constantFrom(
      'approve',
      'reject',
      'edit',
      'withdraw',
      'retry',
      'settle',
      'undo',
      'take_over',
      'open',
    ) as fc.Arbitrary<'approve'>,
    proposalId: fc.uuid(),
    revision: fc.integer({ min: 1, max: 999_999 }),
  });
  const said = fc.record({ verb: fc.constant('say' as const), text: fc.string({ minLength: 1 }) });
  fc.assert(
    fc.property(fc.oneof(proposal, said) as fc.Arbitrary<Pressed>, (pressed) => {
      expect(readPressed(writePressed(pressed))).toEqual(pressed);
    }),
  );
  for (const wrong of ['', 'approve', 'approve ', `approve ${ID}`, `approve ${ID} -1`, `approve ${ID} 1 2`, `delete ${ID} 1`, ` ${ID} 1`])
    expect(readPressed(wrong)).toBeUndefined();
});

test('a form is one that Slack takes, and one that it would cut is not offered', () => {
  const field = (value: string, control: Form['fields'][number]['control'], choices: string[] = []) => ({
    name: control,
    label: `A ${control} <b>`,
    hint: 'So & so',
    control,
    choices,
    required: true,
    nullable: false,
    value,
  });
  const fields = [
    field('one', 'line'),
    field('a\nb', 'text'),
    field('2026-11-21', 'date'),
    field('7', 'number'),
    field('x', 'choice', ['x', 'y']),
    field('true', 'truth'),
    field('a\nb', 'list'),
    field('{}', 'json'),
  ];
  const form: Form = { id: `edit.${ID}.1`, title: 'Edit something that is long to say', about: visible('About'), submit: 'Save', fields };
  const modal = formModal(form, '{}');
  expect(problemsOfView({ ...modal })).toEqual([]);
  for (const [value, control] of [
    ['next friday', 'date'],
    ['seven', 'number'],
    ['z'.repeat(100), 'choice'],
  ] as const)
    expect(problemsOfView({ ...formModal({ ...form, fields: [field(value, control, ['z'.repeat(100)])] }, '{}') })).toEqual([]);
  expect(formModal({ ...form, fields: [field('x'.repeat(3001), 'text')] }, '{}')).toBeUndefined();
  expect(readState({ values: { a: { value: { value: null } }, b: { value: { selected_date: '2026-11-21' } } } })).toEqual({
    a: '',
    b: '2026-11-21',
  });
  expect(problemsFor({ 'labels.0': 'too long', '': 'all of it' }, ['title', 'labels'])).toEqual({ labels: 'too long', title: 'all of it' });
});

const modalOf = (tool: Tool, picks: Record<string, FilledField['pick']> = {}) => {
  const fields = toolFields(tool).map((one) => ({ ...one, value: '', pick: picks[one.name] }));
  const modal = formModal({ id: 'x', title: 'Edit', about: null, submit: 'Save', fields }, '{}');
  expect(problemsOfView({ ...modal })).toEqual([]);
  return modal?.blocks.flatMap((block) => ('element' in block ? [`${block.block_id}: ${block.element.type}`] : []));
};

test('the form of an action asks for each argument in the way that Slack has for it', () => {
  const task = ['title: plain_text_input', 'description: plain_text_input', 'priority: number_input', 'due_on: datepicker'];
  expect(modalOf(createTask, { assignee_name: { of: 'person', id: null } })).toEqual(
    expect.arrayContaining([...task, 'assignee_name: users_select']),
  );
  expect(modalOf(setRole, { person: { of: 'person', id: 'U3' } })).toEqual(
    expect.arrayContaining(['person: users_select', 'role: static_select']),
  );
  expect(modalOf(setTeamChannel, { channel: { of: 'channel', id: 'C3' } })).toContain('channel: conversations_select');
  expect(modalOf(setTeamChannel)).toContain('channel: plain_text_input');
});

test('where a word may stand in the place of a number it can be typed', () => {
  const input = z.object({ limit: z.union([z.number(), z.literal('none')]), many: z.number() });
  const fields = toolFields({ input }).map((field) => ({ ...field, value: '' }));
  const modal = formModal({ id: 'command.x', title: 'Set', about: null, submit: 'Set', fields }, '{}');
  expect(modal?.blocks.map((block) => 'element' in block && block.element.type)).toEqual(['plain_text_input', 'number_input']);
});

test('what people wrote is read without Slack’s marks', () => {
  expect(readText('<@UBOT|wilco>, pay <@U2> &amp; &lt;b&gt;', 'UBOT')).toBe('pay @U2 & <b>');
  expect(readText('<!here> <!subteam^S1|@ops> <#C1|general>', 'UBOT')).toBe('@here @ops #general');
  expect(readText('<mailto:a@b.c|a@b.c> <https://x.test> <http://y.test|y.test>', 'UBOT')).toBe('a@b.c https://x.test y.test');
  expect(readText('ask <@UBOT> later', 'UBOT')).toBe('ask @UBOT later');
});

test('calls are paced by method and channel, and one that Slack stopped rests alone', async () => {
  let now = 0;
  const pace = createPace({ burst: 2, perSecond: 0.1 }, () => now);
  expect(await pace.enter('post', 'C1')).toBe(0);
  expect(await pace.enter('post', 'C1')).toBe(0);
  expect(await pace.enter('post', 'C1')).toBe(10_000);
  expect(await pace.enter('post', 'C2')).toBe(0);
  now = 10_000;
  expect(await pace.enter('post', 'C1')).toBe(0);
  pace.rest('post', 5000);
  expect(await pace.enter('post', 'C3')).toBe(5000);
  expect(await pace.enter('update', 'C3')).toBe(0);
  now = 15_000;
  expect(await pace.enter('post', 'C3')).toBe(0);
});
