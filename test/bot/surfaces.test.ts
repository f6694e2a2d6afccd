import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Card } from '../../src/dispatch/card.ts';
import { cancelTask } from '../../src/tools/cancel-task.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { effectsWithoutDecision } from '../dispatch/rig.ts';
import { eventually } from '../eventually.ts';
import type { Standing } from '../fakes/surface.ts';
import { order } from './contract-steps.ts';
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
const shows = (title: string) => (view: { card: Card | null }) => view.card?.arguments.some(({ value }) => value === title) === true;
const asked = async (title: string): Promise<Standing> => {
  await rig.says('U1', order(title));
  const card = await rig.until(shows(title));
  // On record as standing there, not only standing there: a press is held against the record.
  const sent = `select 1 from wilco.deliveries where remote_id = '${card.remoteId}' and state = 'sent'`;
  await eventually(async () => (await rig.sql(sent)).length !== 0);
  return card;
};

test('somebody who is not known here is told how to be, and nothing of theirs is stored', async () => {
  const answer = await rig.says('U9', order('from nowhere'));
  expect(answer).toMatchObject({ kind: 'private', text: expect.stringContaining('I do not know you here yet') });
  expect(await rig.sql(`select 1 from wilco.messages where text like '%from nowhere%'`)).toEqual([]);
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

test('the home page holds the cards that this person may decide', async () => {
  const card = await asked('seen at home');
  const place = { surface: 'fake', channel: 'W1.D1', thread: 'feed' };
  const answer = await rig.fake.tell({ kind: 'home', eventId: 'h1', who: rig.account('U1'), place });
  if (answer.kind !== 'home') throw new Error('no home');
  expect(answer.cards.map((one) => one.proposal?.id)).toContain(proposalOn(card).proposalId);
});
