import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type Group, readGroups } from '../../db/groups.ts';
import { readMember } from '../../db/read/people.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { GroupInfo } from '../policy-schemas.ts';
import { proposeAlone } from '../propose-alone.ts';
import { Approval, page } from '../schemas.ts';

const tags = ['people'];
const KeyParam = z.object({ key: z.string().max(60) });
const proposed = { 202: json(Approval, 'The proposal') };

const list = createRoute({
  method: 'get',
  path: '/api/groups',
  operationId: 'listGroups',
  summary: 'The groups, and who is of them',
  tags,
  ...asRole('viewer'),
  responses: { 200: json(page(GroupInfo), 'All of them'), ...problems(...SIGNED_IN) },
});

const make = createRoute({
  method: 'post',
  path: '/api/groups',
  operationId: 'proposeGroup',
  summary: 'Propose to make a group, with its first person',
  tags,
  ...asRole('viewer'),
  request: bodyOf(z.object({ key: z.string(), personId: z.string() })),
  responses: { ...proposed, ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, 'person_missing') },
});

const change = createRoute({
  method: 'patch',
  path: '/api/groups/{key}',
  operationId: 'proposeGroupMember',
  summary: 'Propose to put a person in a group, or to take one out',
  tags,
  ...asRole('viewer'),
  request: { params: KeyParam, ...bodyOf(z.object({ personId: z.string(), member: z.boolean() })) },
  responses: { ...proposed, ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, 'person_missing') },
});

const remove = createRoute({
  method: 'delete',
  path: '/api/groups/{key}',
  operationId: 'proposeGroupRemoval',
  summary: 'Propose to remove a group that no rule asks for',
  tags,
  ...asRole('viewer'),
  request: { params: KeyParam },
  responses: { ...proposed, ...problems(...SIGNED_IN, ...HEART_CODES) },
});

const groupInfo = ({ tie, ...group }: Group): GroupInfo => ({
  ...group,
  tie: tie && { platform: tie.platform, workspace: tie.workspace, id: tie.remoteId, name: tie.name },
});

/** Groups of people. Who is of them changes by proposals alone. */
export const groupRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { db } = heart.database;

  app.openapi(list, async (c) => c.json({ items: (await readGroups(db, c.get('actor').projectId)).map(groupInfo), next: null }, 200));

  app.openapi(make, async (c) => {
    const actor = c.get('actor');
    const { key, personId } = c.req.valid('json');
    const member = await readMember(db, actor.projectId, personId);
    if (!member) return problem(c, { code: 'person_missing' });
    const input = { person: member.name, person_id: member.id, group: key };
    const made = await proposeAlone(heart, actor, { tool: 'set_group', input, title: `${member.name} in ${key}` });
    return made.ok ? c.json(made.value, 202) : problem(c, made.error);
  });

  app.openapi(change, async (c) => {
    const actor = c.get('actor');
    const { key } = c.req.valid('param');
    const { personId, member: isMember } = c.req.valid('json');
    const member = await readMember(db, actor.projectId, personId);
    if (!member) return problem(c, { code: 'person_missing' });
    const input = { person: member.name, person_id: member.id, group: key };
    const tool = isMember ? 'set_group' : 'leave_group';
    const made = await proposeAlone(heart, actor, { tool, input, title: `${member.name} ${isMember ? 'in' : 'out of'} ${key}` });
    return made.ok ? c.json(made.value, 202) : problem(c, made.error);
  });

  app.openapi(remove, async (c) => {
    const { key } = c.req.valid('param');
    const made = await proposeAlone(heart, c.get('actor'), { tool: 'remove_group', input: { group: key }, title: `Remove ${key}` });
    return made.ok ? c.json(made.value, 202) : problem(c, made.error);
  });

  return app;
};
