import type { Member } from '../agents/roster.ts';
import { type Derived, statusOf } from '../agents/status.ts';
import { type AgentFigures, NO_FIGURES, readAgents } from '../db/read/agents.ts';
import type { AutonomyLevel } from '../db/states.ts';
import { type Stop, stopsOf } from '../db/stops.ts';
import type { Heart } from '../dispatch/heart.ts';
import { levelOf, type PolicyInForce } from '../dispatch/policy.ts';
import { policyInForce } from '../dispatch/propose.ts';
import { readSwitch } from '../dispatch/switch.ts';
import type { Health } from './commands/deps.ts';
import type { ReceiveDeps } from './receive.ts';

/** How far an agent goes, and what that comes from, in a sentence. */
export type Reach = { level: AutonomyLevel; why: string };

/** An agent with how it stands at this moment. */
export type AgentStanding = { member: Member; figures: AgentFigures; reach: Reach } & Derived;

export type StandingDeps = { heart: Heart; receive: ReceiveDeps; health(): Promise<Health> };

const signedWhy = (rules: number): string =>
  rules === 0
    ? 'No rule is signed for it, so people decide each of its cards'
    : `It acts by ${rules === 1 ? 'a rule that is' : `${rules} rules that are`} signed, and asks for everything else`;

/** How far an agent goes under the policy in force, and why that far. */
export const reachOf = ({ document }: PolicyInForce, agent: Member['agent'], now = new Date()): Reach => {
  const level = levelOf(document, agent);
  const set = document.autonomy.agents[agent.key];
  const own = set ?? agent.autonomy;
  const from = level === own ? (set ? 'Set for it' : 'As it is configured') : `Its domain ${agent.domain} goes no further`;
  if (level !== 'autopilot') return { level, why: from };
  const rules = document.autopilot.filter(
    (rule) => rule.agent === agent.key && new Date(rule.signedAt) <= now && now < new Date(rule.until),
  );
  return { level, why: `${from}. ${signedWhy(rules.length)}` };
};

const stopAt = ({ agent }: Member, stops: ReadonlyMap<string, Stop>, all: Stop): Stop => {
  const found = [all, stops.get(`agent:${agent.key}`), stops.get(`domain:${agent.domain}`)];
  return { paused: found.some((stop) => stop?.paused), killed: found.some((stop) => stop?.killed) };
};

/** Every agent of a project, or the one that is named, as it stands now: what there is, read anew. */
export const readStandings = async (deps: StandingDeps, projectId: string, key?: string): Promise<AgentStanding[]> => {
  const { heart, receive, health } = deps;
  const { db } = heart.database;
  const [members, figures, stops, all, policy, { workers, model }] = await Promise.all([
    receive.agents.members(projectId),
    readAgents(db, projectId, key),
    stopsOf(db, projectId),
    readSwitch(db, projectId),
    policyInForce(db, projectId),
    health(),
  ]);
  const power = { workers, model: model?.ok ?? false };
  return members
    .filter(({ agent }) => key === undefined || agent.key === key)
    .map((member) => {
      const done = figures.get(member.agent.key) ?? NO_FIGURES;
      const derived = statusOf({ member, figures: done, power, held: stopAt(member, stops, all) });
      return { member, figures: done, reach: reachOf(policy, member.agent), ...derived };
    });
};
