import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readDocument } from '../../src/db/documents.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { retry } from '../../src/dispatch/after.ts';
import { decide } from '../../src/dispatch/decide.ts';
import { proposalCard } from '../../src/dispatch/proposal-card.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { revise } from '../../src/dispatch/revise.ts';
import { readStanding } from '../../src/dispatch/standing.ts';
import { undo } from '../../src/dispatch/undo.ts';
import { createTools } from '../../src/tools/registry.ts';
import { actorOf, atOnce, createRig, effectsWithoutDecision, type Rig, THREAD, unique } from './rig.ts';

let rig: Rig;
let asks: Actor;
let ana: Actor;
beforeAll(async () => {
  const tools = [...createTools({ home: '/nowhere', post: async () => ({ ok: true, value: { threadId: THREAD, messageId: 'm' } }) })];
  rig = await createRig({ solo: false, tools });
  asks = await rig.person('Asks', 'operator');
  ana = await rig.person('Ana', 'approver');
});
afterEach(async () => {
  expect(await effectsWithoutDecision(rig)).toBe(0);
  await rig.sql(`update wilco.projects set solo = false`);
});
afterAll(() => rig.stop());

const solo = () => rig.sql(`update wilco.projects set solo = true`);

/** Proposed, approved and carried out. */
const done = async (tool: string, input: object, by: { asks?: Actor; approves?: Actor } = {}) => {
  const card = await rig.proposed(by.asks ?? asks, input, tool);
  const approved = await rig.approve(by.approves ?? rig.owner, card);
  if (!approved.ok) throw new Error(approved.error.code);
  await rig.step(card.id);
  expect(await rig.stateOf(card.id)).toBe('executed');
  return card;
};
const cardNow = async (id: string) => {
  const standing = await readStanding(rig.database.db, 'default', id);
  if (!standing) throw new Error('no proposal');
  return proposalCard(standing, rig.heart.tools.get(standing.proposal.tool));
};
const rowOf = async (id: string) =>
  (await rig.sql<{ undoes: string | null; tool: string; thread_id: string }>(`select * from wilco.proposals where id = '${id}'`))[0];
const taskOf = async (title: string) =>
  (await rig.sql<{ state: string }>(`select state from wilco.tasks where title = '${title}'`))[0]?.state;
const undone = async (actor: Actor, id: string) => {
  const made = await undo(rig.heart, actor, id);
  if (!made.ok) throw new Error(`${made.error.code}: ${made.error.message}`);
  return made.value;
};

test('a click takes back what was carried out: the opposite is proposed in the same thread, approved by the click, and runs', async () => {
  const title = unique();
  const card = await done('create_task', { title });
  expect((await cardNow(card.id)).actions).toEqual([{ verb: 'undo', label: 'Undo', tone: 'plain' }]);
  await solo();
  const made = await undone(rig.owner, card.id);
  expect(made).toMatchObject({ state: 'approved', joined: false, waits: null });
  expect(await rowOf(made.proposalId)).toMatchObject({ undoes: card.id, tool: 'cancel_task', thread_id: THREAD });
  await rig.step(made.proposalId);
  expect(await taskOf(title)).toBe('cancelled');
  const now = await cardNow(card.id);
  expect(now.status?.label).toBe('Undone');
  expect(now.actions).toEqual([]);
  expect(now.notes).toContain('It was undone.');
});

test('where the policy wants somebody else, the click only proposes, and the card says that it waits', async () => {
  const title = unique();
  const card = await done('create_task', { title });
  const made = await undone(ana, card.id);
  expect(made).toMatchObject({ state: 'proposed', waits: { code: 'self_approval' } });
  expect(await taskOf(title)).toBe('open');
  expect((await cardNow(card.id)).notes).toContain('Undoing it waits for a decision, on a card of its own.');
  expect((await cardNow(card.id)).actions).toEqual([]);
  const standing = await readStanding(rig.database.db, 'default', made.proposalId);
  const { revision = 0, digest = '' } = standing?.revision ?? {};
  expect(await rig.approve(rig.owner, { id: made.proposalId, revision, digest })).toMatchObject({ ok: true });
  await rig.step(made.proposalId);
  expect(await taskOf(title)).toBe('cancelled');
});

test('an undo waits for as many as the policy asks, of whom the click is one where it may be', async () => {
  const card = await done('create_task', { title: unique() });
  await rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'approver', selfApproval: true } });
  const made = await undone(ana, card.id);
  expect(made).toMatchObject({ state: 'proposed', waits: null });
  expect((await readStanding(rig.database.db, 'default', made.proposalId))?.voters).toEqual([ana.personId]);
  await rig.policy({});
});

test('an operator proposes an undo; a viewer, a service key and whoever is gone do not', async () => {
  const card = await done('create_task', { title: unique() });
  const viewer = await rig.person('Viewer', 'viewer');
  const gone = await rig.person('Gone', 'owner');
  await rig.sql(`update wilco.members set removed_at = now() where person_id = '${gone.personId}'`);
  for (const actor of [viewer, gone, actorOf(null, 'owner'), { ...asks, role: 'viewer' as const }])
    expect(await undo(rig.heart, actor, card.id)).toMatchObject({ error: { code: 'not_allowed' } });
  expect(await undone(asks, card.id)).toMatchObject({ state: 'proposed', waits: { code: 'not_an_approver' } });
});

test('only what was carried out can be undone, and only where its action knows a way back', async () => {
  const waiting = await rig.proposed(asks, { title: unique() }, 'create_task');
  expect(await undo(rig.heart, rig.owner, waiting.id)).toMatchObject({ error: { code: 'wrong_state' } });
  const title = unique();
  await done('create_task', { title });
  const [task] = await rig.sql<{ id: string }>(`select id from wilco.tasks where title = '${title}'`);
  const cancelled = await done('cancel_task', { title, task_id: task?.id });
  expect((await cardNow(cancelled.id)).actions).toEqual([]);
  expect(await undo(rig.heart, rig.owner, cancelled.id)).toMatchObject({ error: { code: 'cannot_undo' } });
  expect(await undo(rig.heart, rig.owner, unique())).toMatchObject({ error: { code: 'proposal_missing' } });
  expect(await undo(rig.heart, { ...rig.owner, projectId: 'other' }, cancelled.id)).toMatchObject({ error: { code: 'proposal_missing' } });
});

test('a second undo finds the first, and what was undone is not undone again', async () => {
  const card = await done('create_task', { title: unique() });
  const first = await undone(asks, card.id);
  expect(await undone(ana, card.id)).toEqual({ proposalId: first.proposalId, state: 'proposed', joined: true, waits: null });
  await solo();
  const standing = await readStanding(rig.database.db, 'default', first.proposalId);
  await rig.approve(rig.owner, { id: first.proposalId, revision: 1, digest: standing?.revision.digest ?? '' });
  await rig.step(first.proposalId);
  expect(await undo(rig.heart, rig.owner, card.id)).toMatchObject({ error: { code: 'already_undone' } });
});

test('an undo that was turned down makes room for another', async () => {
  const card = await done('create_task', { title: unique() });
  const first = await undone(asks, card.id);
  await decide(rig.heart, rig.owner, { verb: 'reject', proposalId: first.proposalId, revision: 1, reason: 'no' });
  expect((await cardNow(card.id)).actions).toMatchObject([{ verb: 'undo' }]);
  const second = await undone(asks, card.id);
  expect(second.joined).toBe(false);
  expect(second.proposalId).not.toBe(first.proposalId);
});

test('of thirty clicks at once one makes the undo, and it runs once', async () => {
  const title = unique();
  const card = await done('create_task', { title });
  await solo();
  const people = await Promise.all(Array.from({ length: 30 }, (_, at) => rig.person(`P${at}`, 'approver')));
  await rig.sql(`update wilco.projects set solo = true`);
  const made = await atOnce(people, 6, (person) => undo(rig.heart, person, card.id));
  const ids = new Set(made.map((one) => (one.ok ? one.value.proposalId : one.error.code)));
  ids.delete('already_undone');
  expect(ids.size).toBe(1);
  expect(made.filter((one) => one.ok && !one.value.joined)).toHaveLength(1);
  const [id = ''] = ids;
  await rig.step(id);
  expect(await taskOf(title)).toBe('cancelled');
  expect(await rig.sql(`select 1 from wilco.proposals where undoes = '${card.id}'`)).toHaveLength(1);
});

test('what has changed since is not undone', async () => {
  const title = unique();
  const card = await done('create_task', { title });
  await rig.sql(`update wilco.tasks set state = 'in_progress', updated_at = now() where title = '${title}'`);
  expect(await undo(rig.heart, rig.owner, card.id)).toMatchObject({
    error: { code: 'cannot_undo', message: expect.stringContaining('has changed since: it is in progress') },
  });
});

test('an undo whose target changes while it waits is void when it is decided, and nothing takes its place', async () => {
  const title = unique();
  const card = await done('create_task', { title });
  const made = await undone(asks, card.id);
  await rig.sql(`update wilco.tasks set state = 'in_progress', updated_at = now() where title = '${title}'`);
  const standing = await readStanding(rig.database.db, 'default', made.proposalId);
  const answer = await rig.approve(rig.owner, { id: made.proposalId, revision: 1, digest: standing?.revision.digest ?? '' });
  expect(answer).toMatchObject({ error: { code: 'target_changed' } });
  expect(await rig.stateOf(made.proposalId)).toBe('void');
  expect(await taskOf(title)).toBe('in_progress');
  expect(await rig.sql(`select 1 from wilco.proposals where undoes = '${card.id}'`)).toHaveLength(1);
});

test('an undo whose target changes between its approval and its start does not start', async () => {
  const title = unique();
  const card = await done('create_task', { title });
  await solo();
  const made = await undone(rig.owner, card.id);
  await rig.sql(`update wilco.tasks set state = 'completed', updated_at = now() where title = '${title}'`);
  expect(await rig.step(made.proposalId)).toBe('drifted');
  expect(await rig.stateOf(made.proposalId)).toBe('void');
  expect(await taskOf(title)).toBe('completed');
});

test('an undo of a limit does not undo a later one', async () => {
  await solo();
  await done('set_budget', { daily_limit_usd: 10 }, { asks: rig.owner });
  const card = await done('set_budget', { daily_limit_usd: 25 }, { asks: rig.owner });
  const admin = await rig.person('Admin', 'admin');
  await rig.sql(`update wilco.projects set solo = false`);
  const waiting = await undone(admin, card.id);
  expect(waiting).toMatchObject({ state: 'proposed', waits: { code: 'self_approval' } });
  await done('set_budget', { daily_limit_usd: 50 }, { asks: admin });
  const standing = await readStanding(rig.database.db, 'default', waiting.proposalId);
  const press = { id: waiting.proposalId, revision: 1, digest: standing?.revision.digest ?? '' };
  expect(await rig.approve(rig.owner, press)).toMatchObject({ error: { code: 'target_changed' } });
  expect(await undo(rig.heart, admin, card.id)).toMatchObject({ error: { code: 'cannot_undo' } });
  const limits = await rig.sql<{ limit: string }>(
    `select document->>'dailyLimitMicros' as limit from wilco.policies where project_id = 'default' order by version desc limit 1`,
  );
  expect(limits).toEqual([{ limit: '50000000' }]);
  await rig.policy({});
});

test.each([
  ['set_budget', [{ daily_limit_usd: 9.07 }, { daily_limit_usd: 'none' }], { daily_limit_usd: 9.07 }],
  [
    'set_approvals',
    [
      { tool: 'create_task', approvals: 1, role: 'approver' },
      { tool: 'create_task', approvals: 1, role: 'owner' },
    ],
    { tool: 'create_task', approvals: 1, role: 'approver' },
  ],
  [
    'edit_doc',
    [
      { doc_type: 'voice', content: 'Plain.\n' },
      { doc_type: 'voice', mode: 'append', content: 'Short.' },
    ],
    { doc_type: 'voice', mode: 'replace', content: 'Plain.\n', base_version: 2 },
  ],
] as const)('an undo of %s sets what was there before', async (tool, inputs, back) => {
  await solo();
  const cards: { id: string }[] = [];
  for (const input of inputs) cards.push(await done(tool, input, { asks: rig.owner }));
  const made = await undone(rig.owner, cards.at(-1)?.id ?? '');
  const standing = await readStanding(rig.database.db, 'default', made.proposalId);
  expect(standing?.proposal).toMatchObject({ tool, state: 'approved' });
  expect(JSON.parse(standing?.revision.inputText ?? '')).toEqual(back);
  await rig.step(made.proposalId);
  expect(await rig.stateOf(made.proposalId)).toBe('executed');
  await rig.policy({});
});

test('an undo of an undo does it again', async () => {
  await solo();
  const card = await done('edit_doc', { doc_type: 'redone', content: 'New' }, { asks: rig.owner });
  const back = await undone(rig.owner, card.id);
  await rig.step(back.proposalId);
  const redo = await undone(rig.owner, back.proposalId);
  await rig.step(redo.proposalId);
  const found = await readDocument(rig.database.db, { projectId: 'default', docType: 'redone', agentKey: '' });
  expect(found).toMatchObject({ version: 3, content: 'New' });
});

test('an invitation is taken back while nobody has joined by it', async () => {
  await solo();
  const [early, late] = [`E ${unique()}`, `L ${unique()}`];
  const open = await done('invite_person', { name: early, role: 'viewer' }, { asks: rig.owner });
  const taken = await done('invite_person', { name: late, role: 'viewer' }, { asks: rig.owner });
  await rig.sql(`update wilco.members set joined_at = now() where person_id = (select id from wilco.people where name = '${late}')`);
  expect(await undo(rig.heart, rig.owner, taken.id)).toMatchObject({ error: { code: 'cannot_undo' } });
  const made = await undone(rig.owner, open.id);
  await rig.step(made.proposalId);
  const gone = await rig.sql(
    `select 1 from wilco.members where removed_at is not null and person_id = (select id from wilco.people where name = '${early}')`,
  );
  expect(gone).toHaveLength(1);
});

test('a role and a key are taken back, while they are as they were given', async () => {
  await solo();
  const person = await rig.person(`R ${unique()}`, 'viewer');
  const role = await done('set_role', { person: person.name, person_id: person.personId, role: 'operator' }, { asks: rig.owner });
  await solo();
  const key = await done('create_api_key', { name: 'for a while' }, { asks: rig.owner });
  for (const { id } of [role, key]) {
    await solo();
    await rig.step((await undone(rig.owner, id)).proposalId);
  }
  expect(await rig.sql(`select role from wilco.members where person_id = '${person.personId}'`)).toEqual([{ role: 'viewer' }]);
  expect(await rig.sql(`select 1 from wilco.api_keys where name = 'for a while' and revoked_at is not null`)).toHaveLength(1);
});

test('an undo that somebody edited is held against what it takes back, not against what it says', async () => {
  const title = unique();
  const card = await done('edit_doc', { doc_type: 'edited', content: title });
  const made = await undone(asks, card.id);
  const input = { doc_type: 'edited', content: 'Better', base_version: 1 };
  expect(await revise(rig.heart, ana, { proposalId: made.proposalId, revision: 1, input })).toMatchObject({ ok: true });
  const standing = await readStanding(rig.database.db, 'default', made.proposalId);
  expect(await rig.approve(rig.owner, { id: made.proposalId, revision: 2, digest: standing?.revision.digest ?? '' })).toMatchObject({
    ok: true,
  });
});

test('an undo that failed is retried, not made a second time, and only while its target is as it was', async () => {
  await rig.policy({ dailyLimitMicros: null });
  const title = unique();
  const card = await done('create_task', { title });
  const made = await undone(asks, card.id);
  await rig.tamper(`update wilco.proposals set state = 'failed' where id = $1`, [made.proposalId]);
  expect(await undone(ana, card.id)).toMatchObject({ proposalId: made.proposalId, state: 'failed', joined: true });
  expect((await cardNow(card.id)).notes).toContain('Undoing it failed; the card of that says why.');
  await rig.sql(`update wilco.tasks set state = 'completed', updated_at = now() where title = '${title}'`);
  expect(await retry(rig.heart, rig.owner, made.proposalId)).toMatchObject({ error: { code: 'target_changed' } });
});

test('under a kill nothing is undone', async () => {
  const card = await done('create_task', { title: unique() });
  await rig.sql(
    `insert into wilco.switches (project_id, killed) values ('default', true) on conflict (project_id) do update set killed = true`,
  );
  expect(await undo(rig.heart, rig.owner, card.id)).toMatchObject({ error: { code: 'killed' } });
  await rig.sql(`update wilco.switches set killed = false`);
});

test('what a document says that moved meanwhile is not written over: the run is refused and says so', async () => {
  const made = await propose(rig.heart, asks, { threadId: THREAD, tool: 'edit_doc', input: { doc_type: 'moved', content: 'Mine' } });
  const id = made.ok ? made.value.proposalId : '';
  await done('edit_doc', { doc_type: 'moved', content: 'Theirs' }, { asks: ana });
  const standing = await readStanding(rig.database.db, 'default', id);
  await rig.approve(rig.owner, { id, revision: 1, digest: standing?.revision.digest ?? '' });
  await rig.step(id);
  expect((await readStanding(rig.database.db, 'default', id))?.proposal).toMatchObject({
    state: 'failed',
    result: { code: 'document_changed' },
  });
  const found = await readDocument(rig.database.db, { projectId: 'default', docType: 'moved', agentKey: '' });
  expect(found?.content).toBe('Theirs');
});
