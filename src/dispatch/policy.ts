import { PolicyDocument, type PolicyRule } from '../db/policy-document.ts';
import type { Risk } from '../db/states.ts';
import type { Tool } from '../tools/tool.ts';
import { hashOf } from './digest.ts';

export type PolicyInForce = { version: number; document: PolicyDocument };

/** What a policy says of one action. `hash` is of the rule that matched: a digest holds it, so a changed rule is drift. */
export type Ruling = { ruleId: string; hash: string; outcome: PolicyRule['outcome'] };

/** A stored document that does not parse is a broken installation, not a permissive one: it throws. */
export const readPolicy = (version: number, document: unknown): PolicyInForce => ({ version, document: PolicyDocument.parse(document) });

const matches = (rule: PolicyRule, tool: Tool, risk: Risk): boolean =>
  (!rule.match.tools || rule.match.tools.includes(tool.name)) && (!rule.match.risks || rule.match.risks.includes(risk));

/** What changes power asks an admin, and only a rule that names the tool can say otherwise: a general rule never loosens it. */
const POWER: PolicyRule['outcome'] = { kind: 'ask', approvals: 1, role: 'admin', selfApproval: false };

const namesIt = (rule: PolicyRule, tool: Tool): boolean => rule.match.tools?.includes(tool.name) ?? false;

const ruling = (ruleId: string, outcome: PolicyRule['outcome']): Ruling => ({ ruleId, outcome, hash: hashOf({ ruleId, outcome }) });

/** The first rule that matches decides. Pure: the same document, tool and risk give the same ruling anywhere. */
export const ruleOn = (policy: PolicyDocument, tool: Tool, risk: Risk): Ruling => {
  const found = policy.rules.find((rule) => matches(rule, tool, risk) && (!tool.changesPower || namesIt(rule, tool)));
  if (found) return ruling(found.id, found.outcome);
  return tool.changesPower ? ruling('power', POWER) : ruling('otherwise', policy.otherwise);
};
