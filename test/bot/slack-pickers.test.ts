import { afterAll, beforeAll, expect, test } from 'vitest';
import { identities } from '../../src/db/tables/people.ts';
import { assignTask } from '../../src/tools/assign-task.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { until } from './contract-steps.ts';
import { type SlackDriver, slackDriver } from './slack-driver.ts';

let driver: SlackDriver;
beforeAll(async () => {
  driver = await slackDriver('http', { tools: [createTask, assignTask] });
  const { db } = driver.rig.database;
  const ana = await driver.rig.person('Ana', 'operator');
  for (const [userId, personId] of [
    ['U1', driver.rig.installed.ownerId],
    ['U3', ana.personId ?? ''],
  ] as const)
    await db.insert(identities).values({ platform: 'slack', workspace: 'T1', userId, personId });
});
afterAll(() => driver.stop());

test('a person is picked among those of the workspace, and is whoever that account is linked to here', async () => {
  await driver.says('U1', 'create a task "logo"');
  const made = await until(driver, ({ words, buttons }) => words.includes('logo') && buttons.includes('Approve'));
  await driver.presses('U1', { on: made, label: 'Approve' });
  await until(driver, ({ words }) => words.includes('Task "logo" created'));
  await driver.says('U1', 'assign the task "logo" to Owner');
  const card = await until(driver, ({ words, buttons }) => words.includes('Assign a task') && buttons.includes('Edit'));
  const form = await driver.presses('U1', { on: card, label: 'Edit' });
  if (form.kind !== 'form') throw new Error(`no form: ${form.kind}`);
  expect(form.fields).toMatchObject({ assignee_name: 'U1' });
  expect(form.fields).not.toHaveProperty('assignee_id');
  expect(await form.submit({ ...form.fields, assignee_name: 'U9' })).toMatchObject({
    problems: expect.stringContaining('linked to nobody here'),
  });
  expect(await form.submit({ ...form.fields, assignee_name: 'U3' })).toEqual({ kind: 'nothing' });
  const edited = await until(driver, ({ id, words }) => id === card.id && words.includes('logo → Ana'));
  expect(edited.buttons).toContain('Approve');
});
