import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Log } from '../log.ts';
import type { WebEnv } from './deps.ts';

const CLIENT_ID = /^[\w.:@-]{1,64}$/;

/** A client's name for itself says nothing of who it is. It comes back as it was; the log gets a mark of it, for people put all sorts of things into headers. */
const markOf = (clientId: string): string => createHash('sha256').update(clientId).digest('hex').slice(0, 12);

/** The pattern of the route that answered; none for the console's files and for what is not there. */
export const patternOf = (c: Context<WebEnv>): string | undefined =>
  matchedRoutes(c)
    .map((route) => route.path)
    .findLast((path) => !path.includes('*'));

/** One line for each request: the route's pattern, never the address, for that may hold anything. */
export const logRequests =
  (log: Log): MiddlewareHandler<WebEnv> =>
  async (c, next) => {
    const began = performance.now();
    const given = c.req.header('x-client-id');
    const clientId = given !== undefined && CLIENT_ID.test(given) ? given : undefined;
    await next();
    if (clientId !== undefined) c.res.headers.set('x-client-id', clientId);
    const { method } = c.req;
    const { status } = c.res;
    const personId = c.get('caller')?.actor.personId ?? undefined;
    const client = clientId === undefined ? undefined : markOf(clientId);
    log.info({ method, route: patternOf(c), status, ms: Math.round(performance.now() - began), personId, client }, 'request.answered');
  };
