import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { type Identity, identityOfKey, identityOfSession } from '../db/access.ts';
import type { Db } from '../db/client.ts';
import { type Role, roleAtLeast } from '../db/states.ts';
import { problem } from './answer.ts';
import type { Caller, WebEnv } from './deps.ts';

export const SESSION_COOKIE = 'wilco_session';

const LONGEST_KEY = 512;
/** What a session's token looks like; anything else is not worth a look into the database. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Nobody may stay who changed hands or lost rights in mid-stream: the same person with the same role, or no longer. */
const same = (then: Identity, now: Identity | undefined): boolean => now?.personId === then.personId && now.role === then.role;

const callerOf = async (read: () => Promise<Identity | undefined>, via: string): Promise<Caller | undefined> => {
  const found = await read();
  if (!found) return undefined;
  const { projectId, personId, name, role } = found;
  return { actor: { projectId, personId, name, role, via }, holds: async () => same(found, await read()) };
};

/**
 * Finds out who calls, from the key or else the cookie and from nothing else that a caller sets. A key that does not hold is refused and
 * never falls back to the cookie.
 */
export const identify =
  (db: Db): MiddlewareHandler<WebEnv> =>
  async (c, next) => {
    const key = c.req.header('x-api-key');
    if (key !== undefined) {
      const caller = key.length > LONGEST_KEY ? undefined : await callerOf(() => identityOfKey(db, key), 'api');
      if (!caller) return problem(c, { code: 'key_unknown' });
      c.set('caller', caller);
      return next();
    }
    const session = getCookie(c, SESSION_COOKIE);
    if (session !== undefined && TOKEN.test(session)) c.set('caller', await callerOf(() => identityOfSession(db, session), 'room'));
    return next();
  };

/** Lets only those through who are known and have at least this role. The heart asks once more, under lock. */
export const needs =
  (role: Role): MiddlewareHandler<WebEnv> =>
  async (c, next) => {
    const caller = c.get('caller');
    if (!caller) return problem(c, { code: 'not_signed_in' });
    if (!roleAtLeast(caller.actor.role, role)) return problem(c, { code: 'not_allowed' });
    c.set('actor', caller.actor);
    return next();
  };
