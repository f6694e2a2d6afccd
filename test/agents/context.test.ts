import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineAgent } from '../../src/agents/agent.ts';
import { asData } from '../../src/agents/as-data.ts';
import { backgroundFor, instructionsOf } from '../../src/agents/context.ts';
import { type Block, packed } from '../../src/agents/pack.ts';
import { writeDocument } from '../../src/db/documents.ts';
import { facts } from '../../src/db/tables/agents.ts';
import { members, people, projects } from '../../src/db/tables/people.ts';
import { messages } from '../../src/db/tables/talk.ts';
import { ensureThread } from '../../src/db/talk.ts';
import { channelThread } from '../../src/db/thread-id.ts';
import { freshDatabase, type TestDatabase } from '../database.ts';
import { ATTACKS } from './attacks.ts';

const THREAD = channelThread('general');
const NAMES = ['mission', 'documents', 'thread', 'facts', 'team'];
const agent = defineAgent({ key: 'note-taker', name: 'Note-taker', summary: 'Keeps notes', prompt: 'You keep the notes.' });

let base: TestDatabase;
beforeAll(async () => {
  base = await freshDatabase();
  await ensureThread(base.database.db, { id: THREAD, projectId: 'default', create: true, title: 'general' });
});
afterAll(() => base.drop());

/** Reads one block as strictly as it is meant: its first and its last line, and a JSON value on each between. Throws on anything else. */
const readBlock = (text: string): [string, Record<string, unknown>[]] => {
  const [, name = '', body = ''] = /^<([a-z]+)> [A-Za-z0-9 ,.:;]+\n((?:[^<>\n\r\u2028\u2029\u0085]+\n)+)<\/\1>$/.exec(text) ?? [];
  if (name === '') throw new Error('no block, or something that does not belong into one');
  return [
    name,
    body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  ];
};

/** Every block of a background, each once, with nothing between them. */
const readBlocks = (text: string): Map<string, Record<string, unknown>[]> => {
  const all = text.split('\n\n').map(readBlock);
  if (new Set(all.map(([name]) => name)).size !== all.length) throw new Error('a block stands twice');
  return new Map(all);
};

const backgroundOf = async (more: Partial<Parameters<typeof backgroundFor>[1]> = {}) => {
  const background = await base.database.transaction(async ({ db, query }) => {
    await query('set transaction read only');
    return backgroundFor(db, { agent, projectId: 'default', threadId: THREAD, timeZone: 'UTC', now: new Date(0), ...more });
  });
  const [clock = '', ...rest] = background.split('\n');
  expect(clock).toBe('Now: Thursday, 1 January 1970 at 00:00 (UTC)');
  return {
    blocks: rest.length === 0 ? new Map<string, Record<string, unknown>[]>() : readBlocks(rest.join('\n').trimStart()),
    background,
    instructions: instructionsOf(agent),
  };
};

const storable = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();
const write = (docType: string, content: string, agentKey = '') =>
  base.database.transaction(({ db }) =>
    writeDocument(db, { projectId: 'default', docType, agentKey, content, proposalId: null, personId: base.installed.ownerId }),
  );

test('[untrusted] there are 250 attacks and more, each another one', () => {
  expect(new Set(ATTACKS).size).toBe(ATTACKS.length);
  expect(ATTACKS.length).toBeGreaterThanOrEqual(250);
});

test('[untrusted] no attack, in whatever place, ends its block, begins another one or stands outside', () => {
  for (const attack of ATTACKS) {
    const blocks: Block[] = NAMES.map((name) => ({
      name,
      what: 'Data.',
      items: [{ by: attack, text: attack, [attack.slice(0, 40) || 'x']: attack }],
      least: 1000,
    }));
    const read = readBlocks(packed(blocks, { most: 1_000_000, mostField: 100_000 }));
    expect([...read.keys()]).toEqual(NAMES);
    for (const [item] of read.values()) expect(item).toMatchObject({ by: attack, text: attack });
  }
});

test('[untrusted] the same holds of every text that there can be, and JSON reads it back as it was', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(...ATTACKS),
    fc.mixedCase(fc.constant('</mission>')),
  );
  fc.assert(
    fc.property(fc.array(anything, { minLength: 1, maxLength: 6 }), (texts) => {
      const text = texts.join('');
      const line = asData({ text });
      expect(JSON.parse(line)).toEqual({ text });
      expect(line).not.toMatch(/[<>`\n\r\u2028\u2029]|[^\P{C}]|\p{Default_Ignorable_Code_Point}/u);
      const read = readBlocks(
        packed([{ name: 'facts', what: 'Data.', items: texts.map((one) => ({ text: one })), least: 0 }], { most: 1e7, mostField: 1e6 }),
      );
      expect(read.get('facts')?.map((item) => item.text ?? '')).toEqual(texts);
    }),
    { numRuns: 2000 },
  );
});

test('[untrusted] attacks in documents, facts, the thread, names and summaries stay data, and the rules are the same as without', async () => {
  const { db } = base.database;
  const clean = await backgroundOf();
  for (let at = 0; at < ATTACKS.length; at += 40) {
    const some = ATTACKS.slice(at, at + 40).map(storable);
    const joined = some.join('\n').slice(0, 49_000);
    await write('mission', joined);
    await write('notes', joined, 'note-taker');
    await db.delete(facts);
    await db.delete(messages);
    await db.insert(facts).values(some.map((text) => ({ projectId: 'default', text: text.slice(0, 1000) || 'x' })));
    await db
      .insert(messages)
      .values(some.map((text) => ({ threadId: THREAD, authorKind: 'person' as const, authorName: text.slice(0, 60), text })));
    const [person] = await db
      .insert(people)
      .values({ name: `${at}${some[0]}`.slice(0, 80) })
      .returning();
    await db.insert(members).values({ projectId: 'default', personId: person?.id ?? '', role: 'viewer', joinedAt: new Date() });
    const told = await backgroundOf({
      team: some.map((summary, i) => ({ key: `agent-${i}`, name: summary.slice(0, 60), summary: summary.slice(0, 300) })),
    });
    expect([...told.blocks.keys()]).toEqual(NAMES);
    expect(told.instructions).toBe(clean.instructions);
    expect(told.background.length).toBeLessThan(41_000);
  }
});

test("the pack says who wrote what and when, its own documents and facts and nobody else's, and leaves out what looks like a key", async () => {
  const { db } = base.database;
  await db.delete(facts);
  await db.delete(messages);
  await write('mission', 'We help small shops sell online.');
  await write('voice', 'Short and warm. ghp_abcdefghijklmnopqrstuvwxyz0123456789');
  await write('notes', 'Mine alone', 'note-taker');
  await write('notes', 'Not for you', 'growth');
  await db.insert(projects).values({ id: 'other', name: 'Other', timeZone: 'UTC' });
  await db.insert(facts).values([
    { projectId: 'default', text: 'Invoices go to Maria', personId: base.installed.ownerId, createdAt: new Date(1000) },
    { projectId: 'default', text: 'Write short', agentKey: 'note-taker', createdAt: new Date(2000) },
    { projectId: 'default', text: 'Be bold', agentKey: 'growth' },
    { projectId: 'other', text: 'Theirs' },
  ]);
  for (const [at, text] of ['first', 'second'].entries())
    await db
      .insert(messages)
      .values({ threadId: THREAD, authorKind: 'person', personId: base.installed.ownerId, text, createdAt: new Date(at) });
  const { blocks, background, instructions } = await backgroundOf({
    team: [
      { key: 'growth', name: 'Growth', summary: 'Grows' },
      { key: 'note-taker', name: 'Me', summary: 'Me' },
    ],
  });
  expect(blocks.get('mission')).toMatchObject([{ text: 'We help small shops sell online.', by: 'Owner' }]);
  expect(blocks.get('documents')?.map(({ document, of }) => `${document} ${of ?? ''}`)).toEqual(['notes note-taker', 'voice ']);
  expect(blocks.get('facts')).toEqual([
    { fact: 'Write short', at: new Date(2000).toISOString() },
    { fact: 'Invoices go to Maria', by: 'Owner', at: new Date(1000).toISOString() },
  ]);
  expect(blocks.get('thread')?.map(({ text }) => text)).toEqual(['first', 'second']);
  expect(blocks.get('team')?.[0]).toEqual({ agent: 'growth', name: 'Growth', for: 'Grows' });
  expect(background).not.toMatch(/Not for you|bold|Theirs|ghp_|"Me"/);
  expect(instructions.indexOf('Plain, short sentences')).toBeLessThan(instructions.indexOf('You keep the notes.'));
});

test('where room is short the last blocks lose first, of each its last items, and what was left out is said', () => {
  const item = (text: string) => ({ text: text.repeat(100) });
  const block = (name: string, least: number, reversed = false): Block => ({
    name,
    what: 'Data.',
    items: ['a', 'b', 'c', 'd'].map(item),
    least,
    reversed,
  });
  const read = readBlocks(packed([block('mission', 500), block('thread', 250, true), block('team', 0)], { most: 1000, mostField: 1000 }));
  expect(read.get('mission')?.map((one) => String(one.text)[0])).toEqual(['a', 'b', 'c', 'd']);
  expect(read.get('thread')).toEqual([{ left_out: 2 }, item('b'), item('a')]);
  expect(read.has('team')).toBe(false);
});
