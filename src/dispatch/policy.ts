import { type AutopilotRule, PolicyDocument, type PolicyRule } from '../db/policy-document.ts';
import { AUTONOMY_LEVELS, type AutonomyLevel, type Decider, type Risk } from '../db/states.ts';
import { holds } from '../tools/condition.ts';
import { inWords } from '../tools/condition-words.ts';
import type { Tool } from '../tools/tool.ts';
import type { AgentAt } from './actor.ts';
import { hashOf } from './digest.ts';

export type PolicyInForce = { version: number; document: PolicyDocument };

/** One action as a policy sees it: what, how dangerous, with what, and by which agent, if any. */
export type Matter = { tool: Tool; risk: Risk; input: Record<string, unknown>; agent: AgentAt | null };

type Outcome = PolicyRule['outcome'];

/**
 * What a policy says of one action. `hash` is of everything that decided it: a digest holds it, so a changed rule is drift. `decider`: who
 * completes it; `acts` the signed rule that lets an agent. `because`: the conditions of the rule, in words.
 */
export type Ruling = { ruleId: string; hash: string; outcome: Outcome; decider: Decider; acts?: AutopilotRule; because: string | null };

/** A stored document that does not parse is a broken installation, not a permissive one: it throws. */
export const readPolicy = (version: number, document: unknown): PolicyInForce => ({ version, document: PolicyDocument.parse(document) });

const among = <T>(wanted: readonly T[] | undefined, one: T | undefined): boolean =>
  wanted === undefined || (one !== undefined && wanted.includes(one));

const matches = ({ match }: PolicyRule, { tool, risk, input, agent }: Matter): boolean =>
  among(match.tools, tool.name) &&
  among(match.risks, risk) &&
  among(match.agents, agent?.key) &&
  among(match.domains, agent?.domain) &&
  (match.where ?? []).every((condition) => holds(condition, input));

/** What changes power asks an admin, and only a rule that names the tool can say otherwise: a general rule never loosens it. */
const POWER: Outcome = { kind: 'ask', approvals: 1, role: 'admin', selfApproval: false };

const namesIt = (rule: PolicyRule, tool: Tool): boolean => rule.match.tools?.includes(tool.name) ?? false;

const careful = (a: AutonomyLevel, b: AutonomyLevel): AutonomyLevel => (AUTONOMY_LEVELS.indexOf(a) <= AUTONOMY_LEVELS.indexOf(b) ? a : b);

/** How far an agent may go: what is set for it, or what it was configured with, and never further than its domain. */
export const levelOf = ({ autonomy }: PolicyDocument, agent: Pick<AgentAt, 'key' | 'domain' | 'autonomy'>): AutonomyLevel =>
  careful(autonomy.agents[agent.key] ?? agent.autonomy, autonomy.domains[agent.domain] ?? 'autopilot');

/** The same agent where people are to decide whatever a rule lets it do by itself: as on a heartbeat. */
export const supervised = (agent: AgentAt | null): AgentAt | null => agent && { ...agent, heartbeat: true };

/** Whether a signed rule is about this agent doing this, whatever the time and how far it may go. */
export const isAbout = (rule: Pick<AutopilotRule, 'agent' | 'tools' | 'risks' | 'where'>, matter: Matter): boolean =>
  rule.agent === matter.agent?.key &&
  rule.tools.includes(matter.tool.name) &&
  among(rule.risks, matter.risk) &&
  (rule.where ?? []).every((condition) => holds(condition, matter.input));

/** The signed rule that lets this agent do this at this moment; undefined where people are to be asked. */
const actingRule = (policy: PolicyDocument, matter: Matter, at: { outcome: Outcome; now: Date }): AutopilotRule | undefined => {
  const { tool, agent } = matter;
  const { outcome, now } = at;
  if (!agent || agent.heartbeat || tool.changesPower || levelOf(policy, agent) !== 'autopilot') return undefined;
  // Where people decided that several, or somebody in particular, have to look, no rule of an agent's stands above that.
  if (outcome.kind !== 'ask' || outcome.approvals > 1 || outcome.group !== undefined) return undefined;
  return policy.autopilot.find((rule) => isAbout(rule, matter) && new Date(rule.signedAt) <= now && now < new Date(rule.until));
};

const becauseOf = (rule: PolicyRule): string | null => rule.match.where?.map(inWords).join(' and ') ?? null;

type Found = { ruleId: string; outcome: Outcome; because: string | null };

const findRule = (policy: PolicyDocument, matter: Matter): Found => {
  const { tool } = matter;
  const found = policy.rules.find((rule) => matches(rule, matter) && (!tool.changesPower || namesIt(rule, tool)));
  if (found) return { ruleId: found.id, outcome: found.outcome, because: becauseOf(found) };
  return tool.changesPower
    ? { ruleId: 'power', outcome: POWER, because: null }
    : { ruleId: 'otherwise', outcome: policy.otherwise, because: null };
};

/** The first rule that matches decides. Pure: the same document, matter and moment give the same ruling anywhere. */
export const ruleOn = (policy: PolicyDocument, matter: Matter, now = new Date()): Ruling => {
  const { ruleId, outcome, because } = findRule(policy, matter);
  if (!matter.agent) return { ruleId, outcome, because, decider: 'people', hash: hashOf({ ruleId, outcome }) };
  const acts = actingRule(policy, matter, { outcome, now });
  const manual = levelOf(policy, matter.agent) === 'manual';
  const decider = manual ? 'nobody' : acts ? 'autopilot' : 'people';
  const hash = hashOf({ ruleId, outcome, decider, ...(acts ? { acts } : {}) });
  return { ruleId, outcome, because, decider, hash, ...(acts ? { acts } : {}) };
};
