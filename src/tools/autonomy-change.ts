import type { PolicyDocument } from '../db/policy-document.ts';
import { AUTONOMY_LEVELS, type AutonomyLevel } from '../db/states.ts';

/** An agent as the team has it, as far as autonomy goes. `autonomy`: what it was configured with. */
export type Teammate = { key: string; name: string; domain: string; autonomy: AutonomyLevel };

/** Who works here besides people, as it is now. */
export type Team = (projectId: string) => Promise<readonly Teammate[]>;

/** One agent, or all of a domain. */
export type AutonomyScope = `agent:${string}` | `domain:${string}`;

const placeOf = (scope: AutonomyScope): { kind: 'agents' | 'domains'; name: string } => {
  const at = scope.indexOf(':');
  return { kind: scope.startsWith('agent:') ? 'agents' : 'domains', name: scope.slice(at + 1) };
};

/** What is set for it, else what it was configured with; a domain holds nobody back until it is set. Undefined: there is nobody of that name. */
export const levelNow = (document: PolicyDocument, team: readonly Teammate[], scope: AutonomyScope): AutonomyLevel | undefined => {
  const { kind, name } = placeOf(scope);
  const set = Object.hasOwn(document.autonomy[kind], name) ? document.autonomy[kind][name] : undefined;
  if (kind === 'agents') {
    const mate = team.find(({ key }) => key === name);
    return mate && (set ?? mate.autonomy);
  }
  return set ?? (team.some(({ domain }) => domain === name) ? 'autopilot' : undefined);
};

/** Which of agents and domains goes by these words: `@qualifier`, `sales`, `domain:sales`. An agent stands before a domain of the same name. */
export const scopeNamed = (team: readonly Teammate[], words: string): AutonomyScope | undefined => {
  const said = words.trim().toLowerCase().replace(/^the /, '');
  const [, kind, exact] = /^(agent|domain):(.+)$/.exec(said) ?? [];
  const name = (exact ?? said).replace(/^@/, '');
  const agent = team.find((mate) => mate.key === name || mate.name.toLowerCase() === name);
  if (agent && kind !== 'domain') return `agent:${agent.key}`;
  return team.some(({ domain }) => domain === name) && kind !== 'agent' ? `domain:${name}` : undefined;
};

/** The document with this level set. */
export const withLevel = (document: PolicyDocument, scope: AutonomyScope, level: AutonomyLevel): PolicyDocument => {
  const { kind, name } = placeOf(scope);
  const { autonomy } = document;
  return { ...document, autonomy: { ...autonomy, [kind]: { ...autonomy[kind], [name]: level } } };
};

/** The document without this signed rule. */
export const withoutRule = (document: PolicyDocument, id: string): PolicyDocument => ({
  ...document,
  autopilot: document.autopilot.filter((rule) => rule.id !== id),
});

export const isLower = (level: AutonomyLevel, than: AutonomyLevel): boolean =>
  AUTONOMY_LEVELS.indexOf(level) < AUTONOMY_LEVELS.indexOf(than);

/** The more careful of what an agent and its domain may do. */
export const careful = (a: AutonomyLevel, b: AutonomyLevel): AutonomyLevel => (isLower(b, a) ? b : a);

/** How people read who it is about: `@qualifier`, or `the domain sales`. */
export const scopeInWords = (scope: AutonomyScope): string => {
  const { kind, name } = placeOf(scope);
  return kind === 'agents' ? `@${name}` : `the domain ${name}`;
};
