import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWho } from '../../src/bot/slack/who.ts';
import { identities } from '../../src/db/tables/people.ts';
import { err, ok } from '../../src/result.ts';
import { BOT_USER } from '../fakes/slack/state.ts';
import { createSteps, order } from './contract-steps.ts';
import { CHANNEL, type SlackDriver, slackDriver } from './slack-driver.ts';
import { wordsOf } from './slack-reading.ts';

let driver: SlackDriver;
beforeAll(async () => {
  driver = await slackDriver('http');
});
afterAll(() => driver.stop());

/** An account that was tied to the owner once, whatever Slack says of it now. */
const tied = async (userId: string, workspace = 'T1'): Promise<string> => {
  await driver.rig.database.db
    .insert(identities)
    .values({ platform: 'slack', workspace, userId, personId: driver.rig.installed.ownerId })
    .onConflictDoNothing();
  return userId;
};

test.for([
  ['guest', 'Guests of this workspace'],
  ['stranger', 'People of another workspace'],
  ['disabled', 'This account is disabled'],
] as const)('a %s is refused although the account is tied to the owner', async ([kind, said]) => {
  await tied('U1');
  const card = await createSteps(driver).asked(`kept from a tied ${kind}`);
  const user = await tied(driver.outsider(kind), kind === 'stranger' ? 'T2' : 'T1');
  expect(await driver.presses(user, { on: card, label: 'Approve' })).toMatchObject({
    kind: 'private',
    words: expect.stringContaining(said),
  });
  await driver.says(user, order(`asked by a ${kind}`));
  await driver.surface.settled();
  const told = driver.slack.messages.filter(({ only }) => only === user).map(({ blocks }) => wordsOf(blocks));
  expect(told).toEqual([expect.stringContaining(said), expect.stringContaining(said)]);
  expect(await driver.rig.sql(`select 1 from wilco.messages where text like '%asked by a ${kind}%'`)).toEqual([]);
  expect(await driver.rig.sql(`select 1 from wilco.tasks where title like '%kept from a tied%'`)).toEqual([]);
});

test('what another app writes is nobody’s words', async () => {
  await tied('U1');
  const body = driver.people.message({
    channel: CHANNEL,
    user: 'U1',
    text: `<@${BOT_USER}> hello`,
    more: { bot_id: 'B7', subtype: 'bot_message' },
  });
  const before = driver.slack.callsTo('users.info').length;
  expect(await driver.transport.send('events_api', body)).toMatchObject({ acked: true });
  expect(driver.slack.callsTo('users.info').length).toBe(before);
});

test('an answer of Slack counts for a minute, and a look-up that fails for nothing', async () => {
  let now = 0;
  let user: Record<string, unknown> = { id: 'U1', team_id: 'T1', name: 'ana' };
  let fails = false;
  let asked = 0;
  const who = createWho({
    workspace: () => 'T1',
    now: () => now,
    async info() {
      asked += 1;
      return fails ? err({ code: 'ambiguous', message: 'lost' }) : ok({ user });
    },
  });
  expect(await who('U1')).toMatchObject({ ok: true, value: { kind: 'member', workspace: 'T1' } });
  user = { ...user, deleted: true };
  now = 59_999;
  expect(await who('U1')).toMatchObject({ ok: true, value: { kind: 'member' } });
  expect(asked).toBe(1);
  now = 60_001;
  expect(await who('U1')).toMatchObject({ ok: true, value: { kind: 'disabled' } });
  now = 130_000;
  fails = true;
  expect(await who('U1')).toEqual(err({ code: 'not_told' }));
  fails = false;
  user = { id: 'U2', team_id: 'T1' };
  expect(await who('U1')).toEqual(err({ code: 'not_told' }));
});

test.for([
  [{ team_id: 'T1' }, 'member'],
  [{ team_id: 'T1', is_restricted: true }, 'guest'],
  [{ team_id: 'T1', is_ultra_restricted: true }, 'guest'],
  [{ team_id: 'T2' }, 'stranger'],
  [{ team_id: 'T2', enterprise_user: { teams: ['T1', 'T2'] } }, 'member'],
  [{ team_id: 'T2', enterprise_user: { teams: ['T3'] } }, 'stranger'],
  [{ team_id: 'T1', is_stranger: true }, 'stranger'],
  [{ team_id: 'T1', is_bot: true }, 'bot'],
  [{ team_id: 'T2', deleted: true }, 'disabled'],
] as const)('%j is a %s', async ([user, kind]) => {
  const who = createWho({ workspace: () => 'T1', info: async () => ok({ user: { id: 'U1', ...user } }) });
  expect(await who('U1')).toMatchObject({ ok: true, value: { kind } });
});
