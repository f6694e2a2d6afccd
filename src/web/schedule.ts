import type { ScheduleRow } from '../db/read/schedules.ts';
import type { Heart } from '../dispatch/heart.ts';
import { actionOf } from '../dispatch/run-schedule.ts';
import { visible, visibleBlock } from '../dispatch/visible.ts';
import { inWords, storedRecurrence } from '../tools/schedule/recurrence.ts';
import type { Schedule } from './schedule-shape.ts';

const summaryOf = ({ last }: ScheduleRow): string | null => {
  if (!last?.result) return null;
  return visibleBlock(last.result.ok ? last.result.summary : last.result.message);
};

/** A schedule as the API answers it. */
export const scheduleOf = (heart: Heart, row: ScheduleRow): Schedule => {
  const { schedule, last, creator } = row;
  const recurrence = storedRecurrence(schedule.pattern, schedule.timeZone);
  return {
    id: schedule.id,
    name: visible(schedule.name),
    status: schedule.state,
    scheduleExpr: schedule.pattern,
    timeZone: schedule.timeZone,
    inWords: recurrence ? inWords(recurrence) : schedule.pattern,
    nextAt: schedule.nextAt?.toISOString() ?? null,
    lastAt: schedule.lastAt?.toISOString() ?? null,
    occurrences: schedule.occurrence,
    action: actionOf(heart, row) ?? null,
    instructions: visibleBlock(schedule.instructions),
    targetAgentKey: schedule.targetAgentKey,
    threadId: schedule.threadId,
    proposalId: schedule.proposalId,
    createdBy: visible(creator),
    createdAt: schedule.createdAt.toISOString(),
    last: last && { proposalId: last.proposalId, status: last.state, summary: summaryOf(row) },
  };
};
