import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDocument, writeDocument } from '../../src/db/documents.ts';
import { contentOf, documentsOfType, listDocuments, listVersions } from '../../src/db/read/documents.ts';
import { projects } from '../../src/db/tables/people.ts';
import { freshDatabase, type TestDatabase } from '../database.ts';

let base: TestDatabase;
beforeAll(async () => {
  base = await freshDatabase();
});
afterAll(() => base.drop());

const by = { projectId: 'default', agentKey: '', proposalId: null, personId: null };
const write = (docType: string, content: string, more: object = {}) =>
  writeDocument(base.database.db, { ...by, docType, content, ...more });
const read = (docType: string, agentKey = '') => readDocument(base.database.db, { projectId: 'default', docType, agentKey });

test('a document that was never written is not there', async () => {
  expect(await read('never')).toBeUndefined();
});

test('each write is the next version, and the ones before stay', async () => {
  const first = await write('mission', 'Help.');
  const second = await write('mission', 'Help more.');
  expect(first?.version).toBe(1);
  expect(second).toEqual({ documentId: first?.documentId, version: 2 });
  expect(await read('mission')).toEqual({ id: first?.documentId, version: 2, content: 'Help more.' });
  expect(await contentOf(base.database.db, { documentId: first?.documentId ?? '', version: 1 })).toBe('Help.');
});

test('a write that expects another version than the one in force writes nothing', async () => {
  expect(await write('brief', 'One', { expectVersion: 1 })).toBeUndefined();
  expect(await read('brief')).toBeUndefined();
  expect((await write('brief', 'One', { expectVersion: 0 }))?.version).toBe(1);
  expect(await write('brief', 'Other', { expectVersion: 0 })).toBeUndefined();
  expect((await write('brief', 'Two', { expectVersion: 1 }))?.version).toBe(2);
  expect(await write('brief', 'Late', { expectVersion: 1 })).toBeUndefined();
  expect((await read('brief'))?.content).toBe('Two');
});

test('of twenty writers that expect the same version one writes; without expecting any, each writes its own', async () => {
  for (const expectVersion of [0, 1]) {
    const made = await Promise.all(Array.from({ length: 20 }, (_, i) => write('raced', `${i}`, { expectVersion })));
    expect(made.filter((one) => one !== undefined)).toHaveLength(1);
  }
  const made = await Promise.all(Array.from({ length: 20 }, (_, i) => write('open', `${i}`)));
  expect(made.map((one) => one?.version).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});

test("an agent's document is not the project's, nor another project's", async () => {
  await base.database.db.insert(projects).values({ id: 'other', name: 'Other' });
  await write('voice', 'Ours');
  await write('voice', 'Short.', { agentKey: 'scribe' });
  await write('voice', 'Theirs', { projectId: 'other' });
  expect((await read('voice'))?.content).toBe('Ours');
  expect((await read('voice', 'scribe'))?.content).toBe('Short.');
  const found = await documentsOfType(base.database.db, { projectId: 'default', docType: 'voice', limit: 10 });
  expect(found.map((one) => [one.agentKey, one.content])).toEqual([
    ['', 'Ours'],
    ['scribe', 'Short.'],
  ]);
});

test('documents and versions come in pages that leave none out and repeat none', async () => {
  const { db } = base.database;
  const projectId = 'paged';
  await db.insert(projects).values({ id: projectId, name: 'Paged' });
  let documentId = '';
  for (let i = 0; i < 5; i += 1) documentId = (await write('log', `${i}`, { projectId }))?.documentId ?? '';
  for (let i = 0; i < 4; i += 1) await write(`n${i}`, 'x', { projectId });
  const types: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await listDocuments(db, { projectId, cursor, limit: 2 });
    if (!page.ok) throw new Error(page.error.code);
    types.push(...page.value.items.map((one) => one.docType));
    cursor = page.value.next;
  }
  expect(types).toEqual(['n3', 'n2', 'n1', 'n0', 'log']);
  const versions: number[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await listVersions(db, { projectId, documentId, cursor, limit: 2 });
    if (!page.ok) throw new Error(page.error.code);
    versions.push(...page.value.items.map((one) => one.version));
    cursor = page.value.next;
  }
  expect(versions).toEqual([5, 4, 3, 2, 1]);
});

test('versions of a document of another project, or of none, are not there', async () => {
  const { db } = base.database;
  const written = await write('secretive', 'x');
  const look = (projectId: string, documentId: string, cursor?: string) => listVersions(db, { projectId, documentId, cursor, limit: 5 });
  expect(await look('other', written?.documentId ?? '')).toMatchObject({ error: { code: 'document_missing' } });
  expect(await look('default', 'mission')).toMatchObject({ error: { code: 'document_missing' } });
  expect(await look('default', written?.documentId ?? '', 'x')).toMatchObject({ error: { code: 'bad_cursor' } });
});
