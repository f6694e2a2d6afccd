import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { createSignInLink } from '../../db/access.ts';
import { listMembers, type Member, readMember } from '../../db/read/people.ts';
import { record } from '../../db/record.ts';
import { ROLES, roleAtLeast } from '../../db/states.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, HEART_CODES, SIGNED_IN, WITH_BODY } from '../door.ts';
import { proposeAlone } from '../propose-alone.ts';
import { Approval, Person, page, SignInLink } from '../schemas.ts';
import { IdParam, ListQuery } from './list-query.ts';

const tags = ['people'];

const list = createRoute({
  method: 'get',
  path: '/api/people',
  operationId: 'listPeople',
  summary: 'Members and those who are invited',
  tags,
  ...asRole('viewer'),
  request: { query: ListQuery },
  responses: { 200: json(page(Person), 'A page of people'), ...problems(...SIGNED_IN, 'bad_cursor', 'invalid_input') },
});

const invite = createRoute({
  method: 'post',
  path: '/api/people',
  operationId: 'proposeInvitation',
  summary: 'Propose to invite somebody: nothing changes until it is approved',
  tags,
  ...asRole('viewer'),
  request: bodyOf(z.object({ name: z.string(), role: z.enum(ROLES) })),
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES) },
});

const changeRole = createRoute({
  method: 'patch',
  path: '/api/people/{id}',
  operationId: 'proposeRole',
  summary: 'Propose another role for somebody',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, ...bodyOf(z.object({ role: z.enum(ROLES) })) },
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...WITH_BODY, ...HEART_CODES, 'person_missing') },
});

const remove = createRoute({
  method: 'delete',
  path: '/api/people/{id}',
  operationId: 'proposeRemoval',
  summary: 'Propose to remove somebody, or to take an invitation back',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam },
  responses: { 202: json(Approval, 'The proposal'), ...problems(...SIGNED_IN, ...HEART_CODES, 'person_missing') },
});

const link = createRoute({
  method: 'post',
  path: '/api/people/{id}/link',
  operationId: 'createSignInLink',
  summary: 'Make a link with which this person signs in, once',
  tags,
  ...asRole('viewer'),
  request: { params: IdParam, ...bodyOf(z.object({})) },
  responses: { 200: json(SignInLink, 'The link; it is shown this once'), ...problems(...SIGNED_IN, ...WITH_BODY, 'person_missing') },
});

/**
 * A link is the person: whoever may make one may become them, and then vote twice. So an admin makes them for people who have not joined
 * yet, everybody for themselves, and nobody for a role above what they came in with. Who lost their way in asks whoever runs the program.
 */
const mayLink = (actor: Actor, member: Member): boolean => {
  if (actor.personId === null || !roleAtLeast(actor.role, member.role)) return false;
  return actor.personId === member.id || (!member.joined && roleAtLeast(actor.role, 'admin'));
};

const NOT_YOURS =
  'Links are made for oneself, or by an admin for somebody who has not joined. Who lost their way in asks whoever runs Wilco to start it with --link.';

/** Who is here. Who comes and what they may do changes by proposals alone. */
export const peopleRoutes = ({ heart, publicUrl }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { database } = heart;

  app.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const found = await listMembers(database.db, { projectId: c.get('actor').projectId, cursor, limit });
    return found.ok ? c.json(found.value, 200) : problem(c, found.error);
  });

  app.openapi(invite, async (c) => {
    const input = c.req.valid('json');
    const proposed = await proposeAlone(heart, c.get('actor'), { tool: 'invite_person', input, title: `Invite ${input.name}` });
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  app.openapi(changeRole, async (c) => {
    const actor = c.get('actor');
    const member = await readMember(database.db, actor.projectId, c.req.valid('param').id);
    if (!member) return problem(c, { code: 'person_missing' });
    const { role } = c.req.valid('json');
    const input = { person: member.name, person_id: member.id, role };
    const proposed = await proposeAlone(heart, actor, { tool: 'set_role', input, title: `Make ${member.name} ${role}` });
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  app.openapi(remove, async (c) => {
    const actor = c.get('actor');
    const member = await readMember(database.db, actor.projectId, c.req.valid('param').id);
    if (!member) return problem(c, { code: 'person_missing' });
    const input = { person: member.name, person_id: member.id };
    const proposed = await proposeAlone(heart, actor, { tool: 'remove_person', input, title: `Remove ${member.name}` });
    return proposed.ok ? c.json(proposed.value, 202) : problem(c, proposed.error);
  });

  app.openapi(link, async (c) => {
    const actor = c.get('actor');
    const { projectId } = actor;
    const member = await readMember(database.db, projectId, c.req.valid('param').id);
    if (!member) return problem(c, { code: 'person_missing' });
    if (!mayLink(actor, member)) return problem(c, { code: 'not_allowed', message: NOT_YOURS });
    const { token, expiresAt } = await database.transaction(async ({ db }) => {
      await record(db, { projectId, kind: 'person.link_created', personId: member.id, data: { by: actor.personId, via: actor.via } });
      return createSignInLink(db, member.id);
    });
    // Behind the #, where no server, proxy or log ever sees it.
    return c.json({ url: `${publicUrl()}/sign-in#token=${token}`, expiresAt: expiresAt.toISOString() }, 200);
  });

  return app;
};
