import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Card } from '../../src/dispatch/card.ts';
import { cancelTask } from '../../src/tools/cancel-task.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { effectsWithoutDecision } from '../dispatch/rig.ts';
import type { Standing } from '../fakes/surface.ts';
import { type ChatRig, createChatRig } from './rig.ts';

let rig: ChatRig;
beforeAll(async () => {
  rig = await createChatRig([createTask, cancelTask]);
  await rig.link('U1', rig.owner);
});
afterAll(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});

const cardOn = (standing: Standing): Card => {
  const card = standing.views.at(-1)?.card;
  if (!card) throw new Error('no card stands there');
  return card;
};
const proposalOn = (standing: Standing): { proposalId: string; revision: number } => {
  const { proposal } = cardOn(standing);
  if (!proposal) throw new Error('no proposal on that card');
  return { proposalId: proposal.id, revision: proposal.revision };
};
const verbsOn = (standing: Standing): string[] => cardOn(standing).actions.map(({ verb }) => verb);
const shows = (title: string) => (view: { card: Card | null }) => view.card?.arguments.some(({ value }) => value === title) === true;
const order = (title: string): string => `create a task "${title}"`;
const asked = async (title: string): Promise<Standing> => {
  await rig.says('U1', order(title));
  const card = await rig.until(shows(title));
  // On record as standing there, not only standing there: a press is held against the record.
  const sent = `select 1 from wilco.deliveries where remote_id = '${card.remoteId}' and state = 'sent'`;
  for (let i = 0; i < 500 && (await rig.sql(sent)).length === 0; i += 1) await sleep(10);
  return card;
};

test('a sentence becomes a card in its thread, a press approves it, and the same message has only the way back when it is done', async () => {
  const card = await asked('polish the bell');
  expect(card.place).toEqual({ surface: 'fake', channel: 'W1.C1', thread: 't1' });
  expect(verbsOn(card)).toEqual(['approve', 'reject', 'edit', 'withdraw']);
  expect(await rig.presses('U1', card, { verb: 'approve', ...proposalOn(card) })).toEqual({ kind: 'nothing' });
  await rig.until((view, at) => at === card && view.card?.status?.label === 'Done');
  expect(verbsOn(card)).toEqual(['undo']);
  await rig.until((view) => view.text?.includes('Task "polish the bell" created') === true);
});

test('somebody who is not known here is told how to be, and nothing of theirs is stored', async () => {
  const answer = await rig.says('U9', order('from nowhere'));
  expect(answer).toMatchObject({ kind: 'private', text: expect.stringContaining('I do not know you here yet') });
  expect(await rig.sql(`select 1 from wilco.messages where text like '%from nowhere%'`)).toEqual([]);
});

test.for(['guest', 'stranger', 'disabled'] as const)('a %s may not press, though the account is linked to the owner', async (kind) => {
  const card = await asked(`guarded from a ${kind}`);
  const who = { ...rig.account('U1'), kind };
  const pressed = { verb: 'approve' as const, ...proposalOn(card) };
  const answer = await rig.fake.tell({ kind: 'press', eventId: `as-${kind}`, who, place: card.place, remoteId: card.remoteId, pressed });
  expect(answer.kind).toBe('private');
  expect(await rig.stateOf(pressed.proposalId)).toBe('proposed');
});

test('the same user id in another workspace is nobody', async () => {
  const card = await asked('not yours');
  const who = { ...rig.account('U1'), workspace: 'W2' };
  const pressed = { verb: 'approve' as const, ...proposalOn(card) };
  const answer = await rig.fake.tell({
    kind: 'press',
    eventId: 'other-workspace',
    who,
    place: card.place,
    remoteId: card.remoteId,
    pressed,
  });
  expect(answer).toMatchObject({ kind: 'private', text: expect.stringContaining('I do not know you') });
  expect(await rig.stateOf(pressed.proposalId)).toBe('proposed');
});

test('a code links once, and an account that is somebody’s stays theirs', async () => {
  const ana = await rig.person('Ana', 'approver');
  expect(await rig.link('U2', ana)).toMatchObject({ text: expect.stringContaining('You are Ana here') });
  const bob = await rig.person('Bob', 'approver');
  expect(await rig.link('U2', bob)).toMatchObject({ text: expect.stringContaining('belongs to somebody else') });
});

test('one message that is told four times is answered once', async () => {
  const more = { eventId: 'W1.C1/dup', remoteId: 'dup' };
  await Promise.all(['1', '2', '3', '4'].map(() => rig.says('U1', order('told four times'), more)));
  await rig.until(shows('told four times'));
  expect(
    await rig.sql(
      `select 1 from wilco.proposals where thread_id = 'fake:W1.C1:t1' and input_hash in (select input_hash from wilco.proposals p join wilco.revisions r on r.proposal_id = p.id where r.input_text like '%told four times%')`,
    ),
  ).toHaveLength(1);
});

test('one press that is told twice decides once and is not told that it came too late', async () => {
  const card = await asked('pressed twice');
  const pressed = { verb: 'approve' as const, ...proposalOn(card) };
  const press = { eventId: 'p-twice', who: rig.account('U1'), place: card.place, remoteId: card.remoteId, pressed };
  const answers = await Promise.all(['once', 'twice'].map(() => rig.fake.tell({ kind: 'press', ...press })));
  expect(answers).toEqual([{ kind: 'nothing' }, { kind: 'nothing' }]);
  expect(await rig.settled(pressed.proposalId)).toBe('executed');
});

test('a press on a card that showed something else decides nothing: what is proposed now is shown in full', async () => {
  const card = await asked('shown before');
  const pressed = { verb: 'approve' as const, ...proposalOn(card) };
  await rig.sql(`update wilco.deliveries set shown = '{"1":"somethingelse"}' where remote_id = '${card.remoteId}'`);
  expect(await rig.presses('U1', card, pressed)).toMatchObject({
    kind: 'private',
    text: expect.stringContaining('not what is proposed now'),
  });
  await rig.sql(`update wilco.deliveries set shown = '{}' where remote_id = '${card.remoteId}'`);
  const answer = await rig.presses('U1', card, pressed);
  expect(answer).toMatchObject({ kind: 'private', card: { proposal: { id: pressed.proposalId } } });
  expect(await rig.stateOf(pressed.proposalId)).toBe('proposed');
});

test('reject asks why, and the reason stands on the card', async () => {
  const card = await asked('to be refused');
  const answer = await rig.presses('U1', card, { verb: 'reject', ...proposalOn(card) });
  if (answer.kind !== 'form') throw new Error('no form');
  expect(await rig.submits('U1', answer.form.id, { reason: '  ' })).toMatchObject({ kind: 'invalid' });
  expect(await rig.submits('U1', answer.form.id, { reason: 'Not this week.' })).toEqual({ kind: 'nothing' });
  await rig.until((view, at) => at === card && view.card?.notes.includes('Not this week.' as never) === true);
  expect(verbsOn(card)).toEqual([]);
});

test('edit offers the arguments as they stand, says what is wrong by field, and the card shows before and after', async () => {
  const card = await asked('with a slip');
  const answer = await rig.presses('U1', card, { verb: 'edit', ...proposalOn(card) });
  if (answer.kind !== 'form') throw new Error('no form');
  const values = Object.fromEntries(answer.form.fields.map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({ title: 'with a slip', priority: '5' });
  expect(await rig.submits('U1', answer.form.id, { ...values, priority: '11' })).toMatchObject({
    kind: 'invalid',
    problems: { priority: expect.stringContaining('1 to 10') },
  });
  expect(await rig.submits('U1', answer.form.id, { ...values, title: 'without a slip' })).toEqual({ kind: 'nothing' });
  await rig.until((view, at) => at === card && view.card?.arguments[0]?.was === ('with a slip' as never));
  const stale = await rig.presses('U1', card, { verb: 'approve', proposalId: proposalOn(card).proposalId, revision: 1 });
  expect(stale).toMatchObject({ kind: 'private', text: expect.stringContaining('edited after you saw it') });
});

test('what a person deletes before it is decided is withdrawn, and what they edit is proposed anew', async () => {
  const deleted = await asked('never mind');
  const { proposalId } = proposalOn(deleted);
  const [row] = await rig.sql<{ event_id: string }>(
    `select i.event_id from wilco.inbox i join wilco.messages m on m.id = i.message_id where m.text like '%never mind%'`,
  );
  const eventId = row?.event_id ?? '';
  const remoteId = eventId.split('/')[1] ?? '';
  await rig.fake.tell({ kind: 'deleted', eventId, who: rig.account('U1'), place: deleted.place, remoteId });
  expect(await rig.stateOf(proposalId)).toBe('withdrawn');
  await rig.says('U1', order('firts words'), { eventId: 'W1.C1/e1', remoteId: 'e1' });
  const before = await rig.until(shows('firts words'));
  await rig.says('U1', order('first words'), { eventId: 'W1.C1/e1', remoteId: 'e1', edited: true });
  await rig.until(shows('first words'));
  expect(await rig.stateOf(proposalOn(before).proposalId)).toBe('withdrawn');
});

test('an edit that arrives before the message it changes is what counts, and a message that was deleted first never comes', async () => {
  await rig.says('U1', order('edited early'), { eventId: 'W1.C1/o1', remoteId: 'o1', edited: true });
  await rig.says('U1', order('original late'), { eventId: 'W1.C1/o1', remoteId: 'o1' });
  await rig.until(shows('edited early'));
  await rig.fake.tell({
    kind: 'deleted',
    eventId: 'W1.C1/o2',
    who: rig.account('U1'),
    place: { surface: 'fake', channel: 'W1.C1', thread: 't1' },
    remoteId: 'o2',
  });
  await rig.says('U1', order('deleted early'), { eventId: 'W1.C1/o2', remoteId: 'o2' });
  await asked('after both');
  expect(await rig.sql(`select 1 from wilco.messages where text like '%original late%' or text like '%deleted early%'`)).toEqual([]);
});

test('a command answers for the eyes of whoever asked', async () => {
  const place = { surface: 'fake', channel: 'W1.C1', thread: 'feed' };
  const answer = await rig.fake.tell({ kind: 'command', eventId: 'c1', who: rig.account('U1'), place, line: '/status' });
  expect(answer).toMatchObject({ kind: 'private', card: { title: 'Running' } });
});

test('the home page holds the cards that this person may decide', async () => {
  const card = await asked('seen at home');
  const place = { surface: 'fake', channel: 'W1.D1', thread: 'feed' };
  const answer = await rig.fake.tell({ kind: 'home', eventId: 'h1', who: rig.account('U1'), place });
  if (answer.kind !== 'home') throw new Error('no home');
  expect(answer.cards.map((one) => one.proposal?.id)).toContain(proposalOn(card).proposalId);
});
