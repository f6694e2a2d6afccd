import { and, eq, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import { schedules } from '../db/tables/schedules.ts';
import { ok } from '../result.ts';
import { endSchedule } from './make-schedule.ts';
import { line } from './plain-text.ts';
import { refuse } from './refuse.ts';
import { defineTool, field } from './tool.ts';

const Input = z.strictObject({
  name: line({ max: 80, empty: 'Say which schedule it is.' }).meta(field({ title: 'Schedule', control: 'line', slot: 'words' })),
  schedule_id: z.uuid("This is not a schedule's id.").meta(field({ title: 'Schedule id', control: 'line' })),
});

/** Ends a schedule. Its name is on the card so that a person sees what the id means, and has to match. */
export const deleteSchedule = defineTool({
  name: 'delete_schedule',
  slash: 'unschedule',
  title: 'Delete a schedule',
  summary: 'Ends a schedule or a reminder for good',
  examples: ['delete the schedule numbers'],
  phrases: [
    'delete the schedule {name}',
    'cancel the schedule {name}',
    'stop the schedule {name}',
    'delete the reminder {name}',
    'cancel the reminder {name}',
  ],
  effect: 'write',
  replay: 'transactional',
  version: 1,
  input: Input,
  account: 'wilco',
  target: ({ name }) => name,
  risk: () => 'low',
  async complete(input, { db, projectId }) {
    const { name, schedule_id } = input;
    if (typeof name !== 'string' || schedule_id !== undefined) return input;
    const named = and(
      eq(schedules.projectId, projectId),
      ne(schedules.state, 'ended'),
      sql`lower(${schedules.name}) = lower(${name.trim()})`,
    );
    const [found, ...others] = await db.select({ id: schedules.id, name: schedules.name }).from(schedules).where(named).limit(2);
    return found && others.length === 0 ? { ...input, name: found.name, schedule_id: found.id } : input;
  },
  async preview({ name }) {
    return {
      changes: [`Ends “${name}”: it does nothing any more`, 'Cards that it made already stay as they are'],
      reversible: 'Can be undone by scheduling it again',
    };
  },
  async execute({ name, schedule_id }, ctx) {
    const ended = await endSchedule(ctx, { id: schedule_id, name, kind: 'schedule.deleted' });
    if (!ended) return refuse('schedule_missing', 'There is no schedule with that id and name any more.');
    return ok({ summary: `The schedule “${name}” is deleted`, data: { scheduleId: schedule_id } });
  },
});
