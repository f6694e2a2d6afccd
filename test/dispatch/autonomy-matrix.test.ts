import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type AutopilotRule, PolicyDocument, type PolicyRule, SHIPPED_POLICY } from '../../src/db/policy-document.ts';
import { AUTONOMY_LEVELS, type AutonomyLevel } from '../../src/db/states.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { ruleOn } from '../../src/dispatch/policy.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { decisionsOn, inMinutes, inNameOf, QUALIFIER, signedBy, standingOf } from './agent-rig.ts';
import { createRig, effectsWithoutDecision, type Rig, THREAD, unique } from './rig.ts';

let rig: Rig;
let asks: Actor;
let admin: Actor;
let gone: Actor;
beforeAll(async () => {
  rig = await createRig({ solo: false });
  asks = await rig.person('Asks', 'operator');
  admin = await rig.person('Signs', 'admin');
  gone = await rig.person('Gone', 'admin');
  await rig.sql(`update wilco.members set removed_at = now() where person_id = '${gone.personId}'`);
});
afterEach(async () => expect(await effectsWithoutDecision(rig)).toBe(0));
afterAll(() => rig.stop());

const SET = [...AUTONOMY_LEVELS, 'unset'] as const;
const ACTORS = ['person', 'agent for a person', 'agent for nobody', 'another agent', 'heartbeat'] as const;
const RISKS = ['low', 'high'] as const;
const OUTCOMES = ['one', 'two', 'group', 'refuse'] as const;
const RULES = {
  none: undefined,
  'in force': {},
  'low risk alone': { risks: ['low'] },
  'high risk alone': { risks: ['high'] },
  'condition holds': { where: [{ field: 'cents', is: '<=', value: 5 }] },
  'condition fails': { where: [{ field: 'cents', is: '>', value: 5 }] },
  'one of two fails': {
    where: [
      { field: 'text', is: 'present' },
      { field: 'nothing', is: 'present' },
    ],
  },
  expired: { signedAt: inMinutes(-60), until: inMinutes(-1) },
  'signed later': { signedAt: inMinutes(30) },
  'another tool': { tools: ['note_keyed'] },
  'another agent': { agent: 'poacher' },
} satisfies Record<string, Partial<AutopilotRule> | undefined>;
type RuleState = keyof typeof RULES;

type Cell = {
  own: (typeof SET)[number];
  configured: AutonomyLevel;
  domain: (typeof SET)[number];
  rule: RuleState;
  risk: (typeof RISKS)[number];
  actor: (typeof ACTORS)[number];
  outcome: (typeof OUTCOMES)[number];
};

/** The answers, as rules. */
const isAgent = ({ actor }: Cell): boolean => actor !== 'person';
const effective = ({ own, configured, domain, actor }: Cell): AutonomyLevel => {
  const mine = own === 'unset' || actor === 'another agent' ? configured : own;
  const of = domain === 'unset' ? 'autopilot' : domain;
  if (mine === 'manual' || of === 'manual') return 'manual';
  return mine === 'copilot' || of === 'copilot' ? 'copilot' : 'autopilot';
};
const isAbout = ({ rule, risk, actor }: Cell): boolean => {
  if (rule === 'another agent') return actor === 'another agent';
  if (actor === 'another agent') return false;
  if (rule === 'low risk alone' || rule === 'high risk alone') return rule.startsWith(risk);
  return rule === 'in force' || rule === 'condition holds';
};
const acts = (cell: Cell): boolean =>
  isAgent(cell) && cell.actor !== 'heartbeat' && effective(cell) === 'autopilot' && cell.outcome === 'one' && isAbout(cell);
const decider = (cell: Cell) => {
  if (!isAgent(cell)) return 'people';
  if (effective(cell) === 'manual') return 'nobody';
  return acts(cell) ? 'autopilot' : 'people';
};

const outcomeOf = ({ outcome }: Cell): PolicyRule['outcome'] => {
  const ask = { kind: 'ask' as const, approvals: outcome === 'two' ? 2 : 1, role: 'approver' as const, selfApproval: false };
  if (outcome === 'refuse') return { kind: 'refuse', reason: 'never' };
  return outcome === 'group' ? { ...ask, group: 'finance' } : ask;
};

const documentOf = (cell: Cell): PolicyDocument => {
  const rule = RULES[cell.rule];
  return PolicyDocument.parse({
    ...SHIPPED_POLICY,
    otherwise: outcomeOf(cell),
    autonomy: {
      agents: cell.own === 'unset' ? {} : { qualifier: cell.own },
      domains: cell.domain === 'unset' ? {} : { sales: cell.domain },
    },
    autopilot: rule ? [signedBy(admin, rule)] : [],
  });
};

const agentOf = ({ actor, configured }: Cell) => ({
  ...QUALIFIER,
  autonomy: configured,
  heartbeat: actor === 'heartbeat',
  ...(actor === 'another agent' ? { key: 'poacher' } : {}),
});

const actorOf = (cell: Cell): Actor => {
  if (cell.actor === 'person') return asks;
  const by = inNameOf(asks, agentOf(cell));
  return cell.actor === 'agent for nobody' ? { ...by, personId: null } : by;
};

/** Every cell with each of these values in this place. */
const crossed = <Of extends object, Name extends string, Value>(cells: readonly Of[], name: Name, values: readonly Value[]) =>
  cells.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value }) as Of & Record<Name, Value>));

const every = (): Cell[] => {
  const levels = crossed(crossed(crossed([{}], 'own', SET), 'configured', AUTONOMY_LEVELS), 'domain', SET);
  const ruled = crossed(crossed(levels, 'rule', Object.keys(RULES) as RuleState[]), 'risk', RISKS);
  return crossed(crossed(ruled, 'actor', ACTORS), 'outcome', OUTCOMES);
};

test('[autopilot][suggests] in every cell of level × domain × rule × risk × actor × outcome the policy says who decides as the design does', () => {
  const tool = rig.heart.tools.get('note_own');
  if (!tool) throw new Error('no tool');
  const counts = { people: 0, autopilot: 0, nobody: 0 };
  for (const cell of every()) {
    const agent = isAgent(cell) ? agentOf(cell) : null;
    const input = { text: cell.risk === 'high' ? 'danger' : 'fine', cents: 1 };
    const ruled = ruleOn(documentOf(cell), { tool, risk: tool.risk(input), input, agent });
    expect({ ...cell, decider: ruled.decider }).toEqual({ ...cell, decider: decider(cell) });
    expect(ruled.acts !== undefined).toBe(acts(cell));
    counts[ruled.decider] += 1;
  }
  expect(counts.people + counts.autopilot + counts.nobody).toBe(4 * 3 * 4 * 11 * 2 * 5 * 4);
  expect(counts.autopilot).toBeGreaterThan(50);
  expect(counts.nobody).toBeGreaterThan(1000);
});

const cells: fc.Arbitrary<Cell> = fc.record({
  own: fc.constantFrom(...SET, 'autopilot', 'autopilot'),
  configured: fc.constantFrom(...AUTONOMY_LEVELS),
  domain: fc.constantFrom(...SET, 'unset', 'unset'),
  rule: fc.constantFrom(...(Object.keys(RULES) as RuleState[]), 'in force', 'in force'),
  risk: fc.constantFrom(...RISKS),
  actor: fc.constantFrom(...ACTORS),
  outcome: fc.constantFrom(...OUTCOMES, 'one', 'one'),
});

const proposedIn = async (cell: Cell) => {
  await rig.policy(documentOf(cell));
  const text = `${cell.risk === 'high' ? 'danger ' : ''}${unique()}`;
  return propose(rig.heart, actorOf(cell), { threadId: THREAD, tool: 'note_own', input: { text, cents: 1 } });
};

test('[autopilot][suggests][decided] in a sample of them what is proposed acts, waits for people or is only suggested, and nothing else starts', async () => {
  let acted = 0;
  const one = async (cell: Cell) => {
    const made = await proposedIn(cell);
    if (cell.outcome === 'refuse') {
      expect(made).toMatchObject({ error: { code: 'refused_by_policy' } });
      return;
    }
    const id = made.ok ? made.value.proposalId : '';
    const { proposal, revision } = await standingOf(rig, id);
    const came = { state: proposal.state, decider: revision.decider, decisions: (await decisionsOn(rig, id)).map(({ kind }) => kind) };
    const byRule = { state: 'approved', decider: 'autopilot', decisions: ['autopilot'] };
    expect({ ...cell, ...came }).toEqual({
      ...cell,
      ...(acts(cell) ? byRule : { state: 'proposed', decider: decider(cell), decisions: [] }),
    });
    expect(await rig.step(id)).toBe(acts(cell) ? 'settled' : 'not_due');
    if (acts(cell)) acted += 1;
  };
  // Chance alone would find few cells in which an agent acts.
  const some = fc.oneof({ weight: 4, arbitrary: cells }, { weight: 1, arbitrary: fc.constantFrom(...every().filter(acts)) });
  await fc.assert(fc.asyncProperty(some, one), { numRuns: 250, endOnFailure: true });
  expect(acted).toBeGreaterThan(10);
});

test('[autopilot] by a rule of somebody who is gone, or may not sign, people are asked', async () => {
  for (const signer of [gone, asks]) {
    await rig.policy({ autopilot: [signedBy(signer)] });
    const made = await propose(rig.heart, inNameOf(asks), { threadId: THREAD, tool: 'note_own', input: { text: unique() } });
    const { proposal, revision } = await standingOf(rig, made.ok ? made.value.proposalId : '');
    expect([proposal.state, revision.decider]).toEqual(['proposed', 'people']);
  }
});

const hostile: { what: string; rule: Partial<AutopilotRule>; input: Record<string, unknown> }[] = [
  { what: 'a letter that only looks the same', rule: { where: [{ field: 'text', is: 'in', value: ['hello'] }] }, input: { text: 'hеllo' } },
  { what: 'a character without width', rule: { where: [{ field: 'text', is: '=', value: 'hello' }] }, input: { text: 'hel\u200Blo' } },
  {
    what: 'a full-width at sign',
    rule: { where: [{ field: 'text', is: 'domain_in', value: ['good.example'] }] },
    input: { text: 'x＠good.example' },
  },
  {
    what: 'a domain in front of another',
    rule: { where: [{ field: 'text', is: 'domain_in', value: ['good.example'] }] },
    input: { text: 'x@good.example@evil.example' },
  },
  {
    what: 'a subdomain',
    rule: { where: [{ field: 'text', is: 'domain_in', value: ['good.example'] }] },
    input: { text: 'x@good.example.evil.example' },
  },
  {
    what: 'a domain with a line break behind it',
    rule: { where: [{ field: 'text', is: 'domain_in', value: ['good.example'] }] },
    input: { text: 'x@good.example\nBcc: y@evil.example' },
  },
  { what: 'a path through the prototype', rule: { where: [{ field: '__proto__.cents', is: 'present' }] }, input: { text: 'x' } },
  { what: 'a field that every object has', rule: { where: [{ field: 'constructor', is: 'present' }] }, input: { text: 'x' } },
  { what: 'a number as a text', rule: { where: [{ field: 'text', is: '<=', value: 5 }] }, input: { text: '1' } },
];

test.each(hostile)('[autopilot] $what fits no rule: people are asked', async ({ rule, input }) => {
  await rig.policy({ autopilot: [signedBy(admin, rule)] });
  const made = await propose(rig.heart, inNameOf(asks), { threadId: THREAD, tool: 'note_own', input });
  expect(made.ok).toBe(true);
  const { proposal, revision } = await standingOf(rig, made.ok ? made.value.proposalId : '');
  expect([proposal.state, revision.decider]).toEqual(['proposed', 'people']);
  await rig.tamper(`update wilco.proposals set state = 'withdrawn' where id = $1`, [proposal.id]);
});

test.each([
  { text: 'x', priority: 1 },
  { text: 'x', approved: true },
  JSON.parse('{"text":"x","__proto__":{"cents":0}}'),
  { text: 'x', decider: 'autopilot' },
])('[autopilot] an argument that the tool does not know is refused, whatever a rule says: %j', async (input) => {
  await rig.policy({ autopilot: [signedBy(admin)] });
  const made = await propose(rig.heart, inNameOf(asks), { threadId: THREAD, tool: 'note_own', input });
  expect(made).toMatchObject({ error: { code: 'invalid_input' } });
});

const byte = (text: string): string => `${text.slice(0, -1)}${text.endsWith('x') ? 'y' : 'x'}`;
const TAMPERINGS: [string, string, (id: string) => unknown[]][] = [
  ['the decider', `update wilco.revisions set decider = 'people' where proposal_id = $1`, (id) => [id]],
  ['the decider, to nobody', `update wilco.revisions set decider = 'nobody' where proposal_id = $1`, (id) => [id]],
  ['the reasons', `update wilco.revisions set because = 'cents > 5' where proposal_id = $1`, (id) => [id]],
  ['the rule of the policy', `update wilco.revisions set rule_id = $2 where proposal_id = $1`, (id) => [id, byte('otherwise')]],
  ['the rule of the decision', `update wilco.decisions set rule_id = 'another' where proposal_id = $1`, (id) => [id]],
  ['the version of the decision', `update wilco.decisions set policy_version = 1 where proposal_id = $1`, (id) => [id]],
  ['who signed', `update wilco.decisions set person_id = $2 where proposal_id = $1`, (id) => [id, asks.personId]],
  ['the agent', `update wilco.proposals set agent_key = 'poacher' where id = $1`, (id) => [id]],
  ['how far the agent goes', `update wilco.proposals set agent_autonomy = 'manual' where id = $1`, (id) => [id]],
  ['what ordered it', `update wilco.proposals set agent_heartbeat = true where id = $1`, (id) => [id]],
  [
    'the arguments',
    `update wilco.revisions set input_text = replace(input_text, '"cents":0', '"cents":1') where proposal_id = $1`,
    (id) => [id],
  ],
];

test.each(TAMPERINGS)(
  '[autopilot][shown] %s, changed in the database between decision and start, is drift',
  async (_what, text, values) => {
    await rig.policy({ autopilot: [signedBy(admin)] });
    const made = await propose(rig.heart, inNameOf(asks), { threadId: THREAD, tool: 'note_own', input: { text: unique() } });
    const id = made.ok ? made.value.proposalId : '';
    expect(await rig.stateOf(id)).toBe('approved');
    await rig.tamper(text, values(id));
    expect(await rig.step(id)).toBe('drifted');
    expect(await rig.stateOf(id)).toBe('void');
  },
);

test('[autopilot][suggests] a card of people or of nobody does not act, though somebody writes a decision of a rule behind its back', async () => {
  for (const autonomy of ['copilot', 'manual'] as const) {
    await rig.policy({ autopilot: [signedBy(admin)] });
    const made = await propose(rig.heart, inNameOf(asks, { autonomy }), { threadId: THREAD, tool: 'note_own', input: { text: unique() } });
    const id = made.ok ? made.value.proposalId : '';
    const { revision, policy } = await standingOf(rig, id);
    await rig.tamper(
      `insert into wilco.decisions (proposal_id, revision, kind, digest, person_id, via, rule_id, policy_version) values ($1, 1, 'autopilot', $2, $3, 'x', 'qualifier-notes', $4)`,
      [id, revision.digest, admin.personId, policy.version],
    );
    await rig.tamper(`update wilco.proposals set state = 'approved', attempt = 1 where id = $1`, [id]);
    expect(await rig.step(id)).toBe('drifted');
  }
});
