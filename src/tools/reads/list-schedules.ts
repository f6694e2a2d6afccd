import { and, asc, eq, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import { schedules } from '../../db/tables/schedules.ts';
import { ok } from '../../result.ts';
import { defineRead } from '../read.ts';
import { listed } from './answer.ts';
import { offset, ROWS } from './fields.ts';

export const listSchedules = defineRead({
  name: 'list_schedules',
  summary: 'Lists what happens again and again or later, whatever is due next first',
  input: z.strictObject({ offset }),
  async run({ offset: from }, { db, projectId }) {
    const rows = await db
      .select({ schedule: schedules, total: sql<number>`count(*) over ()::int` })
      .from(schedules)
      .where(and(eq(schedules.projectId, projectId), ne(schedules.state, 'ended')))
      .orderBy(sql`${schedules.nextAt} asc nulls last`, asc(schedules.id))
      .offset(from)
      .limit(ROWS);
    const items = rows.map(({ schedule }) => ({
      name: schedule.name,
      when: schedule.pattern,
      time_zone: schedule.timeZone,
      state: schedule.state,
      next: schedule.nextAt?.toISOString(),
      tool: schedule.tool,
      instructions: schedule.instructions,
      agent: schedule.targetAgentKey,
    }));
    return ok(listed(items, { total: rows[0]?.total ?? 0, offset: from, none: 'Nothing is scheduled.' }));
  },
});
