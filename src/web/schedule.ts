import { z } from 'zod';
import type { ScheduleRow } from '../db/read/schedules.ts';
import { jsonOf } from '../dispatch/compose.ts';
import type { Heart } from '../dispatch/heart.ts';
import { actionOf } from '../dispatch/run-schedule.ts';
import { resultInWords } from '../dispatch/schedule-words.ts';
import { visible, visibleBlock } from '../dispatch/visible.ts';
import { inWords, storedRecurrence } from '../tools/schedule/recurrence.ts';
import { PRESETS, presetAction } from '../tools/schedule-presets.ts';
import type { Preset, Schedule } from './schedule-shape.ts';

const summaryOf = ({ last }: ScheduleRow): string | null => {
  if (!last?.result) return null;
  return visibleBlock(last.result.ok ? last.result.summary : last.result.message);
};

const oftenOf = (pattern: string, timeZone: string): string => {
  const recurrence = storedRecurrence(pattern, timeZone);
  return recurrence ? inWords(recurrence) : pattern;
};

/** What of an approved schedule is in no column of its own. */
const Approved = z.object({
  check: z.array(z.string()).catch([]),
  missed: z.enum(['once', 'skip']).catch('once'),
  overlap: z.enum(['skip', 'queue']).catch('skip'),
});

/** A schedule as the API answers it. */
export const scheduleOf = (heart: Heart, row: ScheduleRow): Schedule => {
  const { schedule, last, lastRun, creator } = row;
  const result = resultInWords(row);
  return {
    id: schedule.id,
    name: visible(schedule.name),
    kind: schedule.kind,
    status: schedule.state,
    scheduleExpr: schedule.pattern,
    timeZone: schedule.timeZone,
    inWords: oftenOf(schedule.pattern, schedule.timeZone),
    nextAt: schedule.nextAt?.toISOString() ?? null,
    lastAt: schedule.lastAt?.toISOString() ?? null,
    occurrences: schedule.occurrence,
    skipped: schedule.skipped,
    quiet: schedule.quiet,
    outcome: schedule.outcome,
    result: result === null ? null : visible(result),
    action: actionOf(heart, row) ?? null,
    instructions: visibleBlock(schedule.instructions),
    targetAgentKey: schedule.targetAgentKey,
    ...Approved.parse(jsonOf(row.inputText)),
    threadId: schedule.threadId,
    proposalId: schedule.proposalId,
    createdBy: visible(creator),
    createdAt: schedule.createdAt.toISOString(),
    last: last && { proposalId: last.proposalId, status: last.state, summary: summaryOf(row) },
    lastRun: lastRun && { id: lastRun.id, status: lastRun.state, problem: lastRun.problem === null ? null : visible(lastRun.problem) },
  };
};

/** What ships, as the API lists it; to propose one its fields are sent back. */
export const presets = (): Preset[] =>
  PRESETS.map((preset) => ({
    key: preset.key,
    name: preset.name,
    summary: preset.summary,
    scheduleExpr: preset.scheduleExpr,
    inWords: oftenOf(preset.scheduleExpr, 'UTC').replace(/, UTC$/, ''),
    action: presetAction(preset),
  }));
