import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createMessenger } from '../../src/bot/direct.ts';
import { linkWorkspace } from '../../src/db/identities.ts';
import { groups, groupTies, identities } from '../../src/db/tables/people.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { climbLadders } from '../../src/dispatch/ladder.ts';
import { tellPeople } from '../../src/dispatch/notices.ts';
import { effectsWithoutDecision } from '../dispatch/rig.ts';
import { eventually } from '../eventually.ts';
import { type FakeSurface, fakeSurface, type Standing } from '../fakes/surface.ts';
import { contractTools } from './contract-tools.ts';
import { type ChatRig, createChatRig } from './rig.ts';

let rig: ChatRig;
let other: FakeSurface;
let ben: Actor;
let closed: boolean;
let send: () => Promise<void>;

const opens = (surface: FakeSurface, workspace: string) =>
  Object.assign(surface.can, {
    direct: async (at: string, userId: string) =>
      closed || at !== workspace ? undefined : { surface: surface.name, channel: `${workspace}.D${userId}`, thread: 'feed' },
  });

beforeAll(async () => {
  other = fakeSurface('other');
  rig = await createChatRig(contractTools(), () => [other]);
  const { db } = rig.database;
  await linkWorkspace(db, { platform: 'other', workspace: 'W2', projectId: 'default' });
  opens(rig.fake, 'W1');
  opens(other, 'W2');
  ben = await rig.person('Ben', 'approver');
  for (const [platform, workspace] of [
    ['fake', 'W1'],
    ['other', 'W2'],
  ] as const)
    await db.insert(identities).values({ platform, workspace, userId: 'U5', personId: ben.personId ?? '' });
  const messenger = createMessenger({ heart: rig.heart, surfaces: [rig.fake, other] });
  send = async () => {
    await rig.database.transaction(({ db: inside }) => tellPeople({ db: inside, projectId: 'default' }, 'all').then(() => undefined));
    await messenger.send();
  };
});
afterAll(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});
const prefer = (preferences: Record<string, unknown>) =>
  rig.sql(`update wilco.people set preferences = '${JSON.stringify(preferences)}' where id = '${ben.personId}'`);
beforeEach(async () => {
  closed = false;
  await prefer({ direct: true });
  await rig.policy({ otherwise: { kind: 'ask', approvals: 1, role: 'approver', selfApproval: false } });
  await rig.sql('update wilco.projects set solo = false');
});

const asks = (title: string) => rig.proposed(rig.owner, { title }, 'create_task');
const standing = (): Standing[] => [...rig.fake.standing, ...other.standing];
const saidOf = ({ views }: Standing): string => JSON.stringify(views.at(-1));
const told = (title: string): Standing[] => standing().filter((one) => one.place.channel.endsWith('.DU5') && saidOf(one).includes(title));
const arrived = async (title: string, many: number): Promise<Standing[]> => {
  await eventually(() => told(title).length >= many);
  return told(title);
};
/** Whatever was on its way has arrived. */
const quiescent = () =>
  eventually(async () => (await rig.sql(`select 1 from wilco.deliveries where sent < desired and state <> 'failed'`)).length === 0);
const escalates = (id: string, rung: string) =>
  rig.sql(`insert into wilco.events (project_id, kind, proposal_id, data)
    values ('default', 'proposal.escalated', '${id}', '${JSON.stringify({ revision: 1, rung, people: [ben.personId] })}')`);

test('what waits for somebody comes to them with its card, once, and is decided there', async () => {
  const made = await asks('told directly');
  await Promise.all([send(), send()]);
  await send();
  const [card, ...more] = await arrived('told directly', 1);
  if (!card) throw new Error('not told');
  expect(more).toEqual([]);
  expect(card.views.at(-1)).toMatchObject({
    text: 'An approval waits: Create a task.',
    card: { actions: expect.arrayContaining([expect.objectContaining({ verb: 'approve' })]) },
  });
  await quiescent();
  const sent = await rig.sql<{ shown: unknown }>(`select d.shown from wilco.deliveries d join wilco.messages m on m.id = d.message_id
    where m.proposal_id = '${made.id}' and d.thread_id like '%.DU5:feed'`);
  expect(sent).toEqual([{ shown: { 1: made.digest } }]);
  const surface = card.place.surface === 'fake' ? rig.fake : other;
  const workspace = card.place.surface === 'fake' ? 'W1' : 'W2';
  const who = { platform: surface.name, workspace, userId: 'U5', name: 'ben', kind: 'member' as const };
  const pressed = { verb: 'approve' as const, proposalId: made.id, revision: 1 };
  const came = await surface.tell({ kind: 'press', eventId: 'direct-1', who, place: card.place, remoteId: card.remoteId, pressed });
  expect(came).toEqual({ kind: 'nothing' });
  expect(await rig.settled(made.id)).toBe('executed');
});

test('a reminder comes by another surface where the card does not stand yet, and then as a line below it', async () => {
  const made = await asks('nobody hurries');
  await send();
  await arrived('nobody hurries', 1);
  await escalates(made.id, 'approvers');
  await send();
  const both = await arrived('nobody hurries', 2);
  expect(both.map(({ place }) => place.surface).sort()).toEqual(['fake', 'other']);
  await escalates(made.id, 'admins');
  const before = standing().length;
  await send();
  await quiescent();
  expect(standing().length).toBe(before + 1);
  expect(
    standing()
      .map(saidOf)
      .filter((said) => said.includes('Nobody has decided yet: Create a task. Its card stands above.')),
  ).toHaveLength(1);
  expect(told('nobody hurries')).toHaveLength(2);
});

test('in quiet hours it waits for their end, and where somebody takes no direct messages nothing is lost or doubled', async () => {
  await prefer({ direct: true, quiet: { from: '00:00', to: '23:59' } });
  await asks('in the night');
  await send();
  await quiescent();
  expect(told('in the night')).toEqual([]);
  await prefer({ direct: true });
  closed = true;
  await send();
  closed = false;
  await send();
  await quiescent();
  expect(told('in the night')).toEqual([]);
  // A process that was started since has no such rest to keep.
  await createMessenger({ heart: rig.heart, surfaces: [rig.fake, other] }).send();
  expect(await arrived('in the night', 1)).toHaveLength(1);
});

test('a direct message that its platform refuses has told nobody: it comes by another, and is not tried there again at once', async () => {
  other.faults.push({ code: 'refused', message: '50007' });
  const { id } = await asks('through closed doors');
  await send();
  await eventually(async () => (await rig.sql(`select 1 from wilco.events where kind = 'delivery.failed'`)).length === 1);
  await send();
  const [card] = await arrived('through closed doors', 1);
  expect(card?.place.surface).toBe('fake');
  await send();
  expect(told('through closed doors')).toHaveLength(1);
  expect(await rig.stateOf(id)).toBe('proposed');
});

test('whoever did not choose it, and whoever was removed, is written to by nobody', async () => {
  await prefer({});
  await asks('not wanted');
  await send();
  await prefer({ direct: true });
  await rig.sql(`update wilco.members set removed_at = now() where person_id = '${ben.personId}'`);
  await send();
  await rig.sql(`update wilco.members set removed_at = null where person_id = '${ben.personId}'`);
  await quiescent();
  expect(told('not wanted')).toEqual([]);
});

test('of a group that a platform keeps only those are written to whom it names', async () => {
  const { db } = rig.database;
  await db.insert(groups).values({ projectId: 'default', key: 'finance', name: 'finance' });
  const tie = { projectId: 'default', groupKey: 'finance', platform: 'fake', workspace: 'W1', remoteId: 'G1', name: '@finance' };
  await db.insert(groupTies).values(tie);
  await rig.policy({ otherwise: { kind: 'ask', approvals: 1, role: 'approver', selfApproval: false, group: 'finance' } });
  rig.fake.group.holds = [];
  await asks('for others');
  await send();
  rig.fake.group.holds = ['U5'];
  await asks('for the group');
  await send();
  await arrived('for the group', 1);
  expect(told('for others')).toEqual([]);
});

test('a rung that is a group of a platform reaches whoever may be of it, and the team where nobody has an account linked', async () => {
  const ladder = [{ afterMinutes: 1, to: { group: 'finance' } }];
  const inAnHour = () => new Date(Date.now() + 3_600_000);
  await rig.policy({ ladder });
  const known = await asks('somebody may');
  await climbLadders(rig.heart, 'default', inAnHour());
  await rig.database.db.update(groupTies).set({ workspace: 'W9' });
  const lonely = await asks('nobody is linked');
  await climbLadders(rig.heart, 'default', inAnHour());
  const rungs = await rig.sql<{ proposal_id: string; people: string[] }>(
    `select proposal_id, data -> 'people' as people from wilco.events where kind = 'proposal.escalated' and data ->> 'rung' = 'group:finance'`,
  );
  expect(rungs.find(({ proposal_id }) => proposal_id === known.id)?.people).toEqual([ben.personId]);
  expect(rungs.find(({ proposal_id }) => proposal_id === lonely.id)?.people).toEqual([]);
  const posts = await rig.sql<{ text: string }>(
    `select text from wilco.messages where thread_id = 'room:team:feed' and text like '%account linked%'`,
  );
  expect(posts).toEqual([{ text: expect.stringContaining('nobody is linked. It is for somebody of finance, which is @finance of fake') }]);
});
