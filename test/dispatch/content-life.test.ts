import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { retry } from '../../src/dispatch/after.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { atOnce, effectsWithoutDecision, THREAD, unique } from './rig.ts';
import { createScheduleRig, later, NOTE, type ScheduleRig } from './schedule-rig.ts';

let rig: ScheduleRig;
beforeAll(async () => {
  rig = await createScheduleRig();
  const note = rig.heart.tools.get('note_unsafe');
  if (!note) throw new Error('no tool');
  (rig.heart.tools as Map<string, typeof note>).set('note_unsafe', { ...note, platform: () => 'notes' });
});
afterEach(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.policy({});
});
afterAll(() => rig.stop());

const BLOCK = { content: { words: ['guarantee'], linkHosts: null, blockedRecipients: [], allowedRecipients: null } };
const SENTENCE = 'its content rules block the word “guarantee” (in text)';
const said = () => `${unique()} we guarantee it`;
const reasonOf = async (id: string) =>
  (
    await rig.sql<{ state: string; reason: string; replaced_by: string | null }>(
      `select state, reason, replaced_by from wilco.proposals where id = '${id}'`,
    )
  )[0];
const voided = { state: 'void', reason: `The policy of this project refuses it now: ${SENTENCE}.`, replaced_by: null };

test('[content] what a rule blocks is refused when it is proposed, edited or put into a schedule, with the rule in the sentence', async () => {
  await rig.policy(BLOCK);
  const refusal = { ok: false, error: { code: 'refused_by_policy', message: `The policy of this project refuses that: ${SENTENCE}.` } };
  const wish = { threadId: THREAD, tool: 'note_unsafe', input: { text: said() } };
  expect(await propose(rig.heart, rig.owner, wish)).toEqual(refusal);
  const card = await rig.proposed(rig.owner, { text: unique() });
  expect(await revise(rig.heart, rig.owner, { proposalId: card.id, revision: 1, input: { text: said() } })).toEqual(refusal);
  const schedule = { name: unique(), schedule_expr: '0 9 * * *', time_zone: 'UTC', action: NOTE(said()) };
  expect(await propose(rig.heart, rig.owner, { threadId: THREAD, tool: 'schedule_job', input: schedule })).toMatchObject({
    error: { code: 'refused_by_policy', message: expect.stringContaining('block the word “guarantee”') },
  });
});

test('[content] what waited when the rule came cannot be approved any more, and what was approved does not start', async () => {
  const waiting = await rig.proposed(rig.owner, { text: said() });
  const approved = await rig.proposed(rig.owner, { text: said() });
  await rig.approve(rig.owner, approved);
  await rig.policy(BLOCK);
  expect(await rig.approve(rig.owner, waiting)).toMatchObject({ error: { code: 'drifted' } });
  expect(await reasonOf(waiting.id)).toEqual(voided);
  expect(await rig.step(approved.id)).toBe('drifted');
  expect(await reasonOf(approved.id)).toEqual(voided);
  expect(rig.outside.calls).toEqual([]);
});

test('[content] what failed is not attempted again against a rule that came since', async () => {
  const card = await rig.proposed(rig.owner, { text: said() });
  await rig.approve(rig.owner, card);
  await rig.tamper(`update wilco.proposals set state = 'failed' where id = $1`, [card.id]);
  await rig.policy(BLOCK);
  expect(await retry(rig.heart, rig.owner, card.id)).toMatchObject({ error: { code: 'drifted' } });
});

test('[content] a schedule that was fine makes no occurrence that a rule blocks', async () => {
  const id = await rig.scheduled({ name: unique(), action: NOTE(said()) });
  await rig.policy(BLOCK);
  await rig.take(id, later((await rig.row(id)).next_at, 1000));
  expect((await rig.made(id)).filter(({ state }) => state === 'approved')).toEqual([]);
});

test('[content] of many that start at once on a platform as many start as it allows in a day, and the others say why', async () => {
  await rig.policy({ platforms: { notes: { perDay: 3 } } });
  const cards = await Promise.all(Array.from({ length: 8 }, () => rig.proposed(rig.owner, { text: unique() })));
  for (const card of cards) await rig.approve(rig.owner, card);
  const came = await atOnce(cards, 8, (card) => rig.step(card.id));
  expect(came.filter((one) => one === 'platform_full')).toHaveLength(5);
  expect(rig.outside.calls).toHaveLength(3);
  const full = cards[came.indexOf('platform_full')];
  const [row] = await rig.sql<{ state: string; message: string }>(
    `select state, result ->> 'message' as message from wilco.proposals where id = '${full?.id}'`,
  );
  expect(row).toEqual({
    state: 'failed',
    message: 'The policy allows 3 a day (UTC) on notes, and today there were 3. Nothing was done; retry it tomorrow.',
  });
});
