import type { ScheduleRow } from '../db/read/schedules.ts';
import type { ScheduleOutcome } from '../db/states.ts';
import type { Tools } from './parts.ts';

const LEFT_OUT: Record<Exclude<ScheduleOutcome, 'made'>, string> = {
  quiet: 'nothing new',
  overlap: 'skipped: the one before is open',
  missed: 'skipped: it was missed',
  killed: 'skipped: it was due before a kill was lifted',
  no_model: 'skipped: no model is connected',
  agent_away: 'skipped: the agent is not at work',
};

/** What came of the last time that it was due; null where that is not to be told yet. */
export const resultInWords = ({ schedule, last, lastRun }: ScheduleRow): string | null => {
  const { outcome } = schedule;
  if (outcome !== null && outcome !== 'made') return LEFT_OUT[outcome];
  if (lastRun) return lastRun.problem === null ? lastRun.state : `${lastRun.state}: ${lastRun.problem}`;
  if (last) return last.result && !last.result.ok ? `${last.state}: ${last.result.message}` : last.state;
  return outcome === 'made' ? 'made' : null;
};

/** What it is, in a few words. */
export const kindInWords = ({ schedule, ...row }: ScheduleRow, tools: Tools): string => {
  const agent = schedule.targetAgentKey;
  if (schedule.kind === 'heartbeat') return `heartbeat of @${agent}`;
  if (schedule.tool !== null) return row.tool === 'remind' ? 'reminder' : `job: ${tools.get(schedule.tool)?.title ?? schedule.tool}`;
  return agent === null ? 'instructions' : `instructions for @${agent}`;
};

/** How often it was left out, and how often there was nothing new; undefined where neither ever was. */
export const countsInWords = ({ schedule: { skipped, quiet } }: ScheduleRow): string | undefined => {
  const parts = [
    ...(skipped > 0 ? [`${skipped.toLocaleString('en')} skipped`] : []),
    ...(quiet > 0 ? [`${quiet.toLocaleString('en')} nothing new`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : undefined;
};
