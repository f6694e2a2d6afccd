import type { PolicyDocument, PolicyRule } from '../db/policy-document.ts';
import type { Role } from '../db/states.ts';

/** How many people of which role one action asks; `all` is every action without a rule of its own. */
export type ApprovalRule = { tool: string; approvals: number; role: Role };

type Outcome = PolicyRule['outcome'];

const outcomeOf = ({ approvals, role }: ApprovalRule): Outcome => ({ kind: 'ask', approvals, role, selfApproval: false });

const inWords = (outcome: Outcome): string =>
  outcome.kind === 'refuse'
    ? 'refused'
    : `${outcome.approvals} × ${outcome.role} or above${outcome.selfApproval ? ', the requester included' : ''}`;

export const ruleId = (tool: string): string => (tool === 'all' ? 'otherwise' : `tool-${tool}`);

/** The document with this rule in it: in the place of the tool's own one, else before everything that asks and behind what refuses. */
export const withRule = (document: PolicyDocument, wanted: ApprovalRule): PolicyDocument => {
  const { tool } = wanted;
  const outcome = outcomeOf(wanted);
  if (tool === 'all') return { ...document, otherwise: outcome };
  const rule: PolicyRule = { id: ruleId(tool), match: { tools: [tool] }, outcome };
  const { rules } = document;
  const own = rules.findIndex(({ id }) => id === rule.id);
  if (own >= 0) return { ...document, rules: rules.with(own, rule) };
  const lastRefusal = rules.findLastIndex((other) => other.outcome.kind === 'refuse' && (other.match.tools?.includes(tool) ?? true));
  return { ...document, rules: rules.toSpliced(lastRefusal + 1, 0, rule) };
};

const outcomeFor = (document: PolicyDocument, tool: string): Outcome | undefined =>
  tool === 'all' ? document.otherwise : document.rules.find(({ id }) => id === ruleId(tool))?.outcome;

/** Whether two policies ask the same for the action. */
export const asksTheSame = (one: PolicyDocument, other: PolicyDocument, tool: string): boolean =>
  canonical(outcomeFor(one, tool)) === canonical(outcomeFor(other, tool));

const canonical = (outcome: Outcome | undefined): string =>
  outcome?.kind === 'ask' ? `${outcome.approvals} ${outcome.role} ${outcome.selfApproval}` : (outcome?.reason ?? '');

/** The rule that a policy has for the action, where `set_approvals` can set exactly that. */
export const settableRule = (document: PolicyDocument, tool: string): ApprovalRule | undefined => {
  const outcome = outcomeFor(document, tool);
  if (outcome?.kind !== 'ask' || outcome.selfApproval) return undefined;
  return { tool, approvals: outcome.approvals, role: outcome.role };
};

/** What a card lists under "What will change". */
export const ruleChanges = (document: PolicyDocument, wanted: ApprovalRule): string[] => {
  const { tool } = wanted;
  const after = inWords(outcomeOf(wanted));
  if (tool !== 'all') {
    const own = document.rules.find(({ id }) => id === ruleId(tool));
    return [`Approvals for ${tool}: ${own ? inWords(own.outcome) : 'no rule of its own'} → ${after}`];
  }
  const kept = document.rules.length;
  const changes = [
    `Approvals for everything without a rule of its own: ${inWords(document.otherwise)} → ${after}`,
    'What changes power keeps asking an admin',
  ];
  return kept === 0
    ? changes
    : [...changes, `${kept} ${kept === 1 ? 'rule' : 'rules'} for single actions ${kept === 1 ? 'stays' : 'stay'} as before`];
};
