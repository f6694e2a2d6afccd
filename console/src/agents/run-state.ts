import type { AgentRun, AgentStep } from '../../../src/web/agent-run-schemas.ts';

type Tone = 'good' | 'bad' | 'warning' | 'working' | 'waiting' | 'muted';

export const RUN_STATE: Record<AgentRun['state'], { label: string; tone: Tone }> = {
  queued: { label: 'Queued', tone: 'muted' },
  running: { label: 'Running', tone: 'working' },
  parked: { label: 'Waits for people', tone: 'waiting' },
  done: { label: 'Done', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  cancelled: { label: 'Cancelled', tone: 'muted' },
};

export const isOpen = (state: AgentRun['state']): boolean => state === 'queued' || state === 'running' || state === 'parked';

/** One line of a trace, in a word; `mark` is the colour of its dot. */
export const STEP: Record<AgentStep['kind'], { label: string; mark: string }> = {
  thought: { label: 'Reasoned', mark: 'border-edge bg-bg' },
  read: { label: 'Looked up', mark: 'border-edge bg-edge' },
  proposal: { label: 'Proposed', mark: 'border-wait bg-wait' },
  decision: { label: 'Decided', mark: 'border-good bg-good' },
  refused: { label: 'Refused', mark: 'border-warn bg-warn' },
  report: { label: 'Reported', mark: 'border-accent bg-accent' },
  hand_off: { label: 'Handed over', mark: 'border-accent bg-accent' },
  override: { label: 'A person said', mark: 'border-warn bg-bg' },
  problem: { label: 'Problem', mark: 'border-bad bg-bad' },
  done: { label: 'Finished', mark: 'border-good bg-good' },
};

export const TRIGGER: Record<AgentRun['trigger'], string> = {
  message: 'a message',
  task: 'a task',
  schedule: 'a schedule',
  heartbeat: 'a heartbeat',
  hand_off: 'another agent',
};

export const millisecondsOf = ({ startedAt, finishedAt }: AgentRun): number | null =>
  startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : null;
