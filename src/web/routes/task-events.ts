import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { ENTRY_TYPES, readTimeline } from '../../db/read/task-timeline.ts';
import { readTask } from '../../db/read/tasks.ts';
import { addNote, type NoteKind } from '../../db/task-notes.ts';
import { TASK_MOVES, type TaskMove } from '../../db/task-work.ts';
import { moveTask } from '../../dispatch/task-moves.ts';
import { TEAM_THREAD } from '../../dispatch/team.ts';
import { visible, visibleBlock } from '../../dispatch/visible.ts';
import { looksLikeSecret } from '../../tools/key-shapes.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import { readApproval } from '../approval.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { page } from '../schemas.ts';
import { taskEventOf, taskOf } from '../task.ts';
import { TaskDetail, TaskEvent, TaskMoved } from '../task-schemas.ts';
import { IdParam, ListQuery } from './list-query.ts';

const tags = ['tasks'];
const PAGE = 100;

const one = createRoute({
  method: 'get',
  path: '/api/tasks/{id}',
  operationId: 'getTask',
  summary: 'A task with the newest page of its timeline, oldest of it first',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam },
  responses: { 200: json(TaskDetail, 'The task'), ...problems(...SIGNED_IN, 'task_missing') },
});

const list = createRoute({
  method: 'get',
  path: '/api/tasks/{id}/events',
  operationId: 'listTaskEvents',
  summary: 'What happened to a task: the newest page first, each oldest first; `next` leads to what was before',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, query: ListQuery.extend({ type: z.enum(ENTRY_TYPES).optional() }) },
  responses: { 200: json(page(TaskEvent), 'A page'), ...problems(...SIGNED_IN, 'task_missing', 'bad_cursor', 'invalid_input') },
});

const HTTP = /^https?:\/\/[^\s]+$/;
const PLAIN_PATH = /^[^/\\\p{Cc}][^\\\p{Cc}]*$/u;
const isPath = (path: string): boolean => PLAIN_PATH.test(path) && !path.split('/').includes('..');

const NewEvent = z.object({
  type: z.enum(['comment', 'update', 'output']).default('comment'),
  text: z.string().trim().min(1).max(10_000),
  output: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('text') }),
      z.object({ type: z.literal('link'), url: z.url().max(2000).regex(HTTP, 'A link begins with http:// or https://.') }),
      z.object({ type: z.literal('file'), path: z.string().min(1).max(500).refine(isPath, 'A path below the folder of files.') }),
    ])
    .optional()
    .openapi({ description: 'Of an output: what it is beside its words. Left out: text.' }),
});

const KINDS: Record<z.output<typeof NewEvent>['type'], NoteKind> = { comment: 'commented', update: 'updated', output: 'output' };

const add = createRoute({
  method: 'post',
  path: '/api/tasks/{id}/events',
  operationId: 'addTaskEvent',
  summary: 'Write into the timeline of a task: a comment, an update, or an output as text, link or file',
  tags,
  ...asRole('operator'),
  request: { params: IdParam, ...bodyOf(NewEvent) },
  responses: { 201: json(TaskEvent, 'The entry'), ...problems(...SIGNED_IN, ...WITH_BODY, 'task_missing', 'secret_literal') },
});

const move = createRoute({
  method: 'post',
  path: '/api/tasks/{id}/move',
  operationId: 'moveTask',
  summary: 'Start, complete or reopen a task: at once for whoever it is assigned to, and else a proposal',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, ...bodyOf(z.object({ move: z.enum(Object.keys(TASK_MOVES) as [TaskMove, ...TaskMove[]]) })) },
  responses: {
    200: json(TaskMoved, 'The task, and the proposal if one is needed'),
    ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, 'task_missing'),
  },
});

/** One task with all that happened to it, and what is said and done about it. */
export const taskEventRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { database, tools } = heart;

  app.openapi(one, async (c) => {
    const task = await readTask(database.db, c.get('actor').projectId, c.req.valid('param').id);
    if (!task) return problem(c, { code: 'task_missing' });
    const read = await readTimeline(database.db, { task, cursor: undefined, limit: PAGE, types: [] });
    const { items, next } = read.ok ? read.value : { items: [], next: null };
    return c.json({ ...taskOf(task), timeline: items.map((entry) => taskEventOf(entry, tools)), next }, 200);
  });

  app.openapi(list, async (c) => {
    const task = await readTask(database.db, c.get('actor').projectId, c.req.valid('param').id);
    if (!task) return problem(c, { code: 'task_missing' });
    const { type, cursor, limit } = c.req.valid('query');
    const read = await readTimeline(database.db, { task, cursor, limit, types: type ? [type] : [] });
    if (!read.ok) return problem(c, read.error);
    return c.json({ items: read.value.items.map((entry) => taskEventOf(entry, tools)), next: read.value.next }, 200);
  });

  app.openapi(add, async (c) => {
    const { projectId, personId, name } = c.get('actor');
    const { type, text, output: given } = c.req.valid('json');
    if (looksLikeSecret(text)) return problem(c, { code: 'secret_literal' });
    const task = await readTask(database.db, projectId, c.req.valid('param').id);
    if (!task) return problem(c, { code: 'task_missing' });
    const output = type === 'output' ? (given ?? { type: 'text' as const }) : null;
    const kind = KINDS[type];
    const by = { personId, name: personId === null ? name : null };
    const { id, at } = await addNote(database, { task, kind, by, text, output });
    const entry = { id, kind: `task.${kind}`, type, by: visible(name), text: visibleBlock(text), output, proposalId: null };
    return c.json({ ...entry, at: at.toISOString() }, 201);
  });

  app.openapi(move, async (c) => {
    const actor = c.get('actor');
    const { id: taskId } = c.req.valid('param');
    const known = await readTask(database.db, actor.projectId, taskId);
    if (!known) return problem(c, { code: 'task_missing' });
    const threadId = known.threadId ?? TEAM_THREAD;
    const moved = await moveTask(heart, actor, { taskId, move: c.req.valid('json').move, threadId });
    if (!moved.ok) return problem(c, moved.error);
    const { proposalId } = moved.value;
    const approval = proposalId === null ? null : ((await readApproval(heart, actor, proposalId)) ?? null);
    const task = (await readTask(database.db, actor.projectId, taskId)) ?? known;
    return c.json({ task: taskOf(task), approval }, 200);
  });

  return app;
};
