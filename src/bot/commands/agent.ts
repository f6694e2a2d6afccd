import { z } from 'zod';
import type { AgentStatus } from '../../agents/status.ts';
import { restartRunsOf } from '../../db/agent-restart.ts';
import { listRuns } from '../../db/read/agent-runs.ts';
import { roleAtLeast } from '../../db/states.ts';
import { type Card, type CardAction, type CardFact, type CardTone, plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { visible, visibleBlock } from '../../dispatch/visible.ts';
import { err, ok } from '../../result.ts';
import { age } from '../age.ts';
import { type AgentStanding, readStandings } from '../agent-standings.ts';
import { dollars } from '../dollars.ts';
import type { CommandDeps } from './deps.ts';

const RUNS = 5;

const TONES: Record<AgentStatus, CardTone> = {
  active: 'working',
  idle: 'good',
  paused: 'warning',
  error: 'bad',
  planned: 'muted',
  offline: 'warning',
  retired: 'muted',
};

const LABELS: Record<AgentStatus, string> = {
  active: 'Active',
  idle: 'Idle',
  paused: 'Paused',
  error: 'Error',
  planned: 'Planned',
  offline: 'Offline',
  retired: 'Retired',
};

const factsOf = ({ member, figures, reach, why }: AgentStanding): CardFact[] => {
  const { agent } = member;
  const fact = (label: string, value: string): CardFact => ({ label, value: visible(value) });
  const { now, finished, done, queuedRuns, queuedMessages, waitingCards, costMicros } = figures;
  const waits = [
    ...(queuedMessages > 0 ? [`${queuedMessages} messages`] : []),
    ...(queuedRuns > 0 ? [`${queuedRuns} runs`] : []),
    ...(waitingCards > 0 ? [`${waitingCards} cards for people`] : []),
  ];
  return [
    ...(why ? [fact('Why', why)] : []),
    fact('Autonomy', `${reach.level}. ${reach.why}`),
    fact('Domain', agent.domain),
    fact(
      'May use',
      agent.tools === null ? 'every action but those that change power' : agent.tools.join(', ') || 'nothing: it only answers',
    ),
    fact('Model', agent.model ?? 'the one that is set up'),
    fact('Limits', `${agent.maxSteps} steps a run, ${agent.concurrency} runs at a time`),
    ...(now ? [fact('Now', now.goal)] : []),
    ...(waits.length > 0 ? [fact('Waiting', waits.join(', '))] : []),
    fact(
      'Done, 30 days',
      finished === 0 ? 'no run came to an end' : `${done} of ${finished} runs (${Math.floor((100 * done) / finished)} %)`,
    ),
    fact('Cost today', dollars(costMicros)),
  ];
};

const say = (text: string): CardAction => ({ verb: 'say', label: text, text, tone: 'plain' });

const BUTTONS: Record<AgentStatus, (key: string) => string[]> = {
  active: (key) => [`/pause-agent ${key}`, `/restart-agent ${key}`],
  idle: (key) => [`/pause-agent ${key}`],
  error: (key) => [`/pause-agent ${key}`],
  offline: (key) => [`/pause-agent ${key}`],
  paused: (key) => [`/resume-agent ${key}`],
  planned: (key) => [`deploy the agent ${key}`],
  retired: (key) => [`deploy the agent ${key}`],
};

const cardOf = async ({ heart }: CommandDeps, projectId: string, standing: AgentStanding): Promise<Card> => {
  const { agent } = standing.member;
  const page = await listRuns(heart.database.db, { projectId, agentKey: agent.key, limit: RUNS });
  const runs = page.ok ? page.value.items : [];
  const rows = runs.map(({ id, state, goal, costMicros, ageSeconds }) => ({
    cells: [id.slice(0, 8), [...goal].slice(0, 80).join(''), state, dollars(costMicros), age(ageSeconds)].map(visible),
  }));
  return plainCard({
    title: visible(`${agent.name} (@${agent.key})`),
    status: { label: LABELS[standing.status], tone: TONES[standing.status] },
    facts: factsOf(standing),
    arguments: [{ name: 'prompt', label: 'Prompt', value: visibleBlock(agent.prompt), block: true }],
    ...(rows.length > 0 ? { table: { columns: ['Run', 'What for', 'State', 'Cost', 'Begun'], rows, empty: '' } } : {}),
    notes: [visible(agent.summary)],
    actions: BUTTONS[standing.status](agent.key).map(say),
  });
};

const MISSING = err({ code: 'agent_missing', message: 'There is no agent of that name here. /agents all lists them.' });
const named = z.strictObject({ agent: z.string('Say which agent.').min(1).max(100) });
const keyOf = (written: string): string => written.trim().toLowerCase().replace(/^@/, '');

export const agent = (deps: CommandDeps) =>
  defineCommand({
    name: 'agent',
    summary: 'One agent: its configuration, how far it goes and why, its last runs, what it costs',
    usage: '/agent <name>',
    changes: false,
    role: 'viewer',
    args: named,
    rest: 'agent',
    async run({ agent: written }, { projectId }) {
      const [standing] = await readStandings(deps, projectId, keyOf(written));
      return standing ? ok(await cardOf(deps, projectId, standing)) : MISSING;
    },
  });

/** What a restart came to, in a sentence. */
export const sayRestart = (name: string, again: number): string => {
  if (again === 0) return `${name} is at nothing now, so there is nothing to restart.`;
  return `${name} begins again where ${again === 1 ? 'its run' : `its ${again} runs`} last stood.`;
};

export const restartAgent = ({ heart, receive }: CommandDeps) =>
  defineCommand({
    name: 'restart-agent',
    summary: 'Takes what an agent is at out of its hands, and has it go on from where that last stood',
    usage: '/restart-agent <name>',
    changes: true,
    role: 'operator',
    args: named,
    rest: 'agent',
    async run({ agent: written }, actor) {
      if (!roleAtLeast(actor.role, 'operator'))
        return err({ code: 'not_allowed', message: 'Your role lets you read here, not change anything.' });
      const member = await receive.agents.find(actor.projectId, keyOf(written));
      if (!member) return MISSING;
      const { projectId, personId } = actor;
      const again = await restartRunsOf(heart.database, { projectId, agentKey: member.agent.key, personId });
      return ok(plainCard({ title: visible(sayRestart(member.agent.name, again)) }));
    },
  });
