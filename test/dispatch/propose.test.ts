import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type PolicyRule, SHIPPED_POLICY } from '../../src/db/policy-document.ts';
import { RISKS } from '../../src/db/states.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { ruleOn } from '../../src/dispatch/policy.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { revise } from '../../src/dispatch/revise.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { fakeTools } from '../fakes/tools.ts';
import { actorOf, createRig, effectsWithoutDecision, type Rig, THREAD, unique } from './rig.ts';

let rig: Rig;
let asks: Actor;
let approves: Actor;
beforeAll(async () => {
  rig = await createRig({ solo: false });
  asks = await rig.person('Asks', 'operator');
  approves = await rig.person('Approves', 'approver');
});
afterEach(async () => expect(await effectsWithoutDecision(rig)).toBe(0));
afterAll(() => rig.stop());

const wish = (input: object, actor: Actor = asks, more: object = {}) =>
  propose(rig.heart, actor, { threadId: THREAD, tool: 'note_unsafe', input, ...more });
const ranWith = (id: string) => rig.outside.calls.filter(({ key }) => key === `${id}:1`).map(({ text }) => text);
const cardsOf = async (text: string) =>
  (
    await rig.sql(
      `select 1 from wilco.messages m join wilco.revisions r on r.proposal_id = m.proposal_id where r.input_text like '%${text}%'`,
    )
  ).length;

test('[once][shown] of two cards the one that is pressed runs, not the one that came first (openclaw#55549)', async () => {
  const [first, second] = [await rig.proposed(asks, { text: 'first' }), await rig.proposed(asks, { text: 'second' })];
  await rig.approve(approves, second);
  for (const { id } of [first, second]) await rig.step(id);
  expect([ranWith(first.id), ranWith(second.id)]).toEqual([[], ['second']]);
  // The digest of one card opens no other.
  expect(await rig.approve(approves, { ...first, digest: second.digest })).toMatchObject({ error: { code: 'digest_mismatch' } });
  expect(await rig.approve(approves, first)).toMatchObject({ ok: true });
});

test('[shown] the exact bytes run: what differs by a space, a mark or a composition is another card (CVE-2026-32065)', async () => {
  const texts = [
    'rm -rf x',
    'rm  -rf x',
    ' rm -rf x',
    'rm -rf x ',
    'rm -rf x\n',
    'rm\u00a0-rf x',
    'rm\u200b -rf x',
    'é',
    'e\u0301',
    'ｒｍ',
  ];
  const cards = await Promise.all(texts.map((text) => rig.proposed(asks, { text })));
  expect(new Set(cards.map(({ digest }) => digest)).size).toBe(texts.length);
  for (const [at, card] of cards.entries()) {
    await rig.approve(approves, card);
    await rig.step(card.id);
    expect(ranWith(card.id)).toEqual([texts[at]]);
  }
});

test('[joined] the same wish while it waits joins its card, however often and at once it comes (margince#1689)', async () => {
  const text = unique();
  const made = await Promise.all(Array.from({ length: 20 }, (_, at) => wish(at % 2 ? { text, cents: 0 } : { cents: 0, text })));
  const ids = new Set(made.map((one) => one.ok && one.value.proposalId));
  expect([ids.size, made.filter((one) => one.ok && !one.value.joined).length, await cardsOf(text)]).toEqual([1, 1, 1]);
  const [id] = ids;
  const [card] = await rig.sql<{ digest: string }>(`select digest from wilco.revisions where proposal_id = '${id}'`);
  await rig.approve(approves, { id: String(id), revision: 1, digest: card?.digest ?? '' });
  // Decided, so the next is a wish of its own.
  expect(await wish({ text })).toMatchObject({ ok: true, value: { joined: false } });
});

test('[joined] the wishes of two people, of two tools, or of two inputs are cards of their own', async () => {
  const text = unique();
  const other = await rig.person('Other', 'operator');
  const made = [
    await wish({ text }),
    await wish({ text }, other),
    await wish({ text, cents: 1 }),
    await wish({ text }, asks, { tool: 'note_keyed' }),
    await wish({ text }, actorOf(null, 'operator', 'ci')),
  ];
  expect(made.map((one) => one.ok && one.value.joined)).toEqual([false, false, false, false, false]);
});

test('[joined][lasting] what one message asked for is one proposal, though its job comes again, even after the decision', async () => {
  const [text, origin] = [unique(), `message:${unique()}:0`];
  const [first, again] = await Promise.all([wish({ text }, asks, { origin }), wish({ text }, asks, { origin })]);
  expect(first.ok && again.ok && first.value.proposalId === again.value.proposalId).toBe(true);
  const id = first.ok ? first.value.proposalId : '';
  await rig.tamper(`update wilco.proposals set state = 'rejected' where id = $1`, [id]);
  expect(await wish({ text }, asks, { origin })).toMatchObject({ ok: true, value: { proposalId: id, joined: true } });
});

test('[joined] of cards that are edited into the same wish at once one becomes it and the others are told', async () => {
  const cards = await Promise.all(Array.from({ length: 8 }, () => rig.proposed(asks, { text: unique() })));
  const text = unique();
  const edited = await Promise.all(cards.map(({ id }) => revise(rig.heart, asks, { proposalId: id, revision: 1, input: { text } })));
  expect(edited.filter(({ ok }) => ok).length).toBe(1);
  for (const one of edited) if (!one.ok) expect(one.error.code).toBe('already_proposed');
});

test('[shown] a policy that changes between the look at it and the card is the one that the card is made under', async () => {
  const made = await Promise.all([
    ...Array.from({ length: 10 }, () => wish({ text: unique() })),
    rig.policy({ otherwise: { kind: 'ask', approvals: 2, role: 'admin', selfApproval: false } }),
    ...Array.from({ length: 10 }, () => wish({ text: unique() })),
  ]);
  expect(made.filter((one) => one && !one.ok)).toEqual([]);
  const astray = await rig.sql(`
    select 1 from wilco.revisions r join wilco.policies p on p.version > r.policy_version
    where p.created_at < (select min(m.created_at) from wilco.messages m where m.proposal_id = r.proposal_id) - interval '1 second'
      and r.policy_version < p.version and r.created_at > p.created_at + interval '1 second'`);
  expect(astray).toEqual([]);
  await rig.policy({});
});

test.each([
  ['of a tool that is not there', { tool: 'rm' }, 'tool_unknown'],
  ['with an argument too many', { input: { text: 'x', sudo: true } }, 'invalid_input'],
  ['with a secret in it', { input: { text: `use sk-ant-${'x'.repeat(30)}` } }, 'secret_literal'],
  ['with a character that cannot be stored', { input: { text: 'a\0' } }, 'invalid_input'],
])('[person] a wish %s is answered and makes no card', async (_, change, code) => {
  const before = (await rig.sql('select 1 from wilco.proposals')).length;
  expect(await wish({ text: 'x' }, asks, change)).toMatchObject({ ok: false, error: { code } });
  expect((await rig.sql('select 1 from wilco.proposals')).length).toBe(before);
});

test('[person] who may only look proposes nothing, and an action for admins is not proposed by others', async () => {
  const tools = rig.heart.tools as Map<string, unknown>;
  tools.set('note_admin', { ...rig.heart.tools.get('note_unsafe'), name: 'note_admin', proposerRole: 'admin' });
  expect(await wish({ text: 'x' }, await rig.person('Viewer', 'viewer'))).toMatchObject({ error: { code: 'not_allowed' } });
  expect(await wish({ text: 'x' }, asks, { tool: 'note_admin' })).toMatchObject({ error: { code: 'not_allowed' } });
  expect(await wish({ text: 'x' }, rig.owner, { tool: 'note_admin' })).toMatchObject({ ok: true });
});

test('[person] the policy may refuse an action, and then there is no card that anybody could approve', async () => {
  const rule: PolicyRule = { id: 'no', match: { risks: ['high'] }, outcome: { kind: 'refuse', reason: 'Not here.' } };
  await rig.policy({ rules: [rule] });
  expect(await wish({ text: 'danger' })).toMatchObject({ error: { code: 'refused_by_policy' } });
  const mild = await rig.proposed(asks, { text: unique() });
  expect(await revise(rig.heart, asks, { proposalId: mild.id, revision: 1, input: { text: 'danger' } })).toMatchObject({
    error: { code: 'refused_by_policy' },
  });
  await rig.policy({});
});

test('[power] what changes power asks an admin, and a rule loosens it only by its name', () => {
  const [note] = fakeTools({ calls: [] });
  if (!note) throw new Error('no tool');
  const power = { ...note, name: 'set_role', changesPower: true, input: z.strictObject({}) };
  const loose = { kind: 'ask', approvals: 1, role: 'viewer', selfApproval: true } as const;
  const general: PolicyRule[] = [
    { id: 'all', match: {}, outcome: loose },
    { id: 'risky', match: { risks: [...RISKS] }, outcome: loose },
    { id: 'other', match: { tools: ['note_unsafe'] }, outcome: loose },
  ];
  for (const risk of RISKS) {
    const policy = { ...SHIPPED_POLICY, rules: general, otherwise: loose };
    const matter = (tool: Tool) => ({ tool, risk, input: {}, agent: null });
    expect(ruleOn(policy, matter(power))).toMatchObject({ ruleId: 'power', outcome: { approvals: 1, role: 'admin', selfApproval: false } });
    const named = { id: 'named', match: { tools: ['set_role'] }, outcome: { ...loose, role: 'owner' } } as const;
    expect(ruleOn({ ...policy, rules: [...general, named] } as never, matter(power))).toMatchObject({ ruleId: 'named' });
    expect(ruleOn(policy, matter(note))).toMatchObject({ ruleId: 'all' });
  }
});
