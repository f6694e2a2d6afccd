import { type AgentStanding, readStandings, type StandingDeps } from '../bot/agent-standings.ts';
import { agentThread } from '../db/thread-id.ts';
import type { Actor } from '../dispatch/actor.ts';
import type { AgentDetail, AgentRow, Grant } from './agent-schemas.ts';
import type { WebDeps } from './deps.ts';

export const agentRowOf = ({ member, figures, reach, status, why }: AgentStanding, actor: Actor): AgentRow => {
  const { agent, state, shipped } = member;
  const { now, finished, done, costMicros, queuedRuns, queuedMessages, waitingCards } = figures;
  return {
    key: agent.key,
    name: agent.name,
    summary: agent.summary,
    domain: agent.domain,
    tools: agent.tools ? [...agent.tools] : null,
    state: status === 'paused' ? 'paused' : state,
    status,
    why,
    autonomy: reach,
    shipped,
    successRate: finished === 0 ? null : done / finished,
    finishedRuns: finished,
    costMicros,
    now,
    queued: queuedMessages,
    queuedRuns,
    waitingCards,
    threadId: actor.personId ? agentThread(agent.key, actor.personId) : null,
  };
};

/** Every agent, retired ones included, as a page and a program see it. */
export const agentRows = async (deps: StandingDeps, actor: Actor): Promise<AgentRow[]> =>
  (await readStandings(deps, actor.projectId)).map((one) => agentRowOf(one, actor));

/** One agent whole; also a retired one, whose record stays. */
export const agentDetail = async (deps: StandingDeps, actor: Actor, key: string): Promise<AgentDetail | undefined> => {
  const [standing] = await readStandings(deps, actor.projectId, key);
  if (!standing) return undefined;
  const { prompt, autonomy, model, maxSteps, concurrency } = standing.member.agent;
  return { ...agentRowOf(standing, actor), config: { prompt, autonomy, model, maxSteps, concurrency } };
};

/** What an agent may be given. What changes power is not in it. */
export const grantsOf = ({ tools, reads = [] }: Pick<WebDeps, 'tools' | 'reads'>): Grant[] => [
  ...tools
    .filter(({ internal, changesPower }) => !internal && !changesPower)
    .map(({ name, title, summary }): Grant => ({ name, kind: 'act', title, summary })),
  ...reads.map(({ name, summary }): Grant => ({ name, kind: 'look', title: name.replaceAll('_', ' '), summary })),
];
