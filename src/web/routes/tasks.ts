import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { isUuid } from '../../db/read/place.ts';
import { listTasks, readTask, type TaskOwner } from '../../db/read/tasks.ts';
import { TASK_STATES } from '../../db/states.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { proposeAlone } from '../propose-alone.ts';
import { Approval, page } from '../schemas.ts';
import { taskOf } from '../task.ts';
import { Task } from '../task-schemas.ts';
import { IdParam, ListQuery } from './list-query.ts';

const tags = ['tasks'];

const list = createRoute({
  method: 'get',
  path: '/api/tasks',
  operationId: 'listTasks',
  summary: 'Tasks, the most urgent first',
  tags,
  ...asRole('viewer'),
  request: {
    query: ListQuery.extend({
      status: z.enum(TASK_STATES).optional(),
      assignee: z.string().max(100).optional().openapi({ description: '`me`, the id of a person, or the key of an agent.' }),
    }),
  },
  responses: { 200: json(page(Task), 'A page of tasks'), ...problems(...SIGNED_IN, 'bad_cursor', 'invalid_input') },
});

/** Loose: the tool's own schema says what is right, and names what is not. */
const NewTask = z.looseObject({
  title: z.string(),
  description: z.string().optional(),
  priority: z.int().optional().openapi({ description: '1 to 10, 10 first.' }),
  dueOn: z.string().optional().openapi({ description: 'A calendar day, such as 2026-11-28.' }),
  assignee: z.string().optional().openapi({ description: 'A member by name, or an agent as `@key`.' }),
  assigneeAgentKey: z.string().optional(),
});

const add = createRoute({
  method: 'post',
  path: '/api/tasks',
  operationId: 'proposeTask',
  summary: 'Propose a task: it is created when somebody who may has approved it',
  tags,
  ...asRole('viewer'),
  request: bodyOf(NewTask),
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES) },
});

const cancel = createRoute({
  method: 'post',
  path: '/api/tasks/{id}/cancel',
  operationId: 'proposeCancellingTask',
  summary: 'Propose to cancel a task',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, ...bodyOf(z.object({})) },
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, 'task_missing') },
});

const assign = createRoute({
  method: 'post',
  path: '/api/tasks/{id}/assign',
  operationId: 'proposeAssigningTask',
  summary: 'Propose to give a task to a person or an agent, which then begins to work on it',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, ...bodyOf(z.object({ assignee: z.string().min(1).max(120) })) },
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, 'task_missing') },
});

const assigneeOf = (assignee: string) => (assignee.startsWith('@') ? { assignee_agent_key: assignee } : { assignee_name: assignee });

/** As the tool calls them; what it does not know, it refuses by name. */
const toolInput = ({ dueOn, assigneeAgentKey, assignee, ...rest }: z.output<typeof NewTask>): Record<string, unknown> => ({
  ...rest,
  ...(dueOn === undefined ? {} : { due_on: dueOn }),
  ...(assigneeAgentKey === undefined ? {} : { assignee_agent_key: assigneeAgentKey }),
  ...(assignee === undefined ? {} : assigneeOf(assignee)),
});

const ownerOf = (assignee: string | undefined, me: string | null): TaskOwner | undefined => {
  if (assignee === undefined) return undefined;
  if (assignee === 'me') return { personId: me ?? 'nobody' };
  return isUuid(assignee) ? { personId: assignee } : { agentKey: assignee };
};

/** The team's tasks. Creating and cancelling one are proposals like any other; a comment is only said. */
export const taskRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { database } = heart;

  app.openapi(list, async (c) => {
    const { status: state, assignee, cursor, limit } = c.req.valid('query');
    const { projectId, personId } = c.get('actor');
    const found = await listTasks(database.db, { projectId, state, owner: ownerOf(assignee, personId), cursor, limit });
    return found.ok ? c.json({ items: found.value.items.map(taskOf), next: found.value.next }, 200) : problem(c, found.error);
  });

  app.openapi(add, async (c) => {
    const wanted = c.req.valid('json');
    const proposed = await proposeAlone(heart, c.get('actor'), { tool: 'create_task', input: toolInput(wanted), title: wanted.title });
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  app.openapi(cancel, async (c) => {
    const actor = c.get('actor');
    const task = await readTask(database.db, actor.projectId, c.req.valid('param').id);
    if (!task) return problem(c, { code: 'task_missing' });
    const wish = { tool: 'cancel_task', input: { task_id: task.id, title: task.title }, title: `Cancel: ${task.title}` };
    const proposed = await proposeAlone(heart, actor, wish);
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  app.openapi(assign, async (c) => {
    const actor = c.get('actor');
    const task = await readTask(database.db, actor.projectId, c.req.valid('param').id);
    if (!task) return problem(c, { code: 'task_missing' });
    const input = { task_id: task.id, title: task.title, ...assigneeOf(c.req.valid('json').assignee) };
    const proposed = await proposeAlone(heart, actor, { tool: 'assign_task', input, title: `Assign: ${task.title}` });
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  return app;
};
