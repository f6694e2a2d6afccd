import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { linkWorkspace } from '../../src/db/identities.ts';
import { listDecisions } from '../../src/db/read/decisions.ts';
import { countProposals } from '../../src/db/read/proposals.ts';
import { groupMembers, groups, groupTies, identities } from '../../src/db/tables/people.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { retry, settle } from '../../src/dispatch/after.ts';
import { decide, decideEach } from '../../src/dispatch/decide.ts';
import { type AskGroup, askOnce } from '../../src/dispatch/group-look-up.ts';
import { proposalCard } from '../../src/dispatch/proposal-card.ts';
import { readStanding } from '../../src/dispatch/standing.ts';
import { createRig, effectsWithoutDecision, type Rig } from './rig.ts';

type Asked = Parameters<AskGroup>[0];

let rig: Rig;
/** Whom the platform names, by workspace and account; anything else that it comes to is for the test to say. */
let inGroup: Set<string>;
let asked: Asked[];
let instead: ((at: Asked) => Promise<boolean | undefined>) | undefined;
let asker: Actor;

beforeAll(async () => {
  rig = await createRig({ solo: false });
  for (const workspace of ['T1', 'T2']) await linkWorkspace(rig.database.db, { platform: 'slack', workspace, projectId: 'default' });
  asker = await rig.person('Asker', 'operator');
});
afterAll(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.stop();
});
beforeEach(async () => {
  inGroup = new Set();
  asked = [];
  instead = undefined;
  rig.heart.askGroup = async (at) => {
    asked.push(at);
    return instead ? instead(at) : inGroup.has(`${at.workspace}/${at.userId}`) && at.groupId === 'S1';
  };
  await rig.database.db.delete(identities).where(eq(identities.platform, 'slack'));
  await tie();
  await rig.policy({ otherwise: { kind: 'ask', approvals: 1, role: 'approver', selfApproval: false, group: 'finance' } });
});

const tie = async (more: { workspace?: string; remoteId?: string } = {}) => {
  const { db } = rig.database;
  await db.insert(groups).values({ projectId: 'default', key: 'finance', name: 'finance' }).onConflictDoNothing();
  await db.delete(groupTies);
  const at = { projectId: 'default', groupKey: 'finance', platform: 'slack', workspace: 'T1', remoteId: 'S1', name: '@finance' };
  await db.insert(groupTies).values({ ...at, ...more });
};

/** Somebody with accounts, each `workspace/user`. */
const person = async (name: string, accounts: string[], role: 'approver' | 'operator' = 'approver'): Promise<Actor> => {
  const actor = await rig.person(name, role);
  for (const account of accounts) {
    const [workspace = '', userId = ''] = account.split('/');
    await rig.database.db.insert(identities).values({ platform: 'slack', workspace, userId, personId: actor.personId ?? '' });
  }
  return actor;
};

let count = 0;
const card = () => {
  count += 1;
  return rig.proposed(asker, { text: `number ${count}` });
};
const reject = (actor: Actor, { id, revision }: { id: string; revision: number }) =>
  decide(rig.heart, actor, { verb: 'reject', proposalId: id, revision, reason: 'no' });
const votesOn = (id: string) => rig.sql<{ proof: unknown }>(`select proof from wilco.votes where proposal_id = '${id}'`);

test('[person][decided] whom the platform names may approve, and the log says by which group, for which account and when', async () => {
  const ana = await person('Ana', ['T1/U1']);
  inGroup.add('T1/U1');
  const made = await card();
  expect(await rig.approve(ana, made)).toMatchObject({ ok: true, value: { state: 'approved' } });
  expect(asked).toEqual([{ platform: 'slack', workspace: 'T1', groupId: 'S1', userId: 'U1' }]);
  const proof = { group: 'finance', platform: 'slack', workspace: 'T1', remoteId: 'S1', account: 'U1' };
  const log = await listDecisions(rig.database.db, { projectId: 'default', limit: 5 });
  if (!log.ok) throw new Error('no log');
  expect(log.value.items[0]).toMatchObject({ proof: { ...proof, name: '@finance' }, votes: [{ proof }] });
  const [event] = await rig.sql<{ data: unknown }>(
    `select data from wilco.events where proposal_id = '${made.id}' and kind = 'proposal.approved'`,
  );
  expect(event?.data).toMatchObject({ proof: { ...proof, askedAt: expect.any(String) } });
  const standing = await readStanding(rig.database.db, 'default', made.id);
  expect(standing?.voterNames).toEqual(['Ana']);
});

test('[person] whoever is not in it is refused at every verb, whatever they are called and whatever list of ours they are on', async () => {
  // The same name as a member, the name of the group itself, and a place on the list that the tie took the place of.
  inGroup.add('T1/U1');
  await person('Ana', ['T1/U1']);
  const spoofs = [await person('Ana', ['T1/U2']), await person('@finance', ['T1/U3']), await person('U1', ['T1/U4'])];
  for (const { personId } of spoofs)
    await rig.database.db.insert(groupMembers).values({ projectId: 'default', groupKey: 'finance', personId: personId ?? '' });
  const made = await card();
  for (const spoof of spoofs) {
    const refused = {
      ok: false,
      error: { code: 'not_an_approver', message: expect.stringContaining('Slack does not name you in @finance') },
    };
    expect(await rig.approve(spoof, made)).toMatchObject(refused);
    expect(await reject(spoof, made)).toMatchObject(refused);
  }
  expect([await rig.stateOf(made.id), await votesOn(made.id)]).toEqual(['proposed', []]);
});

test.for(['false member', 'unknown', 'throws', 'hangs', 'nobody to ask'] as const)(
  '[person] a look-up that comes to “%s” lets nobody decide',
  async (how) => {
    const ana = await person('Ana', ['T1/U1']);
    const made = await card();
    const comesTo: Record<typeof how, typeof instead> = {
      'false member': async () => false,
      unknown: async () => undefined,
      throws: async () => {
        throw new Error('away');
      },
      hangs: () => new Promise(() => undefined),
      'nobody to ask': undefined,
    };
    if (how === 'nobody to ask') delete rig.heart.askGroup;
    instead = comesTo[how];
    const code = how === 'false member' ? 'not_an_approver' : 'group_unknown';
    // A look-up that hangs holds neither the answer nor the card: others go on with it meanwhile.
    const [approved, rejected] = await Promise.all([rig.approve(ana, made), reject(ana, made)]);
    for (const done of [approved, rejected]) expect(done).toMatchObject({ ok: false, error: { code } });
    expect([await rig.stateOf(made.id), await votesOn(made.id)]).toEqual(['proposed', []]);
  },
);

test('[person] a group of another workspace is another group, though the account is called the same there', async () => {
  inGroup.add('T1/U1').add('T2/U1');
  const bob = await person('Bob', ['T2/U1']);
  const made = await card();
  expect(await rig.approve(bob, made)).toMatchObject({
    ok: false,
    error: { code: 'not_an_approver', message: expect.stringContaining('Link it') },
  });
  expect(asked).toEqual([]);
  await tie({ workspace: 'T2' });
  expect(await rig.approve(bob, made)).toMatchObject({ ok: true });
});

test('[person] whoever was taken out of it may nothing more from that moment, nor may whoever was removed here', async () => {
  inGroup.add('T1/U1').add('T1/U2');
  const [ana, ben] = [await person('Ana', ['T1/U1']), await person('Ben', ['T1/U2'])];
  expect(await rig.approve(ana, await card())).toMatchObject({ ok: true });
  inGroup.delete('T1/U1');
  expect(await rig.approve(ana, await card())).toMatchObject({ ok: false, error: { code: 'not_an_approver' } });
  await rig.sql(`update wilco.members set removed_at = now() where person_id = '${ben.personId}'`);
  const before = asked.length;
  expect(await rig.approve(ben, await card())).toMatchObject({ ok: false, error: { code: 'not_an_approver' } });
  expect(asked.length).toBe(before);
});

test('[person] being in the group gives no role, and the platform is not asked about whoever lacks it', async () => {
  inGroup.add('T1/U1');
  const low = await person('Low', ['T1/U1'], 'operator');
  expect(await rig.approve(low, await card())).toMatchObject({ ok: false, error: { code: 'not_an_approver' } });
  expect(await rig.approve({ ...low, personId: null }, await card())).toMatchObject({ ok: false, error: { code: 'not_an_approver' } });
  expect(asked).toEqual([]);
});

const quorum = () => rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'approver', selfApproval: false, group: 'finance' } });

test('[quorum] one person with two accounts there counts once, by whichever of them is in the group', async () => {
  await quorum();
  const ana = await person('Ana', ['T1/U1', 'T1/U2']);
  inGroup.add('T1/U2');
  const made = await card();
  expect(await rig.approve(ana, made)).toMatchObject({ ok: true, value: { state: 'proposed' } });
  inGroup.add('T1/U1');
  expect(await rig.approve(ana, made)).toMatchObject({ ok: false, error: { code: 'already_voted' } });
  expect(await votesOn(made.id)).toHaveLength(1);
});

test('[quorum] a vote of somebody who has left the group since counts no longer, and no look-up that fails completes a quorum', async () => {
  await quorum();
  const [ana, ben, cleo] = [await person('Ana', ['T1/U1']), await person('Ben', ['T1/U2']), await person('Cleo', ['T1/U3'])];
  inGroup.add('T1/U1').add('T1/U2').add('T1/U3');
  const made = await card();
  expect(await rig.approve(ana, made)).toMatchObject({ ok: true, value: { state: 'proposed' } });
  instead = async ({ userId }) => (userId === 'U1' ? undefined : true);
  expect(await rig.approve(ben, made)).toMatchObject({ ok: false, error: { code: 'group_unknown' } });
  expect(await votesOn(made.id)).toHaveLength(1);
  instead = undefined;
  inGroup.delete('T1/U1');
  expect(await rig.approve(ben, made)).toMatchObject({ ok: true, value: { state: 'proposed' } });
  const standing = await readStanding(rig.database.db, 'default', made.id);
  expect(standing?.voterNames).toEqual(['Ben']);
  expect(await rig.sql(`select 1 from wilco.events where proposal_id = '${made.id}' and kind = 'proposal.vote_lapsed'`)).toHaveLength(1);
  expect(await rig.approve(cleo, made)).toMatchObject({ ok: true, value: { state: 'approved' } });
});

test('[person] what was said of another tie proves nothing: neither in the middle of a look-up nor for a vote that stands', async () => {
  await quorum();
  const [ana, ben] = [await person('Ana', ['T1/U1']), await person('Ben', ['T1/U2'])];
  inGroup.add('T1/U1').add('T1/U2');
  const made = await card();
  instead = async () => {
    await tie();
    return true;
  };
  expect(await rig.approve(ana, made)).toMatchObject({ ok: false, error: { code: 'group_unknown' } });
  instead = undefined;
  expect(await rig.approve(ana, made)).toMatchObject({ ok: true });
  await tie({ remoteId: 'S1' });
  expect(await rig.approve(ben, made)).toMatchObject({ ok: true, value: { state: 'proposed' } });
  const standing = await readStanding(rig.database.db, 'default', made.id);
  expect(standing?.voterNames).toEqual(['Ben']);
  // A vote by our own list is no vote by the platform's, and the other way round.
  await rig.database.db.delete(groupTies);
  expect((await readStanding(rig.database.db, 'default', made.id))?.voterNames).toEqual([]);
});

test('[prompt] while a platform is asked nobody waits for a lock', async () => {
  inGroup.add('T1/U1');
  const ana = await person('Ana', ['T1/U1']);
  const made = await card();
  instead = async () => {
    await rig.sql(`begin; select 1 from wilco.proposals where id = '${made.id}' for update nowait; commit`);
    return true;
  };
  expect(await rig.approve(ana, made)).toMatchObject({ ok: true });
});

test('[person] a retry and a settlement go by the same look-up', async () => {
  inGroup.add('T1/U1');
  const [ana, ben] = [await person('Ana', ['T1/U1']), await person('Ben', ['T1/U2'])];
  const [failed, unknown] = [await card(), await card()];
  await rig.tamper(`update wilco.proposals set state = 'failed', attempt = 1 where id = '${failed.id}'`);
  await rig.tamper(`update wilco.proposals set state = 'unknown', attempt = 1 where id = '${unknown.id}'`);
  const left = { proposalId: unknown.id, outcome: 'leave' as const };
  expect(await retry(rig.heart, ben, failed.id)).toMatchObject({ ok: false, error: { code: 'not_an_approver' } });
  expect(await settle(rig.heart, ben, left)).toMatchObject({ ok: false, error: { code: 'not_an_approver' } });
  expect(await retry(rig.heart, ana, failed.id)).toMatchObject({ ok: true });
  expect(await settle(rig.heart, ana, left)).toMatchObject({ ok: true });
  const kinds = await rig.sql<{ kind: string }>(
    `select kind from wilco.decisions where proposal_id in ('${failed.id}', '${unknown.id}') and proof ->> 'account' = 'U1'`,
  );
  expect(kinds.map(({ kind }) => kind).sort()).toEqual(['retried', 'settled']);
});

test('a list that is decided by one press is looked up once, and the next press anew', async () => {
  inGroup.add('T1/U1');
  const ana = await person('Ana', ['T1/U1']);
  const list = await Promise.all([card(), card(), card()]);
  const decisions = list.map(({ id, revision, digest }) => ({ verb: 'approve' as const, proposalId: id, revision, digest }));
  expect(await decideEach(rig.heart, ana, decisions)).toEqual([null, null, null]);
  expect(asked).toHaveLength(1);
  inGroup.delete('T1/U1');
  const one = await card();
  const again = { verb: 'approve' as const, proposalId: one.id, revision: one.revision, digest: one.digest };
  expect(await decideEach(rig.heart, ana, [again])).toMatchObject([{ code: 'not_an_approver' }]);
  let now = 0;
  let said: boolean | undefined = true;
  const once = askOnce(
    async () => said,
    () => now,
  );
  const at = { platform: 'slack', workspace: 'T1', groupId: 'S1', userId: 'U1' };
  expect(await once(at)).toBe(true);
  said = undefined;
  now = 4999;
  expect(await once(at)).toBe(true);
  now = 5000;
  expect(await once(at)).toBeUndefined();
  said = false;
  expect(await once(at)).toBe(false);
});

test('lists and cards show it to those who may be of the group, and say who says so', async () => {
  const [ana, ben] = [await person('Ana', ['T1/U1']), await rig.person('Ben', 'approver')];
  const waitsFor = ({ personId }: Actor) =>
    countProposals(rig.database.db, { projectId: 'default', state: 'proposed', decidableBy: { personId, role: 'approver' } });
  const before = await waitsFor(ana);
  const made = await card();
  expect([(await waitsFor(ana)) - before, await waitsFor(ben)]).toEqual([1, 0]);
  const standing = await readStanding(rig.database.db, 'default', made.id);
  if (!standing) throw new Error('no standing');
  const shown = proposalCard(standing, rig.heart.tools.get('note_unsafe'));
  expect(shown.facts.find(({ label }) => label === 'Who may approve')?.value).toContain(
    'Slack says who is of finance: whoever is in @finance',
  );
});
