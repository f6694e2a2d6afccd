import { createHash, randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSignInLink, identityOfKey, identityOfSession, newApiKey, signIn } from '../../src/db/access.ts';
import { apiKeys, members, people, projects } from '../../src/db/tables/people.ts';
import { invitePerson } from '../../src/tools/invite-person.ts';
import { removePerson } from '../../src/tools/remove-person.ts';
import { setRole } from '../../src/tools/set-role.ts';
import { contextFor, createToolRig, refusalOf, type ToolRig } from './rig.ts';

let rig: ToolRig;
beforeEach(async () => {
  rig = await createToolRig();
});
afterEach(() => rig.drop());

const memberOf = async (personId: string) => {
  const [row] = await rig.database.db
    .select()
    .from(members)
    .where(and(eq(members.personId, personId), eq(members.projectId, 'default')));
  return row;
};
const isSolo = async () => (await rig.database.db.select().from(projects).where(eq(projects.id, 'default')))[0]?.solo;
const owner = () => ({ person_id: rig.installed.ownerId, person: 'Owner' });

const admins = async () => [await rig.person('Ada', 'admin'), await rig.person('Ben', 'admin')] as const;

test('an invitation is a person and a membership that waits, and an event of ids', async () => {
  const before = await rig.lastEvent();
  const done = await rig.run(invitePerson, { name: ' Ana ', role: 'approver' });
  expect(done).toMatchObject({ ok: true, value: { summary: 'Ana is invited as an approver' } });
  const personId = done.ok ? String(done.value.data?.personId) : '';
  expect(await memberOf(personId)).toMatchObject({ role: 'approver', joinedAt: null, removedAt: null });
  const happened = await rig.eventsSince(before);
  expect(happened).toMatchObject([
    { kind: 'person.invited', personId: rig.installed.ownerId, data: { invited: personId, role: 'approver' } },
  ]);
  expect(JSON.stringify(happened)).not.toContain('Ana');
});

test('a link made for the invited person lets them in, and solo mode ends with a second approver', async () => {
  const done = await rig.run(invitePerson, { name: 'Ana', role: 'approver' });
  expect(await isSolo()).toBe(true);
  const link = await createSignInLink(rig.database.db, done.ok ? String(done.value.data?.personId) : '');
  expect((await signIn(rig.database, link.token)).ok).toBe(true);
  expect(await isSolo()).toBe(false);
});

test('somebody of the same name is not invited: cards tell people apart by name', async () => {
  await rig.person('Ana', 'operator');
  expect(await rig.run(invitePerson, { name: 'ANA', role: 'viewer' })).toMatchObject({
    ok: false,
    error: { code: 'name_taken', notDispatched: true },
  });
  expect((await rig.preview(invitePerson, { name: 'Ana', role: 'viewer' })).changes[0]).toMatch(/^Would be refused/);
});

test('of two invitations of one name at once, one is made', async () => {
  const both = await Promise.all([
    rig.run(invitePerson, { name: 'Ana', role: 'viewer' }),
    rig.run(invitePerson, { name: 'Ana', role: 'admin' }),
  ]);
  expect(both.filter((done) => done.ok)).toHaveLength(1);
  expect(await rig.database.db.select().from(people).where(eq(people.name, 'Ana'))).toHaveLength(1);
});

test('two admins cannot make an owner between them', async () => {
  const [ada, ben] = await admins();
  const among = { requesterId: ada, voters: [ben] };
  const carl = await rig.person('Carl', 'operator');
  const refused = { ok: false, error: { code: 'owner_needed', notDispatched: true } };
  expect(await rig.run(invitePerson, { name: 'Eve', role: 'owner' }, among)).toMatchObject(refused);
  expect(await rig.run(setRole, { person_id: carl, person: 'Carl', role: 'owner' }, among)).toMatchObject(refused);
  expect(await memberOf(carl)).toMatchObject({ role: 'operator' });
});

test('two admins cannot unmake or remove an owner between them', async () => {
  const [ada, ben] = await admins();
  const second = await rig.person('Olga', 'owner');
  const among = { requesterId: ada, voters: [ben] };
  const refused = { ok: false, error: { code: 'owner_needed' } };
  expect(await rig.run(setRole, { person_id: second, person: 'Olga', role: 'viewer' }, among)).toMatchObject(refused);
  expect(await rig.run(removePerson, { person_id: second, person: 'Olga' }, among)).toMatchObject(refused);
  expect(await memberOf(second)).toMatchObject({ role: 'owner', removedAt: null });
});

test('an owner who approves, or who wrote it, is enough to make an owner', async () => {
  const [ada, ben] = await admins();
  const { ownerId } = rig.installed;
  expect((await rig.run(setRole, { person_id: ada, person: 'Ada', role: 'owner' }, { requesterId: ben, voters: [ownerId] })).ok).toBe(true);
  expect((await rig.run(setRole, { person_id: ben, person: 'Ben', role: 'owner' }, { requesterId: ownerId, voters: [] })).ok).toBe(true);
});

test("an owner's proposal that an admin edited is the admin's", async () => {
  const [ada, ben] = await admins();
  const done = await rig.run(
    invitePerson,
    { name: 'Eve', role: 'owner' },
    { requesterId: rig.installed.ownerId, editedBy: ada, voters: [ben] },
  );
  expect(done).toMatchObject({ ok: false, error: { code: 'owner_needed' } });
});

test('the last owner keeps the role and stays', async () => {
  const refused = { ok: false, error: { code: 'last_owner', notDispatched: true } };
  await rig.person('Olga', 'owner', false);
  expect(await rig.run(setRole, { ...owner(), role: 'admin' })).toMatchObject(refused);
  expect(await rig.run(removePerson, owner())).toMatchObject(refused);
  expect((await rig.preview(removePerson, owner())).changes[0]).toMatch(/^Would be refused: This is the only owner/);
  expect(await memberOf(rig.installed.ownerId)).toMatchObject({ role: 'owner', removedAt: null });
});

test('of two owners who unmake each other at once, one remains', async () => {
  for (let round = 0; round < 10; round++) {
    const olga = await rig.person(`Olga ${round}`, 'owner');
    const target = { person_id: olga, person: `Olga ${round}` };
    const outcomes = await Promise.all([
      rig.run(setRole, { ...owner(), role: 'viewer' }, { requesterId: olga }),
      rig.run(round % 2 ? removePerson : setRole, round % 2 ? target : { ...target, role: 'viewer' }, {
        requesterId: rig.installed.ownerId,
      }),
    ]);
    expect(outcomes.filter((done) => done.ok)).toHaveLength(1);
    await rig.database.db.update(members).set({ role: 'owner' }).where(eq(members.personId, rig.installed.ownerId));
    await rig.database.db.update(members).set({ removedAt: new Date() }).where(eq(members.personId, olga));
  }
});

test('a role changes with an event of what it was and is', async () => {
  const ana = await rig.person('Ana', 'viewer');
  const before = await rig.lastEvent();
  expect(await rig.run(setRole, { person_id: ana.toUpperCase(), person: 'Ana', role: 'operator' })).toMatchObject({
    ok: true,
    value: { summary: 'Ana is now an operator' },
  });
  expect(await rig.eventsSince(before)).toMatchObject([
    { kind: 'person.role_changed', data: { person: ana, from: 'viewer', to: 'operator' } },
  ]);
  expect(await isSolo()).toBe(true);
});

test('a second approver ends solo mode for good, and the card says so before', async () => {
  const ana = await rig.person('Ana', 'operator');
  const input = { person_id: ana, person: 'Ana', role: 'approver' };
  expect((await rig.preview(setRole, input)).changes).toEqual(['Ana: operator → approver', expect.stringContaining('ends for good')]);
  const before = await rig.lastEvent();
  expect((await rig.run(setRole, input)).ok).toBe(true);
  expect(await isSolo()).toBe(false);
  expect((await rig.eventsSince(before)).map(({ kind }) => kind)).toEqual(['person.role_changed', 'project.solo_ended']);
  expect((await rig.run(setRole, { ...input, role: 'viewer' })).ok).toBe(true);
  expect(await isSolo()).toBe(false);
});

test('an approver who is only invited does not end solo mode', async () => {
  const ana = await rig.person('Ana', 'operator', false);
  expect((await rig.run(setRole, { person_id: ana, person: 'Ana', role: 'approver' })).ok).toBe(true);
  expect(await isSolo()).toBe(true);
});

test('the same role again changes nothing and leaves no event', async () => {
  const before = await rig.lastEvent();
  expect(await rig.run(setRole, { ...owner(), role: 'owner' })).toMatchObject({
    ok: true,
    value: { summary: 'Owner is an owner already' },
  });
  expect(await rig.eventsSince(before)).toEqual([]);
});

test.each([setRole, removePerson])('a name and an id that do not belong together are refused: $name', async (tool) => {
  const ana = await rig.person('Ana', 'viewer');
  const role = tool === setRole ? { role: 'operator' } : {};
  expect(await rig.run(tool, { person_id: ana, person: 'Anna', ...role })).toMatchObject({
    ok: false,
    error: { code: 'person_renamed', notDispatched: true },
  });
  expect(await rig.run(tool, { person_id: randomUUID(), person: 'Ana', ...role })).toMatchObject({
    ok: false,
    error: { code: 'person_missing', notDispatched: true },
  });
});

test('removal ends membership, sessions and keys in one transaction', async () => {
  const ana = await rig.person('Ana', 'operator', false);
  const link = await createSignInLink(rig.database.db, ana);
  const session = await signIn(rig.database, link.token);
  const cookie = session.ok ? session.value.session : '';
  const other = await createSignInLink(rig.database.db, ana);
  const key = newApiKey();
  const keyHash = createHash('sha256').update(key, 'utf8').digest('hex');
  await rig.database.db.insert(apiKeys).values({ name: 'hers', keyHash, projectId: 'default', personId: ana, maxRole: 'operator' });
  expect(await identityOfSession(rig.database.db, cookie)).toBeDefined();
  expect(await identityOfKey(rig.database.db, key)).toBeDefined();

  const before = await rig.lastEvent();
  const done = await rig.run(removePerson, { person_id: ana, person: 'Ana' });
  expect(done).toMatchObject({ ok: true, value: { summary: 'Ana is removed', data: { endedSessions: 1, revokedKeys: 1 } } });
  expect(await identityOfSession(rig.database.db, cookie)).toBeUndefined();
  expect(await identityOfKey(rig.database.db, key)).toBeUndefined();
  expect(await signIn(rig.database, other.token)).toEqual({ ok: false, error: { code: 'person_removed' } });
  expect(await rig.eventsSince(before)).toMatchObject([{ kind: 'person.removed', data: { person: ana, role: 'operator' } }]);
  expect(await rig.run(removePerson, { person_id: ana, person: 'Ana' })).toMatchObject({ ok: false, error: { code: 'person_missing' } });
});

test('a removal that rolls back leaves every way in open', async () => {
  const ana = await rig.person('Ana', 'operator', false);
  const session = await signIn(rig.database, (await createSignInLink(rig.database.db, ana)).token);
  const input = removePerson.input.parse({ person_id: ana, person: 'Ana' });
  const rolledBack = rig.database.transaction(async ({ db }) => {
    expect((await removePerson.execute(input, contextFor(db))).ok).toBe(true);
    throw new Error('rolled back');
  });
  await expect(rolledBack).rejects.toThrow('rolled back');
  expect(await identityOfSession(rig.database.db, session.ok ? session.value.session : '')).toBeDefined();
});

test('what changes power asks an admin, is of high risk, and names its person', () => {
  for (const tool of [invitePerson, setRole, removePerson]) {
    expect(tool).toMatchObject({ changesPower: true, proposerRole: 'admin', replay: 'transactional' });
  }
  const input = { person_id: randomUUID(), person: 'Ana', role: 'viewer' };
  expect([setRole.risk(input), setRole.target(input), removePerson.target(input)]).toEqual(['high', 'Ana', 'Ana']);
});

test.each([
  [{ name: '', role: 'viewer' }, "Say the person's name."],
  [{ name: 'a\nb', role: 'viewer' }, 'It holds a line break or a control character. Write it on one line.'],
  [{ name: 'x'.repeat(81), role: 'viewer' }, 'It is too long: at most 80 characters.'],
  [{ name: 'Ana', role: 'king' }, 'A role is one of viewer, operator, approver, admin, owner.'],
])('the invitation %j is refused with one sentence', (input, sentence) => {
  expect(refusalOf(invitePerson, input)).toBe(sentence);
});

test('an id that is none is refused by its shape', () => {
  expect(refusalOf(removePerson, { person_id: 'Ana', person: 'Ana' })).toBe("This is not a person's id.");
});
