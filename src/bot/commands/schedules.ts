import { z } from 'zod';
import { listSchedules, type ScheduleRow } from '../../db/read/schedules.ts';
import { type CardAction, plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import { inWords, storedRecurrence } from '../../tools/schedule/recurrence.ts';
import { momentInWords } from '../../tools/schedule-fields.ts';
import type { CommandDeps } from './deps.ts';

const LIMIT = 50;
const WITH_BUTTONS = 5;

/** How often, as one would say it. */
export const oftenOf = ({ schedule: { pattern, timeZone } }: ScheduleRow): string => {
  const recurrence = storedRecurrence(pattern, timeZone);
  return recurrence ? inWords(recurrence) : pattern;
};

const lastOf = ({ schedule, last }: ScheduleRow): string => {
  if (!schedule.lastAt) return '–';
  const at = momentInWords(schedule.lastAt, schedule.timeZone);
  return last ? `${at}: ${last.state}` : at;
};

const cellsOf = (row: ScheduleRow) => {
  const { schedule } = row;
  const next = schedule.nextAt && schedule.state === 'active' ? momentInWords(schedule.nextAt, schedule.timeZone) : '–';
  return [schedule.name, oftenOf(row), next, lastOf(row), schedule.state].map(visible);
};

const buttonsOf = ({ schedule: { name, state } }: ScheduleRow): CardAction => {
  const text = `/${state === 'paused' ? 'resume' : 'pause'}-schedule ${name}`;
  return { verb: 'say', label: text, text, tone: 'plain' };
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
      const found = page.ok ? page.value.items : [];
      const count = `${found.length}${page.ok && page.value.next ? ' or more' : ''}`;
      const title = found.length === 0 ? 'Nothing is scheduled' : found.length === 1 ? '1 schedule' : `${count} schedules`;
      const rows = found.map((row) => ({ cells: cellsOf(row), proposalId: row.last?.proposalId ?? row.schedule.proposalId }));
      const columns = ['Name', 'How often', 'Next', 'Last', 'State'];
      const empty = 'Write “remind the team every weekday at 9 to …” and approve its card.';
      return ok(
        plainCard({
          title: visible(title),
          table: { columns, rows, empty },
          actions: found.slice(0, WITH_BUTTONS).map(buttonsOf),
          notes: found.length === 0 ? [] : [visible('/run-schedule and /unschedule take a name, too.')],
        }),
      );
    },
  });
