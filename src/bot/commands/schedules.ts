import { z } from 'zod';
import { listSchedules, type ScheduleRow } from '../../db/read/schedules.ts';
import { type Card, type CardAction, plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import type { Heart } from '../../dispatch/heart.ts';
import { countsInWords, kindInWords, resultInWords } from '../../dispatch/schedule-words.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import { inWords, storedRecurrence } from '../../tools/schedule/recurrence.ts';
import { momentInWords } from '../../tools/schedule-fields.ts';
import { PRESETS } from '../../tools/schedule-presets.ts';
import { presetButton } from './add-schedule.ts';
import type { CommandDeps } from './deps.ts';

const LIMIT = 50;
const WITH_BUTTONS = 5;
const COLUMNS = ['Name', 'What', 'How often', 'Next', 'Last', 'Left out', 'State'];

/** How often, as one would say it. */
export const oftenOf = ({ schedule: { pattern, timeZone } }: ScheduleRow): string => {
  const recurrence = storedRecurrence(pattern, timeZone);
  return recurrence ? inWords(recurrence) : pattern;
};

const lastOf = (row: ScheduleRow): string => {
  const { schedule } = row;
  const result = resultInWords(row);
  if (!schedule.lastAt) return result ?? '–';
  const at = momentInWords(schedule.lastAt, schedule.timeZone);
  return result === null ? at : `${at}: ${result}`;
};

const cellsOf = (row: ScheduleRow, tools: Heart['tools']) => {
  const { schedule } = row;
  const next = schedule.nextAt && schedule.state === 'active' ? momentInWords(schedule.nextAt, schedule.timeZone) : '–';
  const left = countsInWords(row) ?? '–';
  return [schedule.name, kindInWords(row, tools), oftenOf(row), next, lastOf(row), left, schedule.state].map(visible);
};

const buttonsOf = ({ schedule: { name, state } }: ScheduleRow): CardAction => {
  const text = `/${state === 'paused' ? 'resume' : 'pause'}-schedule ${name}`;
  return { verb: 'say', label: text, text, tone: 'plain' };
};

const EMPTY = 'Write “remind the team every weekday at 9 to …” and approve its card, or press one of those that ship.';

const cardOf = (found: readonly ScheduleRow[], more: boolean, tools: Heart['tools']): Card => {
  const title = found.length === 1 ? '1 schedule' : `${found.length}${more ? ' or more' : ''} schedules`;
  const rows = found.map((row) => ({ cells: cellsOf(row, tools), proposalId: row.last?.proposalId ?? row.schedule.proposalId }));
  const none = found.length === 0;
  return plainCard({
    title: visible(none ? 'Nothing is scheduled' : title),
    table: { columns: COLUMNS, rows, empty: EMPTY },
    actions: none ? PRESETS.map(presetButton) : found.slice(0, WITH_BUTTONS).map(buttonsOf),
    notes: none ? [] : [visible('/run-schedule and /unschedule take a name, too. /add-schedule lists what ships.')],
  });
};

export const schedules = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'schedules',
    summary: 'What happens by itself, when next, and what came of it last',
    usage: '/schedules',
    changes: false,
    role: 'viewer',
    args: z.strictObject({}),
    async run(_args, actor) {
      const page = await listSchedules(heart.database.db, { projectId: actor.projectId, ended: false, cursor: undefined, limit: LIMIT });
      const { items, next } = page.ok ? page.value : { items: [], next: null };
      return ok(cardOf(items, next !== null, heart.tools));
    },
  });
