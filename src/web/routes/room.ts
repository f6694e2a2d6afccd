import { randomUUID } from 'node:crypto';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { MOST_FILES, readTextFiles } from '../../bot/attachments.ts';
import { openFormOf, proposeFilled } from '../../bot/fill.ts';
import { receive, retryMessage } from '../../bot/receive.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { Accepted } from '../schemas.ts';
import { IdParam } from './list-query.ts';

const tags = ['room'];

const NewMessage = z.object({
  text: z.string(),
  threadId: z.string().max(300).optional().openapi({ description: 'Left out: it begins a conversation.' }),
  files: z
    .array(z.object({ name: z.string().min(1).max(255), mediaType: z.string().max(255).default('text/plain'), content: z.base64() }))
    .max(MOST_FILES)
    .default([])
    .openapi({ description: 'Text files, each as base64. What they say becomes content.' }),
  agentKey: z.string().min(1).max(100).optional().openapi({ description: 'The agent that it is for; left out: the dispatcher.' }),
  clientId: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .openapi({ description: "The sender's own id of this message: the same one again is taken once." }),
});

const send = createRoute({
  method: 'post',
  path: '/api/room/messages',
  operationId: 'sendMessage',
  summary: 'Say something: it is stored when this answers, and answered in its thread',
  tags,
  ...asRole('viewer'),
  request: bodyOf(NewMessage),
  responses: {
    202: json(Accepted, 'Stored'),
    ...problems(
      ...SIGNED_IN,
      ...WITH_BODY,
      'message_empty',
      'message_too_long',
      'message_unreadable',
      'thread_missing',
      'message_missing',
      'agent_missing',
      'attachment_unreadable',
    ),
  },
});

const again = createRoute({
  method: 'post',
  path: '/api/messages/{id}/retry',
  operationId: 'retryMessage',
  summary: 'Have a message that failed answered again',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, ...bodyOf(z.object({})) },
  responses: {
    202: json(Accepted, 'Queued again'),
    ...problems(...SIGNED_IN, ...WITH_BODY, 'message_missing', 'message_empty', 'thread_missing'),
  },
});

const fill = createRoute({
  method: 'post',
  path: '/api/messages/{id}/fill',
  operationId: 'fillForm',
  summary: 'Fill in the form on a card that asked for what was missing: a card to decide on appears in the thread',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, ...bodyOf(z.object({ params: z.record(z.string(), z.unknown()) })) },
  responses: {
    202: json(z.object({ proposalId: z.string() }), 'Proposed'),
    ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, 'message_missing'),
  },
});

/** Where people write. */
export const roomRoutes = (deps: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();

  app.openapi(send, async (c) => {
    const actor = c.get('actor');
    const { text, threadId = null, clientId, agentKey, files: given } = c.req.valid('json');
    const files = readTextFiles(given.map(({ content, ...file }) => ({ ...file, bytes: Buffer.from(content, 'base64') })));
    if (!files.ok) return problem(c, files.error);
    // With whose it is: nobody can take, or be answered, the message of another by using the same id.
    const eventId = clientId === undefined ? randomUUID() : `${actor.personId ?? `key:${actor.name}`}:${clientId}`;
    const received = await receive(deps.receive, actor, {
      surface: actor.via,
      eventId,
      threadId,
      text,
      files: files.value,
      ...(agentKey ? { agentKey } : {}),
    });
    return received.ok ? c.json(received.value, 202) : problem(c, received.error);
  });

  app.openapi(again, async (c) => {
    const queued = await retryMessage(deps.receive, c.get('actor'), c.req.valid('param').id);
    return queued.ok ? c.json(queued.value, 202) : problem(c, queued.error);
  });

  app.openapi(fill, async (c) => {
    const actor = c.get('actor');
    const open = await openFormOf(deps.heart, actor, c.req.valid('param').id);
    if (!open) return problem(c, { code: 'message_missing' });
    const proposed = await proposeFilled(deps.heart, actor, { open, input: c.req.valid('json').params });
    return proposed.ok ? c.json({ proposalId: proposed.value.proposalId }, 202) : problem(c, proposed.error);
  });

  return app;
};
