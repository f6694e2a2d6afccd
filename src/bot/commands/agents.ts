import { z } from 'zod';
import { agentStandings } from '../../db/agents.ts';
import { roleAtLeast } from '../../db/states.ts';
import { type Card, plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { visible } from '../../dispatch/visible.ts';
import { err, ok } from '../../result.ts';
import { AGENT_SAY, switchAgent } from '../switch-agent.ts';
import type { CommandDeps } from './deps.ts';

const STATES = { active: 'active', paused: 'paused', planned: 'planned', retired: 'retired' } as const;

const list = async ({ heart, receive }: CommandDeps, projectId: string): Promise<Card> => {
  const [standings, members] = await Promise.all([agentStandings(heart.database.db, projectId), receive.agents.members(projectId)]);
  const rows = members.map(({ agent, state }) => {
    const { queued } = standings.get(agent.key) ?? { queued: 0 };
    const waits = queued === 0 ? '–' : `${queued} waiting`;
    return { cells: [visible(`@${agent.key}`), visible(agent.summary), visible(STATES[state]), visible(waits)] };
  });
  const table = { columns: ['Agent', 'What for', 'State', 'Messages'], rows, empty: 'There are none.' };
  return plainCard({ title: visible('Agents'), table, notes: [visible('Write @ and its name to speak with one, or open its thread.')] });
};

export const agents = (deps: CommandDeps) =>
  defineCommand({
    name: 'agents',
    summary: 'The agents, what they are for and whether they work',
    usage: '/agents',
    changes: false,
    role: 'viewer',
    args: z.strictObject({}),
    run: async (_args, actor) => ok(await list(deps, actor.projectId)),
  });

const SUMMARY = {
  pause: 'Pauses an agent: what it is sent waits',
  resume: 'Lets a paused agent go on, with what waited for it',
} as const;

const turn = (verb: 'pause' | 'resume') => (deps: CommandDeps) =>
  defineCommand({
    name: `${verb}-agent`,
    summary: SUMMARY[verb],
    usage: `/${verb}-agent <name>`,
    changes: true,
    role: 'operator',
    args: z.strictObject({ agent: z.string('Say which agent.').min(1).max(100) }),
    rest: 'agent',
    async run({ agent: named }, actor) {
      if (!roleAtLeast(actor.role, 'operator'))
        return err({ code: 'not_allowed', message: 'Your role lets you read here, not change anything.' });
      const key = named.trim().toLowerCase().replace(/^@/, '');
      const agent = (await deps.receive.agents.find(actor.projectId, key))?.agent;
      if (!agent) return err({ code: 'agent_missing', message: 'There is no agent of that name here. /agents lists them.' });
      const freed = await switchAgent(deps.receive, actor, { verb, agent });
      return ok(plainCard({ title: visible(AGENT_SAY(agent, verb, freed)) }));
    },
  });

export const pauseAgent = turn('pause');
export const resumeAgent = turn('resume');
