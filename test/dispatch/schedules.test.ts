import { afterAll, beforeAll, expect, test } from 'vitest';
import { throwSwitch } from '../../src/dispatch/power.ts';
import { proposalCard } from '../../src/dispatch/proposal-card.ts';
import { readStanding } from '../../src/dispatch/standing.ts';
import { effectsWithoutDecision, unique } from './rig.ts';
import { createScheduleRig, HOUR, later, MINUTE, NOTE, type ScheduleRig } from './schedule-rig.ts';

let rig: ScheduleRig;
beforeAll(async () => {
  rig = await createScheduleRig();
});
afterAll(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});

const dueNow = async (id: string): Promise<Date> => {
  const { next_at } = await rig.row(id);
  return later(next_at, 1000);
};
const throwTo = (verb: 'pause' | 'resume' | 'kill' | 'unkill') => throwSwitch(rig.heart, rig.owner, { verb, reason: null });

test('[decided][scheduled] each occurrence of an approved action runs once, on the word of whoever approved the schedule', async () => {
  const text = unique();
  const id = await rig.scheduled({ name: text, action: NOTE(text) });
  for (const n of [1, 2]) {
    const now = await dueNow(id);
    expect(await rig.take(id, now)).toBe('made');
    expect(await rig.take(id, now)).toBe('left');
    const made = await rig.made(id);
    expect(made.map(({ state }) => state).at(-1)).toBe('approved');
    await rig.step(made.at(-1)?.id ?? '');
    expect(rig.outside.calls.filter((call) => call.text === text)).toHaveLength(n);
    expect(await rig.row(id)).toMatchObject({ occurrence: n, state: 'active' });
  }
  const rows = await rig.sql<{ kind: string; person: string }>(
    `select d.kind::text as kind, d.person_id as person from wilco.effects e join wilco.decisions d on d.id = e.decision_id
      join wilco.proposals p on p.id = e.proposal_id where p.origin like 'schedule:${id}:%'`,
  );
  expect(rows).toEqual([1, 2].map(() => ({ kind: 'scheduled', person: rig.owner.personId })));
});

test('[whole] the card of a schedule shows each argument of what will run, how often in words, and the next three times with their zone', async () => {
  const card = await rig.proposed(
    rig.owner,
    { name: unique(), schedule_expr: 'every weekday at 9', time_zone: 'Europe/Berlin', action: NOTE('line one\nAction: nothing') },
    'schedule_job',
  );
  const standing = await readStanding(rig.database.db, 'default', card.id);
  if (!standing) throw new Error('no standing');
  const shown = proposalCard(standing, rig.heart.tools.get('schedule_job'));
  const value = (name: string) => shown.arguments.find((one) => one.name === name)?.value;
  expect(value('action')).toBe('note_unsafe');
  expect(value('action.text')).toBe('line one\nAction: nothing');
  expect(value('action.cents')).toBe('0');
  expect(value('time_zone')).toBe('Europe/Berlin');
  expect(shown.changes.join('\n')).toMatch(
    /every weekday at 09:00, Europe\/Berlin\nNext: (?:\w{3} \d+ \w{3,4} \d{4}, 09:00(?:; | \(Europe\/Berlin\))){3}/,
  );
  expect(shown.changes.join('\n')).toContain('Each time: Adds a note of 24 characters');
});

test('[shown] what was said is approved in its one form, and that is what is stored', async () => {
  const id = await rig.scheduled({ name: unique(), schedule_expr: 'every Monday at 10', time_zone: 'Europe/Berlin', action: NOTE() });
  const [row] = await rig.sql<{ pattern: string; time_zone: string }>(`select pattern, time_zone from wilco.schedules where id = '${id}'`);
  expect(row).toEqual({ pattern: '0 10 * * 1', time_zone: 'Europe/Berlin' });
});

test('times that passed while nothing could run are made up for once, and the thread says so', async () => {
  const name = unique();
  const id = await rig.scheduled({ name, action: NOTE() });
  const { next_at } = await rig.row(id);
  const now = later(next_at, 3 * 24 * HOUR + 5 * MINUTE);
  expect(await rig.take(id, now)).toBe('made');
  expect(await rig.take(id, now)).toBe('left');
  expect(await rig.made(id)).toHaveLength(1);
  expect(await rig.said(`“${name}” was due 4 times while it could not run. It runs once for all of them.`)).toBe(1);
  expect((await rig.row(id)).next_at).toEqual(later(next_at, 4 * 24 * HOUR));
});

test('a schedule that skips what it missed does not make up for it, and says so', async () => {
  const name = unique();
  const id = await rig.scheduled({ name, missed: 'skip', action: NOTE() });
  const { next_at } = await rig.row(id);
  expect(await rig.take(id, later(next_at, HOUR))).toBe('skipped');
  expect(await rig.made(id)).toEqual([]);
  expect(await rig.said(`“${name}” was due while it could not run, and is skipped.`)).toBe(1);
  expect(await rig.take(id, await dueNow(id))).toBe('made');
});

test('an occurrence is skipped while the one before is open, which is said once, and the next one runs', async () => {
  const name = unique();
  const id = await rig.scheduled({ name, action: NOTE() });
  expect(await rig.take(id, await dueNow(id))).toBe('made');
  expect(await rig.take(id, await dueNow(id))).toBe('skipped');
  expect(await rig.take(id, await dueNow(id))).toBe('skipped');
  expect(await rig.said(`“${name}” is skipped until what it made before is decided and done.`)).toBe(1);
  await rig.step((await rig.made(id))[0]?.id ?? '');
  expect(await rig.take(id, await dueNow(id))).toBe('made');
});

test('[stop] under a pause nothing is taken; after it one occurrence is', async () => {
  const id = await rig.scheduled({ name: unique(), action: NOTE() });
  const now = later((await rig.row(id)).next_at, 2 * 24 * HOUR);
  await throwTo('pause');
  expect(await rig.take(id, now)).toBe('held');
  await throwTo('resume');
  expect(await rig.take(id, now)).toBe('made');
  expect(await rig.made(id)).toHaveLength(1);
});

test('[stop] under a kill nothing is taken, and what was due before it is lifted never runs', async () => {
  const name = unique();
  const id = await rig.scheduled({ name, action: NOTE() });
  await rig.due(id, new Date(Date.now() - HOUR));
  await throwTo('kill');
  expect(await rig.take(id, new Date())).toBe('held');
  await throwTo('unkill');
  expect(await rig.take(id, new Date())).toBe('skipped');
  expect(await rig.made(id)).toEqual([]);
  expect(await rig.said(`What “${name}” had due while Wilco was killed does not run any more.`)).toBe(1);
  expect(await rig.take(id, await dueNow(id))).toBe('made');
});

test('[stop] of several times, those from before the kill was lifted do not count', async () => {
  const name = unique();
  const id = await rig.scheduled({ name, schedule_expr: 'every 30 minutes', action: NOTE() });
  await rig.due(id, new Date(Date.now() - 5 * HOUR));
  await throwTo('kill');
  await throwTo('unkill');
  expect(await rig.take(id, new Date(Date.now() + 65 * MINUTE))).toBe('made');
  expect((await rig.said(`“${name}” was due 2 times`)) + (await rig.said(`“${name}” was due 3 times`))).toBe(1);
});

test('[stop] an occurrence that was approved and not started is void after a kill', async () => {
  const text = unique();
  const id = await rig.scheduled({ name: text, action: NOTE(text) });
  expect(await rig.take(id, await dueNow(id))).toBe('made');
  await throwTo('kill');
  await throwTo('unkill');
  const [made] = await rig.made(id);
  expect(made?.state).toBe('void');
  await rig.step(made?.id ?? '');
  expect(rig.outside.calls.filter((call) => call.text === text)).toEqual([]);
});

test('[budget] an occurrence starts only within the limit of the day', async () => {
  await rig.policy({ dailyLimitMicros: 1000 });
  const id = await rig.scheduled({ name: unique(), action: { tool: 'note_unsafe', input: { text: unique(), cents: 1 } } });
  await rig.take(id, await dueNow(id));
  const [made] = await rig.made(id);
  await rig.step(made?.id ?? '');
  expect(await rig.stateOf(made?.id ?? '')).toBe('failed');
  await rig.policy({});
});

test('a schedule of one moment ends with it', async () => {
  const moment = new Date(Date.now() + HOUR).toISOString().slice(0, 16);
  const id = await rig.scheduled({ name: unique(), schedule_expr: moment, action: NOTE() });
  expect(await rig.take(id, later((await rig.row(id)).next_at, 0))).toBe('made');
  expect(await rig.row(id)).toMatchObject({ state: 'ended', next_at: null, occurrence: 1 });
});

test('a moment that passed before the card was approved is refused when it would begin', async () => {
  const card = await rig.proposed(
    rig.owner,
    { name: unique(), schedule_expr: '2020-01-01T09:00', time_zone: 'UTC', action: NOTE() },
    'schedule_job',
  );
  await rig.approve(rig.owner, card);
  await rig.step(card.id);
  expect(await rig.sql(`select result->>'code' as code from wilco.proposals where id = '${card.id}'`)).toEqual([{ code: 'schedule_past' }]);
});

test('a reminder for oneself is one line in the conversation where it was asked for; one for the team goes to its channel', async () => {
  const text = unique();
  const mine = await rig.scheduled({ text, schedule_expr: 'every day at 8', where: 'me' }, { tool: 'remind' });
  const team = await rig.scheduled({ text, schedule_expr: 'every weekday at 9', where: 'the team' }, { tool: 'remind' });
  for (const id of [mine, team]) {
    expect(await rig.take(id, await dueNow(id))).toBe('made');
    await rig.step((await rig.made(id))[0]?.id ?? '');
  }
  expect((await rig.made(mine))[0]).toMatchObject({ tool: 'post_reminder', state: 'executed' });
  expect((await rig.made(team))[0]).toMatchObject({
    tool: 'send_message',
    state: 'executed',
    text: `{"channel":"general","content":"Reminder: ${text}"}`,
  });
  const names = await rig.sql<{ name: string }>(`select name from wilco.schedules where id in ('${mine}', '${team}') order by name`);
  expect(names).toEqual([{ name: text }, { name: `${text} (2)` }]);
});

test('two schedules do not go by one name; a change takes the place of what it changes, and a deletion frees the name', async () => {
  const name = unique();
  const id = await rig.scheduled({ name, action: NOTE() });
  const card = await rig.proposed(rig.owner, { name, schedule_expr: '0 8 * * *', time_zone: 'UTC', action: NOTE() }, 'schedule_job');
  await rig.approve(rig.owner, card);
  await rig.step(card.id);
  expect(await rig.stateOf(card.id)).toBe('failed');
  const next = await rig.scheduled({ name, schedule_expr: '0 8 * * *', replaces: id, action: NOTE() });
  expect(await rig.row(id)).toMatchObject({ state: 'ended', next_at: null });
  const gone = await rig.proposed(rig.owner, { name, schedule_id: next }, 'delete_schedule');
  await rig.approve(rig.owner, gone);
  await rig.step(gone.id);
  expect(await rig.row(next)).toMatchObject({ state: 'ended' });
  await rig.scheduled({ name, action: NOTE() });
});

test.each([
  ['a tool that is not there', { action: { tool: 'nothing', input: {} } }, 'There is no action nothing here.'],
  ['an input that the tool refuses', { action: { tool: 'note_unsafe', input: { text: '' } } }, 'action.input.text'],
  ['a schedule', { action: { tool: 'schedule_job', input: {} } }, 'A schedule cannot make schedules.'],
  ['a reminder', { action: { tool: 'remind', input: {} } }, 'A schedule cannot make schedules.'],
  ['neither an action nor instructions', {}, 'Say what is to be done each time.'],
  ['both', { action: NOTE(), instructions: 'do it' }, 'Give an action or instructions, not both.'],
  ['a command', { instructions: ' /kill now' }, 'Instructions are a sentence, not a command.'],
  ['a command to Wilco', { instructions: '@wilco /pause' }, 'Instructions are a sentence, not a command.'],
  ['no time', { schedule_expr: 'when it is ready', action: NOTE() }, 'schedule_expr'],
  ['no zone', { time_zone: 'Nowhere/Town', action: NOTE() }, 'There is no time zone Nowhere/Town.'],
])('%s cannot be scheduled', async (_what, input, why) => {
  const whole = { name: unique(), schedule_expr: '0 9 * * *', time_zone: 'UTC', ...input };
  await expect(rig.proposed(rig.owner, whole, 'schedule_job')).rejects.toThrow(why);
});
