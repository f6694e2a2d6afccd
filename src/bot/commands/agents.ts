import { z } from 'zod';
import type { Agent } from '../../agents/agent.ts';
import { agentStandings } from '../../db/agents.ts';
import { roleAtLeast } from '../../db/states.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { type Card, plainCard } from '../../dispatch/card.ts';
import { type CommandError, defineCommand } from '../../dispatch/command.ts';
import { visible } from '../../dispatch/visible.ts';
import { err, ok, type Result } from '../../result.ts';
import { AGENT_SAY, switchAgent } from '../switch-agent.ts';
import type { CommandDeps } from './deps.ts';

const STATES = { active: 'active', paused: 'paused' } as const;

const list = async ({ heart, receive }: CommandDeps, projectId: string): Promise<Card> => {
  const standings = await agentStandings(heart.database.db, projectId);
  const rows = receive.agents.map((agent) => {
    const { state, queued } = standings.get(agent.key) ?? { state: 'active' as const, queued: 0 };
    const waits = queued === 0 ? '–' : `${queued} waiting`;
    return { cells: [visible(`@${agent.key}`), visible(agent.summary), visible(STATES[state]), visible(waits)] };
  });
  const table = { columns: ['Agent', 'What for', 'State', 'Messages'], rows, empty: 'There are none.' };
  return plainCard({ title: visible('Agents'), table, notes: [visible('Write @ and its name to speak with one, or open its thread.')] });
};

const change = async (
  deps: CommandDeps,
  actor: Actor,
  at: { verb: 'pause' | 'resume'; agent: Agent },
): Promise<Result<Card, CommandError>> => {
  if (!roleAtLeast(actor.role, 'operator'))
    return err({ code: 'not_allowed', message: 'Your role lets you read here, not change anything.' });
  const freed = await switchAgent(deps.receive, actor, at);
  return ok(plainCard({ title: visible(AGENT_SAY(at.agent, at.verb, freed)) }));
};

const USAGE = '/agents [pause or resume, and a name]';

export const agents = (deps: CommandDeps) =>
  defineCommand({
    name: 'agents',
    summary: 'The agents, what they are for and whether they work; pauses one or lets it go on',
    usage: USAGE,
    changes: false,
    role: 'viewer',
    args: z.strictObject({ what: z.string().max(100).optional() }),
    rest: 'what',
    async run({ what }, actor) {
      if (!what) return ok(await list(deps, actor.projectId));
      const [, verb, key] = /^(pause|resume)\s+@?([a-z0-9-]+)$/.exec(what.trim().toLowerCase()) ?? [];
      if (verb !== 'pause' && verb !== 'resume') return err({ code: 'invalid_input', message: `Usage: ${USAGE}` });
      const agent = deps.receive.agents.find((one) => one.key === key);
      if (!agent) return err({ code: 'agent_missing', message: 'There is no agent of that name here. /agents lists them.' });
      return change(deps, actor, { verb, agent });
    },
  });
