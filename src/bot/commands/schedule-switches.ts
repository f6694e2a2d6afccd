import { z } from 'zod';
import { type ScheduleRow, scheduleNamed } from '../../db/read/schedules.ts';
import { plainCard } from '../../dispatch/card.ts';
import { type Command, defineCommand } from '../../dispatch/command.ts';
import { HOLD_ROLES, type Hold, holdSchedule } from '../../dispatch/hold-schedule.ts';
import { runSchedule } from '../../dispatch/run-schedule.ts';
import { visible } from '../../dispatch/visible.ts';
import { err, ok, type Result } from '../../result.ts';
import type { CommandDeps } from './deps.ts';

const Args = z.strictObject({ name: z.string('Say which schedule.').max(80) });

const MISSING = { code: 'schedule_missing', message: 'There is no schedule of that name. /schedules lists what there is.' } as const;

const find = async ({ heart }: CommandDeps, projectId: string, name: string): Promise<Result<ScheduleRow, typeof MISSING>> => {
  const row = await scheduleNamed(heart.database.db, projectId, name);
  return row ? ok(row) : err(MISSING);
};

const SUMMARY: Record<Hold, string> = {
  pause: 'Hold one schedule: nothing of it is taken until somebody resumes it',
  resume: 'Let a paused schedule go on with its next time',
};

const SAY = { active: 'goes on', paused: 'is paused', ended: 'has ended: its only time passed while it was paused' } as const;

const holdCommand =
  (verb: Hold) =>
  (deps: CommandDeps): Command =>
    defineCommand({
      name: `${verb}-schedule`,
      summary: SUMMARY[verb],
      usage: `/${verb}-schedule <name>`,
      changes: true,
      role: HOLD_ROLES[verb],
      args: Args,
      rest: 'name',
      async run({ name }, actor) {
        const row = await find(deps, actor.projectId, name);
        if (!row.ok) return row;
        const { schedule } = row.value;
        const held = await holdSchedule(deps.heart, actor, { scheduleId: schedule.id, verb });
        return held.ok ? ok(plainCard({ title: visible(`“${schedule.name}” ${SAY[held.value.state]}`) })) : held;
      },
    });

export const pauseSchedule = holdCommand('pause');
export const resumeSchedule = holdCommand('resume');

const COLUMNS = ['Schedule', 'State'];

export const runScheduleNow = (deps: CommandDeps): Command =>
  defineCommand({
    name: 'run-schedule',
    summary: 'Run a schedule once more, now: its action becomes a card that waits for approval, a heartbeat looks though nothing is new',
    usage: '/run-schedule <name>',
    changes: true,
    role: 'operator',
    args: Args,
    rest: 'name',
    async run({ name }, actor) {
      const row = await find(deps, actor.projectId, name);
      if (!row.ok) return row;
      const ran = await runSchedule(deps.heart, actor, row.value);
      if (!ran.ok) return ran;
      const { proposalId } = ran.value;
      const { schedule } = row.value;
      const begun =
        schedule.kind === 'heartbeat' ? `@${schedule.targetAgentKey} looks now` : `The instructions of “${schedule.name}” are read now`;
      if (proposalId === null) return ok(plainCard({ title: visible(begun) }));
      const cells = [visible(schedule.name), visible('waits for approval, in its own conversation')];
      return ok(plainCard({ title: visible('Proposed once more'), table: { columns: COLUMNS, rows: [{ cells, proposalId }], empty: '' } }));
    },
  });
