import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { sayIntoRun, stopRun } from '../../bot/runs.ts';
import { listRuns, type RunInfo, readRun, readSteps, type StepInfo } from '../../db/read/agent-runs.ts';
import { AGENT_RUN_STATES } from '../../db/states.ts';
import { AgentRun, AgentRunTrace, type AgentStep } from '../agent-run-schemas.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, SIGNED_IN, WITH_BODY } from '../door.ts';
import { IdParam, ListQuery } from './list-query.ts';

const tags = ['agents'];

const list = createRoute({
  method: 'get',
  path: '/api/agents/{key}/runs',
  operationId: 'listAgentRuns',
  summary: 'What an agent worked on, the newest first',
  tags,
  ...asRole('viewer'),
  request: { params: z.object({ key: z.string().max(100) }), query: ListQuery.extend({ state: z.enum(AGENT_RUN_STATES).optional() }) },
  responses: {
    200: json(z.object({ items: z.array(AgentRun), next: z.string().nullable() }), 'One page of its runs'),
    ...problems(...SIGNED_IN, 'bad_cursor', 'invalid_input'),
  },
});

const one = createRoute({
  method: 'get',
  path: '/api/agent-runs/{id}',
  operationId: 'getAgentRun',
  summary: 'One run with its trace',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam },
  responses: { 200: json(AgentRunTrace, 'The run'), ...problems(...SIGNED_IN, 'run_missing') },
});

const cancel = createRoute({
  method: 'post',
  path: '/api/agent-runs/{id}/cancel',
  operationId: 'cancelAgentRun',
  summary: 'Ends a run, whatever it is at; its cards stay for people to decide',
  tags,
  ...asRole('operator'),
  request: { params: IdParam, ...bodyOf(z.object({ reason: z.string().max(500).optional() })) },
  responses: { 200: json(AgentRun, 'The run as it stands now'), ...problems(...SIGNED_IN, ...WITH_BODY, 'run_missing', 'run_ended') },
});

const say = createRoute({
  method: 'post',
  path: '/api/agent-runs/{id}/say',
  operationId: 'sayToAgentRun',
  summary: 'Says something into a run: it is told at its next step, and goes on if it waits',
  tags,
  ...asRole('operator'),
  request: { params: IdParam, ...bodyOf(z.object({ text: z.string().min(1).max(20_000) })) },
  responses: {
    200: json(AgentRun, 'The run as it stands now'),
    ...problems(...SIGNED_IN, ...WITH_BODY, 'run_missing', 'run_ended', 'message_empty'),
  },
});

const isoOf = (moment: Date | null): string | null => moment?.toISOString() ?? null;

const runOf = ({ agentKey, personName, costMicros, ageSeconds: _age, ...run }: RunInfo): AgentRun => ({
  ...run,
  agent: agentKey,
  orderedBy: personName,
  costUsd: costMicros / 1_000_000,
  createdAt: run.createdAt.toISOString(),
  startedAt: isoOf(run.startedAt),
  finishedAt: isoOf(run.finishedAt),
});

const stepOf = ({ costMicros, at, ...step }: StepInfo): AgentStep => ({ ...step, costUsd: costMicros / 1_000_000, at: at.toISOString() });

/** What agents work on, and a person's word into it. */
export const agentRunRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { database } = heart;

  app.openapi(list, async (c) => {
    const { cursor, limit, state } = c.req.valid('query');
    const { projectId } = c.get('actor');
    const wanted = { projectId, agentKey: c.req.valid('param').key, cursor, limit, ...(state ? { state } : {}) };
    const page = await listRuns(database.db, wanted);
    if (!page.ok) return problem(c, { code: 'bad_cursor' });
    return c.json({ items: page.value.items.map(runOf), next: page.value.next }, 200);
  });
  app.openapi(one, async (c) => {
    const run = await readRun(database.db, { projectId: c.get('actor').projectId, id: c.req.valid('param').id });
    if (!run) return problem(c, { code: 'run_missing' });
    return c.json({ ...runOf(run), trace: (await readSteps(database.db, run.id)).map(stepOf) }, 200);
  });
  app.openapi(cancel, async (c) => {
    const { reason } = c.req.valid('json');
    const stopped = await stopRun(heart, c.get('actor'), { runId: c.req.valid('param').id, ...(reason === undefined ? {} : { reason }) });
    return stopped.ok ? c.json(runOf(stopped.value), 200) : problem(c, { code: stopped.error.code });
  });
  app.openapi(say, async (c) => {
    const { text } = c.req.valid('json');
    if (text.trim() === '') return problem(c, { code: 'message_empty' });
    const said = await sayIntoRun(heart, c.get('actor'), { runId: c.req.valid('param').id, text });
    return said.ok ? c.json(runOf(said.value), 200) : problem(c, { code: said.error.code });
  });
  return app;
};
