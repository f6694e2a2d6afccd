import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { addComment, readTimeline } from '../../db/read/task-timeline.ts';
import { listTasks, readTask } from '../../db/read/tasks.ts';
import { TASK_STATES } from '../../db/states.ts';
import { visible, visibleBlock } from '../../dispatch/visible.ts';
import { looksLikeSecret } from '../../tools/key-shapes.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { proposeAlone } from '../propose-alone.ts';
import { Approval, page, Task, TaskDetail, TaskEvent } from '../schemas.ts';
import { taskDetail, taskOf } from '../task.ts';
import { IdParam, ListQuery } from './list-query.ts';

const tags = ['tasks'];

const list = createRoute({
  method: 'get',
  path: '/api/tasks',
  operationId: 'listTasks',
  summary: 'Tasks, the most urgent first',
  tags,
  ...asRole('viewer'),
  request: { query: ListQuery.extend({ status: z.enum(TASK_STATES).optional() }) },
  responses: { 200: json(page(Task), 'A page of tasks'), ...problems(...SIGNED_IN, 'bad_cursor', 'invalid_input') },
});

/** Loose: the tool's own schema says what is right, and names what is not. */
const NewTask = z.looseObject({
  title: z.string(),
  description: z.string().optional(),
  priority: z.int().optional().openapi({ description: '1 to 10, 10 first.' }),
  dueOn: z.string().optional().openapi({ description: 'A calendar day, such as 2026-11-28.' }),
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

const one = createRoute({
  method: 'get',
  path: '/api/tasks/{id}',
  operationId: 'getTask',
  summary: 'A task with all that happened to it',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam },
  responses: { 200: json(TaskDetail, 'The task'), ...problems(...SIGNED_IN, 'task_missing') },
});

const comment = createRoute({
  method: 'post',
  path: '/api/tasks/{id}/events',
  operationId: 'commentOnTask',
  summary: 'Say something about a task',
  tags,
  ...asRole('operator'),
  request: { params: IdParam, ...bodyOf(z.object({ text: z.string().trim().min(1).max(10_000) })) },
  responses: { 201: json(TaskEvent, 'The comment'), ...problems(...SIGNED_IN, ...WITH_BODY, 'task_missing', 'secret_literal') },
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

/** As the tool calls them; what it does not know, it refuses by name. */
const toolInput = ({ dueOn, assigneeAgentKey, ...rest }: z.output<typeof NewTask>): Record<string, unknown> => ({
  ...rest,
  ...(dueOn === undefined ? {} : { due_on: dueOn }),
  ...(assigneeAgentKey === undefined ? {} : { assignee_agent_key: assigneeAgentKey }),
});

/** The team's tasks. Creating and cancelling one are proposals like any other; a comment is only said. */
export const taskRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { database } = heart;

  app.openapi(list, async (c) => {
    const { status: state, cursor, limit } = c.req.valid('query');
    const found = await listTasks(database.db, { projectId: c.get('actor').projectId, state, cursor, limit });
    return found.ok ? c.json({ items: found.value.items.map(taskOf), next: found.value.next }, 200) : problem(c, found.error);
  });

  app.openapi(add, async (c) => {
    const wanted = c.req.valid('json');
    const proposed = await proposeAlone(heart, c.get('actor'), { tool: 'create_task', input: toolInput(wanted), title: wanted.title });
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  app.openapi(one, async (c) => {
    const task = await readTask(database.db, c.get('actor').projectId, c.req.valid('param').id);
    return task ? c.json(taskDetail(task, await readTimeline(database.db, task)), 200) : problem(c, { code: 'task_missing' });
  });

  app.openapi(comment, async (c) => {
    const { projectId, personId, name } = c.get('actor');
    const { text } = c.req.valid('json');
    if (looksLikeSecret(text)) return problem(c, { code: 'secret_literal' });
    const task = await readTask(database.db, projectId, c.req.valid('param').id);
    if (!task) return problem(c, { code: 'task_missing' });
    const { id, at } = await addComment(database, { task, personId, text });
    return c.json({ id, kind: 'task.commented', by: visible(name), text: visibleBlock(text), at: at.toISOString() }, 201);
  });

  app.openapi(cancel, async (c) => {
    const actor = c.get('actor');
    const task = await readTask(database.db, actor.projectId, c.req.valid('param').id);
    if (!task) return problem(c, { code: 'task_missing' });
    const wish = { tool: 'cancel_task', input: { task_id: task.id, title: task.title }, title: `Cancel: ${task.title}` };
    const proposed = await proposeAlone(heart, actor, wish);
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  return app;
};
