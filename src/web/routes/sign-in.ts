import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { endSession, identityOfSession, type LinkError, lookAtLink, signIn } from '../../db/access.ts';
import { createLinkCode } from '../../db/identities.ts';
import { isNameTaken } from '../../db/read/people.ts';
import { personName } from '../../tools/member-change.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import { addressOf, createAttempts } from '../attempts.ts';
import { SESSION_COOKIE } from '../caller.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { ANYWHERE, asAnybody, asRole, SIGNED_IN, WITH_BODY } from '../door.ts';
import { meOf } from '../me.ts';
import { Invitation, Me } from '../schemas.ts';
import type { Streams } from '../streams.ts';

const tags = ['sign-in'];
const LINK_CODES = ['link_unknown', 'link_used', 'link_expired', 'person_removed', 'too_many_attempts'] as const;

const Token = z.string().min(1).max(200);

const NAMESAKE = 'Somebody here goes by that name already. Add something that tells the two of you apart.';

const look = createRoute({
  method: 'post',
  path: '/api/sign-in/look',
  operationId: 'lookAtLink',
  summary: 'What a sign-in link is for, without using it',
  tags,
  ...asAnybody(),
  request: bodyOf(z.object({ token: Token })),
  responses: { 200: json(Invitation, 'Who it is for'), ...problems(...ANYWHERE, ...WITH_BODY, ...LINK_CODES) },
});

const enter = createRoute({
  method: 'post',
  path: '/api/sign-in',
  operationId: 'signIn',
  summary: 'Use a sign-in link: the answer sets the cookie',
  tags,
  ...asAnybody(),
  request: bodyOf(
    z.object({
      token: Token,
      name: personName().optional().openapi({ description: 'For somebody who was invited: what they want to be called.' }),
    }),
  ),
  responses: { 200: json(Me, 'Signed in'), ...problems(...ANYWHERE, ...WITH_BODY, ...LINK_CODES, 'not_signed_in') },
});

const leave = createRoute({
  method: 'post',
  path: '/api/sign-out',
  operationId: 'signOut',
  summary: 'End this session',
  tags,
  ...asAnybody(),
  request: bodyOf(z.object({})),
  responses: { 204: { description: 'Signed out' }, ...problems(...ANYWHERE, ...WITH_BODY) },
});

const me = createRoute({
  method: 'get',
  path: '/api/me',
  operationId: 'me',
  summary: 'Who is signed in',
  tags,
  ...asRole('viewer'),
  responses: { 200: json(Me, 'You'), ...problems(...SIGNED_IN, 'not_a_person') },
});

const linkCode = createRoute({
  method: 'post',
  path: '/api/me/link-codes',
  operationId: 'createLinkCode',
  summary: 'A code that ties an account on Slack or Discord to you: send it from that account within ten minutes',
  tags,
  ...asRole('viewer'),
  request: bodyOf(z.object({})),
  responses: {
    200: json(z.object({ code: z.string(), expiresAt: z.string() }), 'For your eyes alone'),
    ...problems(...SIGNED_IN, ...WITH_BODY, 'not_a_person'),
  },
});

/** Coming in by a one-time link, going out, and who one is in between. */
export const signInRoutes = (deps: WebDeps, streams: Streams) => {
  const { heart, publicUrl, tools } = deps;
  const { database } = heart;
  const app = new OpenAPIHono<WebEnv>();
  const attempts = createAttempts();
  const cookie = () => ({ httpOnly: true, sameSite: 'Strict', path: '/', secure: publicUrl().startsWith('https:') }) as const;
  const blocked = (c: Context<WebEnv>) => {
    const seconds = attempts.blockedFor(addressOf(c));
    if (seconds > 0) c.header('retry-after', String(seconds));
    return seconds > 0;
  };

  // Whoever has a link that was used or is too old had it from us: only what nobody was given is a guess.
  const countGuess = (c: Context<WebEnv>, { code }: LinkError) => {
    if (code === 'link_unknown') attempts.failed(addressOf(c));
  };

  app.openapi(look, async (c) => {
    if (blocked(c)) return problem(c, { code: 'too_many_attempts' });
    const found = await lookAtLink(database.db, c.req.valid('json').token);
    if (!found.ok) {
      countGuess(c, found.error);
      return problem(c, found.error);
    }
    const { name, role, invited, expiresAt } = found.value;
    return c.json({ name, role, invited, expiresAt: expiresAt.toISOString() }, 200);
  });

  app.openapi(enter, async (c) => {
    if (blocked(c)) return problem(c, { code: 'too_many_attempts' });
    const { token, name } = c.req.valid('json');
    const found = await lookAtLink(database.db, token);
    if (found.ok && name !== undefined && (await isNameTaken(database.db, { personId: found.value.personId, name })))
      return problem(c, { code: 'invalid_input', message: NAMESAKE, fields: [{ name: 'name', message: NAMESAKE }] });
    const entered = await signIn(database, token, name);
    if (!entered.ok) {
      countGuess(c, entered.error);
      return problem(c, entered.error);
    }
    const { session, expiresAt } = entered.value;
    const identity = await identityOfSession(database.db, session);
    if (!identity?.personId) return problem(c, { code: 'not_signed_in' });
    setCookie(c, SESSION_COOKIE, session, { ...cookie(), expires: expiresAt });
    return c.json(await meOf(database.db, { ...identity, personId: identity.personId }, tools), 200);
  });

  app.openapi(leave, async (c) => {
    const session = getCookie(c, SESSION_COOKIE);
    if (session !== undefined) await endSession(database.db, session);
    streams.doubt();
    deleteCookie(c, SESSION_COOKIE, cookie());
    return c.body(null, 204);
  });

  app.openapi(me, async (c) => {
    const actor = c.get('actor');
    if (actor.personId === null) return problem(c, { code: 'not_a_person' });
    return c.json(await meOf(database.db, { ...actor, personId: actor.personId }, tools), 200);
  });

  app.openapi(linkCode, async (c) => {
    const { personId } = c.get('actor');
    if (personId === null) return problem(c, { code: 'not_a_person' });
    const { code, expiresAt } = await createLinkCode(database.db, personId);
    return c.json({ code, expiresAt: expiresAt.toISOString() }, 200);
  });

  return app;
};
