import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tasks } from '../../src/db/tables/tasks.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { createToolRig, refusalOf, THREAD, type ToolRig } from './rig.ts';

let rig: ToolRig;
beforeAll(async () => {
  rig = await createToolRig();
});
afterAll(() => rig.drop());

const stored = async (taskId: unknown) => {
  const [row] = await rig.database.db
    .select()
    .from(tasks)
    .where(eq(tasks.id, String(taskId)));
  return row;
};

test('a task is a row with everything that was asked for, and an event that points to it', async () => {
  const before = await rig.lastEvent();
  const done = await rig.run(createTask, {
    title: 'landing page',
    description: 'with\nlines',
    priority: 8,
    due_on: '2026-11-27',
    assignee_agent_key: 'writer',
  });
  expect(done).toMatchObject({ ok: true, value: { summary: 'Task "landing page" created, priority 8, due Friday 27 November 2026' } });
  const row = done.ok ? await stored(done.value.data?.taskId) : undefined;
  expect(row).toMatchObject({
    title: 'landing page',
    description: 'with\nlines',
    priority: 8,
    dueOn: '2026-11-27',
    assigneeAgentKey: 'writer',
    state: 'open',
    createdBy: rig.installed.ownerId,
  });
  const [event, ...more] = await rig.eventsSince(before);
  expect(more.map(({ kind }) => kind)).toEqual(['agent.run_queued']);
  expect(event).toMatchObject({
    kind: 'task.created',
    taskId: row?.id,
    proposalId: row?.proposalId,
    threadId: THREAD,
    personId: rig.installed.ownerId,
  });
  expect(JSON.stringify(event?.data)).not.toContain('landing');
});

test('a task needs a title alone', async () => {
  const done = await rig.run(createTask, { title: '  call back  ' });
  expect(done).toMatchObject({ ok: true, value: { summary: 'Task "call back" created, priority 5' } });
  expect(done.ok && (await stored(done.value.data?.taskId))).toMatchObject({
    title: 'call back',
    description: '',
    priority: 5,
    dueOn: null,
    assigneeAgentKey: null,
  });
});

test('a service key, which is nobody, creates tasks too', async () => {
  const done = await rig.run(createTask, { title: 'x' }, { requesterId: null });
  expect(done.ok && (await stored(done.value.data?.taskId))).toMatchObject({ createdBy: null });
});

test('a preview says what will be there and how it is undone', async () => {
  expect(await rig.preview(createTask, { title: 'x', due_on: '2028-02-29', assignee_agent_key: 'writer' })).toEqual({
    changes: ['Adds the task "x", priority 5, due Tuesday 29 February 2028', 'Assigns it to the agent writer'],
    reversible: 'Can be undone by cancelling the task',
  });
});

test('risk is medium from priority 9 on', () => {
  const risks = Array.from({ length: 10 }, (_, index) => createTask.risk(createTask.input.parse({ title: 'x', priority: index + 1 })));
  expect(risks).toEqual([...Array(8).fill('low'), 'med', 'med']);
});

test.each(['2026-02-30', '2027-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '2026-01-00'])(
  'the day %s is refused: the calendar has none',
  (due_on) => {
    expect(refusalOf(createTask, { title: 'x', due_on })).toBe('There is no such day in the calendar.');
  },
);

test.each(['27.11.2026', 'Friday', '', '2026-11-27T00:00:00Z', '26-11-27', ' 2026-11-27'])(
  '"%s" is refused: a day is written as year-month-day',
  (due_on) => {
    expect(refusalOf(createTask, { title: 'x', due_on })).toBe('Write the day as year-month-day, such as 2026-11-27.');
  },
);

test.each([
  [{ title: '' }, 'Say what the task is.'],
  [{ title: ' \t ' }, 'Say what the task is.'],
  [{ title: 'x'.repeat(201) }, 'It is too long: at most 200 characters.'],
  [{ title: 'x', description: 'x'.repeat(5001) }, 'It is too long: at most 5,000 characters.'],
  [{ title: 'two\nlines' }, 'It holds a line break or a control character. Write it on one line.'],
  [{ title: 'bell\u0007' }, 'It holds a line break or a control character. Write it on one line.'],
  [{ title: 'nul\0' }, 'It holds a character that cannot be shown (NUL or half a character). Take it out.'],
  [{ title: '\ud83d' }, 'It holds a character that cannot be shown (NUL or half a character). Take it out.'],
  [{ title: 'x', description: 'a\0b' }, 'It holds a character that cannot be shown (NUL or half a character). Take it out.'],
  [{ title: 'x', description: '\udc00' }, 'It holds a character that cannot be shown (NUL or half a character). Take it out.'],
  [{ title: 'x', priority: 11 }, 'A priority is a whole number from 1 to 10, 10 being the most urgent.'],
  [{ title: 'x', priority: 0 }, 'A priority is a whole number from 1 to 10, 10 being the most urgent.'],
  [{ title: 'x', priority: 7.5 }, 'A priority is a whole number from 1 to 10, 10 being the most urgent.'],
  [{ title: 'x', priority: '8' }, 'A priority is a whole number from 1 to 10, 10 being the most urgent.'],
  [{ title: 'x', assignee_agent_key: 'The Writer' }, 'An agent is named by its key: small letters, digits, - and _.'],
])('%j is refused with one sentence', (input, sentence) => {
  expect(refusalOf(createTask, input)).toBe(sentence);
});

test('an argument that the tool does not know is refused', () => {
  expect(createTask.input.safeParse({ title: 'x', state: 'completed' }).success).toBe(false);
});
