import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Condition, PolicyDocument, SHIPPED_POLICY } from '../../src/db/policy-document.ts';
import { dryRunLines, dryRunOf, type Past, pastMonth, replay } from '../../src/dispatch/dry-run.ts';
import { byName } from '../../src/dispatch/heart.ts';
import { ruleOn } from '../../src/dispatch/policy.ts';
import { holds } from '../../src/tools/condition.ts';
import { conditionOf, inWords } from '../../src/tools/condition-words.ts';
import { outcomeInWords } from '../../src/tools/policy-words.ts';
import { setQuietHours } from '../../src/tools/set-quiet-hours.ts';
import { setRule } from '../../src/tools/set-rule.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { fakeTools } from '../fakes/tools.ts';
import { createRig, type Rig, unique } from './rig.ts';

const known: Tool[] = [];
known.push(
  ...fakeTools({ calls: [] }),
  setRule((name) => known.find((tool) => tool.name === name)),
  setQuietHours,
);
const tools = byName(known);
const note = known[0];
if (!note) throw new Error('no tool');

let rig: Rig;
beforeAll(async () => {
  rig = await createRig({ tools: known });
});
afterAll(() => rig.stop());

const words = fc.stringMatching(/^[a-z][a-z ,."'0-9-]{0,12}[a-z0-9]$/);
const key = fc.constantFrom('text', 'cents', 'a.b', 'other');
const conditions: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ field: key, is: fc.constantFrom('>', '>=', '<', '<=' as const), value: fc.integer({ min: -5, max: 50 }) }),
  fc.record({
    field: key,
    is: fc.constantFrom('=', '!=' as const),
    value: fc.oneof(words, fc.integer(), fc.boolean(), fc.constantFrom('12', 'true', ' x', 'a "b"')),
  }),
  fc.record({
    field: key,
    is: fc.constantFrom('in', 'not_in', 'domain_in', 'domain_not_in', 'matches' as const),
    value: fc.array(words, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ field: key, is: fc.constantFrom('present', 'absent' as const) }),
) as fc.Arbitrary<Condition>;

test('a condition reads back from its own words as the same condition', () => {
  fc.assert(
    fc.property(conditions, (condition) => {
      expect(conditionOf(inWords(condition))).toEqual(condition);
    }),
    { numRuns: 2000 },
  );
});

test('words that say no condition are none, and none is guessed at', () => {
  for (const said of [
    '',
    'amount',
    'amount >',
    'amount > many',
    'is given',
    'a b is given',
    'to is one of',
    '> 5',
    'x ~ 5',
    'to is given now',
  ])
    expect(conditionOf(said)).toBeUndefined();
});

test('what is not there, or of another kind, fulfils nothing but "absent" and is never an error', () => {
  const input = fc.dictionary(fc.constantFrom('text', 'cents', 'a', 'other'), fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(conditions, input, (condition, given) => {
      const there = condition.field
        .split('.')
        .reduce<unknown>((at, part) => (at as Record<string, unknown> | null | undefined)?.[part], given);
      if (
        there === undefined ||
        (typeof there === 'object' && there !== null && !Array.isArray(there) && condition.is !== 'present' && condition.is !== '!=')
      )
        expect(holds(condition, given)).toBe(condition.is === 'absent' && there === undefined);
      else expect(typeof holds(condition, given)).toBe('boolean');
    }),
    { numRuns: 1000 },
  );
});

const asks = fc.record({
  kind: fc.constant('ask' as const),
  approvals: fc.integer({ min: 1, max: 3 }),
  role: fc.constantFrom('approver', 'admin', 'owner' as const),
  selfApproval: fc.boolean(),
});
const outcomes = fc.oneof(asks, fc.constant({ kind: 'refuse' as const, reason: 'no' }));
const drafts = fc
  .record({
    rules: fc.array(
      fc.record({
        match: fc.record(
          {
            risks: fc.constantFrom(['low' as const], ['high' as const]),
            where: conditions.map((one) => [one]),
            tools: fc.constantFrom(['note_unsafe'], ['other']),
          },
          { requiredKeys: [] },
        ),
        outcome: outcomes,
      }),
      { maxLength: 4 },
    ),
    otherwise: outcomes,
  })
  .map(({ rules, otherwise }) =>
    PolicyDocument.parse({ ...SHIPPED_POLICY, rules: rules.map((rule, at) => ({ ...rule, id: `r${at}` })), otherwise }),
  );
const inputs = fc.record({ text: fc.constantFrom('danger', 'hello', 'x'), cents: fc.nat(60) });

test('a dry run says of each what the rules say of it, and nothing else', () => {
  fc.assert(
    fc.property(drafts, inputs, asks, (...[draft, input, then]) => {
      const past: Past = {
        id: 'p',
        tool: 'note_unsafe',
        target: 'x',
        inputText: JSON.stringify(input),
        proposedAt: new Date(),
        agent: null,
        before: { ...then, decider: 'people' },
      };
      const { outcome } = ruleOn(draft, { tool: note, risk: note.risk(input), input, agent: null });
      const { change, now } = replay(past, draft, tools);
      expect(now).toBe(outcomeInWords(outcome));
      if (outcome.kind === 'refuse') expect(change).toBe('refused');
      else expect(Math.sign(outcome.approvals - then.approvals)).toBe(change === 'more' ? 1 : change === 'fewer' ? -1 : 0);
      expect(change === 'same').toBe(JSON.stringify(outcome) === JSON.stringify(then));
    }),
    { numRuns: 1000 },
  );
});

test('what is not there any more is counted apart', () => {
  const past = { id: 'p', tool: 'gone', target: 'x', inputText: '{}', proposedAt: new Date(), agent: null } as unknown as Past;
  const found = dryRunOf([past], SHIPPED_POLICY, tools);
  expect(found.counts.gone).toBe(1);
  expect(dryRunLines(found)[0]).toContain('Nothing can be said of 1 whose action has changed since.');
});

test('the card of a change of the policy says what it would have done to the proposals of the last month', async () => {
  await rig.sql(`insert into wilco.groups (project_id, key, name) values ('default', 'finance', 'finance')`);
  for (const cents of [5, 50, 60]) await rig.proposed(rig.owner, { text: unique(), cents });
  const rule = { rule: 'dear', tools: 'note_unsafe', approvals: 2, group: 'finance', where: 'cents > 10' };
  const card = await rig.proposed(rig.owner, rule, 'set_rule');
  const [row] = await rig.sql<{ changes: string[]; difference: string }>(
    `select preview -> 'changes' as changes, preview ->> 'difference' as difference from wilco.revisions where proposal_id = '${card.id}'`,
  );
  expect(row?.changes).toContain('Of 3 proposals of the last 30 days it would have asked more people for 2, and left 1 as they were.');
  expect(row?.changes).toContain('Nobody is of finance now: nobody could approve what it asks for');
  expect(row?.difference).toContain('+ Rule dear: note_unsafe where cents > 10 → 2 people of finance with the role approver or above');
  expect((await pastMonth(rig.database.db, 'default')).map(({ tool }) => tool)).toEqual([
    'set_rule',
    'note_unsafe',
    'note_unsafe',
    'note_unsafe',
  ]);
});
