import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { dismissPost, promoteMessage } from '../../dispatch/posts.ts';
import { heartError } from '../../dispatch/sentences.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import { readApproval } from '../approval.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { PutAside } from '../post-schemas.ts';
import { Approval } from '../schemas.ts';
import { IdParam } from './list-query.ts';

const tags = ['room'];

const dismiss = createRoute({
  method: 'post',
  path: '/api/messages/{id}/dismiss',
  operationId: 'dismissPost',
  summary: 'Put a post of the team room aside; a proposal is rejected by that',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, ...bodyOf(z.object({})) },
  responses: { 200: json(PutAside, 'Put aside'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, 'message_missing') },
});

const promote = createRoute({
  method: 'post',
  path: '/api/messages/{id}/task',
  operationId: 'proposeTaskFromMessage',
  summary: 'Propose a task with the words of a message; asked twice, it is the same proposal',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, ...bodyOf(z.object({})) },
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, 'message_missing') },
});

/** What people do with what was posted. */
export const postRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();

  app.openapi(dismiss, async (c) => {
    const { id: messageId } = c.req.valid('param');
    const done = await dismissPost(heart, c.get('actor'), messageId);
    return done.ok ? c.json({ messageId }, 200) : problem(c, done.error);
  });

  app.openapi(promote, async (c) => {
    const actor = c.get('actor');
    const proposed = await promoteMessage(heart, actor, c.req.valid('param').id);
    if (!proposed.ok) return problem(c, proposed.error);
    const approval = await readApproval(heart, actor, proposed.value.proposalId);
    return approval ? c.json(approval, 202) : problem(c, heartError('proposal_missing'));
  });

  return app;
};
