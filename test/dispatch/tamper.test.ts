import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { proposals, revisions } from '../../src/db/tables/proposals.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { digestOf, hashOf } from '../../src/dispatch/digest.ts';
import { execute } from '../../src/dispatch/execute.ts';
import { proposalCard } from '../../src/dispatch/proposal-card.ts';
import { readStanding } from '../../src/dispatch/standing.ts';
import { aWorker, createRig, effectsWithoutDecision, type Rig, unique } from './rig.ts';

let rig: Rig;
let asks: Actor;
let approves: Actor;
let other: Actor;
beforeAll(async () => {
  rig = await createRig({ solo: false });
  asks = await rig.person('Asks', 'operator');
  approves = await rig.person('Approves', 'approver');
  other = await rig.person('Other', 'approver');
});
afterEach(async () => expect(await effectsWithoutDecision(rig)).toBe(0));
afterAll(() => rig.stop());

type Card = Awaited<ReturnType<Rig['proposed']>>;
const effectsOf = ({ id }: Card) => rig.sql(`select 1 from wilco.effects where proposal_id = '${id}'`);

/** Another value for each column that binds what was shown; `at` says which byte, where there is a choice. */
type Change = { table: 'revisions' | 'proposals'; column: string; to: (before: string, at: number) => unknown };
const byte = (before: string, at: number): string => {
  const place = at % before.length;
  const next = before.charCodeAt(place) === 0x7e ? 0x21 : before.charCodeAt(place) + 1;
  return before.slice(0, place) + String.fromCharCode(next) + before.slice(place + 1);
};
const CHANGES: Change[] = [
  { table: 'revisions', column: 'input_text', to: byte },
  { table: 'revisions', column: 'input_text', to: (before) => before.replace('{', '{ ') },
  { table: 'revisions', column: 'input_text', to: (before) => before.replace('"text":"', '"text":"\\ud800') },
  { table: 'revisions', column: 'input_text', to: () => '' },
  { table: 'revisions', column: 'input_text', to: () => 'null' },
  { table: 'revisions', column: 'digest', to: byte },
  { table: 'revisions', column: 'tool_hash', to: byte },
  { table: 'revisions', column: 'rule_hash', to: byte },
  { table: 'revisions', column: 'account', to: byte },
  { table: 'revisions', column: 'target', to: byte },
  { table: 'revisions', column: 'risk', to: () => 'high' },
  { table: 'revisions', column: 'cost_micros', to: () => 7 },
  { table: 'revisions', column: 'rule_id', to: byte },
  { table: 'revisions', column: 'approvals_needed', to: () => 2 },
  { table: 'revisions', column: 'approver_role', to: () => 'viewer' },
  { table: 'revisions', column: 'self_approval', to: () => true },
  { table: 'revisions', column: 'edited_by', to: () => other.personId },
  { table: 'proposals', column: 'requester', to: byte },
  { table: 'proposals', column: 'requester', to: () => 'key:ci' },
  { table: 'proposals', column: 'proposed_by', to: () => other.personId },
  { table: 'proposals', column: 'proposed_by', to: () => null },
  { table: 'proposals', column: 'tool', to: () => 'note_keyed' },
  { table: 'proposals', column: 'tool', to: byte },
];

const tamperWith = async ({ id }: Card, { table, column, to }: Change, at: number): Promise<void> => {
  const where = table === 'revisions' ? 'proposal_id = $1' : 'id = $1';
  const { rows } = await rig.database.pool.query<{ value: string }>(`select ${column}::text as value from wilco.${table} where ${where}`, [
    id,
  ]);
  const before = rows[0]?.value ?? '';
  const after = to(before, at);
  expect(after).not.toBe(before);
  await rig.tamper(`update wilco.${table} set ${column} = $2 where ${where}`, [id, after]);
};

const aChange = fc.record({
  change: fc.constantFrom(...CHANGES),
  at: fc.nat({ max: 400 }),
  when: fc.constantFrom('before', 'after'),
  tool: fc.constantFrom('note_unsafe', 'note_keyed', 'note_own'),
  text: fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((text) => !text.includes('\0') && text.isWellFormed()),
});

test('[shown][decided] whichever stored byte of what was shown is changed, before or after the approval, it is void and never runs', async () => {
  const called = rig.outside.calls.length;
  const examples = CHANGES.flatMap((change) =>
    (['before', 'after'] as const).map((when): [unknown] => [{ change, when, at: 11, tool: 'note_unsafe', text: 'hello' }]),
  );
  const drifts = async ({ change, at, when, tool, text }: { change: Change; at: number; when: string; tool: string; text: string }) => {
    const card = await rig.proposed(asks, { text: `${unique()} ${text}` }, change.column === 'tool' ? 'note_unsafe' : tool);
    if (when === 'after') expect(await rig.approve(approves, card)).toMatchObject({ ok: true });
    await tamperWith(card, change, at);
    if (when === 'before') {
      // First with what was shown, then, as a page that was loaded anew would, with what is stored now.
      await rig.approve(approves, card);
      const [now] = await rig.sql<{ digest: string }>(`select digest from wilco.revisions where proposal_id = '${card.id}'`);
      expect(await rig.approve(approves, { ...card, digest: now?.digest ?? '' })).toMatchObject({ ok: false });
    }
    expect(await rig.step(card.id)).not.toBe('settled');
    expect(await rig.stateOf(card.id)).toBe('void');
    expect(await effectsOf(card)).toEqual([]);
    // Its card can still be read, whatever was made of it.
    const standing = await readStanding(rig.database.db, 'default', card.id);
    expect(standing && proposalCard(standing, rig.heart.tools.get('note_unsafe')).actions).toEqual([]);
  };
  await fc.assert(fc.asyncProperty(aChange, drifts), {
    numRuns: 150,
    examples: examples as [
      { change: Change; at: number; when: 'before' | 'after'; tool: 'note_unsafe' | 'note_keyed' | 'note_own'; text: string },
    ][],
  });
  expect(rig.outside.calls.length).toBe(called);
  expect(await rig.sql('select 1 from notes')).toEqual([]);
});

test.each(['attempt = attempt + 1', 'revision = revision + 1', "project_id = 'another'", "state = 'proposed'", "state = 'executed'"])(
  '[shown] with %s written behind its back an approved action does not run',
  async (change) => {
    const card = await rig.proposed(asks, { text: unique() });
    const job = { jobId: unique(), projectId: 'default', proposalId: card.id, attempt: 1 };
    await rig.approve(approves, card);
    await rig.tamper(`update wilco.proposals set ${change} where id = $1`, [card.id]);
    await execute(rig.heart, { ...job, signal: new AbortController().signal, complete: async () => undefined }, aWorker());
    expect(await effectsOf(card)).toEqual([]);
  },
);

/** Changes the input and everything that follows from it, as somebody who knows the code could. */
const forge = async (card: Card, text: string): Promise<string> => {
  const [proposal] = await rig.database.db.select().from(proposals).where(eq(proposals.id, card.id));
  const [revision] = await rig.database.db.select().from(revisions).where(eq(revisions.proposalId, card.id));
  if (!proposal || !revision) throw new Error('not there');
  const { tool, projectId, requester } = proposal;
  const { toolHash, account, editedBy, ruleHash } = revision;
  const inputText = JSON.stringify({ cents: 0, text });
  const digest = digestOf({ tool, toolHash, inputText, account, projectId, requester, editedBy, revision: revision.revision, ruleHash });
  await rig.tamper('update wilco.revisions set input_text = $2, digest = $3 where proposal_id = $1', [card.id, inputText, digest]);
  await rig.tamper('update wilco.proposals set input_hash = $2 where id = $1', [card.id, hashOf(JSON.parse(inputText))]);
  return digest;
};

test('[shown][decided] an input that was swapped together with its digest after the approval is void: the decision was on another', async () => {
  const card = await rig.proposed(asks, { text: unique() });
  await rig.approve(approves, card);
  await forge(card, 'forged');
  expect(await rig.step(card.id)).not.toBe('settled');
  expect(await rig.stateOf(card.id)).toBe('void');
  expect(await effectsOf(card)).toEqual([]);
});

test('[shown][quorum] a vote on what was shown before does not count for an input that was swapped together with its digest', async () => {
  await rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'approver', selfApproval: false } });
  const card = await rig.proposed(asks, { text: unique() });
  await rig.approve(approves, card);
  const digest = await forge(card, unique());
  expect(await rig.approve(other, { ...card, digest })).toMatchObject({ ok: true, value: { state: 'proposed' } });
  expect(await rig.approve(approves, card)).toMatchObject({ ok: false, error: { code: 'digest_mismatch' } });
  // Having looked at what it is now, the first may say yes to that.
  expect(await rig.approve(approves, { ...card, digest })).toMatchObject({ ok: true, value: { state: 'approved' } });
  await rig.policy({});
});

test('[decided] a proposal that was made approved by hand, without a decision, does not run', async () => {
  const card = await rig.proposed(asks, { text: unique() });
  await rig.tamper("update wilco.proposals set state = 'approved', attempt = 1 where id = $1", [card.id]);
  expect(await rig.step(card.id)).not.toBe('settled');
  expect(await rig.stateOf(card.id)).toBe('void');
  expect(await effectsOf(card)).toEqual([]);
});

test('[once] an action that was carried out and is made approved by hand does not run a second time', async () => {
  const card = await rig.proposed(asks, { text: unique() });
  await rig.approve(approves, card);
  await rig.step(card.id);
  const called = rig.outside.calls.length;
  await rig.tamper("update wilco.proposals set state = 'approved' where id = $1", [card.id]);
  await expect(rig.step(card.id)).rejects.toMatchObject({ cause: { constraint: 'effects_once' } });
  expect(rig.outside.calls.length).toBe(called);
});

test('[decided] the database keeps an effect without a decision out', async () => {
  const card = await rig.proposed(asks, { text: unique() });
  const forged = `insert into wilco.effects (proposal_id, attempt, decision_id, digest, worker_id, job_id, idempotency_key)
    values ('${card.id}', 1, gen_random_uuid(), '', gen_random_uuid(), '', '')`;
  await expect(rig.sql(forged)).rejects.toThrow(/effects_decision_id/);
});

test('[shown] what drifted is replaced by a card of its own that waits for its own decision', async () => {
  const text = unique();
  const card = await rig.proposed(asks, { text });
  await rig.approve(approves, card);
  await rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'approver', selfApproval: false } });
  await rig.step(card.id);
  const [old] = await rig.sql<{ state: string; replaced_by: string }>(
    `select state, replaced_by from wilco.proposals where id = '${card.id}'`,
  );
  const fresh = await readStanding(rig.database.db, 'default', old?.replaced_by ?? '');
  expect(old?.state).toBe('void');
  expect(fresh).toMatchObject({
    proposal: { state: 'proposed', requester: `person:${asks.personId}` },
    revision: { approvalsNeeded: 2 },
    voters: [],
  });
  expect(JSON.parse(fresh?.revision.inputText ?? '')).toEqual({ cents: 0, text });
  await rig.policy({});
});

test('[shown] a tool that changed or went while its card waited voids it, pressed or started (rug pull)', async () => {
  const tools = rig.heart.tools as Map<string, unknown>;
  const tool = rig.heart.tools.get('note_unsafe');
  for (const replacement of [{ ...tool, version: 2 }, { ...tool, summary: 'Write a note, with a copy to me' }, undefined]) {
    const pressed = await rig.proposed(asks, { text: unique() });
    const approved = await rig.proposed(asks, { text: unique() });
    await rig.approve(approves, approved);
    if (replacement) tools.set('note_unsafe', replacement);
    else tools.delete('note_unsafe');
    expect(await rig.approve(approves, pressed)).toMatchObject({ ok: false, error: { code: 'drifted', state: 'void' } });
    await rig.step(approved.id);
    expect(await rig.stateOf(approved.id)).toBe('void');
    expect([...(await effectsOf(pressed)), ...(await effectsOf(approved))]).toEqual([]);
    tools.set('note_unsafe', tool);
  }
});
