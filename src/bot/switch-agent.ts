import type { Agent } from '../agents/agent.ts';
import { setAgentState } from '../db/agents.ts';
import type { Actor } from '../dispatch/actor.ts';
import type { ReceiveDeps } from './receive.ts';

/** Pauses an agent or lets it go on; answers how many messages that waited for it are answered now. Whoever calls has looked at the role. */
export const switchAgent = (deps: ReceiveDeps, actor: Actor, change: { verb: 'pause' | 'resume'; agent: Agent }): Promise<number> => {
  const { verb, agent } = change;
  const { projectId, personId } = actor;
  const state = verb === 'pause' ? 'paused' : 'active';
  return setAgentState(deps.database, { projectId, key: agent.key, state, personId }, deps.enqueueRoute);
};

/** What became of it, in a sentence. */
export const AGENT_SAY = (agent: Agent, verb: 'pause' | 'resume', freed: number): string => {
  if (verb === 'pause') return `${agent.name} is paused. What it is sent waits until it goes on.`;
  return `${agent.name} goes on.${freed > 0 ? ` It answers the ${freed === 1 ? 'message' : `${freed} messages`} that waited.` : ''}`;
};
