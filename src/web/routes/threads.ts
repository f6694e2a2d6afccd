import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { listThreads, readThread } from '../../db/read/threads.ts';
import { json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, SIGNED_IN } from '../door.ts';
import { page, Thread, ThreadRow } from '../schemas.ts';
import { threadOf, threadRow } from '../thread.ts';
import { IdParam, ListQuery } from './list-query.ts';

const tags = ['room'];

const list = createRoute({
  method: 'get',
  path: '/api/threads',
  operationId: 'listThreads',
  summary: 'Every channel on the first page, then conversations, the one where something was said last first',
  tags,
  ...asRole('viewer'),
  request: { query: ListQuery },
  responses: { 200: json(page(ThreadRow), 'A page of threads'), ...problems(...SIGNED_IN, 'bad_cursor', 'invalid_input') },
});

const one = createRoute({
  method: 'get',
  path: '/api/threads/{id}',
  operationId: 'getThread',
  summary: 'A thread with its newest messages, oldest of them first; `next` leads to the ones before',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, query: ListQuery.extend({ limit: ListQuery.shape.limit.default(100) }) },
  responses: { 200: json(Thread, 'The thread'), ...problems(...SIGNED_IN, 'thread_missing', 'bad_cursor', 'invalid_input') },
});

/** What was said, with the cards as they stand now. */
export const threadRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();

  app.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const found = await listThreads(heart.database.db, { projectId: c.get('actor').projectId, cursor, limit });
    return found.ok ? c.json({ items: found.value.items.map(threadRow), next: found.value.next }, 200) : problem(c, found.error);
  });

  app.openapi(one, async (c) => {
    const { projectId } = c.get('actor');
    const { cursor, limit } = c.req.valid('query');
    const found = await readThread(heart.database.db, { projectId, threadId: c.req.valid('param').id, cursor, limit });
    return found.ok ? c.json(await threadOf(heart, projectId, found.value), 200) : problem(c, found.error);
  });

  return app;
};
