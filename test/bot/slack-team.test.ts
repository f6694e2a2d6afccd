import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun } from '../../src/db/agent-runs.ts';
import { postToTeam } from '../../src/dispatch/team.ts';
import { THREAD } from '../dispatch/rig.ts';
import { eventually } from '../eventually.ts';
import { createSteps, type Steps, until } from './contract-steps.ts';
import { CHANNEL, type SlackDriver, slackDriver } from './slack-driver.ts';

let driver: SlackDriver;
let steps: Steps;
beforeAll(async () => {
  driver = await slackDriver('http');
  steps = createSteps(driver);
  await steps.linkTo('U1', driver.rig.installed.ownerId);
  await driver.rig.sql(`update wilco.project_links set team_channel = '${CHANNEL}' where platform = 'slack'`);
});
afterAll(() => driver.stop());

const agent = { key: 'content', name: 'Content' };
const run = () =>
  driver.rig.database.transaction(async (tx) => {
    const id = await createRun(tx, {
      projectId: 'default',
      agentKey: 'content',
      trigger: 'message',
      goal: 'look',
      threadId: THREAD,
      by: null,
    });
    await tx.db.execute(`update wilco.agent_runs set state = 'done' where id = '${id}'`);
    return id;
  });
const post = (text: string, runId: string | null) =>
  driver.rig.database.transaction((tx) => postToTeam(tx, { projectId: 'default', kind: 'finding', text, agent, runId }));
const stands = (words: string) => until(driver, (seen) => seen.words.includes(words));

test('what one run says in the team room stands in one thread, and what another says beside it', async () => {
  const [one, other] = [await run(), await run()];
  await post('The bell is out of tune', one);
  await post('So is the horn', one);
  await post('The rope is frayed', other);
  await post('Nobody asked', null);
  const first = await stands('out of tune');
  expect(first.where).toBe(`${CHANNEL}:feed`);
  const second = await stands('So is the horn');
  expect(second.where).toBe(`${CHANNEL}:${first.id}`);
  expect([(await stands('frayed')).where, (await stands('Nobody asked')).where]).toEqual([`${CHANNEL}:feed`, `${CHANNEL}:feed`]);
  await steps.onRecord(second);
  await driver.presses('U1', { on: second, label: 'Dismiss' });
  await until(driver, ({ id, words }) => id === second.id && words.includes('Dismissed'));
});

test('one of these whose answer was lost stands once, in its thread', async () => {
  const id = await run();
  await post('First of two', id);
  const first = await stands('First of two');
  driver.slack.fault('chat.postMessage', { kind: 'lost_after' });
  await post('Second of two', id);
  const sent = `select 1 from wilco.deliveries d join wilco.messages m on m.id = d.message_id where m.text = 'Second of two' and d.state = 'sent'`;
  await eventually(async () => (await driver.rig.sql(sent)).length > 0);
  const all = driver.standing().filter(({ words }) => words.includes('Second of two'));
  expect(all.map(({ where }) => where)).toEqual([`${CHANNEL}:${first.id}`]);
});
