import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGrammar } from '../../src/agents/grammar.ts';
import { createRoster } from '../../src/agents/roster.ts';
import { createCommands } from '../../src/bot/commands/registry.ts';
import { onMessage } from '../../src/bot/on-message.ts';
import { effectsWithoutDecision, unique } from '../dispatch/rig.ts';
import { createScheduleRig, later, type ScheduleRig } from '../dispatch/schedule-rig.ts';

let rig: ScheduleRig;
beforeAll(async () => {
  rig = await createScheduleRig({ solo: false });
});
afterAll(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});

const people = async () => ({ asks: await rig.person(unique(), 'admin'), approves: await rig.person(unique(), 'approver') });
const take = async (id: string) => rig.take(id, later((await rig.row(id)).next_at, 1000));
const messageOf = async (id: string, occurrence: number): Promise<string> => {
  const [row] = await rig.sql<{ id: string }>(`select message_id as id from wilco.inbox where event_id = 'schedule:${id}:${occurrence}'`);
  return row?.id ?? '';
};
const answer = async (messageId: string): Promise<void> => {
  const { heart, database } = rig;
  const tools = [...heart.tools.values()].filter(({ internal }) => !internal);
  const health = () => Promise.reject(new Error('not asked here'));
  const commands = createCommands({
    heart,
    tools,
    health,
    receive: { database, enqueueRoute: async () => undefined, agents: createRoster(database.db, []) },
  });
  await onMessage({ database, heart, router: createGrammar(), tools, commands, speaker: async () => undefined }, messageId);
};

test('[scheduled] instructions are put before the router in the name of whoever asked, and all that comes of them is a card that waits', async () => {
  const text = unique();
  const { asks, approves } = await people();
  const id = await rig.scheduled({ name: text, instructions: `post in #general: ${text}` }, { asks, approves });
  expect(await take(id)).toBe('made');
  const messageId = await messageOf(id, 1);
  await answer(messageId);
  const cards = await rig.sql<{ state: string; by: string }>(
    `select state::text as state, proposed_by as by from wilco.proposals where origin like '${messageId}:%'`,
  );
  expect(cards).toEqual([{ state: 'proposed', by: asks.personId }]);
  expect(await take(id)).toBe('skipped');
});

test('[scheduled][stop] a command is refused to a schedule, whatever its instructions say', async () => {
  const id = await rig.scheduled({ name: unique(), instructions: 'post in #general: hello there' }, await people());
  for (const command of ['/kill', '/pause now', '@wilco /pause', '/resume-schedule x']) {
    expect(await take(id)).toBe('made');
    const messageId = await messageOf(id, (await rig.row(id)).occurrence);
    await rig.database.pool.query('update wilco.messages set text = $2 where id = $1', [messageId, command]);
    await answer(messageId);
    expect(await rig.sql('select 1 from wilco.switches where paused or killed')).toEqual([]);
  }
  expect(await rig.said('A schedule cannot use /kill.')).toBe(1);
});

test('what whoever has left asked for is read no more', async () => {
  const { asks, approves } = await people();
  const id = await rig.scheduled({ name: unique(), instructions: 'post in #general: gone' }, { asks, approves });
  await rig.sql(`update wilco.members set removed_at = now() where person_id = '${asks.personId}'`);
  expect(await take(id)).toBe('made');
  const messageId = await messageOf(id, 1);
  await answer(messageId);
  expect(await rig.sql(`select state::text as state from wilco.messages where id = '${messageId}'`)).toEqual([{ state: 'failed' }]);
  expect(await rig.sql(`select 1 from wilco.proposals where origin like '${messageId}:%'`)).toEqual([]);
});
