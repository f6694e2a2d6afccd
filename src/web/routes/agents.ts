import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Member } from '../../agents/roster.ts';
import { findScope, switchPlace } from '../../bot/switch-agent.ts';
import { type AgentStanding, agentStandings } from '../../db/agents.ts';
import { stopsOf } from '../../db/stops.ts';
import { agentThread } from '../../db/thread-id.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { AgentInfo } from '../schemas.ts';

const tags = ['agents'];
const KeyParam = z.object({ key: z.string().max(100) });

const list = createRoute({
  method: 'get',
  path: '/api/agents',
  operationId: 'listAgents',
  summary: 'The agents, what they are for and how they stand',
  tags,
  ...asRole('viewer'),
  responses: { 200: json(z.object({ items: z.array(AgentInfo) }), 'All agents'), ...problems(...SIGNED_IN) },
});

const one = createRoute({
  method: 'get',
  path: '/api/agents/{key}',
  operationId: 'getAgent',
  summary: 'One agent',
  tags,
  ...asRole('viewer'),
  request: { params: KeyParam },
  responses: { 200: json(AgentInfo, 'The agent'), ...problems(...SIGNED_IN, 'agent_missing') },
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
      200: json(AgentInfo, 'The agent as it stands now'),
      ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, 'agent_missing'),
    },
  });

const pause = turn('pause', 'What it is sent waits, without a limit');
const resume = turn('resume', 'It goes on, and answers what waited');

type Standing = { stops: Awaited<ReturnType<typeof stopsOf>>; waiting: ReadonlyMap<string, AgentStanding> };

const isStopped = ({ key, domain }: Member['agent'], stops: Standing['stops']): boolean =>
  stops.has(`agent:${key}`) || stops.has(`domain:${domain}`);

const infoOf = ({ agent, state }: Member, { stops, waiting }: Standing, actor: Actor): AgentInfo => ({
  key: agent.key,
  name: agent.name,
  summary: agent.summary,
  tools: agent.tools ? [...agent.tools] : null,
  state: isStopped(agent, stops) ? 'paused' : state,
  queued: waiting.get(agent.key)?.queued ?? 0,
  threadId: actor.personId ? agentThread(agent.key, actor.personId) : null,
});

/** Who works here besides people. */
export const agentRoutes = ({ heart, receive }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { db } = heart.database;
  const standing = async (projectId: string): Promise<Standing> => {
    const [stops, waiting] = await Promise.all([stopsOf(db, projectId), agentStandings(db, projectId)]);
    return { stops, waiting };
  };
  const read = async (key: string, actor: Actor): Promise<AgentInfo | undefined> => {
    const member = await receive.agents.find(actor.projectId, key);
    return member && infoOf(member, await standing(actor.projectId), actor);
  };

  app.openapi(list, async (c) => {
    const actor = c.get('actor');
    const [now, members] = await Promise.all([standing(actor.projectId), receive.agents.members(actor.projectId)]);
    return c.json({ items: members.map((member) => infoOf(member, now, actor)) }, 200);
  });

  app.openapi(one, async (c) => {
    const found = await read(c.req.valid('param').key, c.get('actor'));
    return found ? c.json(found, 200) : problem(c, { code: 'agent_missing' });
  });

  for (const [verb, route] of [['pause', pause] as const, ['resume', resume] as const])
    app.openapi(route, async (c) => {
      const { key } = c.req.valid('param');
      const actor = c.get('actor');
      const at = await findScope(receive.agents, actor.projectId, `agent:${key}`);
      if (!at) return problem(c, { code: 'agent_missing' });
      const thrown = await switchPlace({ heart, receive }, actor, { verb, reason: null, at });
      if (!thrown.ok) return problem(c, thrown.error);
      const found = await read(key, actor);
      return found ? c.json(found, 200) : problem(c, { code: 'agent_missing' });
    });

  return app;
};
