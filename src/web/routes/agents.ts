import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { findStoppable, switchPlace } from '../../bot/switch-agent.ts';
import { restartRunsOf } from '../../db/agent-restart.ts';
import { readAgentCost } from '../../db/read/agents.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { agentDetail, agentRows, grantsOf } from '../agent.ts';
import { AgentChanges, AgentCostDay, AgentDetail, AgentRestarted, AgentRow, Grant, NewAgent } from '../agent-schemas.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { proposeAlone } from '../propose-alone.ts';
import { Approval } from '../schemas.ts';

const tags = ['agents'];
const KeyParam = z.object({ key: z.string().max(100) });
const MISSING = { code: 'agent_missing' } as const;

const list = createRoute({
  method: 'get',
  path: '/api/agents',
  operationId: 'listAgents',
  summary: 'The agents: how they stand, how far they go, how well they do, what they cost today and what they do now',
  tags,
  ...asRole('viewer'),
  responses: { 200: json(z.object({ items: z.array(AgentRow) }), 'All agents'), ...problems(...SIGNED_IN) },
});

const grants = createRoute({
  method: 'get',
  path: '/api/grants',
  operationId: 'listGrants',
  summary: 'What an agent may be given: what it may propose, and what it may look up',
  tags,
  ...asRole('viewer'),
  responses: { 200: json(z.object({ items: z.array(Grant) }), 'All of it'), ...problems(...SIGNED_IN) },
});

const one = createRoute({
  method: 'get',
  path: '/api/agents/{key}',
  operationId: 'getAgent',
  summary: 'One agent with its configuration; also a retired one, whose record stays',
  tags,
  ...asRole('viewer'),
  request: { params: KeyParam },
  responses: { 200: json(AgentDetail, 'The agent'), ...problems(...SIGNED_IN, MISSING.code) },
});

const cost = createRoute({
  method: 'get',
  path: '/api/agents/{key}/cost',
  operationId: 'getAgentCost',
  summary: 'What an agent cost on each of the last days, in UTC, the oldest first',
  tags,
  ...asRole('viewer'),
  request: { params: KeyParam, query: z.object({ days: z.coerce.number().int().min(1).max(90).default(30) }) },
  responses: {
    200: json(z.object({ items: z.array(AgentCostDay) }), 'Day by day'),
    ...problems(...SIGNED_IN, 'invalid_input', MISSING.code),
  },
});

const PROPOSED = { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES) };

const deploy = createRoute({
  method: 'post',
  path: '/api/agents',
  operationId: 'proposeAgent',
  summary: 'Propose a new agent, or one of the catalogue: it works when an admin has approved it',
  tags,
  ...asRole('viewer'),
  request: bodyOf(NewAgent),
  responses: PROPOSED,
});

const change = createRoute({
  method: 'put',
  path: '/api/agents/{key}',
  operationId: 'proposeAgentChange',
  summary: 'Propose another configuration: what is left out stays as it is',
  tags,
  ...asRole('viewer'),
  request: { params: KeyParam, ...bodyOf(AgentChanges) },
  responses: { ...PROPOSED, ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, MISSING.code) },
});

const retire = createRoute({
  method: 'delete',
  path: '/api/agents/{key}',
  operationId: 'proposeAgentRetirement',
  summary: 'Propose to retire an agent',
  tags,
  ...asRole('viewer'),
  request: { params: KeyParam },
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...HEART_CODES, MISSING.code) },
});

const turn = (verb: 'pause' | 'resume', summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/agents/{key}/${verb}` as const,
    operationId: `${verb}Agent`,
    summary,
    tags,
    ...asRole('viewer'),
    request: { params: KeyParam, ...bodyOf(z.object({})) },
    responses: {
      200: json(AgentDetail, 'The agent as it stands now'),
      ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, MISSING.code),
    },
  });

const pause = turn('pause', 'What it is sent waits, without a limit');
const resume = turn('resume', 'It goes on, and answers what waited');

const restart = createRoute({
  method: 'post',
  path: '/api/agents/{key}/restart',
  operationId: 'restartAgent',
  summary: 'Take what it is at out of its hands, and have it go on from where that last stood',
  tags,
  ...asRole('operator'),
  request: { params: KeyParam, ...bodyOf(z.object({})) },
  responses: {
    200: json(AgentRestarted, 'How many runs begin again, and the agent'),
    ...problems(...SIGNED_IN, ...WITH_BODY, MISSING.code),
  },
});

/** As the tools call them. */
const toolInput = ({ maxSteps, ...rest }: z.output<typeof NewAgent>): Record<string, unknown> =>
  Object.fromEntries(Object.entries({ ...rest, max_steps: maxSteps }).filter(([, value]) => value !== undefined));

const titleOf = ({ name, key }: { name?: string | undefined; key?: string | undefined }): string =>
  name ?? (key ? `@${key}` : 'a new agent');

/** Who works here besides people. Whatever changes what one may do is a proposal; a pause and a restart are at once. */
export const agentRoutes = (deps: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { heart, receive } = deps;
  const { database } = heart;
  const isHere = async (actor: Actor, key: string): Promise<boolean> => (await receive.agents.find(actor.projectId, key)) !== undefined;

  app.openapi(list, async (c) => c.json({ items: await agentRows(deps, c.get('actor')) }, 200));

  app.openapi(grants, (c) => c.json({ items: grantsOf(deps) }, 200));

  app.openapi(one, async (c) => {
    const found = await agentDetail(deps, c.get('actor'), c.req.valid('param').key);
    return found ? c.json(found, 200) : problem(c, MISSING);
  });

  app.openapi(cost, async (c) => {
    const { projectId } = c.get('actor');
    const { key } = c.req.valid('param');
    if (!(await receive.agents.members(projectId)).some(({ agent }) => agent.key === key)) return problem(c, MISSING);
    return c.json({ items: await readAgentCost(database.db, { projectId, key, days: c.req.valid('query').days }) }, 200);
  });

  app.openapi(deploy, async (c) => {
    const given = c.req.valid('json');
    const wish = { tool: 'deploy_agent', input: toolInput(given), title: `Deploy ${titleOf(given)}` };
    const proposed = await proposeAlone(heart, c.get('actor'), wish);
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  app.openapi(change, async (c) => {
    const { key } = c.req.valid('param');
    if (!(await isHere(c.get('actor'), key))) return problem(c, MISSING);
    const input = { ...toolInput(c.req.valid('json')), key };
    const proposed = await proposeAlone(heart, c.get('actor'), { tool: 'change_agent', input, title: `Change @${key}` });
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  app.openapi(retire, async (c) => {
    const { key } = c.req.valid('param');
    if (!(await isHere(c.get('actor'), key))) return problem(c, MISSING);
    const proposed = await proposeAlone(heart, c.get('actor'), { tool: 'retire_agent', input: { key }, title: `Retire @${key}` });
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  for (const [verb, route] of [['pause', pause] as const, ['resume', resume] as const])
    app.openapi(route, async (c) => {
      const { key } = c.req.valid('param');
      const actor = c.get('actor');
      const at = await findStoppable(receive.agents, actor.projectId, `agent:${key}`);
      if (!at) return problem(c, MISSING);
      const thrown = await switchPlace({ heart, receive }, actor, { verb, reason: null, at });
      if (!thrown.ok) return problem(c, thrown.error);
      const found = await agentDetail(deps, actor, key);
      return found ? c.json(found, 200) : problem(c, MISSING);
    });

  app.openapi(restart, async (c) => {
    const { key } = c.req.valid('param');
    const actor = c.get('actor');
    if (!(await isHere(actor, key))) return problem(c, MISSING);
    const { projectId, personId } = actor;
    const restarted = await restartRunsOf(database, { projectId, agentKey: key, personId });
    const agent = await agentDetail(deps, actor, key);
    return agent ? c.json({ restarted, agent }, 200) : problem(c, MISSING);
  });

  return app;
};
