import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Member } from '../../agents/roster.ts';
import { switchAgent } from '../../bot/switch-agent.ts';
import { type AgentStanding, agentStandings } from '../../db/agents.ts';
import { agentThread } from '../../db/thread-id.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, SIGNED_IN, WITH_BODY } from '../door.ts';
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
    ...asRole('operator'),
    request: { params: KeyParam, ...bodyOf(z.object({})) },
    responses: { 200: json(AgentInfo, 'The agent as it stands now'), ...problems(...SIGNED_IN, ...WITH_BODY, 'agent_missing') },
  });

const pause = turn('pause', 'What it is sent waits, without a limit');
const resume = turn('resume', 'It goes on, and answers what waited');

const infoOf = ({ agent, state }: Member, standing: AgentStanding | undefined, actor: Actor): AgentInfo => ({
  key: agent.key,
  name: agent.name,
  summary: agent.summary,
  tools: agent.tools ? [...agent.tools] : null,
  state,
  queued: standing?.queued ?? 0,
  threadId: actor.personId ? agentThread(agent.key, actor.personId) : null,
});

/** Who works here besides people. */
export const agentRoutes = ({ heart, receive }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const read = async (key: string, actor: Actor): Promise<AgentInfo | undefined> => {
    const member = await receive.agents.find(actor.projectId, key);
    if (!member) return undefined;
    const standings = await agentStandings(heart.database.db, actor.projectId);
    return infoOf(member, standings.get(key), actor);
  };

  app.openapi(list, async (c) => {
    const actor = c.get('actor');
    const [standings, members] = await Promise.all([
      agentStandings(heart.database.db, actor.projectId),
      receive.agents.members(actor.projectId),
    ]);
    return c.json({ items: members.map((member) => infoOf(member, standings.get(member.agent.key), actor)) }, 200);
  });

  app.openapi(one, async (c) => {
    const found = await read(c.req.valid('param').key, c.get('actor'));
    return found ? c.json(found, 200) : problem(c, { code: 'agent_missing' });
  });

  for (const [verb, route] of [['pause', pause] as const, ['resume', resume] as const])
    app.openapi(route, async (c) => {
      const { key } = c.req.valid('param');
      const agent = (await receive.agents.find(c.get('actor').projectId, key))?.agent;
      if (!agent) return problem(c, { code: 'agent_missing' });
      await switchAgent(receive, c.get('actor'), { verb, agent });
      const found = await read(key, c.get('actor'));
      return found ? c.json(found, 200) : problem(c, { code: 'agent_missing' });
    });

  return app;
};
