import { expect } from 'vitest';
import { postInRoom } from '../../src/bot/room/post.ts';
import type { Tx } from '../../src/db/client.ts';
import type { Actor } from '../../src/dispatch/actor.ts';
import { type Scheduling, takeOccurrence } from '../../src/dispatch/occurrence.ts';
import { deleteSchedule } from '../../src/tools/delete-schedule.ts';
import { postReminder } from '../../src/tools/post-reminder.ts';
import { remind } from '../../src/tools/remind.ts';
import { scheduleJob } from '../../src/tools/schedule-job.ts';
import { sendMessage } from '../../src/tools/send-message.ts';
import { setBudget } from '../../src/tools/set-budget.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { fakeTools, type Outside } from '../fakes/tools.ts';
import { createRig, type Rig, unique } from './rig.ts';

export type ScheduleRow = {
  id: string;
  state: string;
  occurrence: number;
  next_at: Date | null;
  last_at: Date | null;
  thread_id: string;
  proposal_id: string;
};

export type ScheduleRig = Rig & {
  scheduling: Scheduling;
  /** A schedule that the owner asked for and approved, or `by`. */
  scheduled(input: object, by?: { asks?: Actor; approves?: Actor; tool?: string }): Promise<string>;
  row(id: string): Promise<ScheduleRow>;
  /** Makes it due at this moment. */
  due(id: string, at: Date): Promise<void>;
  take(id: string, now: Date): ReturnType<typeof takeOccurrence>;
  /** Everything that occurrences of it became, in order. */
  made(id: string): Promise<{ id: string; state: string; tool: string; text: string }[]>;
  said(text: string): Promise<number>;
};

/** The fakes and everything about schedules, each known to the others. */
export const scheduleTools = (outside: Outside): Tool[] => {
  const tools: Tool[] = [];
  const find = (name: string) => tools.find((tool) => tool.name === name);
  tools.push(...fakeTools(outside), scheduleJob(find), remind, postReminder, deleteSchedule, sendMessage(postInRoom), setBudget);
  return tools;
};

export const NOTE = (text = unique(), tool = 'note_unsafe') => ({ tool, input: { text } });

export const createScheduleRig = async (options: { solo?: boolean; max?: number } = {}): Promise<ScheduleRig> => {
  const outside: Outside = { calls: [] };
  const base = await createRig({ tools: scheduleTools(outside), ...options });
  const scheduling: Scheduling = {
    heart: base.heart,
    enqueueRoute: (tx: Tx, messageId: string) => base.queue.enqueue(tx, 'route', { messageId }),
  };
  const rig: ScheduleRig = {
    ...base,
    outside,
    scheduling,
    async scheduled(input, by = {}) {
      const { asks = base.owner, approves = base.owner, tool = 'schedule_job' } = by;
      const card = await base.proposed(asks, { schedule_expr: '0 9 * * *', time_zone: 'UTC', ...input }, tool);
      expect(await base.approve(approves, card)).toMatchObject({ ok: true });
      await base.step(card.id);
      // A worker of the test's own may have been quicker.
      expect(await base.settled(card.id)).toBe('executed');
      const [row] = await base.sql<{ id: string }>(`select id from wilco.schedules where proposal_id = '${card.id}'`);
      return row?.id ?? '';
    },
    async row(id) {
      const [row] = await base.sql<ScheduleRow>(`select * from wilco.schedules where id = '${id}'`);
      if (!row) throw new Error('no schedule');
      return row;
    },
    async due(id, at) {
      await base.database.pool.query('update wilco.schedules set next_at = $2 where id = $1', [id, at]);
    },
    take: (id, now) => takeOccurrence(scheduling, id, now),
    made: (id) =>
      base.sql(`select p.id, p.state::text as state, p.tool, r.input_text as text from wilco.proposals p
        join wilco.revisions r on r.proposal_id = p.id and r.revision = p.revision where p.origin like 'schedule:${id}:%' order by p.proposed_at`),
    async said(text) {
      const { rows } = await base.database.pool.query('select 1 from wilco.messages where position($1 in text) > 0', [text]);
      return rows.length;
    },
  };
  return rig;
};

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const later = (at: Date | null, ms: number): Date => new Date((at ?? new Date(Number.NaN)).getTime() + ms);
