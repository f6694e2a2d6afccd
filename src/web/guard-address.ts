import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Addresses } from './addresses.ts';
import { problem } from './answer.ts';
import { SESSION_COOKIE } from './caller.ts';
import type { WebEnv } from './deps.ts';

const changes = (method: string): boolean => method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';

/** Whether a browser says that a page elsewhere, or nobody whom it can name, sent this. */
const isForeign = (c: Context<WebEnv>, addresses: Addresses, host: string): boolean => {
  const origin = c.req.header('origin');
  if (origin !== undefined) return !addresses.mayActFrom(origin, host);
  if (!changes(c.req.method)) return false;
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  // Every browser names the origin of what changes something; a script with a key has no reason to.
  return c.req.header('x-api-key') === undefined && getCookie(c, SESSION_COOKIE) !== undefined;
};

/** Refuses requests to a name that is not ours and those that another website sent. First of all guards: nothing is read before it. */
export const guardAddress =
  (addresses: () => Addresses): MiddlewareHandler<WebEnv> =>
  async (c, next) => {
    const known = addresses();
    const target = new URL(c.req.url).host;
    const host = c.req.header('host') ?? target;
    if (!known.answersTo(host) || !known.answersTo(target)) return problem(c, { code: 'host_not_allowed' });
    if (isForeign(c, known, host)) return problem(c, { code: 'origin_not_allowed' });
    return next();
  };
