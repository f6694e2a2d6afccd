import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentMessages } from '../../src/db/answer.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { editDoc } from '../../src/tools/edit-doc.ts';
import { effectsWithoutDecision } from '../dispatch/rig.ts';
import { eventually } from '../eventually.ts';
import { call, fakeConverser, lastTold } from '../fakes/model/converser.ts';
import { type ChatRig, createChatRig } from './rig.ts';

const model = fakeConverser();
let rig: ChatRig;
beforeAll(async () => {
  const router = {
    name: 'test',
    route: async ({ agents, text }: { agents?: readonly { key: string }[]; text: string }) => {
      return text.includes('hand it') && agents?.some(({ key }) => key === 'note-taker')
        ? { kind: 'hand_over' as const, agent: 'note-taker' }
        : { kind: 'text' as const, say: 'The dispatcher answers.' };
    },
  };
  rig = await createChatRig([createTask, editDoc], () => [], { router, converser: model });
  await rig.link('U1', rig.owner);
});
afterAll(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});

const place = (thread: string) => ({ surface: 'fake', channel: 'W1.C1', thread });
const says = (thread: string, text: string) => rig.says('U1', text, { place: place(thread) });
const messageOf = async (text: string) => {
  const [row] = await rig.sql<{ state: string; run_id: string | null; problem: string | null }>(
    `select state, run_id, problem from wilco.messages where author_kind = 'person' and text = '${text}'`,
  );
  return row;
};
const runIn = (state: string, goal: string) =>
  eventually(
    async () => (await rig.sql<{ id: string }>(`select id from wilco.agent_runs where state = '${state}' and goal = '${goal}'`))[0]?.id,
  );
const command = (line: string) => rig.fake.tell({ kind: 'command', eventId: line, who: rig.account('U1'), place: place('feed'), line });

test('a message to an agent becomes a run: delivered while it works, a card that a person presses, an answer in its name', async () => {
  let answer: (() => void) | undefined;
  const note = { doc_type: 'notes', content: 'We begin at nine.', mode: 'append' };
  model.next(
    () =>
      new Promise((resolve) => {
        answer = () => {
          model.next([{ calls: [call('done', { words: 'It stands in the notes.' })] }]);
          resolve({ text: 'I add it.', calls: [call('edit_doc', note)] });
        };
      }),
  );
  await says('a', '@note-taker We begin at nine.');
  const working = await eventually(async () => answer);
  expect(await messageOf('@note-taker We begin at nine.')).toMatchObject({ state: 'delivered', run_id: expect.any(String) });
  await rig.sql(`update wilco.messages set delivered_at = now() - interval '1 hour' where state = 'delivered'`);
  expect(await silentMessages(rig.database.db)).toEqual([]);
  working();
  const id = await runIn('parked', 'We begin at nine.');
  expect(await messageOf('@note-taker We begin at nine.')).toMatchObject({ state: 'processed' });
  const at = await rig.until((view) => view.card?.proposal !== undefined && view.card.status?.tone === 'waiting');
  const { proposal } = at.views.at(-1)?.card ?? {};
  if (!proposal) throw new Error('no card');
  await rig.presses('U1', at, { verb: 'approve', proposalId: proposal.id, revision: proposal.revision });
  await runIn('done', 'We begin at nine.');
  await rig.until((view) => view.text?.includes('It stands in the notes.') === true);
  expect(await command(`/run ${id.slice(0, 8)}`)).toMatchObject({ card: { status: { label: 'Done' } } });
});

test('words in its thread are told to a run that waits; “stop” alone ends it; an answer to its question lets it go on', async () => {
  model.next([{ calls: [call('ask', { question: 'Which day?' })] }, { calls: [call('done', { words: 'Then Friday.' })] }]);
  await says('b', '@note-taker plan the party');
  await runIn('parked', 'plan the party');
  await rig.until((view) => view.text?.includes('Which day?') === true);
  await says('b', 'Friday');
  await runIn('done', 'plan the party');
  const request = model.asked.at(-1);
  expect(request && lastTold(request)).toContain('Friday');
  expect(await messageOf('Friday')).toMatchObject({ state: 'processed' });
  model.next([{ calls: [call('ask', { question: 'Why?' })] }]);
  await says('c', '@note-taker plan the wake');
  const id = await runIn('parked', 'plan the wake');
  await says('c', 'Stop.');
  await runIn('cancelled', 'plan the wake');
  await says('c', 'and now?');
  await rig.until((view) => view.text?.includes('The dispatcher answers.') === true);
  expect(await command(`/cancel-run ${id.slice(0, 8)}`)).toMatchObject({ text: expect.stringContaining('has ended') });
});

test('what the router hands over is worked on by the agent, in the same thread', async () => {
  model.next([{ calls: [call('done', { words: 'The note-taker has read it.' })] }]);
  await says('d', 'hand it to somebody who writes');
  await runIn('done', 'hand it to somebody who writes');
  await rig.until((view) => view.text?.includes('The note-taker has read it.') === true);
  expect(await messageOf('hand it to somebody who writes')).toMatchObject({ state: 'processed', run_id: expect.any(String) });
  expect(await command('/runs note-taker')).toMatchObject({ card: { title: 'Runs of @note-taker' } });
});

test('a run that fails says so on the message, which can be sent again', async () => {
  model.next(() => ({ code: 'auth' }));
  await says('e', '@note-taker fail once');
  await runIn('failed', 'fail once');
  const failed = await messageOf('@note-taker fail once');
  expect(failed).toMatchObject({ state: 'failed', problem: expect.stringContaining('refused the key') });
  model.next([{ calls: [call('done', { words: 'This time it went.' })] }]);
  const at = await rig.until((view) => view.failed !== null);
  await rig.presses('U1', at, { verb: 'retry_message', messageId: at.views.at(-1)?.messageId ?? '' });
  await runIn('done', 'fail once');
});

test('the stop of a thread ends the run in it, and its card is left to people', async () => {
  model.next([{ calls: [call('edit_doc', { doc_type: 'notes', content: 'Keep this.', mode: 'append' })] }]);
  await says('stopped', '@note-taker Keep this.');
  await runIn('parked', 'Keep this.');
  const stop = { kind: 'stopped' as const, eventId: 'stop', who: rig.account('U1'), place: place('stopped') };
  expect(await rig.fake.tell(stop)).toEqual({ kind: 'nothing' });
  await runIn('cancelled', 'Keep this.');
  await rig.until((view) => view.text?.includes('does not go on') === true);
  expect(await rig.sql(`select state from wilco.proposals where thread_id = 'fake:W1.C1:stopped'`)).toEqual([{ state: 'proposed' }]);
});

test('a planned agent says that it is not at work; the dispatcher and commands stay what they were', async () => {
  await rig.sql(`insert into wilco.agents (project_id, key, state) values ('default', 'note-taker', 'planned')`);
  await says('f', '@note-taker are you there');
  await rig.until((view) => view.card?.title.includes('in the catalogue and not at work yet') === true);
  await says('g', '@dispatcher hello');
  await says('h', '/status');
  await eventually(async () => (await messageOf('/status'))?.state === 'processed');
  expect(await rig.sql(`select 1 from wilco.agent_runs where goal in ('hello', 'are you there', '/status')`)).toEqual([]);
});
