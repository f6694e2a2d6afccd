import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentStandings } from '../../src/db/agents.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { eventually } from '../eventually.ts';
import { type ChatRig, createChatRig } from './rig.ts';

let rig: ChatRig;
beforeAll(async () => {
  rig = await createChatRig([createTask]);
  await rig.link('U1', rig.owner);
});
afterAll(() => rig.stop());

const stateOf = async (text: string): Promise<string | undefined> => {
  const [row] = await rig.sql<{ state: string }>(`select state from wilco.messages where text = '${text}'`);
  return row?.state;
};
const processed = async (text: string): Promise<string | undefined> => {
  await eventually(async () => (await stateOf(text)) === 'processed');
  return stateOf(text);
};
const command = (line: string) =>
  rig.fake.tell({
    kind: 'command',
    eventId: line,
    who: rig.account('U1'),
    place: { surface: 'fake', channel: 'W1.C1', thread: 'feed' },
    line,
  });

test('what a paused agent is sent waits, is counted, and is answered in order when it goes on', async () => {
  expect(await command('/pause-agent note-taker')).toMatchObject({ card: { title: expect.stringContaining('is paused') } });
  await rig.says('U1', '@note-taker first');
  await rig.says('U1', '@note-taker second');
  await rig.says('U1', 'hello there');
  expect(await processed('hello there')).toBe('processed');
  expect(await stateOf('@note-taker first')).toBe('queued');
  expect((await agentStandings(rig.database.db, 'default')).get('note-taker')).toEqual({ queued: 2 });
  expect(await command('/resume-agent @note-taker')).toMatchObject({ card: { title: expect.stringContaining('2 messages') } });
  expect(await processed('@note-taker first')).toBe('processed');
  expect(await processed('@note-taker second')).toBe('processed');
});

test('an agent that does not exist is refused by its name', async () => {
  expect(await command('/pause-agent nobody')).toMatchObject({ text: expect.stringContaining('no agent and no domain of that name') });
});

test('[stop] a name that is an agent and a domain means the domain where others are in it, and each can be named by its kind', async () => {
  const config = { key: 'payments', name: 'Payments', summary: 'Looks at payments', prompt: 'Look.', domain: 'revenue' };
  await rig.sql(`insert into wilco.agents (project_id, key, config) values ('default', 'payments', '${JSON.stringify(config)}')`);
  const scopes = async () =>
    (await rig.sql<{ scope: string }>(`select scope from wilco.stops where paused and scope like '%revenue' order by scope`)).map(
      ({ scope }) => scope,
    );
  await command('/pause @revenue');
  expect(await scopes()).toEqual(['domain:revenue']);
  await command('/pause @agent:revenue');
  expect(await scopes()).toEqual(['agent:revenue', 'domain:revenue']);
  await command('/resume @revenue');
  expect(await scopes()).toEqual(['agent:revenue']);
  await command('/resume-agent revenue');
  expect(await scopes()).toEqual([]);
});

test('[stop] a domain is paused by its name, with all that is in it, and what waited goes on only when nothing stops it any more', async () => {
  expect(await command('/pause @notes too many notes')).toMatchObject({
    card: {
      title: expect.stringContaining('the domain notes is paused'),
      notes: expect.arrayContaining(['too many notes']),
    },
  });
  await command('/pause @note-taker');
  await rig.says('U1', '@note-taker third');
  await rig.says('U1', 'are you there');
  expect(await processed('are you there')).toBe('processed');
  expect(await command('/resume @notes')).toMatchObject({ kind: 'private' });
  expect(await stateOf('@note-taker third')).toBe('queued');
  const [card] = await rig.sql<{ paused: boolean }>(`select paused from wilco.stops where scope = 'domain:notes'`);
  expect(card).toEqual({ paused: false });
  await command('/resume @note-taker');
  expect(await processed('@note-taker third')).toBe('processed');
});
