import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { feedHead, readFeed } from '../../src/db/feed.ts';
import { groups, groupTies, identities } from '../../src/db/tables/people.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { wordsOf } from '../../src/dispatch/notice-words.ts';
import { tellPeople } from '../../src/dispatch/notices.ts';
import { createTask } from '../../src/tools/create-task.ts';
import { eventually } from '../eventually.ts';
import type { Standing } from '../fakes/surface.ts';
import { type ChatRig, createChatRig } from './rig.ts';

let rig: ChatRig;
let ann: Actor;
let ben: Actor;
const accountOf = async (actor: Actor, userId: string): Promise<void> => {
  const at = { platform: 'fake', workspace: 'W1', userId, personId: actor.personId ?? '' };
  await rig.database.db.insert(identities).values(at);
};
beforeAll(async () => {
  rig = await createChatRig([createTask]);
  await rig.link('U1', rig.owner);
  [ann, ben] = [await rig.person('Ann', 'operator'), await rig.person('Ben', 'approver')];
  await rig.link('U2', ann);
  await accountOf(ben, 'U5');
});
afterAll(() => rig.stop());
beforeEach(async () => {
  rig.fake.faults.length = 0;
  await rig.sql(`update wilco.people set preferences = '{}'`);
  await rig.policy({ otherwise: { kind: 'ask', approvals: 1, role: 'approver', selfApproval: true } });
});

const card = (title: string): Promise<Standing> =>
  rig.until(({ card: shown }) => shown?.arguments.some(({ value }) => value === title) === true);
const callsOn = async (title: string): Promise<unknown> => (await card(title)).views.at(0)?.calls;
const asks = async (user: string, title: string): Promise<unknown> => {
  await rig.says(user, `create a task "${title}"`);
  return callsOn(title);
};

test('a card calls whoever may decide it where the one who asked may not, and no longer once it is decided', async () => {
  expect(await asks('U2', 'ring them')).toEqual([
    { kind: 'user', id: 'U1' },
    { kind: 'user', id: 'U5' },
  ]);
  const standing = await card('ring them');
  const { id = '' } = standing.views.at(-1)?.card?.proposal ?? {};
  await rig.presses('U1', standing, { verb: 'approve', proposalId: id, revision: 1 });
  await eventually(() => standing.views.at(-1)?.card?.proposal?.state === 'executed');
  expect(standing.views.at(-1)?.calls).toBeUndefined();
});

test('whoever asked and may decide alone calls nobody; where a second is needed, the others are called', async () => {
  expect(await asks('U1', 'mine alone')).toBeUndefined();
  await rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'approver', selfApproval: true } });
  expect(await asks('U1', 'needs a second')).toEqual([{ kind: 'user', id: 'U5' }]);
});

test('nobody is called in their quiet hours, or who does not want to hear of approvals', async () => {
  const quiet = JSON.stringify({ quiet: { from: '00:00', to: '23:59' } });
  await rig.sql(`update wilco.people set preferences = '${quiet}' where id = '${ben.personId}'`);
  expect(await asks('U2', 'while Ben sleeps')).toEqual([{ kind: 'user', id: 'U1' }]);
  const mute = JSON.stringify({ notify: { approval: false, run: true, cost: true, health: true } });
  await rig.sql(`update wilco.people set preferences = '${mute}'`);
  expect(await asks('U2', 'who would hear')).toBeUndefined();
});

test('a group that this workspace keeps is called itself; one of another workspace calls nobody here', async () => {
  const { db } = rig.database;
  await db.insert(groups).values({ projectId: 'default', key: 'finance', name: 'finance' });
  const tie = { projectId: 'default', groupKey: 'finance', platform: 'fake', workspace: 'W1', remoteId: 'G1', name: '@finance' };
  await db.insert(groupTies).values(tie);
  await rig.policy({ otherwise: { kind: 'ask', approvals: 1, role: 'approver', selfApproval: true, group: 'finance' } });
  expect(await asks('U2', 'for finance')).toEqual([{ kind: 'group', id: 'G1' }]);
  await rig.sql(`update wilco.group_ties set workspace = 'W2'`);
  expect(await asks('U2', 'for finance elsewhere')).toBeUndefined();
  await rig.sql(`delete from wilco.group_ties`);
  await rig.sql(`delete from wilco.groups`);
});

test('of more than five who may decide nobody is called by name', async () => {
  for (const at of [1, 2, 3, 4]) await accountOf(await rig.person(`P${at}`, 'approver'), `P${at}`);
  expect(await asks('U2', 'for a crowd')).toBeUndefined();
  await rig.sql(`update wilco.members set removed_at = now() from wilco.people p where p.id = person_id and p.name like 'P_'`);
});

test('what a platform refuses to show is told to whoever asked and to the admins', async () => {
  const after = await feedHead(rig.database.db);
  rig.fake.faults.push({ code: 'refused', message: 'invalid_blocks' });
  await rig.says('U2', 'create a task "never shown"');
  await eventually(async () => (await rig.sql(`select 1 from wilco.events where kind = 'delivery.failed'`)).length === 1);
  // Told as soon as no older transaction of the server is open any more.
  const heard = await eventually(async () => {
    const page = await readFeed(rig.database.db, { projectId: 'default', after, limit: 1000 });
    return page?.events.some(({ kind }) => kind === 'delivery.failed') && page;
  });
  await rig.database.transaction(({ db }) => tellPeople({ db, projectId: 'default' }, heard.events).then(() => undefined));
  const rows = await rig.sql<{ name: string; kind: 'run' | 'health'; data: Record<string, string>; proposal_id: string | null }>(
    `select p.name, n.kind, n.data, n.proposal_id from wilco.notifications n join wilco.people p on p.id = n.person_id
     where n.thing like 'undelivered:%' order by n.kind`,
  );
  const said = rows.map(({ name, kind, data, proposal_id: proposalId }) => ({
    name,
    title: wordsOf({ kind, data, proposalId, settledAt: null }, () => 'Create a task').title,
  }));
  expect(said).toEqual([
    { name: rig.owner.name, title: 'fake refused what Wilco wanted to write there' },
    { name: 'Ann', title: 'fake would not show the card, decide it here: Create a task' },
  ]);
});

test('what is said to an agent that rests is answered with that, and nobody is shown to be at work on it', async () => {
  await rig.sql(
    `insert into wilco.stops (project_id, scope, paused, killed, changed_by) values ('default', 'agent:note-taker', true, false, '${rig.owner.personId}')`,
  );
  const before = rig.fake.work.length;
  await rig.says('U1', '@note-taker write this down');
  await rig.until(({ text }) => text?.includes('Note-taker is paused, so this waits until it goes on: /resume-agent note-taker.') === true);
  await eventually(async () => (await rig.sql(`select 1 from wilco.deliveries where sent < desired and state <> 'failed'`)).length === 0);
  expect(rig.fake.work.slice(before).filter(({ busy }) => busy)).toEqual([]);
});
