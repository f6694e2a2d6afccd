import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createGrammar } from '../../src/agents/grammar.ts';
import { readDocument } from '../../src/db/documents.ts';
import { difference } from '../../src/tools/difference.ts';
import { editDoc } from '../../src/tools/edit-doc.ts';
import { ask } from '../agents/ask.ts';
import { createToolRig, refusalOf, type ToolRig } from './rig.ts';

let rig: ToolRig;
let doc: string;
let made = 0;
beforeAll(async () => {
  rig = await createToolRig();
});
afterAll(() => rig.drop());
beforeEach(() => {
  made += 1;
  doc = `doc-${made}`;
});

const ctx = () => ({ db: rig.database.db, projectId: 'default', timeZone: 'UTC' });
const now = (docType = doc) => readDocument(rig.database.db, { projectId: 'default', docType, agentKey: '' });
const write = (content: string, more: object = {}) => rig.run(editDoc, { doc_type: doc, content, ...more });
const takeBack = async (input: object, data: Record<string, unknown>) =>
  editDoc.undo?.({ input: editDoc.input.parse({ doc_type: doc, ...input }), data }, ctx());

test('the first text is version 1, and each later one the next', async () => {
  const before = await rig.lastEvent();
  expect(await write('One', { base_version: 0 })).toMatchObject({ ok: true, value: { data: { version: 1, written: true } } });
  expect(await write('Two', { base_version: 1 })).toMatchObject({ ok: true, value: { summary: `${doc} is at version 2 now` } });
  expect(await now()).toMatchObject({ version: 2, content: 'Two' });
  const kinds = (await rig.eventsSince(before)).map(({ kind, data }) => ({ kind, version: data.version }));
  expect(kinds).toEqual([
    { kind: 'document.changed', version: 1 },
    { kind: 'document.changed', version: 2 },
  ]);
});

test('what is added begins on a line of its own', async () => {
  await write('first', { mode: 'append' });
  await write('second', { mode: 'append' });
  await write('third\n', { mode: 'add' });
  await write('fourth', { mode: 'append' });
  expect((await now())?.content).toBe('first\nsecond\nthird\nfourth');
});

test('a change that was made from another version is refused, and nothing is written', async () => {
  await write('One');
  await write('Two');
  for (const base_version of [0, 1, 3]) {
    expect(await rig.preview(editDoc, { doc_type: doc, content: 'Three', base_version })).toMatchObject({
      changes: [expect.stringMatching(/^Would be refused: The document has changed since/)],
    });
    expect(await write('Three', { base_version })).toMatchObject({
      ok: false,
      error: { code: 'document_changed', notDispatched: true, message: expect.stringContaining('Version 2 is in force') },
    });
  }
  expect(await now()).toMatchObject({ version: 2, content: 'Two' });
});

test('the version that the card shows the difference to is filled in', async () => {
  const complete = (input: Record<string, unknown>) => editDoc.complete?.(input, ctx());
  expect(await complete({ doc_type: doc, content: 'x' })).toMatchObject({ base_version: 0 });
  await write('One');
  expect(await complete({ doc_type: doc, content: 'x' })).toMatchObject({ base_version: 1 });
  expect(await complete({ doc_type: doc, agent_key: 'scribe', content: 'x' })).toMatchObject({ base_version: 0 });
  expect(await complete({ doc_type: doc, content: 'x', base_version: 7 })).toMatchObject({ base_version: 7 });
  expect(await complete({ content: 'x' })).toEqual({ content: 'x' });
});

test('the card shows the difference, line by line', async () => {
  await write('a\nb\nc\nd\ne\nf\ng\nh\n');
  const shown = await editDoc.preview(editDoc.input.parse({ doc_type: doc, content: 'a\nb\nc\nd\ne\nF\ng\nh\n', base_version: 1 }), ctx());
  expect(shown).toEqual({
    changes: [`Changes ${doc} (version 2)`],
    reversible: 'Can be undone; every version is kept',
    difference: '… 2 unchanged lines\n  c\n  d\n  e\n- f\n+ F\n  g\n  h',
  });
});

test('a document that says this already gets no new version', async () => {
  await write('One');
  expect(await write('One', { base_version: 1 })).toMatchObject({ ok: true, value: { data: { version: 1, written: false } } });
  expect((await now())?.version).toBe(1);
  expect(await takeBack({ content: 'One' }, { documentId: 'x', version: 1, written: false })).toMatchObject({ ok: false });
});

test('taking back a change writes what the version before said, and a first version is emptied', async () => {
  const first = await write('One', { base_version: 0 });
  if (!first.ok) throw new Error(first.error.code);
  expect(await takeBack({ content: 'One' }, first.value.data ?? {})).toEqual({
    ok: true,
    tool: 'edit_doc',
    input: { doc_type: doc, mode: 'replace', content: '', base_version: 1 },
  });
  const second = await write('Two', { base_version: 1 });
  if (!second.ok) throw new Error(second.error.code);
  expect(await takeBack({ content: 'One' }, first.value.data ?? {})).toMatchObject({
    ok: false,
    why: expect.stringContaining('version 2'),
  });
  const undo = await takeBack({ content: 'Two' }, second.value.data ?? {});
  if (!undo?.ok) throw new Error('no undo');
  expect(await rig.run(editDoc, undo.input)).toMatchObject({ ok: true });
  expect(await now()).toMatchObject({ version: 3, content: 'One' });
});

test("what steers agents, or replaces what is there, is no low risk; adding to the team's notes is", () => {
  const risk = (input: object) => editDoc.risk(editDoc.input.parse({ content: 'x', ...input }));
  expect(risk({ doc_type: 'notes', mode: 'append' })).toBe('low');
  expect(risk({ doc_type: 'notes' })).toBe('med');
  expect(risk({ doc_type: 'mission', mode: 'append' })).toBe('med');
  expect(risk({ doc_type: 'notes', mode: 'append', agent_key: 'scribe' })).toBe('med');
});

test('a document has a plain name and a text of bounded length', async () => {
  expect(refusalOf(editDoc, { doc_type: 'Mission Statement', content: 'x' })).toMatch(/small letters/);
  expect(refusalOf(editDoc, { doc_type: '../x', content: 'x' })).toMatch(/small letters/);
  expect(refusalOf(editDoc, { doc_type: doc, content: 'x'.repeat(50_001) })).toMatch(/at most 50,000/);
  expect(refusalOf(editDoc, { doc_type: doc, content: 'a\0' })).toMatch(/cannot be shown/);
  await write('x'.repeat(49_999));
  expect(await write('y', { mode: 'append' })).toMatchObject({ ok: false, error: { code: 'document_too_long' } });
  expect(await write(' ', { mode: 'append' })).toMatchObject({ ok: false, error: { code: 'document_empty' } });
});

test.each([
  ['change the mission document to Help small shops.', { doc_type: 'mission', content: 'Help small shops.' }],
  ['set the mission to Help small shops.', { doc_type: 'mission', content: 'Help small shops.' }],
  ['append to the brief: launch on 1 December', { doc_type: 'brief', mode: 'append', content: 'launch on 1 December' }],
  ['add to the notes: the printer is Gutenberg', { doc_type: 'notes', mode: 'add', content: 'the printer is Gutenberg' }],
])('the built-in grammar understands “%s”', async (say, input) => {
  expect(await createGrammar().route(ask(say))).toEqual({ kind: 'calls', calls: [{ tool: 'edit_doc', input }] });
});

test.each(['set the thermostat to 20', 'add to the cart: milk', 'change the tyres to: winter'])(
  'the built-in grammar takes “%s” for no document',
  async (say) => {
    expect(await createGrammar().route(ask(say))).toMatchObject({ kind: 'suggest' });
  },
);

/** The two texts again, from a difference that leaves nothing out. */
const sides = (shown: string) => {
  const lines = shown.split('\n');
  const side = (sign: string) => lines.filter((line) => line.startsWith(sign) || line.startsWith('  ')).map((line) => line.slice(2));
  return { before: side('- '), after: side('+ ') };
};

test('no line that goes or comes is missing from a difference', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', '', ' a', '- x', '+ y'), { maxLength: 7 })
    .map((lines) => lines.map((line) => `${line}\n`).join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const shown = difference(before, after);
      if (before === after) expect(shown).toBe('');
      else if (!shown.includes('…')) {
        const both = sides(shown);
        expect(both.before.map((line) => `${line}\n`).join('')).toBe(before);
        expect(both.after.map((line) => `${line}\n`).join('')).toBe(after);
      }
    }),
  );
});

test('two long texts with nothing in common are shown whole', () => {
  const of = (word: string) => Array.from({ length: 4000 }, (_, at) => `${word}${at}`).join('\n');
  const shown = difference(of('a'), of('b')).split('\n');
  expect(shown.filter((line) => line.startsWith('- a'))).toHaveLength(4000);
  expect(shown.filter((line) => line.startsWith('+ b'))).toHaveLength(4000);
});

test('a line break that comes or goes at the end is told', () => {
  expect(difference('x', 'x\n')).toBe('… 1 unchanged line\n… and a line break at the end');
  expect(difference('x\n', 'y')).toBe('- x\n+ y\n… and no line break at the end any more');
  expect(difference('x', 'x\ny')).toBe('  x\n+ y');
  expect(difference('', 'x')).toBe('+ x');
  expect(difference('x', '')).toBe('- x');
});
