import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { countProposals, pageOfProposals } from '../../db/read/proposals.ts';
import { PROPOSAL_STATES } from '../../db/states.ts';
import { retry, settle, withdraw } from '../../dispatch/after.ts';
import { type Decided, decide } from '../../dispatch/decide.ts';
import { acceptOffer } from '../../dispatch/offer.ts';
import { revise } from '../../dispatch/revise.ts';
import type { HeartError } from '../../dispatch/sentences.ts';
import { listStandings } from '../../dispatch/standing.ts';
import { takeOver } from '../../dispatch/take-over.ts';
import { undo } from '../../dispatch/undo.ts';
import type { Result } from '../../result.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import { approvalOf, readApproval } from '../approval.ts';
import { bulkAnswer, decideInBulk } from '../bulk.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { Approval, ApprovalPage, BulkAnswer } from '../schemas.ts';
import { IdParam, ListQuery } from './list-query.ts';

const Revision = z.int().min(1).openapi({ description: 'The revision that was on show.' });
const Approving = z.object({ revision: Revision, digest: z.string().max(200).openapi({ description: 'The digest of what was on show.' }) });
const Rejecting = z.object({ revision: Revision, reason: z.string().max(2000).default('') });
const Bulk = z.object({
  approve: z
    .array(Approving.extend({ id: z.string().max(300) }))
    .max(100)
    .default([]),
  reject: z
    .array(Rejecting.extend({ id: z.string().max(300) }))
    .max(100)
    .default([]),
});

const tags = ['approvals'];

const list = createRoute({
  method: 'get',
  path: '/api/approvals',
  operationId: 'listApprovals',
  summary: 'Proposals, the newest first; those that wait, the oldest first',
  tags,
  ...asRole('viewer'),
  request: {
    query: ListQuery.extend({
      status: z.enum(PROPOSAL_STATES).optional(),
      mine: z.enum(['1']).optional().openapi({ description: 'Only what you may approve now; it waits, whatever `status` says.' }),
    }),
  },
  responses: { 200: json(ApprovalPage, 'A page of proposals'), ...problems(...SIGNED_IN, 'bad_cursor', 'invalid_input') },
});

const one = createRoute({
  method: 'get',
  path: '/api/approvals/{id}',
  operationId: 'getApproval',
  summary: 'One proposal, with the card that holds every argument whole',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam },
  responses: { 200: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, 'proposal_missing') },
});

const act = <const Path extends string, Body extends z.ZodType>(path: Path, operationId: string, about: { summary: string; body: Body }) =>
  createRoute({
    method: 'post',
    path,
    operationId,
    summary: about.summary,
    tags,
    ...asRole('viewer'),
    request: { params: IdParam, ...bodyOf(about.body) },
    responses: { 200: json(Approval, 'The proposal as it stands now'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES) },
  });

const Nothing = z.object({});
const approve = act('/api/approvals/{id}/approve', 'approve', { summary: 'Approve exactly what was on show', body: Approving });
const reject = act('/api/approvals/{id}/reject', 'reject', { summary: 'Reject it, and say why', body: Rejecting });
const edit = act('/api/approvals/{id}/edit', 'edit', {
  summary: 'Make a new revision with other arguments; approvals of the one before do not count for it',
  body: z.object({ revision: Revision, params: z.record(z.string(), z.unknown()) }),
});
const takeBack = act('/api/approvals/{id}/withdraw', 'withdraw', { summary: 'Take back what you asked for', body: Nothing });
const again = act('/api/approvals/{id}/retry', 'retry', { summary: 'Decide to attempt a failed one again', body: Nothing });
const resolve = act('/api/approvals/{id}/settle', 'settle', {
  summary: 'Say what became of one whose outcome nobody knows',
  body: z.object({ outcome: z.enum(['executed', 'failed', 'leave']) }),
});

const takeAway = act('/api/approvals/{id}/undo', 'undo', {
  summary: 'Take back what was carried out; answers the proposal that does so, which your call approves as far as the policy lets you',
  body: Nothing,
});

const own = act('/api/approvals/{id}/take-over', 'takeOver', {
  summary: 'Propose in your own name what an agent only suggests; answers your proposal, which waits for its approvals',
  body: z.object({ revision: Revision }),
});

const offer = createRoute({
  method: 'post',
  path: '/api/offers/{id}/accept',
  operationId: 'acceptOffer',
  summary:
    'Decide exactly what a list showed you, each on its own; a list of yours is used once, that of a digest as long as something is left',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, ...bodyOf(Nothing) },
  responses: {
    200: json(BulkAnswer, 'What became of each, in the order of the list'),
    ...problems(...SIGNED_IN, ...WITH_BODY, 'offer_missing', 'offer_taken'),
  },
});

const bulk = createRoute({
  method: 'post',
  path: '/api/approvals/bulk',
  operationId: 'decideInBulk',
  summary: 'Decide many, each on its own: one that is refused does not hold up the others',
  tags,
  ...asRole('viewer'),
  request: bodyOf(Bulk),
  responses: { 200: json(BulkAnswer, 'What became of each, in the order given'), ...problems(...SIGNED_IN, ...WITH_BODY) },
});

/** Everything about proposals. Every decision goes through the heart with the caller's own identity; nothing here decides anything. */
export const approvalRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const answer = async (c: Context<WebEnv>, id: string, done: Result<Pick<Decided, 'proposalId'>, HeartError>) => {
    if (!done.ok) return problem(c, done.error);
    const approval = await readApproval(heart, c.get('actor'), id);
    return approval ? c.json(approval, 200) : problem(c, { code: 'proposal_missing' });
  };

  app.openapi(list, async (c) => {
    const { projectId, personId, role } = c.get('actor');
    const { status, mine, cursor, limit } = c.req.valid('query');
    const state = mine ? 'proposed' : status;
    const decidableBy = mine ? { personId, role } : undefined;
    const which = { projectId, state, decidableBy };
    const [found, total] = await Promise.all([
      pageOfProposals(heart.database.db, { ...which, cursor, limit, oldestFirst: state === 'proposed' }),
      state === 'proposed' ? countProposals(heart.database.db, which) : null,
    ]);
    if (!found.ok) return problem(c, found.error);
    const ids = found.value.items;
    const standings = await listStandings(heart.database.db, { projectId, ids, limit: ids.length });
    const byId = new Map(standings.map((standing) => [standing.proposal.id, standing]));
    const items = ids
      .flatMap((id) => byId.get(id) ?? [])
      .map((standing) => approvalOf(standing, heart, { actor: c.get('actor'), full: false }));
    return c.json({ items, next: found.value.next, total }, 200);
  });

  app.openapi(bulk, async (c) => c.json(await decideInBulk(heart, c.get('actor'), c.req.valid('json')), 200));

  app.openapi(offer, async (c) => {
    const actor = c.get('actor');
    const accepted = await acceptOffer(heart, actor, c.req.valid('param').id);
    if (!accepted.ok) return problem(c, accepted.error);
    const { verb } = accepted.value;
    const became = accepted.value.became.map((one) => ({ ...one, verb }));
    return c.json(await bulkAnswer(heart, actor, became), 200);
  });

  app.openapi(one, async (c) => {
    const approval = await readApproval(heart, c.get('actor'), c.req.valid('param').id);
    return approval ? c.json(approval, 200) : problem(c, { code: 'proposal_missing' });
  });

  app.openapi(approve, async (c) => {
    const { id } = c.req.valid('param');
    return answer(c, id, await decide(heart, c.get('actor'), { verb: 'approve', proposalId: id, ...c.req.valid('json') }));
  });

  app.openapi(reject, async (c) => {
    const { id } = c.req.valid('param');
    return answer(c, id, await decide(heart, c.get('actor'), { verb: 'reject', proposalId: id, ...c.req.valid('json') }));
  });

  app.openapi(edit, async (c) => {
    const { id } = c.req.valid('param');
    const { revision, params } = c.req.valid('json');
    return answer(c, id, await revise(heart, c.get('actor'), { proposalId: id, revision, input: params }));
  });

  app.openapi(takeBack, async (c) => {
    const { id } = c.req.valid('param');
    return answer(c, id, await withdraw(heart, c.get('actor'), id));
  });

  app.openapi(again, async (c) => answer(c, c.req.valid('param').id, await retry(heart, c.get('actor'), c.req.valid('param').id)));

  app.openapi(takeAway, async (c) => {
    const made = await undo(heart, c.get('actor'), c.req.valid('param').id);
    return made.ok ? answer(c, made.value.proposalId, made) : problem(c, made.error);
  });

  app.openapi(own, async (c) => {
    const { id } = c.req.valid('param');
    const made = await takeOver(heart, c.get('actor'), { proposalId: id, ...c.req.valid('json') });
    return answer(c, made.ok ? made.value.proposalId : id, made);
  });

  app.openapi(resolve, async (c) => {
    const { id } = c.req.valid('param');
    return answer(c, id, await settle(heart, c.get('actor'), { proposalId: id, outcome: c.req.valid('json').outcome }));
  });

  return app;
};
