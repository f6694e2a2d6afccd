import { z } from 'zod';
import type { AgentStatus } from '../../agents/status.ts';
import { plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import { type AgentStanding, readStandings } from '../agent-standings.ts';
import { dollars } from '../dollars.ts';
import type { CommandDeps } from './deps.ts';

/** Who needs somebody first, then who works, then who could. */
const ORDER: readonly AgentStatus[] = ['error', 'active', 'paused', 'offline', 'idle', 'planned', 'retired'];
const LONGEST_NOW = 60;

const rate = ({ figures: { done, finished } }: AgentStanding): string =>
  finished === 0 ? '–' : `${Math.floor((100 * done) / finished)} % of ${finished}`;

const short = (text: string): string => ([...text].length > LONGEST_NOW ? `${[...text].slice(0, LONGEST_NOW - 1).join('')}…` : text);

/** What it is at, or what waits for it. */
const nowOf = ({ figures }: AgentStanding): string => {
  const { now, queuedMessages, waitingCards } = figures;
  const parts = [
    ...(now ? [short(now.goal)] : []),
    ...(waitingCards > 0 ? [`${waitingCards} ${waitingCards === 1 ? 'card waits' : 'cards wait'}`] : []),
    ...(queuedMessages > 0 ? [`${queuedMessages} ${queuedMessages === 1 ? 'message waits' : 'messages wait'}`] : []),
  ];
  return parts.length > 0 ? parts.join(' · ') : '–';
};

const cellsOf = (one: AgentStanding) => {
  const { member, status, figures, reach } = one;
  const cost = figures.costMicros === 0 ? '–' : dollars(figures.costMicros);
  return [`@${member.agent.key}`, status, reach.level, rate(one), cost, nowOf(one)].map(visible);
};

const SHOWN: Record<string, (status: AgentStatus) => boolean> = {
  team: (status) => status !== 'planned' && status !== 'retired',
  planned: (status) => status === 'planned',
  all: () => true,
};

export const agents = (deps: CommandDeps) =>
  defineCommand({
    name: 'agents',
    summary: 'The agents: how they stand, how far they go, how well they do, what they cost today and what they do now',
    usage: '/agents [all or planned]',
    changes: false,
    role: 'viewer',
    args: z.strictObject({ which: z.enum(['team', 'planned', 'all'], 'Say all, planned, or nothing.').default('team') }),
    rest: 'which',
    async run({ which }, { projectId }) {
      const standings = await readStandings(deps, projectId);
      const shown = standings
        .filter(({ status }) => SHOWN[which]?.(status))
        .sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
      const planned = standings.filter(({ status }) => status === 'planned');
      const table = {
        columns: ['Agent', 'State', 'Autonomy', 'Done, 30 days', 'Cost today', 'Now'],
        rows: shown.map((one) => ({ cells: cellsOf(one) })),
        empty: 'There are none.',
      };
      const catalogue =
        which === 'team' && planned.length > 0
          ? [`${planned.length} more are in the catalogue: ${planned.map(({ member }) => `@${member.agent.key}`).join(', ')}.`]
          : [];
      return ok(
        plainCard({
          title: visible(which === 'planned' ? 'Agents of the catalogue, not at work' : 'Agents'),
          table,
          notes: [...catalogue, 'Write @ and its name to speak with one; /agent and its name shows all of it.'].map(visible),
          actions:
            which === 'team' && planned.length > 0
              ? [{ verb: 'say', label: '/agents planned', text: '/agents planned', tone: 'plain' }]
              : [],
        }),
      );
    },
  });
