import { z } from 'zod';
import { listTasks } from '../../db/read/tasks.ts';
import { TASK_STATES } from '../../db/states.ts';
import { plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import type { CommandDeps } from './deps.ts';

const LIMIT = 50;

export const tasks = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'tasks',
    summary: "The team's tasks, most urgent first",
    usage: '/tasks [open, in_progress, completed or cancelled]',
    changes: false,
    role: 'viewer',
    args: z.strictObject({ state: z.enum(TASK_STATES, 'That is not a state of a task.').default('open') }),
    rest: 'state',
    async run({ state }, actor) {
      const page = await listTasks(heart.database.db, { projectId: actor.projectId, state, cursor: undefined, limit: LIMIT });
      const found = page.ok ? page.value.items : [];
      const rows = found.map((task) => ({ cells: [visible(task.title), visible(String(task.priority)), visible(task.dueOn ?? '–')] }));
      const count = `${found.length}${page.ok && page.value.next ? ' or more' : ''}`;
      const title = found.length === 0 ? `No tasks are ${state.replace('_', ' ')}` : `${count} ${state.replace('_', ' ')}`;
      const table = { columns: ['Task', 'Priority', 'Due'], rows, empty: 'Write “create a task …” and approve its card.' };
      return ok(plainCard({ title: visible(title), table }));
    },
  });
