import type { PolicyRule } from '../db/policy-document.ts';
import { RISKS, type Risk, type Role, roleAtLeast } from '../db/states.ts';
import type { Tool } from '../tools/tool.ts';
import type { AgentAt } from './actor.ts';
import { toolHash } from './digest.ts';
import { type PolicyInForce, type Ruling, ruleOn } from './policy.ts';

/** One action with the tool that does it. */
export type Part = { tool: Tool; input: Record<string, unknown> };
export type Tools = ReadonlyMap<string, Tool>;

/** The action itself and then what it will bring about by itself; undefined where one of those is not there any more. */
export const partsOf = (whole: Part, tools: Tools): readonly [Part, ...Part[]] | undefined => {
  const inner = whole.tool.inner?.(whole.input) ?? [];
  const parts = inner.map((action) => ({ tool: tools.get(action.tool), input: action.input }));
  const there = parts.filter((part): part is Part => part.tool !== undefined);
  return there.length === parts.length ? [whole, ...there] : undefined;
};

/** One hash for each part, with `+` between: a schedule is held to its own and to those of what it runs, each by itself. */
const joined = (hashes: readonly string[]): string => hashes.join('+');

export const hashesOf = (text: string): string[] => text.split('+');

export const partsHash = (parts: readonly Part[]): string => joined(parts.map(({ tool }) => toolHash(tool)));

const riskier = (a: Risk, b: Risk): Risk => (RISKS.indexOf(a) >= RISKS.indexOf(b) ? a : b);

/** What happens later is no safer for that. */
export const partsRisk = (parts: readonly Part[]): Risk =>
  parts.reduce<Risk>((worst, { tool, input }) => riskier(worst, tool.risk(input)), 'low');

type Outcome = PolicyRule['outcome'];

const higher = (a: Role, b: Role): Role => (roleAtLeast(a, b) ? a : b);

const stricter = (a: Outcome, b: Outcome): Outcome => {
  if (a.kind === 'refuse') return a;
  if (b.kind === 'refuse') return b;
  // One approval cannot be of both, and to ask less of a part than it asks by itself would be a way around its rule.
  if (a.group !== undefined && b.group !== undefined && a.group !== b.group)
    return { kind: 'refuse', reason: `one of its parts asks for approvers of ${a.group}, another for some of ${b.group}.` };
  return {
    kind: 'ask',
    approvals: Math.max(a.approvals, b.approvals),
    role: higher(a.role, b.role),
    selfApproval: a.selfApproval && b.selfApproval,
    ...groupOf(a, b),
  };
};

type Ask = Outcome & { kind: 'ask' };

const groupOf = (a: Ask, b: Ask): { group?: string } => {
  const group = a.group ?? b.group;
  return group === undefined ? {} : { group };
};

/** All of it has to be an agent's to do by itself; one suggestion among it, and nobody is asked. */
const deciderOf = (rulings: readonly Ruling[]): Ruling['decider'] => {
  if (rulings.some(({ decider }) => decider === 'nobody')) return 'nobody';
  return rulings.every(({ decider }) => decider === 'autopilot') ? 'autopilot' : 'people';
};

/**
 * What the policy says of all of it together: as many people, of as high a role, as the strictest of the parts asks. Each part is ruled on
 * as if it were proposed by itself, so that to schedule an action never takes less than to do it.
 */
export const ruleOnParts = (policy: PolicyInForce['document'], parts: readonly [Part, ...Part[]], agent: AgentAt | null): Ruling => {
  const [whole, ...inner] = parts;
  const rule = ({ tool, input }: Part) => ruleOn(policy, { tool, input, risk: tool.risk(input), agent });
  const own = rule(whole);
  if (inner.length === 0) return own;
  const rulings = [own, ...inner.map(rule)];
  const reasons = rulings.map(({ because }) => because).filter((because) => because !== null);
  return {
    ruleId: [...new Set(rulings.map(({ ruleId }) => ruleId))].join('+'),
    hash: joined(rulings.map(({ hash }) => hash)),
    outcome: rulings.map(({ outcome }) => outcome).reduce(stricter),
    decider: deciderOf(rulings),
    ...(own.acts ? { acts: own.acts } : {}),
    because: reasons.length > 0 ? [...new Set(reasons)].join(' and ') : null,
  };
};

/** Whether this role may propose all of it. */
export const mayPropose = (role: Role, parts: readonly Part[]): boolean =>
  parts.every(({ tool }) => roleAtLeast(role, tool.proposerRole ?? 'operator'));
