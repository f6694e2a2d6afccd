import type { AgentFigures } from '../db/read/agents.ts';
import type { Stop } from '../db/stops.ts';
import { type Agent, needsModel } from './agent.ts';
import type { Member } from './roster.ts';

/** How an agent stands, as people see it. Nothing stores it: it follows from what there is. */
export const AGENT_STATUSES = [
  'active', // a run of its is going on
  'idle', // ready, with nothing to do
  'paused', // held: what it is sent waits
  'error', // its last run failed, or its configuration does not hold
  'planned', // in the catalogue, not at work
  'offline', // it could not work now: no model, or no worker
  'retired', // taken out of the team
] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

/** What an agent needs to work: somebody to carry it out, and a model. */
export type Power = { workers: number; model: boolean };

/** Whether it, its domain or everything is held, by whoever may. */
export type Held = Stop | undefined;

export type Derived = { status: AgentStatus; why: string | null };

const OFFLINE = {
  workers: 'No worker is alive: it goes on when one is.',
  model: 'No model is connected that answers. Until one is, it reads exact orders only.',
};

const heldWhy = (held: Held): string =>
  held?.killed ? 'It was killed, or all of its domain was.' : 'What it is sent waits until it goes on.';

const powerless = (agent: Agent, { workers, model }: Power): string | undefined => {
  if (workers === 0) return OFFLINE.workers;
  return needsModel(agent) && !model ? OFFLINE.model : undefined;
};

type Matter = { member: Member; figures: Pick<AgentFigures, 'running' | 'last'>; power: Power; held: Held };

/**
 * How an agent stands. What somebody decided comes first (retired, planned, paused), then what keeps it from working, then what it does, then how
 * it last went.
 */
export const statusOf = ({ member, figures, power, held }: Matter): Derived => {
  const { agent, state, broken } = member;
  if (state === 'retired') return { status: 'retired', why: null };
  if (broken) return { status: 'error', why: agent.summary };
  if (state === 'planned') return { status: 'planned', why: 'It is in the catalogue and not at work.' };
  if (state === 'paused' || held?.paused || held?.killed) return { status: 'paused', why: heldWhy(held) };
  const missing = powerless(agent, power);
  if (missing) return { status: 'offline', why: missing };
  if (figures.running > 0) return { status: 'active', why: null };
  if (figures.last?.state === 'failed') return { status: 'error', why: figures.last.problem ?? 'Its last run failed.' };
  return { status: 'idle', why: null };
};
