import { afterAll, beforeAll, expect, test } from 'vitest';
import { record } from '../../../src/db/record.ts';
import { projects } from '../../../src/db/tables/people.ts';
import { taskNotes, tasks } from '../../../src/db/tables/tasks.ts';
import { createToolRig, type ToolRig } from '../rig.ts';
import { ask } from './rig.ts';

let rig: ToolRig;
beforeAll(async () => {
  rig = await createToolRig();
});
afterAll(() => rig.drop());

const task = async (values: Partial<typeof tasks.$inferInsert> & { title: string }): Promise<string> => {
  const [made] = await rig.database.db
    .insert(tasks)
    .values({ projectId: 'default', priority: 5, ...values })
    .returning();
  return made?.id ?? '';
};

test('tasks are found by their words, their status and who does them, the most urgent first', async () => {
  const personId = await rig.person('Maria', 'operator');
  await task({ title: 'Landing page', priority: 3 });
  await task({ title: 'Invoice 100%', description: 'for the landing strip', priority: 8, assigneeId: personId });
  await task({ title: 'Old', state: 'completed', assigneeAgentKey: 'note-taker' });
  const both = (await ask(rig, 'find_tasks', { words: 'landing' })).split('\n').map((line) => JSON.parse(line) as { title: string });
  expect(both.map(({ title }) => title)).toEqual(['Invoice 100%', 'Landing page']);
  expect(await ask(rig, 'find_tasks', { words: '100%' })).toContain('"assignee":"Maria"');
  expect(await ask(rig, 'find_tasks', { words: '10_%' })).toBe('There is no such task.');
  expect(await ask(rig, 'find_tasks', { status: 'completed', assignee_agent_key: 'note-taker' })).toContain('"title":"Old"');
});

test('a long list is cut, says how much is left, and goes on where it was cut, with nothing left out', async () => {
  for (let i = 0; i < 70; i += 1) await task({ title: `Many ${String(i).padStart(2, '0')} ${'x'.repeat(180)}` });
  const seen: string[] = [];
  let offset: number | undefined = 0;
  while (offset !== undefined) {
    const answer: string = await ask(rig, 'find_tasks', { words: 'Many', offset });
    expect(answer.length).toBeLessThanOrEqual(8000);
    seen.push(...[...answer.matchAll(/Many (\d\d)/g)].map(([, at = '']) => at));
    offset = Number(/offset (\d+)\.$/.exec(answer)?.[1] ?? Number.NaN);
    if (Number.isNaN(offset)) offset = undefined;
  }
  expect(seen).toHaveLength(70);
  expect(new Set(seen).size).toBe(70);
});

test('a task is read with what was said and what happened, and without the secret that somebody pasted', async () => {
  const id = await task({ title: 'Call the bank', description: 'd'.repeat(2000) });
  const { db } = rig.database;
  const [note] = await db
    .insert(taskNotes)
    .values({ taskId: id, kind: 'commented', text: 'the key is ghp_abcdefghijklmnopqrstuvwxyz0123456789', personId: rig.installed.ownerId })
    .returning();
  await record(db, { projectId: 'default', kind: 'task.created', taskId: id });
  await record(db, { projectId: 'default', kind: 'task.commented', taskId: id, data: { noteId: note?.id } });
  const answer = await ask(rig, 'read_task', { task_id: id });
  expect(answer).toContain('"by":"Owner","text":"the key is [a secret, left out]"');
  expect(answer).toContain('"what":"task.created"');
  expect(answer).not.toContain('task.commented');
  expect(answer).not.toContain('ghp_');
});

test("another project's task is not there", async () => {
  await rig.database.db.insert(projects).values({ id: 'other', name: 'Other', timeZone: 'UTC' });
  const id = await task({ title: 'Not yours', projectId: 'other' });
  expect(await ask(rig, 'read_task', { task_id: id })).toBe('task_missing');
  expect(await ask(rig, 'find_tasks', { words: 'Not yours' })).toBe('There is no such task.');
});
