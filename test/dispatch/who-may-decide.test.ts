import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PROPOSAL_STATES, type ProposalState, ROLES, type Role } from '../../src/db/states.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { retry, settle, withdraw } from '../../src/dispatch/after.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { proposalCard } from '../../src/dispatch/proposal-card.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { readStanding, refusalFor, roleNow, type Standing } from '../../src/dispatch/standing.ts';
import { undo } from '../../src/dispatch/undo.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { SOAK } from '../soak.ts';
import { actorOf, createRig, effectsWithoutDecision, type Rig, unique } from './rig.ts';

let rig: Rig;
let asks: Actor;
beforeAll(async () => {
  const wrap = (tool: Tool): Tool => ({
    ...tool,
    undo: async ({ input }) => ({ ok: true, tool: tool.name, input: { text: `not ${JSON.stringify(input)}` } }),
  });
  rig = await createRig({ solo: false, wrap });
  asks = await rig.person('Asks', 'operator');
  await rig.sql(`insert into wilco.groups (project_id, key, name) values ('default', 'finance', 'Finance')`);
  await rig.sql(`insert into wilco.projects (id, name) values ('other', 'Other')`);
  await rig.sql(
    `insert into wilco.policies (project_id, version, document) select 'other', 1, document from wilco.policies where version = 1`,
  );
});
afterEach(async () => expect(await effectsWithoutDecision(rig)).toBe(0));
afterAll(() => rig.stop());

const VERBS = ['approve', 'reject', 'edit', 'withdraw', 'retry', 'settle', 'undo'] as const;
const GROUPS = ['none', 'of it', 'not of it'] as const;
/** What somebody is to the proposal, or to the project that it is in. */
const RELATIONS = ['requester', 'editor', 'voter', 'nobody', 'removed', 'invited', 'stranger', 'elsewhere', 'service key'] as const;
type Cell = {
  verb: (typeof VERBS)[number];
  state: ProposalState;
  relation: (typeof RELATIONS)[number];
  role: Role;
  /** The most that the door allows that they came through: a key's limit, or no less than they have. */
  door: Role;
  needed: Role;
  solo: boolean;
  self: boolean;
  /** Whether the rule asks for people of a group, and whether this one is of it. */
  group?: (typeof GROUPS)[number];
};

// The rules, as the design says them and in no other way than it does; nothing of src is asked here but the order of the roles.
const rank = (role: Role): number => ['viewer', 'operator', 'approver', 'admin', 'owner'].indexOf(role);
const reaches = ({ role, door }: Cell, needed: Role): boolean => Math.min(rank(role), rank(door)) >= rank(needed);
/** Whoever is to judge has the role, and is of the group where one is asked. */
const judges = (cell: Cell): boolean => reaches(cell, cell.needed) && cell.group !== 'not of it';
const isHere = ({ relation }: Cell): boolean => ['requester', 'editor', 'voter', 'nobody'].includes(relation);
const tooClose = ({ relation, solo, self }: Cell): boolean => ['requester', 'editor'].includes(relation) && !solo && !self;
/** Whether a vote that was given before still counts: it takes the member's own right, whatever door they come through now. */
const hasVoted = ({ relation, role, needed, group }: Cell): boolean =>
  relation === 'voter' && rank(role) >= rank(needed) && group !== 'not of it';
const LAW: Record<Cell['verb'], (cell: Cell) => boolean> = {
  approve: (cell) => cell.state === 'proposed' && judges(cell) && !tooClose(cell) && !hasVoted(cell),
  reject: (cell) => cell.state === 'proposed' && judges(cell),
  edit: (cell) => cell.state === 'proposed' && reaches(cell, 'operator'),
  withdraw: (cell) => ['proposed', 'approved'].includes(cell.state) && cell.relation === 'requester',
  retry: (cell) => cell.state === 'failed' && judges(cell) && !tooClose(cell),
  settle: (cell) => cell.state === 'unknown' && judges(cell),
  // It only proposes; what the click may decide beyond that is `approve` on the proposal that it makes.
  undo: (cell) => cell.state === 'executed' && reaches(cell, 'operator'),
};
/** Whether the click on "undo" is a yes to the proposal that it makes; two have to say it in this matrix, so it never decides alone. */
const clickCounts = (cell: Cell): boolean => cell.verb !== 'undo' || (judges(cell) && (cell.solo || cell.self));
const saysYes = (value: object): boolean => !('waits' in value) || value.waits === null;
const isAllowed = (cell: Cell): boolean => isHere(cell) && LAW[cell.verb](cell);

/** Every combination of one value from each list. */
const combine = <Parts extends Record<string, readonly unknown[]>>(parts: Parts): { [Key in keyof Parts]: Parts[Key][number] }[] =>
  Object.entries(parts).reduce<Record<string, unknown>[]>(
    (made, [key, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{}],
  ) as { [Key in keyof Parts]: Parts[Key][number] }[];

const BOTH = [true, false] as const;
const PURE = combine({
  verb: ['approve'] as const,
  state: ['proposed'] as const,
  relation: RELATIONS.filter((relation) => relation !== 'elsewhere' && relation !== 'stranger'),
  role: ROLES,
  door: ROLES,
  needed: ROLES,
  solo: BOTH,
  self: BOTH,
  others: BOTH,
  group: GROUPS,
});

/** What the database would have found for the cell, as `refusalFor` is given it. */
const foundFor = (cell: (typeof PURE)[number]) => {
  const { relation, role, door, needed, solo, self, others, group } = cell;
  const voters = [...(hasVoted(cell) ? ['me'] : []), ...(others ? ['another'] : [])];
  const requesters = [relation === 'requester' ? 'me' : 'asker', ...(relation === 'editor' ? ['me'] : []), ...(others ? ['third'] : [])];
  const revision = { approverRole: needed, selfApproval: self, approverGroup: group === 'none' ? null : 'finance' };
  const groupPeople = group === 'none' ? null : group === 'of it' ? ['me', 'another'] : ['another'];
  const standing = { revision, requesters, voters, solo, groupPeople } as unknown as Standing;
  const lesser = rank(role) < rank(door) ? role : door;
  return { standing, me: relation === 'service key' ? null : 'me', now: isHere(cell) ? lesser : undefined };
};

test('[person][own] in every one of twenty-one thousand cells the pure rule says what the design says', () => {
  const wrong = PURE.filter((cell) => {
    const { standing, me, now } = foundFor(cell);
    return (refusalFor(standing, me, now) === undefined) !== isAllowed(cell);
  });
  expect(wrong).toEqual([]);
  expect(PURE.length).toBe(21_000);
});

test('[person] what somebody may is the lesser of what they are now and what their door allows, and nothing where they are not', async () => {
  for (const role of ROLES)
    for (const door of ROLES) {
      const { personId } = await rig.person('Somebody', role);
      const lesser = rank(role) < rank(door) ? role : door;
      const actor = actorOf(personId, door);
      expect(await roleNow(rig.database.db, actor)).toBe(lesser);
      expect(await roleNow(rig.database.db, { ...actor, projectId: 'other' })).toBeUndefined();
      expect(await roleNow(rig.database.db, { ...actor, personId: null })).toBeUndefined();
      await rig.sql(`update wilco.members set joined_at = null where person_id = '${personId}'`);
      expect(await roleNow(rig.database.db, actor)).toBeUndefined();
      await rig.sql(`update wilco.members set joined_at = now(), removed_at = now() where person_id = '${personId}'`);
      expect(await roleNow(rig.database.db, actor)).toBeUndefined();
    }
});

const setMember = (actor: Actor, set: string) => rig.sql(`update wilco.members set ${set} where person_id = '${actor.personId}'`);

/** Whoever presses, as the cell describes them, before they are given the role and the standing that they press with. */
const subjectOf = async ({ relation }: Cell): Promise<Actor> => {
  if (relation === 'service key') return actorOf(null, 'owner', 'ci');
  const subject = await rig.person('Subject', 'owner');
  await rig.sql(`insert into wilco.group_members (project_id, group_key, person_id) values ('default', 'finance', '${subject.personId}')`);
  if (relation === 'elsewhere' || relation === 'stranger') await setMember(subject, `project_id = 'other'`);
  return relation === 'elsewhere' ? { ...subject, projectId: 'other' } : subject;
};

/** A proposal in the state of the cell, with the part in it that the cell gives to the subject. */
const cardOf = async (cell: Cell, subject: Actor) => {
  const { relation, needed, self, state } = cell;
  const asked = cell.group === 'none' ? {} : { group: 'finance' };
  await rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: needed, selfApproval: self, ...asked } });
  let card = await rig.proposed(relation === 'requester' ? subject : asks, { text: unique() });
  if (relation === 'editor') {
    await revise(rig.heart, subject, { proposalId: card.id, revision: 1, input: { text: unique() } });
    const [now] = await rig.sql<{ digest: string }>(`select digest from wilco.revisions where proposal_id = '${card.id}' and revision = 2`);
    card = { ...card, revision: 2, digest: now?.digest ?? '' };
  }
  if (relation === 'voter') await rig.approve(subject, card);
  await rig.tamper('update wilco.proposals set state = $1 where id = $2', [state, card.id]);
  return card;
};

/** Makes of whoever presses what the cell says they are by then. */
const become = async (subject: Actor, { role, relation, group }: Cell): Promise<void> => {
  if (subject.personId === null) return;
  await setMember(subject, `role = '${role}'`);
  if (group === 'not of it') await rig.sql(`delete from wilco.group_members where person_id = '${subject.personId}'`);
  if (relation === 'removed') await setMember(subject, 'removed_at = now()');
  if (relation === 'invited') await setMember(subject, 'joined_at = null');
};

const press = ({ verb }: Cell, actor: Actor, card: { id: string; revision: number; digest: string }) => {
  const { id: proposalId, revision, digest } = card;
  switch (verb) {
    case 'approve':
      return decide(rig.heart, actor, { verb, proposalId, revision, digest });
    case 'reject':
      return decide(rig.heart, actor, { verb, proposalId, revision, reason: 'no' });
    case 'edit':
      return revise(rig.heart, actor, { proposalId, revision, input: { text: unique() } });
    case 'withdraw':
      return withdraw(rig.heart, actor, proposalId);
    case 'retry':
      return retry(rig.heart, actor, proposalId);
    case 'undo':
      return undo(rig.heart, actor, proposalId);
    default:
      return settle(rig.heart, actor, { proposalId, outcome: 'executed' });
  }
};

const traces = async (id: string) =>
  rig.sql(`select state, revision, attempt, (select count(*) from wilco.votes where proposal_id = p.id) as votes,
    (select count(*) from wilco.decisions where proposal_id = p.id) as decisions from wilco.proposals p where id = '${id}'`);

const cells: fc.Arbitrary<Cell> = fc
  .record({
    verb: fc.constantFrom(...VERBS),
    anyState: fc.constantFrom(...PROPOSAL_STATES),
    fitting: fc.integer({ min: 0, max: 3 }),
    relation: fc.constantFrom(...RELATIONS, 'requester', 'editor', 'voter', 'nobody'),
    role: fc.constantFrom(...ROLES),
    door: fc.constantFrom(...ROLES, 'owner', 'owner', 'owner'),
    needed: fc.constantFrom(...ROLES),
    solo: fc.boolean(),
    self: fc.boolean(),
    group: fc.constantFrom(...GROUPS, 'none'),
  })
  .map(({ anyState, fitting, ...cell }) => {
    const usual = {
      approve: 'proposed',
      reject: 'proposed',
      edit: 'proposed',
      withdraw: 'approved',
      retry: 'failed',
      settle: 'unknown',
      undo: 'executed',
    } as const;
    return { ...cell, state: fitting > 0 ? usual[cell.verb] : anyState } as Cell;
  });

test('[person][own][moves] in a sample of the matrix of verbs, states, relations and roles every door does what the design says', async () => {
  let allowed = 0;
  const one = async (cell: Cell) => {
    await rig.sql(`update wilco.projects set solo = ${cell.solo} where id = 'default'`);
    const subject = await subjectOf(cell);
    const card = await cardOf(cell, subject);
    await become(subject, cell);
    const before = await traces(card.id);
    const answer = await press(cell, { ...subject, role: cell.door }, card);
    expect({ ...cell, ok: answer.ok }).toEqual({ ...cell, ok: isAllowed(cell) });
    if (answer.ok) allowed += 1;
    if (answer.ok) expect(saysYes(answer.value)).toBe(clickCounts(cell));
    if (!answer.ok) expect(await traces(card.id)).toEqual(before);
  };
  await fc.assert(fc.asyncProperty(cells, one), { numRuns: 150 * SOAK, endOnFailure: true });
  expect(allowed).toBeGreaterThan(15 * SOAK);
  await rig.sql(`update wilco.projects set solo = false`);
  await rig.policy({});
});

test('[person] no door opens to somebody of another project, by whichever of the two they name', async () => {
  const card = await rig.proposed(asks, { text: unique() });
  const elsewhere = await rig.person('Owner', 'owner');
  await setMember(elsewhere, `project_id = 'other'`);
  const presses = VERBS.flatMap((verb) =>
    ['default', 'other'].map((projectId) => press({ verb } as Cell, { ...elsewhere, projectId }, card)),
  );
  for (const answer of await Promise.all(presses)) expect(answer).toMatchObject({ ok: false });
  expect(await rig.stateOf(card.id)).toBe('proposed');
});

test('[person] a name opens nothing: whoever is called like an approver is not one (CVE-2026-53849)', async () => {
  const approver = await rig.person('Ana', 'approver');
  const imposter = await rig.person('Ana', 'operator');
  const card = await rig.proposed(asks, { text: unique() });
  expect(await rig.approve({ ...imposter, name: approver.name }, card)).toMatchObject({ error: { code: 'not_an_approver' } });
  await rig.sql(`update wilco.people set name = 'Somebody else' where id = '${approver.personId}'`);
  expect(await rig.approve(approver, card)).toMatchObject({ ok: true });
});

test('[person] a role that the door claims and the member does not have opens nothing (CVE-2026-22172)', async () => {
  const viewer = await rig.person('Viewer', 'viewer');
  const card = await rig.proposed(asks, { text: unique() });
  expect(await rig.approve({ ...viewer, role: 'owner' }, card)).toMatchObject({ error: { code: 'not_an_approver' } });
});

test('[person] where nobody is an approver nobody approves (GHSA-49cg-279w-m73x)', async () => {
  await rig.sql(
    `insert into wilco.threads (id, project_id, surface, channel, title) values ('room:empty:feed', 'other', 'room', 'empty', '')`,
  );
  const lone = { ...(await rig.person('Lone', 'operator')), projectId: 'other' };
  await setMember(lone, `project_id = 'other'`);
  const made = await propose(rig.heart, lone, { threadId: 'room:empty:feed', tool: 'note_unsafe', input: { text: 'x' } });
  const id = made.ok ? made.value.proposalId : '';
  const [row] = await rig.sql<{ digest: string }>(`select digest from wilco.revisions where proposal_id = '${id}'`);
  for (const actor of [lone, rig.owner, { ...rig.owner, projectId: 'other' }, actorOf(null, 'owner')])
    expect(await rig.approve(actor, { id, revision: 1, digest: row?.digest ?? '' })).toMatchObject({ ok: false });
  expect(await rig.stateOf(id)).toBe('proposed');
});

test('[person] a policy that cannot be read permits nothing', async () => {
  const card = await rig.proposed(asks, { text: unique() });
  for (const broken of [{}, { schema: 1, rules: [], otherwise: { kind: 'ask', approvals: 0, role: 'viewer', selfApproval: true } }]) {
    await rig.policy(broken as never);
    await rig.tamper(
      `update wilco.policies set document = $1 where version = (select max(version) from wilco.policies where project_id = 'default') and project_id = 'default'`,
      [JSON.stringify(broken)],
    );
    await expect(rig.approve(rig.owner, card)).rejects.toThrow();
    expect(await rig.stateOf(card.id)).toBe('proposed');
  }
  await rig.policy({});
});

test.each(['removed_at = now()', 'joined_at = null', `role = 'operator'`, `project_id = 'other'`])(
  '[quorum][person] a vote no longer counts after %s, and does again when that is undone',
  async (change) => {
    await rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'approver', selfApproval: false } });
    const [one, two, three] = await Promise.all(['One', 'Two', 'Three'].map((name) => rig.person(name, 'approver')));
    if (!one || !two || !three) throw new Error('nobody');
    const card = await rig.proposed(asks, { text: unique() });
    await rig.approve(one, card);
    await setMember(one, change);
    expect(await rig.approve(two, card)).toMatchObject({ ok: true, value: { state: 'proposed' } });
    await setMember(one, `removed_at = null, joined_at = now(), role = 'approver', project_id = 'default'`);
    expect(await rig.approve(one, card)).toMatchObject({ error: { code: 'already_voted' } });
    expect(await rig.approve(three, card)).toMatchObject({ ok: true, value: { state: 'approved' } });
    await rig.policy({});
  },
);

test('[quorum][person] a vote counts while whoever gave it is of the group that is asked, and a group of nobody lets nobody approve', async () => {
  await rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'approver', selfApproval: false, group: 'legal' } });
  await rig.sql(`insert into wilco.groups (project_id, key, name) values ('default', 'legal', 'Legal')`);
  const [one, two] = await Promise.all(['One', 'Two'].map((name) => rig.person(name, 'approver')));
  if (!one || !two) throw new Error('nobody');
  const card = await rig.proposed(asks, { text: unique() });
  const shown = async () => {
    const standing = await readStanding(rig.database.db, 'default', card.id);
    return standing && proposalCard(standing, undefined).facts.find(({ label }) => label === 'Who may approve')?.value;
  };
  expect(await shown()).toContain('Nobody is of legal now, so nobody may approve it');
  for (const actor of [one, rig.owner]) expect(await rig.approve(actor, card)).toMatchObject({ error: { code: 'not_an_approver' } });
  const join = ({ personId }: Actor) =>
    rig.sql(`insert into wilco.group_members (project_id, group_key, person_id) values ('default', 'legal', '${personId}')`);
  await join(one);
  expect(await shown()).toContain('2 people of legal with the role approver or above');
  expect(await rig.approve(one, card)).toMatchObject({ ok: true, value: { state: 'proposed' } });
  await rig.sql(`delete from wilco.group_members where person_id = '${one.personId}'`);
  await join(two);
  expect(await rig.approve(two, card)).toMatchObject({ ok: true, value: { state: 'proposed' } });
  expect(await rig.approve(one, card)).toMatchObject({ error: { code: 'not_an_approver' } });
  await join(one);
  // It was given, it counts again, and it is the second.
  expect(await readStanding(rig.database.db, 'default', card.id)).toMatchObject({
    voters: expect.arrayContaining([one.personId, two.personId]),
  });
  await rig.policy({});
});

test('[own][quorum] what somebody approved of their own in solo mode no longer counts when that has ended', async () => {
  await rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'approver', selfApproval: false } });
  await rig.sql('update wilco.projects set solo = true');
  const own = await rig.proposed(rig.owner, { text: unique() });
  expect(await rig.approve(rig.owner, own)).toMatchObject({ ok: true, value: { state: 'proposed' } });
  await rig.sql('update wilco.projects set solo = false');
  expect(await rig.approve(await rig.person('Second', 'approver'), own)).toMatchObject({ ok: true, value: { state: 'proposed' } });
  expect(await rig.approve(rig.owner, own)).toMatchObject({ error: { code: 'self_approval' } });
  await rig.policy({});
});

test('[own] whoever edited may not approve it, though somebody else edited after them or it was issued anew', async () => {
  const [one, two, three] = await Promise.all(['One', 'Two', 'Three'].map((name) => rig.person(name, 'approver')));
  if (!one || !two || !three) throw new Error('nobody');
  const card = await rig.proposed(asks, { text: unique() });
  const now = async (id: string) => {
    const [row] = await rig.sql<{ revision: number; digest: string }>(
      `select revision, digest from wilco.revisions where proposal_id = '${id}' order by revision desc limit 1`,
    );
    return { id, revision: row?.revision ?? 0, digest: row?.digest ?? '' };
  };
  await revise(rig.heart, one, { proposalId: card.id, revision: 1, input: { text: unique() } });
  expect(await rig.approve(one, await now(card.id))).toMatchObject({ error: { code: 'self_approval' } });
  await rig.policy({
    otherwise: { kind: 'ask', approvals: 1, role: 'approver', selfApproval: false },
    rules: [{ id: 'new', match: {}, outcome: { kind: 'ask', approvals: 1, role: 'approver', selfApproval: false } }],
  });
  await rig.approve(three, await now(card.id));
  const [old] = await rig.sql<{ replaced_by: string }>(`select replaced_by from wilco.proposals where id = '${card.id}'`);
  const fresh = await now(old?.replaced_by ?? '');
  expect(await rig.approve(one, fresh)).toMatchObject({ error: { code: 'self_approval' } });
  await revise(rig.heart, two, { proposalId: fresh.id, revision: 1, input: { text: unique() } });
  expect(await rig.approve(one, await now(fresh.id))).toMatchObject({ error: { code: 'self_approval' } });
  // Two had a hand in it: one new card could not name both, so there is none.
  await rig.policy({});
  await rig.approve(three, await now(fresh.id));
  expect(await rig.sql(`select state, replaced_by from wilco.proposals where id = '${fresh.id}'`)).toEqual([
    { state: 'void', replaced_by: null },
  ]);
});
