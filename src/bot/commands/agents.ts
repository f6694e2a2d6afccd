import { z } from 'zod';
import type { Member } from '../../agents/roster.ts';
import { agentStandings } from '../../db/agents.ts';
import { stopsOf } from '../../db/stops.ts';
import { type Card, plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import type { CommandDeps } from './deps.ts';

/** How an agent is stopped, by itself or with its domain, or else its state. */
const standingOf = ({ agent, state }: Member, stops: Awaited<ReturnType<typeof stopsOf>>): string => {
  const found = [stops.get(`agent:${agent.key}`), stops.get(`domain:${agent.domain}`)];
  if (found.some((stop) => stop?.killed)) return 'killed';
  return found.some((stop) => stop?.paused) ? 'paused' : state;
};

const list = async ({ heart, receive }: CommandDeps, projectId: string): Promise<Card> => {
  const { db } = heart.database;
  const [standings, members, stops] = await Promise.all([
    agentStandings(db, projectId),
    receive.agents.members(projectId),
    stopsOf(db, projectId),
  ]);
  const rows = members.map((member) => {
    const { agent } = member;
    const { queued } = standings.get(agent.key) ?? { queued: 0 };
    const waits = queued === 0 ? '–' : `${queued} waiting`;
    return { cells: [visible(`@${agent.key}`), visible(agent.summary), visible(standingOf(member, stops)), visible(waits)] };
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
