import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer, ChatEvent } from '../../src/bot/surface.ts';
import { cancelTask } from '../../src/tools/cancel-task.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { type ChatRig, createChatRig } from './rig.ts';

let rig: ChatRig;
beforeAll(async () => {
  rig = await createChatRig([createTask, cancelTask]);
  await rig.link('U1', rig.owner);
});
afterAll(() => rig.stop());

const place = { surface: 'fake', channel: 'W1.C1', thread: 'feed' };
let count = 0;
const happened = (): Pick<ChatEvent, 'eventId' | 'who' | 'place'> => {
  count += 1;
  return { eventId: `v${count}`, who: rig.account('U1'), place };
};
const fills = (line: string, values: Record<string, string>, more: { eventId?: string } = {}): Promise<Answer> =>
  rig.fake.tell({ ...happened(), kind: 'command', line, values, ...more });
const chooses = async (command: string, field: string, typed: string): Promise<{ label: string; value: string }[]> => {
  const answer = await rig.fake.tell({ ...happened(), kind: 'choosing', command, field, typed });
  return answer.kind === 'choices' ? [...answer.choices] : [];
};

test('what a menu of an earlier day names, and the registry does not, is refused and never passed over', async () => {
  expect(await fills('pause', { text: '@note-taker' })).toMatchObject({ kind: 'private', text: expect.stringContaining('has changed') });
  expect(await fills('no-such', {})).toMatchObject({ kind: 'private', text: expect.stringContaining('no /no-such') });
  expect(await rig.sql('select 1 from wilco.switches where paused')).toEqual([]);
});

test('one event that comes again is proposed once, also when the first was decided', async () => {
  await fills('task', { title: 'only once' }, { eventId: 'same' });
  expect(await fills('task', { title: 'only once' }, { eventId: 'same' })).toEqual({ kind: 'nothing' });
  expect(await rig.sql(`select 1 from wilco.revisions where input_text like '%only once%'`)).toHaveLength(1);
  expect(await fills('task', { title: 'only once' })).toMatchObject({ text: expect.stringContaining('waiting for a decision already') });
});

test('a value that is none is said beside its name, and what the schema refuses is asked for in a form', async () => {
  expect(await fills('task', { title: 'x', priority: 'high' })).toMatchObject({ text: 'Priority: This has to be a number.' });
  const form = await fills('task', { title: 'x', priority: '11' });
  expect(form).toMatchObject({ kind: 'form', form: { id: 'tool.task', about: expect.stringContaining('from 1 to 10') } });
  expect(await fills('pause-agent', {})).toMatchObject({ kind: 'form', form: { id: 'command.pause-agent' } });
});

test('characters that cannot be shown are refused', async () => {
  for (const title of ['half \ud800', 'nul \0 inside'])
    expect(await fills('task', { title })).toMatchObject({ text: expect.stringContaining('cannot be shown') });
});

test('open tasks are offered by their titles, those that begin with what was typed first', async () => {
  await rig.sql(
    `insert into wilco.tasks (project_id, title, priority) values ('default', 'ring the bell', 5), ('default', 'bell, new', 5), ('default', 'rope', 5)`,
  );
  expect((await chooses('cancel', 'title', 'bell')).map(({ value }) => value)).toEqual(['bell, new', 'ring the bell']);
  expect(await chooses('cancel', 'task_id', '')).toEqual([]);
  expect((await chooses('tasks', 'state', 'rope')).map(({ label }) => label)).toEqual(['rope']);
});
