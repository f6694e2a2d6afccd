import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGrammar } from '../../src/agents/grammar.ts';
import type { Answered, Ask, Router } from '../../src/agents/router.ts';
import { failMessage, finishMessage } from '../../src/db/answer.ts';
import { growAnswer } from '../../src/db/growing.ts';
import { readThread } from '../../src/db/read/threads.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { slowRouter } from '../fakes/model/slow-router.ts';
import { type ChatRig, createChatRig, PLACE } from './rig.ts';

const THREAD = `${PLACE.surface}:${PLACE.channel}:${PLACE.thread}`;
let rig: ChatRig;
let crashes = 0;
const slow = slowRouter(createGrammar());
/** Writes for a while, and then its process is gone, as often as it is told to. */
const router: Router = {
  name: 'm-slow',
  async route(ask: Ask): Promise<Answered> {
    if (crashes === 0 || !ask.text.includes('crash')) return slow.route(ask);
    crashes -= 1;
    ask.onText?.('half a thought that nobody');
    await sleep(1300);
    throw new Error('the process is gone');
  },
};
beforeAll(async () => {
  rig = await createChatRig([createTask], () => [], { router });
  await rig.link('U1', rig.owner);
  await rig.link('vera', await rig.person('Vera', 'viewer'));
});
afterAll(() => rig.stop());

const idOf = async (text: string): Promise<string> => {
  const [row] = await rig.sql<{ id: string }>(`select id from wilco.messages where author_kind = 'person' and text like '%${text}%'`);
  return row?.id ?? '';
};
const open = () => rig.sql(`select 1 from wilco.messages where answers is not null`);
const shows = (part: string) => rig.until((view) => view.text?.includes(part) === true);

test('after a crash the answer goes on in the message that it began in', async () => {
  crashes = 1;
  await rig.says('U1', 'slowly after the crash\nall is well');
  const begun = await shows('half a thought');
  const ended = await shows('all is well\n(written by m-slow)');
  expect(ended.remoteId).toBe(begun.remoteId);
  expect(rig.fake.standing.filter(({ views }) => views.some(({ text }) => text?.includes('half a thought')))).toHaveLength(1);
  expect(await open()).toEqual([]);
});

test('an answer that nobody could finish says so, and nothing of it is left', async () => {
  await rig.says('U1', 'endlessly the reed\nthe willow');
  const begun = await shows('the willow');
  const id = await idOf('the willow');
  await failMessage(rig.database, id, 'Nobody could.');
  await rig.until((view, at) => at === begun && view.text === 'This answer was not finished.');
  expect(await growAnswer(rig.database, { id, begun: new Date(), threadId: THREAD }, { text: 'later', calls: [] })).toBe(false);
  expect(await open()).toEqual([]);
});

test('what is still being written stands in no thread of the room and is no history', async () => {
  await rig.says('U1', 'endlessly the sedge\nthe rush');
  await shows('the rush');
  const read = await readThread(rig.database.db, { projectId: 'default', threadId: THREAD, cursor: undefined, limit: 50 });
  if (!read.ok) throw new Error(read.error.code);
  expect(read.value.messages.filter(({ text, authorKind }) => authorKind !== 'person' && text.includes('the rush'))).toEqual([]);
  await rig.says('U1', 'stop');
  await shows('Stopped by');
});

test('whoever only reads stops nothing, and a stop that is told again ends nothing that was begun since', async () => {
  await rig.says('U1', 'endlessly the oak\nthe elm');
  const begun = await shows('the elm');
  const stop = (user: string, eventId: string) => rig.fake.tell({ kind: 'stopped', eventId, who: rig.account(user), place: PLACE });
  expect(await stop('vera', 'x1')).toMatchObject({ kind: 'private' });
  expect(await open()).toHaveLength(1);
  expect(await stop('U1', 'x2')).toEqual({ kind: 'nothing' });
  await rig.until((view, at) => at === begun && view.text?.includes('Stopped by') === true);
  await rig.says('U1', 'endlessly the ash\nthe yew');
  await shows('the yew');
  await stop('U1', 'x2');
  expect(await open()).toHaveLength(1);
  await stop('U1', 'x3');
  expect(await open()).toEqual([]);
});

test('growing and ending at the same moment leave one message, which has ended', async () => {
  for (let round = 0; round < 20; round += 1) {
    const begun = new Date();
    const [row] = await rig.sql<{ id: string }>(
      `insert into wilco.messages (thread_id, author_kind, text, state, delivered_at) values ('${THREAD}', 'person', 'race ${round}', 'delivered', '${begun.toISOString()}') returning id`,
    );
    const id = row?.id ?? '';
    const actor = { ...rig.owner, via: 'fake' };
    const at = { threadId: THREAD, at: begun, begun, timeZone: 'UTC', agentKey: null, automatic: false, aside: false, runId: null, actor };
    const message = { id, text: `race ${round}`, ...at };
    const grow = () => growAnswer(rig.database, message, { text: `half ${round}`, calls: [] });
    await Promise.all([grow(), finishMessage(rig.database, message, { text: `whole ${round}` }), grow()]);
    expect(await rig.sql(`select text from wilco.messages where text in ('half ${round}', 'whole ${round}')`)).toEqual([
      { text: `whole ${round}` },
    ]);
  }
  expect(await open()).toEqual([]);
});
