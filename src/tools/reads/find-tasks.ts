import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { TASK_STATES } from '../../db/states.ts';
import { people } from '../../db/tables/people.ts';
import { tasks } from '../../db/tables/tasks.ts';
import { ok } from '../../result.ts';
import { defineRead } from '../read.ts';
import { listed } from './answer.ts';
import { agentKey, offset, ROWS, words } from './fields.ts';

/** Letters that mean something to LIKE are looked for as they are. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

const Input = z.strictObject({
  words: words.optional().describe('Only tasks with these words in their title or description.'),
  status: z.enum(TASK_STATES).optional().describe('Without it, tasks that are open or in progress.'),
  assignee_agent_key: agentKey.optional(),
  offset,
});

export const findTasks = defineRead({
  name: 'find_tasks',
  summary: 'Looks up tasks of the team, the most urgent first, with their ids',
  input: Input,
  async run({ words: said, status, assignee_agent_key, offset: from }, { db, projectId }) {
    const state = status ? eq(tasks.state, status) : sql`${tasks.state} in ('open', 'in_progress')`;
    const text = said === undefined ? undefined : sql`${tasks.title} || ' ' || ${tasks.description} ilike ${containing(said)}`;
    const theirs = assignee_agent_key === undefined ? undefined : eq(tasks.assigneeAgentKey, assignee_agent_key);
    const rows = await db
      .select({ task: tasks, person: people.name, total: sql<number>`count(*) over ()::int` })
      .from(tasks)
      .leftJoin(people, eq(people.id, tasks.assigneeId))
      .where(and(eq(tasks.projectId, projectId), state, text, theirs))
      .orderBy(desc(tasks.priority), asc(tasks.createdAt), asc(tasks.id))
      .offset(from)
      .limit(ROWS);
    const items = rows.map(({ task, person }) => ({
      id: task.id,
      title: task.title,
      status: task.state,
      priority: task.priority,
      due: task.dueOn,
      assignee: person ?? task.assigneeAgentKey,
    }));
    return ok(listed(items, { total: rows[0]?.total ?? 0, offset: from, none: 'There is no such task.' }));
  },
});
