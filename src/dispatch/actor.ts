import type { AutonomyLevel, Role } from '../db/states.ts';

/**
 * Whoever asks, as the door that they came through proved it (cookie, key, a surface's signed event), never as they claim.
 * `personId` null is a service key: it proposes and never decides. `role` is what they may do at most; `decide` reads the
 * member's row again under lock, so that a right taken away in between no longer counts.
 */
export type Actor = {
  projectId: string;
  personId: string | null;
  name: string;
  role: Role;
  /** Where it came from: `room`, `api`, `slack` … */
  via: string;
  /** The agent that acts in this name, or in nobody's: absent for a person at the dispatcher. What it proposes is ruled on as an agent's. */
  agent?: ActingAgent;
};

/** What a policy goes by where an agent proposes. `heartbeat`: nobody ordered it, so people decide all that comes of it. */
export type AgentAt = { key: string; domain: string; autonomy: AutonomyLevel; heartbeat: boolean };

/** An agent in the middle of a run, as its configuration says. It proposes and never decides. */
export type ActingAgent = AgentAt & { name: string /** Null: no run waits for what becomes of it. */; runId: string | null };

/** The agent of a stored proposal, as it stood when it proposed; null for a person's own. */
export const agentAt = (stored: {
  agentKey: string | null;
  agentDomain: string | null;
  agentAutonomy: AutonomyLevel | null;
  agentHeartbeat: boolean;
}): AgentAt | null =>
  stored.agentKey === null
    ? null
    : {
        key: stored.agentKey,
        domain: stored.agentDomain ?? 'general',
        autonomy: stored.agentAutonomy ?? 'manual',
        heartbeat: stored.agentHeartbeat,
      };

/** Who a digest says asked: a person, a service key, or an agent, in somebody's name or in nobody's. */
export const requesterOf = ({ personId, name, agent }: Pick<Actor, 'personId' | 'name' | 'agent'>): string => {
  const who = personId ? `person:${personId}` : `key:${name}`;
  if (!agent) return who;
  return personId ? `agent:${agent.key}/${who}` : `agent:${agent.key}`;
};
