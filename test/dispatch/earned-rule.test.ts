import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Condition } from '../../src/db/policy-document.ts';
import { RISKS, type Risk } from '../../src/db/states.ts';
import { EARNED, earnedRule, isEarned } from '../../src/dispatch/earned-rule.ts';
import { type PastDecision, replay, replayInWords, wouldAct } from '../../src/tools/autopilot-past.ts';

const value = fc.oneof(
  fc.integer({ min: 0, max: 12 }),
  fc.constantFrom('a@good.example', 'b@evil.example', 'c@good.example', 'plain', ''),
  fc.boolean(),
  fc.constant(undefined),
);
const decision: fc.Arbitrary<PastDecision> = fc.record({
  id: fc.uuid(),
  tool: fc.constantFrom('create_task', 'create_task', 'send_email'),
  input: fc
    .record({ priority: value, to: value, flag: value })
    .map((input) => JSON.parse(JSON.stringify(input)) as Record<string, unknown>),
  risk: fc.constantFrom(...RISKS),
  target: fc.string({ maxLength: 20 }),
  agreed: fc.constantFrom(true, true, true, false),
  at: fc.date({ noInvalidDate: true }),
});
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    field: fc.constantFrom('priority', 'to'),
    is: fc.constantFrom('<=' as const, '>' as const),
    value: fc.integer({ min: 0, max: 12 }),
  }),
  fc.record({ field: fc.constant('to'), is: fc.constant('domain_in' as const), value: fc.constant<string[]>(['good.example']) }),
  fc.record({ field: fc.constantFrom('priority', 'flag'), is: fc.constantFrom('present' as const, 'absent' as const) }),
);
const rule: fc.Arbitrary<{ tools: string[]; risks: Risk[] | undefined; where: Condition[] | undefined }> = fc.record({
  tools: fc.constantFrom<string[][]>(['create_task'], ['create_task', 'send_email']),
  risks: fc.constantFrom<(Risk[] | undefined)[]>(undefined, ['low'], ['low', 'med']),
  where: fc.option(fc.array(condition, { minLength: 1, maxLength: 3 }), { nil: undefined }),
});

test('a replay leaves nothing out: what it acted on is agreed to or a miss, each as it was decided, and the rest would have been asked', () => {
  fc.assert(
    fc.property(rule, fc.array(decision, { maxLength: 80 }), (given, past) => {
      const { tools, risks, where } = given;
      const held = { tools, ...(risks ? { risks } : {}), ...(where ? { where } : {}) };
      const came = replay(held, past);
      expect(came.decided).toBe(past.length);
      expect(came.agreed + came.misses.length).toBe(came.acted);
      expect(came.misses.every((one) => !one.agreed && wouldAct(held, one))).toBe(true);
      const acted = past.filter((one) => wouldAct(held, one));
      expect(came.acted).toBe(acted.length);
      expect(came.agreed).toBe(acted.filter(({ agreed }) => agreed).length);
      for (const one of acted) expect(tools.includes(one.tool) && (!risks || risks.includes(one.risk))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('adding a condition or a bound never makes a rule act where it did not', () => {
  fc.assert(
    fc.property(rule, condition, fc.array(decision, { maxLength: 60 }), ({ tools, where = [] }, more, past) => {
      const wide = replay({ tools, ...(where.length > 0 ? { where } : {}) }, past);
      const narrow = replay({ tools, risks: ['low'], where: [...where, more] }, past);
      expect(narrow.acted).toBeLessThanOrEqual(wide.acted);
      expect(narrow.misses.every(({ id }) => wide.misses.some((miss) => miss.id === id))).toBe(true);
    }),
  );
});

/** As an agent's day is: of one tool, mostly of low risk, with what was turned down of a kind. */
const usual = decision.map((one) => ({ ...one, tool: 'create_task', input: { ...one.input, priority: one.id.charCodeAt(0) % 6 } }));
const mostlyAgreed = fc
  .tuple(
    fc.array(usual, { minLength: 18, maxLength: 90, size: 'max' }),
    fc.constantFrom<Risk[][]>(['low'], ['low', 'low', 'med'], [...RISKS]),
    fc.integer({ min: 0, max: 4 }),
  )
  .map(([past, risks, misses]) =>
    past.map((one, at): PastDecision => {
      const risk = risks[at % risks.length] ?? 'low';
      return at < misses ? { ...one, risk, agreed: false, input: { ...one.input, priority: 9 } } : { ...one, risk, agreed: true };
    }),
  );

test('a rule is earned by enough agreement and nothing less, holds at most one condition, and that keeps out everything that was not agreed to', () => {
  let found = 0;
  let separated = 0;
  fc.assert(
    fc.property(mostlyAgreed, (past) => {
      const earned = earnedRule(past);
      if (!earned) return;
      found += 1;
      const risks = RISKS.slice(0, RISKS.indexOf(earned.riskUpTo) + 1);
      const within = past.filter(({ risk }) => risks.includes(risk));
      expect(isEarned(within)).toBe(true);
      const came = replay({ tools: ['create_task'], risks, ...(earned.where ? { where: earned.where } : {}) }, past);
      expect(came.agreed).toBeGreaterThanOrEqual(earned.where ? EARNED.least : Math.floor(EARNED.least * 0.95));
      // The narrowest: no lower risk alone is borne out.
      if (risks.length > 1) expect(isEarned(past.filter(({ risk }) => risks.slice(0, -1).includes(risk)))).toBe(false);
      if (!earned.where) return;
      separated += 1;
      expect(earned.where).toHaveLength(1);
      expect(came.misses).toEqual([]);
    }),
    { numRuns: 600, seed: 7 },
  );
  expect(found).toBeGreaterThan(50);
  expect(separated).toBeGreaterThan(5);
});

const made = (count: number, more: (at: number) => Partial<PastDecision>): PastDecision[] =>
  Array.from({ length: count }, (_, at) => {
    const id = `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
    return {
      id,
      tool: 'create_task',
      input: { priority: 3 },
      risk: 'low',
      target: `Task ${at}`,
      agreed: true,
      at: new Date(at),
      ...more(at),
    };
  });

test('what people turned down because of its priority makes a bound below that', () => {
  const past = made(48, (at) => ({ agreed: at !== 40, input: { title: `t${at}`, priority: at === 40 ? 9 : 1 + (at % 5) } }));
  expect(earnedRule(past)).toEqual({ riskUpTo: 'low', where: [{ field: 'priority', is: '<=', value: 5 }] });
});

test('what went elsewhere makes a list of the domains that were agreed to', () => {
  const past = made(30, (at) => ({ agreed: at !== 7, input: { to: at === 7 ? 'x@evil.example' : `p${at}@good.example` } }));
  expect(earnedRule(past)).toEqual({ riskUpTo: 'low', where: [{ field: 'to', is: 'domain_in', value: ['good.example'] }] });
});

test('where nothing tells the one miss from the rest the card names it: agreed with 47 of 48', () => {
  const past = made(48, (at) => ({ agreed: at !== 40 }));
  expect(earnedRule(past)).toEqual({ riskUpTo: 'low' });
  expect(replayInWords(replay({ tools: ['create_task'], risks: ['low'] }, past))).toBe(
    'Over past decisions it would have agreed with 47 of 48; the one miss is Task 40 (00000000)',
  );
});

test.each([
  [19, 0],
  [20, 2],
  [39, 2],
])('%i decisions with %i of them otherwise earn nothing', (count, misses) => {
  expect(earnedRule(made(count, (at) => ({ agreed: at >= misses })))).toBeUndefined();
});

test('20 with one otherwise, and 40 with two, are just enough', () => {
  expect(earnedRule(made(20, (at) => ({ agreed: at >= 1 })))).toBeDefined();
  expect(earnedRule(made(40, (at) => ({ agreed: at >= 2 })))).toBeDefined();
});
