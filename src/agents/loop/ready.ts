import type { AgentRun } from '../../db/agent-run-store.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { roleNow } from '../../dispatch/standing.ts';
import { type Held, mayWork } from '../../dispatch/stops.ts';
import type { Agent } from '../agent.ts';
import type { Member } from '../roster.ts';
import type { Failure, LoopDeps, Working } from './deps.ts';
import { offeredTo } from './offered.ts';
import { readTranscript } from './transcript.ts';

export type Ready = { kind: 'ready'; working: Working } | { kind: 'held'; held: Held } | { kind: 'failed'; failure: Failure };

const failed = (errorCode: string, problem: string): Ready => ({ kind: 'failed', failure: { errorCode, problem } });

/** In whose name it works: with what that person may do at this moment, and never more than the door that they came through. */
const actorFor = async ({ heart }: LoopDeps, run: AgentRun, agent: Agent): Promise<Actor | undefined> => {
  const { projectId, personId, personName, actorRole } = run;
  const { key, name, domain, autonomy } = agent;
  const heartbeat = run.trigger === 'heartbeat';
  const actor: Actor = {
    projectId,
    personId,
    name: personName ?? name,
    role: actorRole,
    via: 'agent',
    agent: { key, name, domain, autonomy, heartbeat, runId: run.id },
  };
  if (personId === null) return actor;
  const role = await roleNow(heart.database.db, actor);
  return role && { ...actor, role };
};

/** Everything that a step depends on, read anew: what was granted, stopped or taken away since the last one counts at once. */
export const readyFor = async (
  deps: LoopDeps,
  { run, member }: { run: AgentRun; member: Member | undefined },
  signal: AbortSignal,
): Promise<Ready> => {
  const { projectId, agentKey } = run;
  if (!member) return failed('agent_retired', 'This agent is not in the team any more.');
  const { agent, state } = member;
  if (state === 'planned') return failed('agent_planned', `${agent.name} is planned and not at work yet.`);
  const worked = { projectId, agentKey, domain: agent.domain };
  const [held, actor] = await Promise.all([mayWork(deps.heart.database.db, worked), actorFor(deps, run, agent)]);
  if (held) return { kind: 'held', held };
  if (state === 'paused') return { kind: 'held', held: { why: 'paused' } };
  if (!actor) return failed('not_a_member', 'Whoever ordered this is not a member here any more.');
  const transcript = readTranscript(run.transcript);
  if (!transcript) return failed('transcript_unreadable', 'What is stored of this piece of work cannot be read.');
  const offered = offeredTo(agent, { tools: deps.tools, reads: deps.reads });
  return { kind: 'ready', working: { run, agent, actor, offered, transcript, signal } };
};
