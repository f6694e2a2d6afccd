import { and, desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { events } from '../../db/tables/control.ts';
import { people } from '../../db/tables/people.ts';
import { taskNotes, tasks } from '../../db/tables/tasks.ts';
import { err, ok } from '../../result.ts';
import { defineRead, type ReadContext } from '../read.ts';
import { lineOf, listed } from './answer.ts';
import { id, offset, ROWS } from './fields.ts';

/** A description that is longer stands whole on the task's page. */
const MOST_HEAD = 4000;

/** What happened to it, the newest first, in one list: what was said stands in notes, all else in events. */
const timelineOf = async (db: ReadContext['db'], taskId: string, from: number) => {
  const told = sql`exists (select 1 from ${taskNotes} n where n.id::text = ${events.data}->>'noteId')`;
  const happened = db
    .select({
      at: sql<Date>`${events.at}`.mapWith(events.at).as('moment'),
      what: events.kind,
      by: sql<string | null>`${people.name}`.as('by_whom'),
      text: sql<string>`''`.as('words'),
    })
    .from(events)
    .leftJoin(people, eq(people.id, events.personId))
    .where(and(eq(events.taskId, taskId), sql`not ${told}`));
  const said = db
    .select({
      at: sql<Date>`${taskNotes.createdAt}`.mapWith(taskNotes.createdAt).as('moment'),
      what: taskNotes.kind,
      by: sql<string | null>`coalesce(${people.name}, ${taskNotes.agentKey})`.as('by_whom'),
      text: sql<string>`${taskNotes.text}`.as('words'),
    })
    .from(taskNotes)
    .leftJoin(people, eq(people.id, taskNotes.personId))
    .where(eq(taskNotes.taskId, taskId));
  const all = happened.unionAll(said).as('timeline');
  return db
    .select({ at: all.at, what: all.what, by: all.by, text: all.text, total: sql<number>`count(*) over ()::int` })
    .from(all)
    .orderBy(desc(all.at))
    .offset(from)
    .limit(ROWS);
};

export const readTask = defineRead({
  name: 'read_task',
  summary: 'Reads one task with what was said and what happened, the newest first',
  input: z.strictObject({ task_id: id('The id of the task, from find_tasks.'), offset }),
  async run({ task_id, offset: from }, { db, projectId }) {
    const [found] = await db
      .select({ task: tasks, person: people.name })
      .from(tasks)
      .leftJoin(people, eq(people.id, tasks.assigneeId))
      .where(and(eq(tasks.id, task_id), eq(tasks.projectId, projectId)));
    if (!found) return err({ code: 'task_missing', message: 'There is no task with that id. find_tasks lists them.' });
    const { task, person } = found;
    const { title, description, state, priority, dueOn, assigneeAgentKey } = task;
    const assignee = person ?? assigneeAgentKey;
    const head = lineOf({ id: task.id, title, description, status: state, priority, due: dueOn, assignee }, MOST_HEAD);
    const rows = await timelineOf(db, task.id, from);
    const items = rows.map(({ at, what, by, text }) => ({ at: at.toISOString(), what, by, text }));
    return ok(listed(items, { total: rows[0]?.total ?? 0, offset: from, none: 'Nothing has happened to it yet.', head }));
  },
});
