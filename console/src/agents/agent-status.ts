import type { AgentRow } from '../../../src/web/agent-schemas.ts';

export type AgentStatus = AgentRow['status'];
export type AutonomyLevel = AgentRow['autonomy']['level'];

type Look = { label: string; tone: 'good' | 'bad' | 'warning' | 'working' | 'muted' | 'neutral'; dot: string };

export const AGENT_STATUS: Record<AgentStatus, Look> = {
  active: { label: 'Active', tone: 'working', dot: 'bg-wait animate-breathe' },
  idle: { label: 'Idle', tone: 'good', dot: 'bg-good' },
  paused: { label: 'Paused', tone: 'warning', dot: 'bg-warn' },
  error: { label: 'Error', tone: 'bad', dot: 'bg-bad' },
  planned: { label: 'In the catalogue', tone: 'muted', dot: 'bg-edge' },
  offline: { label: 'Offline', tone: 'warning', dot: 'border border-warn' },
  retired: { label: 'Retired', tone: 'muted', dot: 'bg-edge' },
};

/** Who needs somebody first, then who works, then who could. */
export const STATUS_ORDER: readonly AgentStatus[] = ['error', 'active', 'paused', 'offline', 'idle', 'planned', 'retired'];

export const AUTONOMY: Record<AutonomyLevel, { label: string; means: string }> = {
  manual: { label: 'Manual', means: 'Suggests. Its cards have no approve: a person does what they want of it.' },
  copilot: { label: 'Copilot', means: 'Proposes. People decide each card.' },
  autopilot: { label: 'Autopilot', means: 'Acts where a rule that a person signed lets it, and asks everywhere else.' },
};

export const microsToUsd = (micros: number): number => micros / 1_000_000;
